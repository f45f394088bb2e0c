"""What Twilio reports, told to calls. Implements ``webhooks.ports.CallHandler``.

Never renders a document and never decides: answers follow from the state of the call that is returned. Every method is
idempotent by that state.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cti.calls.announcing import SHORT_TURNS_MS, range_to_tell, wait_is_due
from cti.calls.arrivals import Arrivals, new_call
from cti.calls.conductor import Conductor
from cti.calls.events import (
    CallArrived,
    CallbackAsked,
    CustomerAnswered,
    CustomerRings,
    FloorForgot,
    JoinFetched,
    LegEnded,
    MenuAnswered,
    OutsideEnded,
    ParticipantJoined,
    ParticipantLeft,
    QueueLeft,
    RepLegArrived,
    VoicemailLeft,
    WaitTold,
)
from cti.calls.model import Call, CallState, EndReason, call_id_of, sid_of
from cti.calls.ports import Rules
from cti.calls.redis_store import RedisCalls, Turn
from cti.calls.step import Verdict, is_callback_offered
from cti.telephony.errors import LineUnavailable
from cti.telephony.model import CallSid, LegStatus, RecordingSid
from cti.telephony.ports import Line
from routing.config import Announcing
from routing.expected_wait import WaitRange
from routing.model import CallId, OfferId, RepId

_CALLER_ENDED_IT = "moderator_ended_conference"
_WE_ENDED_IT = "conference_ended_via_api"
"""Twilio's words for why a participant left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitView:
    """What one fetch of the wait document found. Times are differences of Redis time in ms."""

    state: CallState
    waited_ms: int
    """Since arrival."""
    phase_ms: int = 0
    """Since ``state`` began."""
    place: int | None = None
    """1 is the front of the line; null while not in one, or when it is not known."""
    line_length: int | None = None
    leave: bool = False
    """The REST update was refused for good: the document answers ``<Leave/>`` and the queue's action joins."""
    call_known: bool = True
    """False: nobody has heard of this call, and it could not be asserted; the caller is started again."""
    gone: bool = False
    """The call has ended (a tombstone is kept for 24 h): the leg is hung up."""
    end_reason: EndReason | None = None
    language: str | None = None
    """The caller's, BCP 47; null: not known."""
    callback_offered_ms: int | None = None
    """For how long the caller may have pressed the key to be called back; null: the key does nothing."""
    callback_promised: bool = False
    """The caller will be called back, and need not wait on this leg."""
    announce: Announcing = field(default_factory=Announcing)
    """What the queue's callers are told, and how often."""
    expected: WaitRange | None = None
    """The wait that this turn tells; null: it tells none."""
    to: str | None = None
    """The number that was called; null: not known."""


