"""A call handler kept in memory, for tests of Twilio's door: it remembers what it was asked and answers as told."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace

from cti.calls.events import CallArrived
from cti.calls.line_events import WaitView
from cti.calls.model import Call, Caller, CallerMatch, CallState, Offer, call_id_of
from cti.telephony.model import CallSid, LegStatus, RecordingSid
from routing.model import CallId, Decision, DemandId, OfferId, QueueId, RepId
from webhooks.ports import ParticipantChange

ARRIVED_MS = 1_790_000_000_000


def a_sid(number: int = 1) -> CallSid:
    """A CallSid, different for each number."""
    return CallSid(f"CA{number:032x}")


def a_call(sid: CallSid | None = None, state: CallState = CallState.WAITING) -> Call:
    """A call that knows only its sid and state."""
    sid = sid or a_sid()
    return Call(
        id=call_id_of(sid),
        sid=sid,
        from_="+48600100200",
        to="+15550100",
        arrived_ms=ARRIVED_MS,
        state=state,
        since_ms=ARRIVED_MS,
        caller=Caller(match=CallerMatch.NONE),
    )


def an_offer(rep: str = "ana", leg: CallSid | None = None) -> Offer:
    """An accepted offer."""
    decision = Decision(demand=DemandId("d"), queue=QueueId("support"), chosen=RepId(rep), how="only_one")
    return Offer(
        id=OfferId("o1-1"),
        rep=RepId(rep),
        decision=decision,
        made_ms=ARRIVED_MS,
        expires_ms=ARRIVED_MS + 20_000,
        accepted_ms=ARRIVED_MS + 1_000,
        rep_leg=leg,
    )


@dataclass
class CallsByHand:
    """See ``webhooks.ports.CallHandler``."""

    calls: dict[CallId, Call] = field(default_factory=dict)
    view: WaitView = field(default_factory=lambda: WaitView(state=CallState.WAITING, waited_ms=1_000))
    asked: list[tuple[object, ...]] = field(default_factory=list)
    breaks_with: Exception | None = None
    gate: asyncio.Event | None = None
    """When set, every answer waits for it."""

    def put(self, call: Call) -> Call:
        """Knows the call from now on."""
        self.calls[call.id] = call
        return call

    async def arrive(self, arrived: CallArrived) -> Call:
        await self._note("arrive", arrived)
        call = a_call(arrived.sid)
        return self.calls.setdefault(call.id, replace(call, from_=arrived.from_, to=arrived.to, facts=arrived.facts))

    async def called_leg(self, leg: CallSid) -> Call | None:
        await self._note("called_leg", leg)
        return next((call for call in self.calls.values() if call.caller_leg == leg), None)

    async def called(self, call: CallId, leg: CallSid) -> Call | None:
        await self._note("called", call, leg)
        known = self.calls.get(call)
        if known is None or known.callback is None:
            return known
        return self.put(replace(known, callback=replace(known.callback, leg=leg, answered=True)))

    async def callback_asked(self, call: CallId) -> Call | None:
        await self._note("callback_asked", call)
        return self.calls.get(call)

    async def voicemail(self, call: CallId, recording: RecordingSid, seconds: int) -> Call | None:
        await self._note("voicemail", call, recording, seconds)
        return self.calls.get(call)

    async def outside_ended(self, call: CallId, *, answered: bool) -> Call | None:
        await self._note("outside_ended", call, answered)
        return self.calls.get(call)

    async def wait_turn(self, call: CallId, arrived_ms: int, version: int, leg: CallSid) -> WaitView:
        await self._note("wait_turn", call, arrived_ms, version)
        return self.view

    async def menu_answered(self, call: CallId, turn: int, digits: str, speech: str) -> Call | None:
        await self._note("menu_answered", call, turn, digits, speech)
        return self.calls.get(call)

    async def queue_left(self, call: CallId, result: str, leg: CallSid) -> Call | None:
        await self._note("queue_left", call, result)
        return self.calls.get(call)

    async def join_fetched(self, call: CallId, attempt: int) -> Call | None:
        await self._note("join_fetched", call, attempt)
        return self.calls.get(call)

    async def rep_connects(self, offer: OfferId, rep: RepId, leg: CallSid) -> Call | None:
        await self._note("rep_connects", offer, rep, leg)
        for call in self.calls.values():
            if call.offer and (call.offer.id, call.offer.rep) == (offer, rep):
                return self.put(replace(call, offer=replace(call.offer, rep_leg=call.offer.rep_leg or leg)))
        return None

    async def participant(
        self, call: CallId, offer: OfferId | None, what: ParticipantChange, leg: CallSid | None, reason: str | None
    ) -> None:
        await self._note("participant", call, offer, what, leg, reason)

    async def leg_status(self, leg: CallSid, status: LegStatus, seq: int | None) -> None:
        await self._note("leg_status", leg, status, seq)

    async def dial_ended(self, call: CallId, leg: CallSid, status: LegStatus) -> Call | None:
        await self._note("dial_ended", call, leg, status)
        return self.calls.get(call)

    async def _note(self, *asked: object) -> None:
        self.asked.append(asked)
        if self.gate is not None:
            await self.gate.wait()
        if self.breaks_with is not None:
            raise self.breaks_with
