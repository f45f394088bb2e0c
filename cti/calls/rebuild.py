"""Brings a floor back that has lost everything (an empty Redis): from SQL, and from Twilio's own view of live calls.

Who talks goes on talking; who waits gets the old place; what Twilio has ended is ended. Guarantees that no desk can
make a rep available who has a live leg: the marker is set in one step with those reps being on their calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from cti.calls import codec
from cti.calls.arrivals import Arrivals, new_call
from cti.calls.conductor import Conductor
from cti.calls.effects import ReturnCaller
from cti.calls.events import CallArrived
from cti.calls.model import Call, CallState, EndReason, Offer, call_id_of
from cti.calls.redis_store import Held, RedisCalls, Saved
from cti.calls.rules import ActiveRules
from cti.calls.step import Note, Step, look_for_rep, plan_deadlines, wants
from cti.record.calls import RecordedCalls
from cti.telephony.model import CallSid, ConferenceName, Leg
from cti.telephony.ports import Line
from routing.model import CallId, Decision, DemandId, OfferId, QueueId, RepId
from routing.redis_matcher import LiveLeg, RedisMatcher

log = structlog.get_logger()

_CLIENT = "client:"
_LOCK_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Alive:
    """What Twilio has in progress: caller legs, and which legs share a call's conference."""

    callers: Mapping[CallId, Leg]
    reps: Mapping[CallSid, RepId]
    together: Mapping[ConferenceName, frozenset[CallSid]]

    def rep_with(self, call: Call) -> tuple[RepId, CallSid] | None:
        """The rep in the call's conference."""
        for leg in sorted(self.together.get(call.conference, frozenset())):
            if leg in self.reps:
                return self.reps[leg], leg
        return None

    def caller_talks(self, call: Call) -> bool:
        """The caller's leg is in the call's conference."""
        return call.sid in self.together.get(call.conference, frozenset())


async def read_alive(line: Line) -> Alive:
    """Everything live, read in pages. Raises LineUnavailable."""
    callers: dict[CallId, Leg] = {}
    reps: dict[CallSid, RepId] = {}
    async for leg in line.live_legs():
        if leg.from_.startswith(_CLIENT):
            reps[leg.sid] = RepId(leg.from_.removeprefix(_CLIENT))
        elif leg.direction == "inbound":
            callers[call_id_of(leg.sid)] = leg
    together = {one.name: one.legs async for one in line.live_conferences()}
    return Alive(callers=callers, reps=reps, together=together)


class Rebuild:
    """Rebuilds the floor, one worker at a time."""

    def __init__(
        self,
        *,
        calls: RedisCalls,
        matcher: RedisMatcher,
        rules: ActiveRules,
        recorded: RecordedCalls,
        line: Line,
        arrivals: Arrivals,
        conductor: Conductor,
        region: str | None,
    ) -> None:
        self._calls = calls
        self._matcher = matcher
        self._rules = rules
        self._recorded = recorded
        self._line = line
        self._arrivals = arrivals
        self._conductor = conductor
        self._region = region

    async def run(self) -> bool:
        """True when this worker rebuilt the floor; false when another is at it. Raises what SQL or Twilio raise."""
        if not await self._calls.lease("rebuild", ms=_LOCK_MS):
            return False
        try:
            await self._rebuild()
        finally:
            await self._calls.give_back("rebuild")
        return True

    async def _rebuild(self) -> None:
        epoch = await self._recorded.next_epoch()
        await self._rules.refresh()
        alive = await read_alive(self._line)
        known = {call.id: call for call in [codec.load(row.doc) for row in await self._recorded.open_calls()]}
        now_ms = self._calls.clock.now_ms()
        calls = [self._alive(leg, known.get(id_), alive, now_ms, epoch) for id_, leg in alive.callers.items()]
        talking = [
            LiveLeg(rep=call.offer.rep, call=call.id, offer=call.offer.id)
            for call in calls
            if call.state is CallState.TALKING and call.offer is not None
        ]
        await self._matcher.open_floor(epoch=epoch, version=self._rules.version, on_calls=talking)
        if self._rules.loaded:
            await self._conductor.take_up(await self._rules.put_on_floor())
        for call in calls:
            await self._put_back(call)
        for call in known.values():
            if call.id not in alive.callers:
                await self._put_back(_ended(call, now_ms))
        log.info("floor_rebuilt", epoch=epoch, live=len(calls), talking=len(talking))

    def _alive(self, leg: Leg, known: Call | None, alive: Alive, now_ms: int, epoch: int) -> Call:
        arrived = CallArrived(sid=leg.sid, from_=leg.from_, to=leg.to)
        fresh = new_call(arrived, arrived_ms=leg.started_ms or now_ms, now_ms=now_ms, region=self._region)
        call = known or fresh
        rep = alive.rep_with(call)
        if rep is not None and alive.caller_talks(call):
            return _talking(call, *rep, now_ms, epoch)
        if call.plan is None:
            return replace(fresh, arrived_ms=call.arrived_ms)
        waiting = replace(call, state=CallState.WAITING, since_ms=now_ms, deadlines={}, effects=(), exhausted=False)
        waiting = plan_deadlines(replace(waiting, offer=None, move=None, caller_in=False, returning=False))
        return wants(waiting, ReturnCaller()) if alive.caller_talks(call) else waiting

    async def _put_back(self, call: Call) -> None:
        if call.state is CallState.ARRIVING:
            await self._arrivals.reopen(call)
            return
        enters = (look_for_rep(call),) if call.state is CallState.WAITING else ()
        step = Step(call=call, effects=enters, notes=(Note(kind="rebuilt", data={"state": call.state}),))
        saved = await self._calls.save(
            Held(call=call, version=0), step, version=self._rules.version, names=self._rules.names()
        )
        if isinstance(saved, Saved):
            if call.offer is not None and call.offer.rep_leg is not None:
                await self._calls.remember_leg(call.offer.rep_leg, call.id)
            await self._conductor.take_up(saved.matches)
            await self._conductor.run_line_effects(call.id)


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
