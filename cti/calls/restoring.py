"""What a call becomes when the floor has lost everything: from what SQL last knew and what Twilio has now. Pure.

Who talks goes on talking, who waits gets the old place, after-call work goes on, and what Twilio has ended is ended. A
conversation that ended meanwhile is put back as it was: the look at Twilio that follows ends it like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cti.calls.effects import EndConference, EndLeg, FinishOffer, FloorEffect, ReturnCaller
from cti.calls.model import Call, CallState, EndReason, Offer
from cti.calls.step import look_for_rep, plan_deadlines, wants
from cti.calls.steps.calling_back import may_follow_hang_up
from cti.telephony.model import CallSid, ConferenceName
from routing.model import Decision, DemandId, OfferId, QueueId, RepId


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """What Twilio has in progress: which legs share a call's conference, and whose browsers are among them."""

    callers: frozenset[CallSid]
    """Every leg that is no rep's browser."""
    reps: Mapping[CallSid, RepId]
    together: Mapping[ConferenceName, frozenset[CallSid]]

    def rep_in(self, call: Call) -> tuple[RepId, CallSid] | None:
        """The rep in the call's conference."""
        for leg in sorted(self.together.get(call.conference, frozenset())):
            if leg in self.reps:
                return self.reps[leg], leg
        return None

    def caller_in(self, call: Call) -> bool:
        """The caller's leg is in the call's conference."""
        return call.caller_leg in self.together.get(call.conference, frozenset())

    def has_caller(self, call: Call) -> bool:
        """The caller is on the line, in the conference or not."""
        return call.on_line and call.caller_leg in self.callers


def restored(call: Call, alive: Alive, now_ms: int, epoch: int) -> Call:
    """The call as the new floor is to have it."""
    if call.state is CallState.WRAP_UP:
        return call
    if call.callback is not None and not call.on_line:
        if not alive.caller_in(call):
            return _to_be_called(call, alive, now_ms)
        call = replace(call, callback=replace(call.callback, answered=True))
    if not alive.has_caller(call) and not _is_called_back(call, now_ms):
        return call if _was_talking(call) else _ended(call, now_ms)
    if call.state is CallState.DIVERTED:
        return call
    rep = alive.rep_in(call)
    if rep is not None and alive.caller_in(call):
        return _talking(call, *rep, now_ms, epoch)
    if call.plan is None:
        return call
    waiting = replace(call, state=CallState.WAITING, since_ms=now_ms, deadlines={}, effects=(), exhausted=False)
    waiting = plan_deadlines(replace(waiting, offer=None, move=None, caller_in=False, returning=False))
    if rep is not None:
        return wants(waiting, EndConference(), EndLeg(sid=rep[1]))
    return wants(waiting, ReturnCaller()) if alive.caller_in(call) else waiting


def _is_called_back(call: Call, now_ms: int) -> bool:
    """Hanging up is not the end of it: the call is put back, and the look at Twilio that follows makes the promise."""
    waits = call.state in {CallState.WAITING, CallState.OFFERED, CallState.CONNECTING}
    return waits and may_follow_hang_up(call, now_ms)


def has_rep(call: Call) -> bool:
    """The rep of the call's offer is busy with it."""
    return call.offer is not None and (call.state is CallState.WRAP_UP or _was_talking(call))


def _to_be_called(call: Call, alive: Alive, now_ms: int) -> Call:
    """Nobody has answered: the place stays, and a telephone that rings does so no longer."""
    if call.state is CallState.LATER or call.plan is None or call.callback is None:
        return call
    rings, rep = call.callback.leg, alive.rep_in(call)
    waiting = replace(call, state=CallState.WAITING, since_ms=now_ms, deadlines={}, effects=(), exhausted=False)
    waiting = replace(waiting, callback=replace(call.callback, leg=None), offer=None, move=None, caller_in=False)
    legs = [leg for leg in (rings, rep[1] if rep else None) if leg is not None]
    return wants(plan_deadlines(waiting), *(EndLeg(sid=leg) for leg in legs))


def on_the_floor(call: Call) -> tuple[FloorEffect, ...]:
    """What saving the restored call does beside it."""
    if call.state is CallState.WAITING:
        return (look_for_rep(call),)
    if call.state is CallState.WRAP_UP and call.offer is not None:
        return (FinishOffer(offer=call.offer.id),)
    return ()


def _was_talking(call: Call) -> bool:
    return call.state is CallState.TALKING or (call.state is CallState.CONNECTING and call.returning)


def _talking(call: Call, rep: RepId, leg: CallSid, now_ms: int, epoch: int) -> Call:
    offer = call.offer if call.offer is not None and call.offer.rep == rep else None
    if offer is None:
        offer = Offer(
            id=OfferId(f"o{epoch}-{call.id[:9]}"), rep=rep, decision=_unknown(call), made_ms=now_ms, expires_ms=now_ms
        )
    return replace(
        call,
        state=CallState.TALKING,
        since_ms=call.since_ms if call.state is CallState.TALKING else now_ms,
        offer=replace(offer, rep_leg=leg, rep_in=True, accepted_ms=offer.accepted_ms or now_ms),
        caller_in=True,
        answered_ms=call.answered_ms or now_ms,
        returning=False,
        deadlines={},
        effects=(),
    )


def _unknown(call: Call) -> Decision:
    """Why this rep is not known any more: the decision was lost with the floor."""
    queue = call.queue or QueueId("")
    chosen = call.offer.rep if call.offer else None
    return Decision(demand=DemandId(""), queue=queue, chosen=chosen, how="rebuilt")


def _ended(call: Call, now_ms: int) -> Call:
    """Twilio has no leg of it any more."""
    reason = call.end_reason or (EndReason.COMPLETED if call.answered_ms else EndReason.LOST)
    return replace(
        call,
        state=CallState.ENDED,
        since_ms=now_ms,
        end_reason=reason,
        ended_by=call.ended_by or "system",
        ended_ms=call.ended_ms or now_ms,
        deadlines={},
        effects=(),
    )
