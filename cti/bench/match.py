"""What a claim and a freed rep cost, from 100 to 100,000 reps, some free and all busy.

Starts its own Valkey and fills a floor of its own; never touches a running service. Measured from the caller's side,
round trip included, after a warm-up, against a bare ``PING`` on the same connection. Guarantees that each sample starts
from the same state: what a measured step did is undone before the next.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypedDict, TypeVar

import typer
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table

from cti.embedded import EmbeddedServer
from routing.keys import prefix
from routing.model import Ask, CallId, Demand, Match, Profile, QueueId, RepId, RepStatus, SkillName
from routing.redis_matcher import ROWS_PER_ROUND_TRIP, RedisMatcher
from routing.scripts import MATCHER_SCRIPTS, ScriptRunner

T = TypeVar("T")
SIZES = (100, 1_000, 10_000, 100_000)
NEEDS = 20
"""Distinct demands; a rep meets about half of them."""
WAITING = 1_000
"""Calls in line while all reps are busy."""
SAMPLES = 400
WARM_UP = 50
SEED = 20_261_122
VERSION = 1
START_MS = 1_700_000_000_000


class Spread(TypedDict):
    """Microseconds."""

    p50: float
    p99: float


class Row(TypedDict):
    """One line of the result."""

    reps: int
    needs: int
    waiting: int
    busy: int
    """How many of the reps: none, or all."""
    claim_us: Spread
    freed_us: Spread
    ping_us: Spread


class Stopwatch:
    """Collects how long one kind of step took."""

    def __init__(self) -> None:
        self._taken_us: list[float] = []

    async def time(self, step: Awaitable[T]) -> T:
        start = time.perf_counter_ns()
        result = await step
        self._taken_us.append((time.perf_counter_ns() - start) / 1000)
        return result

    def spread(self) -> Spread:
        cuts = statistics.quantiles(self._taken_us[WARM_UP:], n=100)
        return Spread(p50=round(cuts[49], 1), p99=round(cuts[98], 1))


class BenchFloor:
    """One floor of the given size, made from a seed."""

    def __init__(self, redis: Redis, size: int) -> None:
        self.redis = redis
        self.matcher = RedisMatcher(redis)
        self.reps = tuple(RepId(f"rep-{n:06d}") for n in range(size))
        self.demands = tuple(_a_demand(n) for n in range(NEEDS))
        self._random = random.Random(SEED)  # noqa: S311 - a seed, not a secret
        self._calls = 0

    async def open(self) -> None:
        """Everybody available, connected and ready."""
        await self.redis.flushall()
        await self.matcher.open_floor(epoch=1, version=VERSION)
        await self.matcher.set_version(VERSION, self.demands)
        await self.matcher.set_profiles([self._profile(rep) for rep in self.reps], version=VERSION)
        await self.matcher.touch_sockets([(rep, "tab") for rep in self.reps])
        await self.matcher.set_statuses([(rep, RepStatus.AVAILABLE) for rep in self.reps])

    async def occupy(self) -> None:
        """Everybody on a call, and a line of calls waiting."""
        runner, floor = ScriptRunner(self.redis, MATCHER_SCRIPTS), [f"{prefix('main')}floor"]
        for start in range(0, len(self.reps), ROWS_PER_ROUND_TRIP):
            batch = self.reps[start : start + ROWS_PER_ROUND_TRIP]
            await runner.run_each("putOnCall", floor, [(rep, f"busy-{rep}", f"busy-{rep}") for rep in batch])
        for _ in range(WAITING):
            await self.matcher.claim(self.an_ask(), version=VERSION)

    def an_ask(self) -> Ask:
        self._calls += 1
        return Ask(
            call=CallId(f"c{self._calls:032d}"),
            demand=self._random.choice(self.demands),
            priority=self._random.choice((0, 0, 0, 10)),
            counted_from_ms=START_MS + self._calls,
        )

    def some_rep(self) -> RepId:
        return self._random.choice(self.reps)

    def _profile(self, rep: RepId) -> Profile:
        met = [demand for demand in self.demands if self._random.random() < 0.5] or [self.demands[0]]
        tallies = {demand.queue for demand in met}
        return Profile(
            rep=rep,
            fits={demand.id: self._random.randrange(0, 60) for demand in met},
            tallies=frozenset(map(str, tallies)),
        )


def _a_demand(n: int) -> Demand:
    return Demand(queue=QueueId(f"queue-{n % 4}"), needs=((SkillName(f"skill-{n // 4}"), 1 + n % 5),))


async def _measure_free(floor: BenchFloor, samples: int) -> tuple[Stopwatch, Stopwatch]:
    """A claim finds a rep; the rep's after-call work ends and nobody waits."""
    claims, frees = Stopwatch(), Stopwatch()
    for _ in range(WARM_UP + samples):
        match = await claims.time(floor.matcher.claim(floor.an_ask(), version=VERSION))
        if not isinstance(match, Match):
            raise typer.Exit(1)
        await floor.matcher.accept(match.offer)
        await floor.matcher.finish(match.offer, wrap_up=True)
        await frees.time(floor.matcher.free(match.rep, match.call))
    return claims, frees


