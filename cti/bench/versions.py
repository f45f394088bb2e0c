"""What a new version of the configuration costs on a large floor, and what claims take while it is written.

Starts its own Valkey and fills a floor of its own; never touches a running service. Claims run on another connection of
the same process, as in a service with one worker: whatever holds up the process or the server shows in them. Measured
from the caller's side, round trip included, beside a bare ``PING`` at the same moments; the writing beside bare
commands that put as much on the same server.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import TypedDict

import typer
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table

from cti.bench.spread import Stopwatch
from cti.embedded import EmbeddedServer
from cti.worker import settle_memory
from routing.config import Rep
from routing.demands import DemandTable
from routing.errors import StaleVersion
from routing.keys import prefix
from routing.model import Ask, CallId, Demand, Match, QueueId, RepId, RepStatus, SkillName
from routing.redis_matcher import ROWS_PER_ROUND_TRIP, RedisMatcher
from routing.scripts import MATCHER_SCRIPTS, ScriptRunner

REPS = 100_000
WAITING = 10_000
QUEUES, DEMANDS_PER_QUEUE, QUEUES_PER_REP = 40, 5, 2
"""200 demands; a rep meets at most 10 of them."""
FULL_QUEUES = 4
"""Whoever serves one of these is on a call, and the waiting calls are theirs."""
SKILLS = tuple(SkillName(f"skill-{n:02d}") for n in range(20))
FEW = 100
"""Of so many reps one changes in the case *few*."""
PAUSE_S = 0.004
"""Between a claim and the next."""
CASES = ("nobody", "few", "queue", "everybody")
MET, PROFILE_BYTES = 8, 480
"""Of a rep, at the mean: what ``write_bare`` writes."""
SEED = 20_261_123
START_MS = 1_700_000_000_000


class Row(TypedDict):
    """One case."""

    case: str
    """Whose profile differs: ``nobody``, ``few`` (1 in 100), ``queue`` (one queue's demands are others: 1 in 20)
    or ``everybody`` (all demands are others)."""
    reps: int
    waiting: int
    active_s: float
    """From the version's first write to the last rep's: from then on whoever is free is found for all that they meet,
    and all counters are of this version."""
    bare_s: float
    """What everybody's places and profiles cost by themselves, as bare commands for many at once."""
    claims: int
    claim_ms: Mapping[str, float]
    """p50, p99, max."""
    ping_ms: Mapping[str, float]


@dataclass(kw_only=True)
class Claims:
    """Calls that arrive while the version is written; each is gone before the next comes."""

    matcher: RedisMatcher
    redis: Redis
    table: DemandTable
    claims: Stopwatch = field(default_factory=Stopwatch)
    pings: Stopwatch = field(default_factory=Stopwatch)
    count: int = 0
    done: bool = False

    async def run(self) -> None:
        """Until ``done``."""
        demands = tuple(self.table.demands.values())
        while not self.done:
            self.count += 1
            call = CallId(f"new-{self.count}")
            ask = Ask(call=call, demand=demands[self.count % len(demands)], counted_from_ms=START_MS + 10**9)
            await self.claims.time(self._claim(ask))
            await self.matcher.leave(call)
            await self.pings.time(self.redis.ping())
            await asyncio.sleep(PAUSE_S)

    async def _claim(self, ask: Ask) -> None:
        """As a worker does: refused for another version, it asks again for the floor's."""
        for version in cycle((self.table.version, self.table.version - 1)):
            with contextlib.suppress(StaleVersion):
                await self.matcher.claim(ask, version=version)
                return


def _demands(weights: Sequence[int]) -> Iterator[Demand]:
    """Another weight makes every demand of a queue another."""
    for queue, weight in enumerate(weights):
        for n in range(DEMANDS_PER_QUEUE):
            need, prefer = SKILLS[(queue + n) % len(SKILLS)], SKILLS[(queue + n + 7) % len(SKILLS)]
            yield Demand(queue=QueueId(f"queue-{queue:02d}"), needs=((need, 1 + n),), prefers=((prefer, weight),))


def _a_rep(n: int, dice: random.Random) -> Rep:
    """Nobody is like another: 20 levels of 1 to 10."""
    skills = {skill: dice.randint(1, 10) for skill in SKILLS}
    queues = frozenset(QueueId(f"queue-{queue:02d}") for queue in dice.sample(range(QUEUES), QUEUES_PER_REP))
    return Rep(id=RepId(f"rep-{n:06d}"), name=f"Rep {n}", skills=skills, queues=queues)


class VersionsFloor:
    """A floor with everybody connected, the reps of some queues on calls, and calls waiting for them."""

    def __init__(self, redis: Redis, *, reps: int, waiting: int) -> None:
        self.redis = redis
        self.matcher = RedisMatcher(redis)
        self._dice = random.Random(SEED)  # noqa: S311 - a seed, not a secret
        self._reps = {rep.id: rep for rep in (_a_rep(n, self._dice) for n in range(reps))}
        self._waiting = waiting
        self._weights = [1] * QUEUES
        self.table = self._a_table(1)

    def _a_table(self, version: int) -> DemandTable:
        demands = {demand.id: demand for demand in _demands(self._weights)}
        return DemandTable(version=version, demands=demands, reps=self._reps, written=frozenset(demands))

    async def open(self) -> None:
        await self.redis.flushall()
        await self.matcher.open_floor(epoch=1, version=1)
        await write(self.matcher, self.table)
        await self.matcher.touch_sockets([(rep, "tab") for rep in self._reps])
        full = {QueueId(f"queue-{queue:02d}") for queue in range(FULL_QUEUES)}
        busy = [rep.id for rep in self._reps.values() if rep.serves(*full)]
        runner, floor = ScriptRunner(self.redis, MATCHER_SCRIPTS), [f"{prefix('main')}floor"]
        for start in range(0, len(busy), ROWS_PER_ROUND_TRIP):
            batch = busy[start : start + ROWS_PER_ROUND_TRIP]
            await runner.run_each("putOnCall", floor, [(rep, f"busy-{rep}", f"busy-{rep}") for rep in batch])
        free = [rep.id for rep in self._reps.values() if not rep.serves(*full)]
        await self.matcher.set_statuses([(rep, RepStatus.AVAILABLE) for rep in free])
        asked = [demand for demand in self.table.demands.values() if demand.queue in full]
        for n in range(self._waiting):
            ask = Ask(call=CallId(f"c{n:032d}"), demand=asked[n % len(asked)], counted_from_ms=START_MS + n)
            if isinstance(await self.matcher.claim(ask, version=1), Match):
                raise typer.Exit(1)

    def change(self, case: str) -> DemandTable:
        """The next version. Demands that calls wait for stay on the floor, as in the service."""
        if case == "everybody":
            self._weights = [weight + 1 for weight in self._weights]
        if case == "queue":
            self._weights[-1] += 1
        if case == "few":
            some = self._dice.sample(sorted(self._reps), max(1, len(self._reps) // FEW))
            self._reps = {**self._reps, **{rep: _a_rep(int(rep[4:]), self._dice) for rep in some}}
        full = {f"queue-{queue:02d}" for queue in range(FULL_QUEUES)}
        asked = [demand for demand in self.table.demands.values() if demand.queue in full]
        return self._a_table(self.table.version + 1).with_extra(asked)


async def write(matcher: RedisMatcher, table: DemandTable) -> None:
    """As ``cti.calls.rules`` does."""
    await matcher.set_version(table.version, tuple(table.demands.values()))
    await matcher.renew_profiles(table, version=table.version)


async def write_bare(redis: Redis, reps: int) -> float:
    """How long as many places and profiles take, for 64 reps of the same queues at once."""
    profile, at_once = "p" * PROFILE_BYTES, 64
    start = time.perf_counter()
    for first in range(0, reps, at_once):
        some = range(first, min(first + at_once, reps))
        pipe = redis.pipeline(transaction=False)
        pipe.hset("bare:profiles", mapping={f"rep-{n:06d}": profile for n in some})
        for demand in range(MET):
            place = f"{first // at_once % QUEUES}:{demand}"
            pipe.zadd(f"bare:{place}", {f"{n * 7919 % 1000:06d}:{START_MS}:rep-{n:06d}": 0 for n in some})
        await pipe.execute()
    took_s = time.perf_counter() - start
    await redis.unlink(*[key async for key in redis.scan_iter("bare:*", count=1000)])
    return took_s


async def measure(floor: VersionsFloor, case: str, *, reps: int, waiting: int, other: Redis) -> Row:
    """One new version, with claims meanwhile."""
    bare_s = await write_bare(floor.redis, reps)
    table = floor.change(case)
    claims = Claims(matcher=RedisMatcher(other), redis=other, table=table)
    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        group.create_task(claims.run())
        try:
            await write(floor.matcher, table)
        finally:
            active_s = time.perf_counter() - start
            claims.done = True
    floor.table = table
    return Row(
        case=case,
        reps=reps,
        waiting=waiting,
        active_s=round(active_s, 2),
        bare_s=round(bare_s, 2),
        claims=claims.count,
        claim_ms=claims.claims.worst_ms(),
        ping_ms=claims.pings.worst_ms(),
    )


async def run(url: str, *, reps: int = REPS, waiting: int = WAITING) -> list[Row]:
    """The cases for the server at ``url``, whose data is lost."""
    async with Redis.from_url(url, decode_responses=True) as redis, Redis.from_url(url, decode_responses=True) as other:
        floor = VersionsFloor(redis, reps=reps, waiting=waiting)
        await floor.open()
        settle_memory()
        return [await measure(floor, case, reps=reps, waiting=waiting, other=other) for case in CASES]


def main(*, as_json: bool, quick: bool = False) -> None:
    """``cti bench versions``."""
    with tempfile.TemporaryDirectory(prefix="cti-bench-") as directory:
        server = EmbeddedServer(Path(directory))
        server.start()
        try:
            size = {"reps": REPS // 50, "waiting": WAITING // 50} if quick else {"reps": REPS, "waiting": WAITING}
            rows = asyncio.run(run(server.url, **size))
        finally:
            server.stop()
    if as_json:
        typer.echo(json.dumps(rows))
        return
    _show(rows)


def _show(rows: list[Row]) -> None:
    table = Table(title="A new version, and the claims meanwhile")
    spread_of = ("claim p50 ms", "p99", "max", "ping p50", "max")
    headings = ("who changes", "reps", "waiting", "active s", "bare s", "claims", *spread_of)
    for heading in headings:
        table.add_column(heading, justify="right")
    for row in rows:
        counts = (
            row["case"],
            f"{row['reps']:,}",
            f"{row['waiting']:,}",
            f"{row['active_s']:.2f}",
            f"{row['bare_s']:.2f}",
            f"{row['claims']:,}",
        )
        claim, ping = row["claim_ms"], row["ping_ms"]
        spreads = (claim["p50"], claim["p99"], claim["max"], ping["p50"], ping["max"])
        table.add_row(*counts, *(f"{each:.2f}" for each in spreads))
    Console(width=120).print(table)
