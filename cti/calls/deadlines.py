"""Drains the floor's deadlines: every worker does, none depends on the worker that set one.

A due deadline is claimed for 2 s by one script; what handles it removes it (or sets the next). A worker that dies in
between leaves it to the next. Sleeps until the next one is due, and at most 250 ms, so that a deadline set meanwhile by
somebody else is not missed by more.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import get_args

import structlog
from redis.exceptions import RedisError

from cti.calls.background import Background
from cti.calls.conductor import Conductor
from cti.calls.errors import CallError
from cti.calls.events import DeadlineKind, DeadlinePassed, QueueFull, RepVanished, ShortStaffed
from cti.calls.model import Call, CallState
from cti.calls.redis_store import Held, RedisCalls
from cti.calls.step import Verdict, ask_of, demands_ahead, take_step
from cti.calls.waits import Waits
from cti.record.cancelling import is_cancelled
from routing.errors import RoutingError
from routing.model import CallId, DemandId, RepId
from routing.redis_matcher import RedisMatcher

log = structlog.get_logger()

LEASE_MS = 2_000
BATCH = 100
PAGE = 100
"""Calls of a line that are told at a time that nobody is left for them."""
LONGEST_SLEEP_S = 0.25
_KINDS = frozenset(get_args(DeadlineKind))


class Deadlines:
    """One loop a worker."""

    def __init__(
        self, *, matcher: RedisMatcher, conductor: Conductor, calls: RedisCalls, background: Background
    ) -> None:
        self._matcher = matcher
        self._conductor = conductor
        self._calls = calls
        self._background = background
        self.drained_at_ms = 0
        """Heartbeat: when the loop last came round."""

    async def run(self) -> None:
        """Until cancelled. Redis away, or a floor that is being rebuilt: tried again every 250 ms."""
        waits = Waits("deadlines_wait")
        while not is_cancelled():
            pause_s = LONGEST_SLEEP_S
            try:
                pause_s = await self.drain()
                waits.over()
            except (CallError, RoutingError, RedisError, OSError) as error:
                waits.because(type(error).__name__)
            self.drained_at_ms = self._calls.clock.now_ms()
            await asyncio.sleep(pause_s)

    async def drain(self) -> float:
        """Starts everything that is due; seconds until the next."""
        due = await self._matcher.due_deadlines(limit=BATCH, lease_ms=LEASE_MS)
        for member in due.members:
            self._background.start(f"deadline:{member}", partial(self._handle, member))
        if len(due.members) == BATCH:
            return 0.0
        until_s = LONGEST_SLEEP_S if due.next_in_ms is None else due.next_in_ms / 1000
        return min(max(until_s, 0.001), LONGEST_SLEEP_S)

    async def _handle(self, member: str) -> None:
        family, _, rest = member.partition(":")
        match family:
            case "call":
                call_id, _, kind = rest.rpartition(":")
                await self._call(CallId(call_id), kind)
            case "match":
                await self._match(CallId(rest))
            case "wake":
                await self._conductor.take_up(await self._matcher.wake(CallId(rest)))
            case "unmet":
                await self._unmet(CallId(rest), member)
            case "full":
                await self._full(CallId(rest), member)
            case "empty":
                await self._empty(DemandId(rest), member)
            case "presence":
                await self._presence(RepId(rest))
            case _:
                log.error("unknown_deadline", family=family)
                await self._calls.drop_deadline(member)

    async def _call(self, call_id: CallId, kind: str) -> None:
        if kind == "effects":
            await self._conductor.run_line_effects(call_id)
        elif kind in _KINDS:
            skip = kind == "step" and await self._skips_next(await self._calls.load(call_id))
            told = await self._conductor.tell(call_id, DeadlinePassed(kind=kind, skip=skip))  # type: ignore[arg-type]  # it is one of _KINDS
            if told.call is None or told.call.state is CallState.ENDED:  # any other may have its next by now
                await self._calls.drop_deadline(f"call:{call_id}:{kind}")

    async def _match(self, call_id: CallId) -> None:
        """Whoever matched the call did not take the match up: we do, or release it if its call will not have it."""
        standing = await self._matcher.reservation(call_id)
        if standing is not None and not standing.confirmed:
            await self._conductor.take_up((standing.match,))
        await self._conductor.take_up(await self._matcher.release_unconfirmed(call_id))

    async def _skips_next(self, held: Held | None) -> bool:
        """Whether the call's next step says that it is to be passed over, as things are."""
        plan = held.call.plan if held else None
        if held is None or plan is None or held.call.step >= len(plan.steps):
            return False
        skip_if = plan.steps[held.call.step].skip_if
        if skip_if is None:
            return False
        demand = ask_of(take_step(held.call)[0]).demand
        await self._conductor.register(demand)  # new where an earlier step was passed over
        count = self._matcher.on_duty if skip_if == "nobody_on_duty" else self._matcher.ready
        return await count(demand.id) == 0

    async def _unmet(self, call_id: CallId, member: str) -> None:
        """Nobody on duty could take the call when it entered its line."""
        if not await self._tell_shortage(call_id):
            await self._calls.drop_deadline(member)

    async def _full(self, call_id: CallId, member: str) -> None:
        """The call came when as many waited as the queue takes."""
        held = await self._calls.load(call_id)
        if held is not None:
            await self._conductor.tell(call_id, QueueFull(step=held.call.step))
        await self._calls.drop_deadline(member)

    async def _empty(self, demand: DemandId, member: str) -> None:
        """The last one who could take a line's calls has left duty. Who is told here leaves the line, or stays in it
        for want of a further step."""
        start = 0
        while calls := await self._matcher.line(demand, start, PAGE):
            moved = [await self._tell_shortage(call_id) for call_id in calls]
            start += moved.count(False)
        await self._calls.drop_deadline(member)

    async def _tell_shortage(self, call_id: CallId) -> bool:
        """True when the call took a step."""
        held = await self._calls.load(call_id)
        staffing = await self._matcher.staffing(call_id)
        if held is None or staffing is None or not staffing.unmet:
            return False
        skip = await self._skips_next(held)
        gone = staffing.gone and not await self._helps_later(held.call)
        event = ShortStaffed(step=held.call.step, gone=gone, skip=skip)
        return (await self._conductor.tell(call_id, event)).verdict is Verdict.DONE

    async def _helps_later(self, call: Call) -> bool:
        """Somebody on duty could take the call after one of the steps that its plan has left."""
        demands = demands_ahead(call)
        for demand in demands:
            await self._conductor.register(demand)
        return len(await self._matcher.unstaffed([demand.id for demand in demands])) < len(demands)

    async def _presence(self, rep: RepId) -> None:
        state = await self._matcher.check_presence(rep)
        if state is None or state.offer is None or state.call is None:
            return
        await self._conductor.tell(state.call, RepVanished(offer=state.offer))
