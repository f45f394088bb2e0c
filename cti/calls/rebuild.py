"""Brings a floor back that has lost everything (an empty Redis): from SQL, and from Twilio's own view of live calls.

Guarantees that no desk can make a rep available who has a live leg: the marker is set in one step with those reps being
on their calls. Every pass may be repeated, by any worker: until one has got through whole, the floor is not marked as
restored, and the next goes on. Never touches a leg that is not ours: the account may serve others as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from cti.calls import codec
from cti.calls.arrivals import Arrivals, new_call
from cti.calls.conductor import Conductor
from cti.calls.errors import UnreadableCall
from cti.calls.events import CallArrived
from cti.calls.model import CONFERENCE_PREFIX, Call, CallState, call_id_of
from cti.calls.reconciler import Reconciler
from cti.calls.redis_store import Held, RedisCalls, Saved
from cti.calls.restoring import Alive, has_rep, on_the_floor, restored
from cti.calls.rules import ActiveRules
from cti.calls.step import Note, Step, demands_ahead
from cti.record.calls import RecordedCalls
from cti.telephony.model import CallSid, Leg
from cti.telephony.ports import Line
from routing.model import CallId, RepId, RepStatus
from routing.redis_matcher import LiveLeg, RedisMatcher

log = structlog.get_logger()

_CLIENT = "client:"
_LEASE_MS = 3_000
"""Spares work; two workers at it at once do no harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLegs:
    """Twilio's legs in progress, told apart by who they are."""

    callers: dict[CallId, Leg]
    alive: Alive


async def read_live(line: Line) -> LiveLegs:
    """Everything live, read in pages. Raises LineUnavailable."""
    callers: dict[CallId, Leg] = {}
    legs: set[CallSid] = set()
    reps: dict[CallSid, RepId] = {}
    async for leg in line.live_legs():
        if leg.from_.startswith(_CLIENT):
            reps[leg.sid] = RepId(leg.from_.removeprefix(_CLIENT))
        elif leg.direction == "inbound":
            callers[call_id_of(leg.sid)] = leg
        if not leg.from_.startswith(_CLIENT):
            legs.add(leg.sid)
    together = {one.name: one.legs async for one in line.live_conferences(CONFERENCE_PREFIX)}
    return LiveLegs(callers=callers, alive=Alive(callers=frozenset(legs), reps=reps, together=together))


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
        reconciler: Reconciler,
        region: str | None,
    ) -> None:
        self._calls = calls
        self._matcher = matcher
        self._rules = rules
        self._recorded = recorded
        self._line = line
        self._arrivals = arrivals
        self._conductor = conductor
        self._reconciler = reconciler
        self._region = region

    async def run(self) -> bool:
        """True when this worker was at it; false when another is. Raises what SQL, Redis or Twilio raise."""
        if not await self._calls.lease("rebuild", ms=_LEASE_MS):
            return False
        try:
            await self._rebuild()
        finally:
            await self._calls.give_back("rebuild")
        return True

    async def _rebuild(self) -> None:
        await self._rules.refresh()
        marker = await self._calls.marker()
        epoch = marker.epoch or await self._recorded.next_epoch()
        calls = await self._read(epoch)
        if marker.epoch is None and not await self._open(epoch, calls):
            return  # somebody else did: the next round goes on with theirs
        if self._rules.loaded:
            asked = {demand for call in calls for demand in demands_ahead(call)}
            await self._conductor.take_up(await self._rules.put_on_floor(asked, only=True))
        for call in calls:
            await self._put_back(call)
        await self._free_whose_call_is_gone()
        await self._reconciler.compare(quiet_ms=0)
        await self._calls.mark_restored(epoch)
        log.info("floor_rebuilt", epoch=epoch, calls=len(calls), busy=sum(map(has_rep, calls)))

    async def _read(self, epoch: int) -> list[Call]:
        """Every call that the floor is to have again."""
        live = await read_live(self._line)
        known = await self._known()
        now_ms = self._calls.clock.now_ms()
        strangers = [leg for id_, leg in live.callers.items() if id_ not in known and await self._is_ours(id_, leg)]
        calls = [*known.values(), *[self._fresh(leg, now_ms) for leg in strangers]]
        again = [restored(call, live.alive, now_ms, epoch) for call in calls]
        return sorted(again, key=lambda call: call.state is CallState.WRAP_UP)  # who talks has a rep before who is done

    async def _known(self) -> dict[CallId, Call]:
        known: dict[CallId, Call] = {}
        for row in await self._recorded.open_calls():
            try:
                call = codec.load(row.doc)
            except UnreadableCall:
                log.exception("call_not_readable", call=row.id)
                continue
            known[call.id] = call
        return known

    async def _is_ours(self, call: CallId, leg: Leg) -> bool:
        """A leg that SQL does not know. Calls to other numbers of the account are not ours; one of ours that is left
        out here comes back with its next wait document."""
        if not self._rules.loaded or leg.to not in {each.number for each in self._rules.config.numbers}:
            return False
        return await self._recorded.call(call) is None

    def _fresh(self, leg: Leg, now_ms: int) -> Call:
        arrived = CallArrived(sid=leg.sid, from_=leg.from_, to=leg.to)
        return new_call(arrived, arrived_ms=leg.started_ms or now_ms, now_ms=now_ms, region=self._region)

    async def _open(self, epoch: int, calls: list[Call]) -> bool:
        busy = [
            LiveLeg(rep=call.offer.rep, call=call.id, offer=call.offer.id)
            for call in calls
            if call.offer is not None and has_rep(call)
        ]
        return await self._matcher.open_floor(epoch=epoch, version=self._rules.version, on_calls=busy)

    async def _put_back(self, call: Call) -> None:
        """A call that the floor has already is left as it is."""
        if call.state is CallState.ARRIVING:
            await self._arrivals.reopen(call)
            return
        note = Note(kind="rebuilt", data={"state": call.state})
        step = Step(call=call, effects=on_the_floor(call), notes=(note,))
        saved = await self._calls.save(
            Held(call=call, version=0), step, version=self._rules.version, staff=self._rules.staff()
        )
        if isinstance(saved, Saved):
            for leg in _legs_of_ours(call):
                await self._calls.remember_leg(leg, call.id)
            await self._conductor.take_up(saved.matches)
            await self._conductor.run_line_effects(call.id)

    async def _free_whose_call_is_gone(self) -> None:
        """A pass that was interrupted may have put a rep on a call that has ended since."""
        busy = {rep.offer: rep.call for rep in await self._matcher.reps() if rep.status is RepStatus.ON_CALL}
        held = await self._calls.load_many([call for call in busy.values() if call])
        theirs = {one.call.offer.id for one in held if one.call.offer and one.call.state is not CallState.ENDED}
        for offer in busy:
            if offer is not None and offer not in theirs:
                await self._conductor.take_up(await self._matcher.finish(offer, wrap_up=False))


def _legs_of_ours(call: Call) -> list[CallSid]:
    """Those by whose sids the call cannot be told: a rep's, and a customer's whom we dialled."""
    legs = [call.offer.rep_leg if call.offer else None, call.callback.leg if call.callback else None]
    return [leg for leg in legs if leg is not None]
