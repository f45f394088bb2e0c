"""Floors for ``match.py``: of a size, made from a seed, everybody connected and unlike anybody else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis

from routing.keys import prefix
from routing.model import Ask, CallId, Demand, Profile, QueueId, RepId, RepStatus, SkillName
from routing.redis_matcher import ROWS_PER_ROUND_TRIP, RedisMatcher
from routing.replies import ask_json
from routing.scripts import MATCHER_SCRIPTS, ScriptRunner

QUEUES = 10
SEED = 20_261_122
VERSION = 1
START_MS = 1_700_000_000_000
MOST_FIT = 1_000
STILL_BYTES = 10_000


@dataclass(frozen=True, kw_only=True)
class Size:
    """What one floor is made of."""

    reps: int
    demands: int
    met: int = 10
    """Demands that a rep meets."""


class BenchFloor:
    """One floor. Its calls have ids of 33 characters, as long as Twilio's."""

    def __init__(self, redis: Redis, size: Size, *, site: str = "main") -> None:
        self.redis = redis
        self.size = size
        self.prefix = prefix(site)
        self.matcher = RedisMatcher(redis, site)
        self.scripts = ScriptRunner(redis, MATCHER_SCRIPTS)
        self.reps = tuple(RepId(f"rep-{n:06d}") for n in range(size.reps))
        self.demands = tuple(_a_demand(n) for n in range(size.demands))
        self.busy: list[RepId] = []
        self._random = random.Random(SEED)  # noqa: S311 - a seed, not a secret
        self._calls = 0

    async def open(self) -> None:
        """Everybody available, connected and ready."""
        await self.matcher.open_floor(epoch=1, version=VERSION)
        await self.matcher.set_version(VERSION, self.demands)
        for start in range(0, len(self.reps), ROWS_PER_ROUND_TRIP):
            batch = self.reps[start : start + ROWS_PER_ROUND_TRIP]
            profiles = [self._a_profile(start + n, rep) for n, rep in enumerate(batch)]
            await self.matcher.set_profiles(profiles, version=VERSION)
            await self.matcher.touch_sockets([(rep, "tab") for rep in batch])
            await self.matcher.set_statuses([(rep, RepStatus.AVAILABLE) for rep in batch])

    async def occupy(self, count: int) -> None:
        """The first ``count`` reps are on calls."""
        for start in range(len(self.busy), count, ROWS_PER_ROUND_TRIP):
            await self.put_on_calls(self.reps[start : min(start + ROWS_PER_ROUND_TRIP, count)])
        self.busy = list(self.reps[:count])

    async def put_on_calls(self, reps: Sequence[RepId]) -> None:
        """Each on a call of their own."""
        rows = [(rep, f"busy-{rep}", f"busy-{rep}") for rep in reps]
        await self.scripts.run_each("putOnCall", [self.prefix + "floor"], rows)

    async def fill_lines(self, count: int) -> None:
        """So many more calls wait."""
        for start in range(0, count, ROWS_PER_ROUND_TRIP):
            asks = [self.an_ask() for _ in range(min(ROWS_PER_ROUND_TRIP, count - start))]
            rows = [(ask_json(ask), VERSION) for ask in asks]
            await self.scripts.run_each("claimRep", [self.prefix + "floor"], rows)

    async def used_bytes(self) -> int:
        """Of the server's memory, once it has freed in the background what it had to."""
        before, used = -1, int((await self.redis.info("memory"))["used_memory"])
        while abs(used - before) > STILL_BYTES:
            await asyncio.sleep(0.05)
            before, used = used, int((await self.redis.info("memory"))["used_memory"])
        return used

    def an_ask(self) -> Ask:
        """The next call."""
        self._calls += 1
        return Ask(
            call=CallId(f"c{self._calls:032d}"),
            demand=self._random.choice(self.demands),
            priority=self._random.choice((0, 0, 0, 10)),
            counted_from_ms=START_MS + self._calls,
        )

    def some_busy_rep(self) -> RepId:
        """Who is on a call."""
        return self._random.choice(self.busy)

    def _a_profile(self, n: int, rep: RepId) -> Profile:
        """In turn, so that somebody among the first half and among the second meets each demand; fits at random."""
        first = n * self.size.met
        met = [self.demands[(first + k) % len(self.demands)] for k in range(self.size.met)]
        return Profile(
            rep=rep,
            fits={demand.id: self._random.randrange(MOST_FIT) for demand in met},
            flexibility=len(met),
            tallies=frozenset({str(demand.queue) for demand in met}),
        )


def _a_demand(n: int) -> Demand:
    skill = SkillName(f"skill-{n // QUEUES}")
    return Demand(queue=QueueId(f"queue-{n % QUEUES}"), needs=((skill, 1 + n % 5),))
