"""The loop of a worker that runs simulations: one at a time of all workers, by a lease, each in a child process.

Computes nothing itself. Guarantees that a child is gone before the lease is given up, and that what another worker was
at when it died is said to have failed.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import orjson
import structlog
from redis.exceptions import RedisError

from cti.calls.clock import RedisClock
from cti.record.cancelling import is_cancelled
from cti.record.lease import Lease
from cti.simulations.child import LARGEST_RESULT, STOP, End, Order, too_long
from cti.simulations.model import Limits, SimulationId, State, Task
from cti.simulations.redis_store import LOST, Simulations

LOOK_EVERY_S = 0.5
TICK_S = 0.5
"""How often Redis is told how far it is, asked whether it is still wanted, and the lease renewed."""
STOP_S = 3.0
"""What a child has to say what is known, when it is stopped or its time is up."""
COMMAND = ("-m", "cti.simulations.child")

log = structlog.get_logger()


class LeaseLost(Exception):
    """Another worker runs simulations now: this one stood still for too long, or Redis has forgotten it."""


@dataclass(slots=True, kw_only=True)
class _Told:
    """What a child has said."""

    fields: dict[str, str | int | float] = field(default_factory=lambda: {"progress": 0.0})
    end: End | None = None

    def hear(self, line: bytes) -> None:
        word, _, rest = line.rstrip(b"\n").partition(b" ")
        if word == b"progress":
            self.fields.update({key: value for key, value in orjson.loads(rest).items() if value is not None})
        elif word == b"result":
            known, _, text = rest.partition(b" ")
            self.fields |= {"known": int(known), "result": text.decode()}
        elif word == b"end":
            said = orjson.loads(rest)
            self.end = End(state=State(said["state"]), detail=said["detail"])

    def news(self) -> dict[str, str | int | float]:
        """How far it is; the result only once, for it is large."""
        fields = dict(self.fields)
        self.fields.pop("result", None)
        return fields


class Runner:
    """``run`` goes on for as long as the worker serves."""

    def __init__(
        self, simulations: Simulations, lease: Lease, clock: RedisClock, *, database_url: str, limits: Limits
    ) -> None:
        self._simulations = simulations
        self._lease = lease
        self._clock = clock
        self._database_url = database_url
        self._limits = limits

    async def run(self) -> None:
        """Until cancelled."""
        while not is_cancelled():
            try:
                played = await self.turn()
            except (RedisError, OSError, LeaseLost) as error:
                log.warning("simulation_not_run", because=type(error).__name__)
                played = False
            if not played:
                await asyncio.sleep(LOOK_EVERY_S)

    async def turn(self) -> bool:
        """Runs the next one to its end; false: there is none, or another worker is at it."""
        if not await self._simulations.pending() or not await self._lease.hold():
            return False
        try:
            for name in await self._simulations.fail_abandoned(now_ms=self._clock.now_ms()):
                log.warning("simulation_abandoned", simulation=name)
            taken = await self._simulations.take(now_ms=self._clock.now_ms())
            if taken is not None:
                await self._play(*taken)
        finally:
            await self._lease.release()
        return taken is not None

    async def _play(self, name: SimulationId, task: Task) -> None:
        told = _Told()
        try:
            async with self._child(task) as child:
                await self._follow(name, child, told)
        except asyncio.CancelledError:  # the worker is asked to stop
            await self._conclude(name, told, End(state=State.FAILED, detail=LOST))
            raise
        broken = End(state=State.FAILED, detail=f"It broke off (exit code {child.returncode}): start it again.")
        await self._conclude(name, told, told.end or broken)

    @asynccontextmanager
    async def _child(self, task: Task) -> AsyncIterator[Process]:
        """Gone when the block is left. Started from the worker's main thread, where its loop runs."""
        child = await asyncio.create_subprocess_exec(
            sys.executable, *COMMAND, stdin=PIPE, stdout=PIPE, limit=2 * LARGEST_RESULT
        )
        try:
            order = Order(task=task, limits=self._limits, database_url=self._database_url)
            _stdin(child).write(order.line())  # not waited for: the lease is renewed meanwhile
            yield child
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    child.kill()
            await child.wait()
            _stdin(child).close()

    async def _follow(self, name: SimulationId, child: Process, told: _Told) -> None:
        """Until the child is silent: it has ended, or is to be ended."""
        now = asyncio.get_running_loop().time
        until, tick_at, stopping = now() + self._limits.seconds + STOP_S, now(), False
        while line := await _line(child):
            if line is not SILENCE:
                told.hear(line)
            if now() > until:
                told.end = told.end or End(state=State.FAILED, detail=too_long(self._limits))
                return
            if now() < tick_at:
                continue
            tick_at = now() + TICK_S
            if not await self._lease.hold():
                raise LeaseLost
            state = await self._simulations.change(name, {State.RUNNING, State.CANCELLED}, told.news())
            if state is State.CANCELLED and not stopping:
                stopping, until = True, min(until, now() + STOP_S)
                _stdin(child).write(STOP)
            elif state not in {State.RUNNING, State.CANCELLED}:
                return
        with suppress(TimeoutError):  # it ends by itself: a kill now would take its exit code away
            async with asyncio.timeout(STOP_S):
                await child.wait()

    async def _conclude(self, name: SimulationId, told: _Told, end: End) -> None:
        """What is known stays, also of one that was cancelled."""
        over: dict[str, str | int | float] = {"state": end.state.value, "ended_ms": self._clock.now_ms()}
        if end.state is State.DONE:
            over["progress"] = 1.0
        if end.detail is not None:
            over["detail"] = end.detail
        news = told.news()
        state = await self._simulations.change(name, {State.RUNNING}, {**news, **over})
        if state is State.CANCELLED:
            await self._simulations.change(name, {State.CANCELLED}, news)
        await self._simulations.leave(name)
        log.info("simulation_ended", simulation=name, state=state)


SILENCE = b" "
"""Nothing was said for a tick."""


async def _line(child: Process) -> bytes:
    """The next line; empty: there will be none."""
    if child.stdout is None:
        return b""
    try:
        async with asyncio.timeout(TICK_S):
            return await child.stdout.readline()
    except TimeoutError:
        return SILENCE


def _stdin(child: Process) -> asyncio.StreamWriter:
    if child.stdin is None:
        raise BrokenPipeError("the child has no standard input")
    return child.stdin
