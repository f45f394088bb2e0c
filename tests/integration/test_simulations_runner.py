"""The worker's loop that runs simulations, with real child processes: their limits, and how they end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from cti.calls.clock import RedisClock
from cti.record.lease import Lease
from cti.simulations.child import Order
from cti.simulations.model import Limits, Simulation, SimulationId
from cti.simulations.redis_store import KEPT, LEASE_MS, MOST_WAITING, Simulations
from cti.simulations.runner import COMMAND, Runner
from tests.support.eventually import eventually, here
from tests.support.running import command_of, descendants, lives
from tests.support.simulations import LOADED, a_wish

USUAL = Limits()
ENDLESS = 100_000
"""Replications: minutes."""


class Worker:
    """One worker's loop in this process, and what it keeps."""

    def __init__(self, redis: Redis, limits: Limits) -> None:
        self.redis = redis
        self.simulations = Simulations(redis, prefix="{main}:")
        clock = RedisClock(redis)
        lease = Lease(redis, self.simulations.lease_key, lasts_ms=LEASE_MS)
        self.runner = Runner(self.simulations, lease, clock, database_url="sqlite:///none.db", limits=limits)
        self._name = SimulationId("")

    async def asks(self, *, replications: int = ENDLESS, scenario: str = LOADED) -> None:
        name = await self.simulations.queue(a_wish(replications=replications, scenario=scenario), now_ms=1)
        assert name is not None
        self._name = name

    async def ends(self) -> Simulation:
        """The one that was asked for last, once it is over and no process is left."""

        async def over() -> Simulation | None:
            found = await self.simulations.get(self._name)
            return found if found and found.state not in {"waiting", "running"} and not children() else None

        found = await eventually(over, 20.0)
        assert found is not None
        return found


def children() -> list[int]:
    return [pid for pid in descendants(os.getpid()) if "cti.simulations.child" in command_of(pid) and lives(pid)]


@asynccontextmanager
async def a_worker(redis: Redis, limits: Limits = USUAL) -> AsyncIterator[tuple[Worker, asyncio.Task[None]]]:
    worker = Worker(redis, limits)
    task = asyncio.create_task(worker.runner.run())
    try:
        yield worker, task
    finally:
        task.cancel()
        await asyncio.wait({task})


async def test_one_that_takes_too_long_fails_and_what_is_known_is_kept(redis: Redis) -> None:
    seconds = round(here(2.0))
    async with a_worker(redis, Limits(seconds=seconds)) as (worker, _):
        await worker.asks()
        found = await worker.ends()
    assert found.state == "failed"
    assert found.detail == f"It took longer than {seconds} s: ask for fewer replications, or make the duration shorter."
    assert found.known > 0
    assert f'"replications": {found.known}' in (found.result or "")


async def test_one_that_needs_too_much_memory_fails_and_the_worker_goes_on(redis: Redis) -> None:
    crowd = LOADED.replace("40/h", "200/s")
    async with a_worker(redis, Limits(memory_mb=16)) as (worker, _):
        await worker.asks(scenario=crowd)
        found = await worker.ends()
        assert found.state == "failed"
        assert found.detail == "It needed more than 16 MiB of memory: make the duration shorter."
        await worker.asks(replications=1)
        assert (await worker.ends()).state == "done"


async def test_a_child_that_is_killed_has_failed(redis: Redis) -> None:
    async with a_worker(redis) as (worker, _):
        await worker.asks()
        (pid,) = await eventually(children)
        os.kill(pid, signal.SIGKILL)
        found = await worker.ends()
    assert (found.state, found.detail) == ("failed", "It broke off (exit code -9): start it again.")


async def test_a_child_ends_with_its_standard_input_also_when_nobody_would_miss_its_words() -> None:
    order = Order(task=a_wish(replications=ENDLESS).task, limits=Limits(), database_url="")
    child = await asyncio.create_subprocess_exec(sys.executable, *COMMAND, stdin=PIPE, stdout=DEVNULL)
    child.stdin.write(order.line())
    await child.stdin.drain()
    child.stdin.close()
    try:
        async with asyncio.timeout(here(10.0)):
            assert await child.wait() == 1
    finally:
        if child.returncode is None:
            child.kill()


async def test_a_worker_that_is_asked_to_stop_ends_its_child_and_says_so(redis: Redis) -> None:
    async with a_worker(redis) as (worker, task):
        await worker.asks()
        await eventually(children)
        task.cancel()
        await asyncio.wait({task})
        assert not children()
        found = await worker.ends()
    assert (found.state, found.detail) == ("failed", "The worker that ran it has ended: start it again.")
    assert not await redis.exists("{main}:lease:simulation")


async def test_a_worker_that_lost_the_lease_ends_its_child(redis: Redis) -> None:
    async with a_worker(redis) as (worker, _):
        await worker.asks()
        await eventually(children)
        await redis.set("{main}:lease:simulation", "another worker", px=2_000)
        await eventually(lambda: not children())
        assert (await worker.ends()).state == "failed"


async def test_a_floor_that_forgot_everything_ends_the_child_and_nothing_is_left_of_it(redis: Redis) -> None:
    async with a_worker(redis) as (worker, _):
        await worker.asks()
        await eventually(children)
        await redis.flushall()
        await eventually(lambda: not children())
        await worker.asks(replications=1)
        assert (await worker.ends()).state == "done"
    assert len(await redis.keys("{main}:simulation:*")) == 1


async def test_the_newest_are_kept_but_never_instead_of_those_that_wait(redis: Redis) -> None:
    simulations = Simulations(redis, prefix="{main}:")
    first = await simulations.queue(a_wish(replications=1), now_ms=0)
    for n in range(KEPT + 5):
        name = await simulations.queue(a_wish(replications=1), now_ms=n + 1)
        assert name is not None
        await simulations.cancel(name, now_ms=n + 1)
    assert len(await redis.keys("{main}:simulation:*")) == KEPT + 1
    assert (await simulations.list())[-1].id == first
    assert {await redis.pttl(key) > 0 for key in await redis.keys("{main}:simulation:*")} == {True}
    assert await redis.hexists(f"{{main}}:simulation:{first}", "task")
    assert not await redis.hexists(f"{{main}}:simulation:{name}", "task")


@pytest.mark.parametrize("at_once", [MOST_WAITING * 3])
async def test_never_more_wait_than_may(redis: Redis, at_once: int) -> None:
    simulations = Simulations(redis, prefix="{main}:")
    asked = [simulations.queue(a_wish(replications=1), now_ms=n) for n in range(at_once)]
    names = [name for name in await asyncio.gather(*asked) if name is not None]
    assert len(names) == await redis.llen("{main}:simulations:waiting") == MOST_WAITING