async def _measure_busy(floor: BenchFloor, samples: int) -> tuple[Stopwatch, Stopwatch]:
    """A claim finds nobody and stands in line; a rep whose after-call work ends takes a waiting call."""
    claims, frees = Stopwatch(), Stopwatch()
    for _ in range(WARM_UP + samples):
        ask = floor.an_ask()
        await claims.time(floor.matcher.claim(ask, version=VERSION))
        state = await floor.matcher.rep(floor.some_rep())
        if not state or not state.offer or not state.call:
            raise typer.Exit(1)
        await floor.matcher.finish(state.offer, wrap_up=True)
        for match in await frees.time(floor.matcher.free(state.rep, state.call)):
            await floor.matcher.accept(match.offer)
    return claims, frees


async def _measure_ping(redis: Redis, samples: int) -> Spread:
    pings = Stopwatch()
    for _ in range(WARM_UP + samples):
        await pings.time(redis.ping())
    return pings.spread()


Measure = Callable[[BenchFloor, int], Awaitable[tuple[Stopwatch, Stopwatch]]]


async def _row(floor: BenchFloor, measure: Measure, *, busy: bool, samples: int) -> Row:
    claims, frees = await measure(floor, samples)
    return Row(
        reps=len(floor.reps),
        needs=NEEDS,
        waiting=WAITING if busy else 0,
        busy=len(floor.reps) if busy else 0,
        claim_us=claims.spread(),
        freed_us=frees.spread(),
        ping_us=await _measure_ping(floor.redis, samples),
    )


async def run(url: str, sizes: Sequence[int] = SIZES, samples: int = SAMPLES) -> list[Row]:
    """The rows for the server at ``url``, whose data is lost: per size one with everybody free, one with all busy."""
    rows: list[Row] = []
    async with Redis.from_url(url, decode_responses=True) as redis:
        for size in sizes:
            floor = BenchFloor(redis, size)
            await floor.open()
            rows.append(await _row(floor, _measure_free, busy=False, samples=samples))
            await floor.occupy()
            rows.append(await _row(floor, _measure_busy, busy=True, samples=samples))
    return rows


def main(*, as_json: bool) -> None:
    """``cti bench match``."""
    with tempfile.TemporaryDirectory(prefix="cti-bench-") as directory:
        server = EmbeddedServer(Path(directory))
        server.start()
        try:
            rows = asyncio.run(run(server.url))
        finally:
            server.stop()
    if as_json:
        typer.echo(json.dumps(rows))
        return
    _show(rows)


def _show(rows: Sequence[Row]) -> None:
    table = Table(title="A claim, and a freed rep (µs, round trip included)")
    for heading in ("reps", "busy", "waiting", "needs", "claim p50", "p99", "freed p50", "p99", "ping p50"):
        table.add_column(heading, justify="right")
    for row in rows:
        figures = (row["claim_us"], row["freed_us"])
        spreads = [f"{each:.0f}" for spread in figures for each in (spread["p50"], spread["p99"])]
        counts = [f"{count:,}" for count in (row["reps"], row["busy"], row["waiting"], row["needs"])]
        table.add_row(*counts, *spreads, f"{row['ping_us']['p50']:.0f}")
    Console().print(table)