class LineEvents:
    """Twilio's requests as events of calls."""

    def __init__(
        self, *, calls: RedisCalls, arrivals: Arrivals, conductor: Conductor, line: Line, rules: Rules
    ) -> None:
        self._calls = calls
        self._rules = rules
        self._arrivals = arrivals
        self._conductor = conductor
        self._line = line

    async def arrive(self, arrived: CallArrived) -> Call:
        """A new call: opened and routed, or found."""
        return await self._arrivals.arrive(arrived)

    async def called_leg(self, leg: CallSid) -> Call | None:
        """The call that a leg which we dialled belongs to; null: none."""
        call = await self._calls.call_of_leg(leg)
        held = await self._calls.load(call) if call else None
        return held.call if held else None

    async def called(self, call: CallId, leg: CallSid) -> Call | None:
        """Somebody who was called back has answered."""
        await self._calls.remember_leg(leg, call)
        return (await self._conductor.tell(call, CustomerAnswered(leg=leg))).call

    async def callback_asked(self, call: CallId) -> Call | None:
        """The caller pressed the key."""
        return (await self._conductor.tell(call, CallbackAsked())).call

    async def voicemail(self, call: CallId, recording: RecordingSid, seconds: int) -> Call | None:
        """A message was left."""
        return (await self._conductor.tell(call, VoicemailLeft(recording=recording, seconds=seconds))).call

    async def outside_ended(self, call: CallId, *, answered: bool) -> Call | None:
        """The connection to an outside number is over, or did not come about."""
        return (await self._conductor.tell(call, OutsideEnded(answered=answered))).call

    async def wait_turn(self, call: CallId, arrived_ms: int, version: int, leg: CallSid) -> WaitView:
        """The heartbeat that heals: a floor that forgot the call puts it back at its old place."""
        turn = await self._calls.turn(call)
        if turn.held is None:
            return await self._restart(call, arrived_ms)
        if turn.held.call.state is CallState.WAITING and not turn.in_line:
            await self._conductor.tell(call, FloorForgot())
            turn = await self._calls.turn(call)
        return await self._with_expected(turn, self._seen(turn, arrived_ms, leg))

    async def _with_expected(self, turn: Turn, view: WaitView) -> WaitView:
        """Where the turn is to tell an expected wait, it is saved with the call before it is told: one save a minute. A
        call that changes at this moment is told another time."""
        held, announce = turn.held, view.announce
        if held is None or not announce.wait or not wait_is_due(view.waited_ms, announce.every_ms):
            return view
        if view.callback_offered_ms is not None and view.waited_ms < SHORT_TURNS_MS:
            return view  # a short turn has no room for the key and the wait
        expected = range_to_tell(held.call, turn.flow, self._calls.clock.now_ms())
        if expected is None or turn.place is None:
            return view
        told = await self._conductor.tell_held(held, WaitTold(range=expected, place=turn.place))
        if told is None or told.verdict is not Verdict.DONE:
            return view
        return replace(view, expected=expected)

    async def _restart(self, call: CallId, arrived_ms: int) -> WaitView:
        """Nobody here knows the call: what Twilio knows of its leg opens it anew, arrived when it did."""
        now_ms = self._calls.clock.now_ms()
        unknown = WaitView(state=CallState.ARRIVING, waited_ms=max(0, now_ms - arrived_ms), call_known=False)
        try:
            leg = await self._line.leg(sid_of(call))
        except LineUnavailable:
            return unknown
        if leg is None or leg.status.over:
            return replace(unknown, gone=True)
        arrived = CallArrived(sid=leg.sid, from_=leg.from_, to=leg.to)
        await self._arrivals.reopen(new_call(arrived, arrived_ms=arrived_ms, now_ms=now_ms, region=None))
        return self._seen(await self._calls.turn(call), arrived_ms, leg.sid)

    def _seen(self, turn: Turn, arrived_ms: int, leg: CallSid) -> WaitView:
        now_ms = self._calls.clock.now_ms()
        if turn.held is None:
            return WaitView(state=CallState.ARRIVING, waited_ms=max(0, now_ms - arrived_ms), call_known=False)
        call = turn.held.call
        return WaitView(
            state=call.state,
            waited_ms=max(0, now_ms - call.arrived_ms),
            phase_ms=max(0, now_ms - call.since_ms),
            place=turn.place,
            line_length=turn.line_length,
            leave=_leaves(call),
            gone=call.state in {CallState.WRAP_UP, CallState.ENDED},
            end_reason=call.end_reason,
            language=call.language,
            callback_offered_ms=_offered_for_ms(call, now_ms),
            callback_promised=call.callback is not None and leg != call.caller_leg,
            announce=self._rules.announcing(call.queue, call.language),
            to=call.to,
        )

    async def menu_answered(self, call: CallId, turn: int, digits: str, speech: str) -> Call | None:
        """The caller answered a menu, or did not; the call with what follows from it."""
        told = await self._conductor.tell(call, MenuAnswered(turn=turn, digits=digits, speech=speech))
        return told.call and await self._arrivals.go_on(call)

    async def queue_left(self, call: CallId, result: str, leg: CallSid) -> Call | None:
        """The queue let the caller go."""
        return (await self._conductor.tell(call, QueueLeft(result=result, leg=leg))).call

    async def join_fetched(self, call: CallId, attempt: int) -> Call | None:
        """Acknowledges the update; the call's state says whether the caller still joins."""
        return (await self._conductor.tell(call, JoinFetched(attempt=attempt))).call

    async def rep_connects(self, offer: OfferId, rep: RepId, leg: CallSid) -> Call | None:
        """Admits one live leg of the rep who accepted; null for everybody else."""
        owned = await self._calls.call_of_offer(offer)
        if owned is None or owned[1] != rep:
            return None
        await self._calls.remember_leg(leg, owned[0])
        told = await self._conductor.tell(owned[0], RepLegArrived(offer=offer, rep=rep, leg=leg))
        return told.call if told.verdict in {Verdict.DONE, Verdict.REPEATED} else None

    async def participant(
        self, call: CallId, offer: OfferId | None, what: str, leg: CallSid | None, reason: str | None
    ) -> None:
        """Somebody joined or left the conference. Its end says nothing that the leaves do not, and what we ended
        ourselves is known. A rep whom the end of the conference put out has not lost a leg: the caller has left."""
        if leg is None or what == "end" or reason == _WE_ENDED_IT:
            return
        if what == "join":
            await self._conductor.tell(call, ParticipantJoined(leg=leg, offer=offer))
        else:
            who = await self._callers_leg(call) if reason == _CALLER_ENDED_IT else leg
            await self._conductor.tell(call, ParticipantLeft(leg=who, offer=offer))

    async def _callers_leg(self, call: CallId) -> CallSid:
        held = await self._calls.load(call)
        return (held.call.caller_leg if held else None) or sid_of(call)

    async def leg_status(self, leg: CallSid, status: LegStatus, seq: int | None) -> None:
        """An end matters, and that a customer's telephone rings: everything else is known from the documents and the
        conference."""
        if status is LegStatus.RINGING and seq is not None:
            dialled = await self._calls.call_of_leg(leg)
            if dialled is not None:
                await self._conductor.tell(dialled, CustomerRings(leg=leg))
        if not status.over:
            return
        call = await self._calls.call_of_leg(leg) or call_id_of(leg)
        await self._conductor.tell(call, LegEnded(leg=leg, status=status))

    async def dial_ended(self, call: CallId, leg: CallSid, status: LegStatus) -> Call | None:
        """A leg's ``<Dial>`` is over: one that has ended is told, one that lives on does so by the call's state."""
        if status.over:
            return (await self._conductor.tell(call, LegEnded(leg=leg, status=status))).call
        held = await self._calls.load(call)
        return held.call if held else None


def _offered_for_ms(call: Call, now_ms: int) -> int | None:
    if call.state is not CallState.WAITING or call.plan is None or not is_callback_offered(call):
        return None
    said = [step.after_ms for step in call.plan.steps[: call.step] if step.offer_callback]
    return max(0, now_ms - call.arrived_ms - call.talked_ms - said[-1])


def _leaves(call: Call) -> bool:
    """What comes next cannot be done in the queue."""
    if call.state in {CallState.ASKING, CallState.DIVERTED}:
        return True
    return call.state is CallState.CONNECTING and call.move is not None and call.move.refused
