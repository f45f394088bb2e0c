"""200 calls and 20 reps at once, over several connections: no double offer, no lost call, everybody idle at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack

from redis.asyncio import Redis

from cti.embedded import EmbeddedServer
from routing.model import CallId, Match, Outcome, RepStatus
from routing.redis_matcher import RedisMatcher
from tests.support.floor_dump import check_floor, dump_floor
from tests.support.matchers import START_MS, VERSION, RedisFloor, a_demand, an_ask

CALLS = 200
REPS = 20
WORKERS = 4
SUPPORT = a_demand()
SALES = a_demand("sales", needs={"sell": 1})


class Storm:
    """Workers who arrive with calls and carry the matches on, every seventh offer withdrawn."""

    def __init__(self) -> None:
        self.served: list[CallId] = []
        self.over = asyncio.Event()
        self._matches: asyncio.Queue[Match] = asyncio.Queue()

    def add(self, matches: Iterable[Match]) -> None:
        for match in matches:
            self._matches.put_nowait(match)

    async def arrive(self, matcher: RedisMatcher, numbers: range) -> None:
        for n in numbers:
            demand = SALES if n % 5 == 0 else SUPPORT
            found = await matcher.claim(an_ask(f"c{n}", demand, priority=n % 3, at=START_MS + n), version=VERSION)
            self.add([found] if isinstance(found, Match) else [])

    async def carry(self, matcher: RedisMatcher) -> None:
        while True:
            match = await self._matches.get()
            if (int(match.call[1:]) + int(match.offer.split("-")[1])) % 7 == 0:
                self.add(await matcher.settle(match.offer, Outcome.WITHDRAWN))
                continue
            assert await matcher.accept(match.offer), "somebody else holds this reservation"
            self.add(await matcher.finish(match.offer, wrap_up=False))
            self.served.append(match.call)
            if len(self.served) == CALLS:
                self.over.set()


async def test_a_storm_of_calls_ends_with_everybody_idle(valkey: EmbeddedServer, redis: Redis) -> None:
    floor = RedisFloor(redis)
    await floor.open()
    for n in range(REPS):
        await floor.staff(f"r{n}", {SUPPORT: n % 4, SALES: n % 3} if n % 2 else {SUPPORT: 1})
    storm = Storm()
    async with AsyncExitStack() as stack, asyncio.timeout(30), asyncio.TaskGroup() as group:
        workers = []
        for n in range(WORKERS):
            client = await stack.enter_async_context(Redis.from_url(valkey.url, decode_responses=True))
            matcher = RedisMatcher(client)
            workers.append(group.create_task(storm.carry(matcher)))
            group.create_task(storm.arrive(matcher, range(n, CALLS, WORKERS)))
        await storm.over.wait()
        for worker in workers:
            worker.cancel()
    assert sorted(storm.served) == sorted(f"c{n}" for n in range(CALLS))
    assert {each.status for each in await floor.matcher.reps()} == {RepStatus.AVAILABLE}
    check_floor(await dump_floor(redis), floor.now)
