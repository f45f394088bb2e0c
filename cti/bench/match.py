"""What a claim, a release and a freed rep cost, from 100 to 100,000 reps: free, half busy, all busy with calls in line.

Starts its own Valkey and fills floors of its own; never touches a running service. Measured twice: from the caller's
side, round trip included, after a warm-up, against a bare ``PING`` on the same connection; and on the server's side,
the time of the script alone (``SLOWLOG`` with every command in it). Each step on the floor is followed by the same on
one of 100 reps on the same server: how the cost grows is told by what the two took at the same moments. Guarantees that
each sample starts from the same state: what a measured step did is undone before the next.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import typer
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table

from cti.bench.match_floor import VERSION, BenchFloor, Size
from cti.bench.spread import Spread, Stopwatch
from cti.embedded import EmbeddedServer
from routing.model import Match, Outcome
from routing.scripts import MATCHER_SCRIPTS, read_script

GRID = (
    *(Size(reps=reps, demands=demands) for reps in (100, 1_000, 10_000) for demands in (10, 50, 200)),
    Size(reps=100_000, demands=200),
)
"""Each rep meets 10 demands, so that nothing but the number of reps differs from 100 to 100,000."""
SMALL = Size(reps=100, demands=10)
"""The floor beside each of them, whose lines are empty."""
GROWTH = tuple(Size(reps=1_000, demands=200, met=met) for met in (1, 10, 50))
WAITING = (0, 1_000, 10_000)
"""Calls in line while all reps are busy."""
QUICK_GRID = tuple(Size(reps=reps, demands=50) for reps in (100, 1_000))
QUICK_WAITING = (0, 1_000)
SAMPLES, QUICK_SAMPLES = 200, 50
WARM_UP = 20


class Row(TypedDict):
    """One line of the result; figures of what was not done (a release where nobody is free) are left out."""

    reps: int
    needs: int
    """Distinct demands."""
    met: int
    """Demands that a rep meets."""
    waiting: int
    busy: int
    """How many of the reps: none, half, or all."""
    claim_us: Spread
    freed_us: Spread
    release_us: Spread | None
    ping_us: Spread
    server_us: Mapping[str, Spread]
    """claim, freed and release: the script alone."""
    growth: Mapping[str, float]
    """claim, freed and release: the p50 of the script, by that on the small floor."""
    per_s: Mapping[str, int]
    """How many of each one server could do: 1 / mean time of the script."""
    bytes_per_rep: int
    bytes_per_waiting: int | None


class Watches:
    """One for each kind of step."""

    def __init__(self) -> None:
        self.claim, self.freed, self.release = Stopwatch(), Stopwatch(), Stopwatch()


async def _measure_free(floor: BenchFloor, watches: Watches) -> None:
    """A claim finds a rep and the caller leaves; another, and after the call nobody waits for the freed rep."""
    first = await watches.claim.time(floor.matcher.claim(floor.an_ask(), version=VERSION))
    if not isinstance(first, Match):
        raise typer.Exit(1)
    await watches.release.time(floor.matcher.settle(first.offer, Outcome.CALLER_LEFT))
    match = await floor.matcher.claim(floor.an_ask(), version=VERSION)
    if not isinstance(match, Match):
        raise typer.Exit(1)
    await floor.matcher.accept(match.offer)
    await floor.matcher.finish(match.offer, wrap_up=True)
    await watches.freed.time(floor.matcher.free(match.rep, match.call))


async def _measure_busy(floor: BenchFloor, watches: Watches) -> None:
    """A claim finds nobody and stands in line; a rep whose after-call work ends takes a waiting call, if one waits."""
    ask = floor.an_ask()
    waits = await floor.redis.zcard(f"{floor.prefix}waiting:{ask.demand.queue}") > 0
    await watches.claim.time(floor.matcher.claim(ask, version=VERSION))
    if not waits:
        await floor.matcher.leave(ask.call)
    state = await floor.matcher.rep(floor.some_busy_rep())
    if not state or not state.offer or not state.call:
        raise typer.Exit(1)
    await floor.matcher.finish(state.offer, wrap_up=True)
    matches = await watches.freed.time(floor.matcher.free(state.rep, state.call))
    for match in matches:
        await floor.matcher.accept(match.offer)
    if not matches:
        await floor.put_on_calls([state.rep])


async def _measure_ping(redis: Redis, samples: int) -> Spread:
    pings = Stopwatch()
    for _ in range(samples):
        await pings.time(redis.ping())
    return pings.spread()


Step = Callable[[BenchFloor, Watches], Awaitable[None]]
_SCRIPTS = {"claim": "claimRep", "freed": "freeRep", "release": "settleOffer"}


ServerTimes = Mapping[str, Sequence[int]]
"""Kind of step → µs of each script run since the log was emptied; kinds that were not done are left out."""


async def _server_times(floor: BenchFloor) -> ServerTimes:
    shas = {kind: read_script(name, MATCHER_SCRIPTS).sha for kind, name in _SCRIPTS.items()}
    found: dict[str, list[int]] = {kind: [] for kind in shas}
    for entry in await floor.redis.slowlog_get(20_000):
        command = str(entry["command"])
        for kind, sha in shas.items():
            if sha in command and floor.prefix in command:
                found[kind].append(int(entry["duration"]))
    return {kind: times for kind, times in found.items() if len(times) > 1}


async def _sampled(
    floor: BenchFloor, small: BenchFloor, step: Step, samples: int
) -> tuple[Watches, ServerTimes, ServerTimes]:
    """From the caller's side, and on the server for the one floor and the other."""
    watches = Watches()
    for _ in range(WARM_UP):
        await step(floor, Watches())
        await step(small, Watches())
    await floor.redis.config_set("slowlog-max-len", 20_000)
    await floor.redis.config_set("slowlog-log-slower-than", 0)
    await floor.redis.slowlog_reset()
    for _ in range(samples):
        await step(floor, watches)
        await step(small, Watches())
    await floor.redis.config_set("slowlog-log-slower-than", -1)
    times, beside = await _server_times(floor), await _server_times(small)
    await floor.redis.slowlog_reset()  # it is memory, too
    return watches, times, beside


def _spread(times_us: Sequence[float]) -> Spread:
    cuts = statistics.quantiles(times_us, n=100)
    return Spread(p50=round(cuts[49], 1), p99=round(cuts[98], 1))


@dataclass(kw_only=True)
class _Pair:
    """A floor, and the small one beside it."""

    floor: BenchFloor
    small: BenchFloor
    samples: int
    bytes_per_rep: int = 0
    bytes_per_waiting: int | None = None


async def _row(pair: _Pair, step: Step, *, waiting: int) -> Row:
    floor = pair.floor
    watches, server, beside = await _sampled(floor, pair.small, step, pair.samples)
    return Row(
        reps=floor.size.reps,
        needs=floor.size.demands,
        met=floor.size.met,
        waiting=waiting,
        busy=len(floor.busy),
        claim_us=watches.claim.spread(),
        freed_us=watches.freed.spread(),
        release_us=watches.release.spread() if watches.release.taken_us else None,
        ping_us=await _measure_ping(floor.redis, pair.samples),
        server_us={kind: _spread(times) for kind, times in server.items()},
        growth={
            kind: round(statistics.median(times) / statistics.median(beside[kind]), 2) for kind, times in server.items()
        },
        per_s={kind: round(1e6 / max(statistics.fmean(times), 1)) for kind, times in server.items()},
        bytes_per_rep=pair.bytes_per_rep,
        bytes_per_waiting=pair.bytes_per_waiting,
    )


async def _rows(redis: Redis, size: Size, waiting: Sequence[int], samples: int) -> list[Row]:
    """One floor: everybody free, half busy, all busy with ever more calls in line."""
    await redis.flushall(asynchronous=False)
    pair = _Pair(floor=BenchFloor(redis, size), small=BenchFloor(redis, SMALL, site="small"), samples=samples)
    await pair.small.open()
    empty = await pair.floor.used_bytes()
    await pair.floor.open()
    pair.bytes_per_rep = (await pair.floor.used_bytes() - empty) // size.reps
    rows = [await _row(pair, _measure_free, waiting=0)]
    await _occupy(pair, 2)
    rows.append(await _row(pair, _measure_free, waiting=0))
    await _occupy(pair, 1)
    standing = 0
    for count in waiting:
        before = await pair.floor.used_bytes()
        await pair.floor.fill_lines(count - standing)
        if count > standing:
            pair.bytes_per_waiting = (await pair.floor.used_bytes() - before) // (count - standing)
        standing = count
        rows.append(await _row(pair, _measure_busy, waiting=count))
    return rows


async def _occupy(pair: _Pair, one_in: int) -> None:
    await pair.floor.occupy(pair.floor.size.reps // one_in)
    await pair.small.occupy(pair.small.size.reps // one_in)


async def run(
    url: str, sizes: Sequence[Size] = GRID, waiting: Sequence[int] = WAITING, samples: int = SAMPLES
) -> list[Row]:
    """The rows for the server at ``url``, whose data is lost."""
    rows: list[Row] = []
    async with Redis.from_url(url, decode_responses=True) as redis:
        for done, size in enumerate(sizes, 1):
            rows += await _rows(redis, size, waiting, samples)
            typer.echo(f"floor {done} of {len(sizes)}: {size.reps:,} reps", err=True)
    return rows


async def _both(url: str, *, quick: bool) -> tuple[list[Row], list[Row]]:
    """The grid, and the growth with the number of demands that a rep meets."""
    if quick:
        return await run(url, QUICK_GRID, QUICK_WAITING, QUICK_SAMPLES), []
    return await run(url), await run(url, GROWTH, (1_000,))


def main(*, as_json: bool, quick: bool = False) -> None:
    """``cti bench match``."""
    with tempfile.TemporaryDirectory(prefix="cti-bench-") as directory:
        server = EmbeddedServer(Path(directory))
        server.start()
        try:
            rows, growth = asyncio.run(_both(server.url, quick=quick))
        finally:
            server.stop()
    if as_json:
        typer.echo(json.dumps([*rows, *growth]))
        return
    _show("A claim, a release and a freed rep (µs); every rep meets 10 demands", rows)
    if growth:
        _show("The same, by the number of demands that a rep meets", growth)
    typer.echo("p50/p99 with round trip; /server: the script alone, by SLOWLOG; per s: 1 / its mean; grows: its p50")
    typer.echo(f"by that on a floor of {SMALL.reps} reps with empty lines on the same server at the same moments")


def _show(title: str, rows: Sequence[Row]) -> None:
    table = Table(title=title)
    headings = (
        "reps",
        "demands",
        "met",
        "busy",
        "waiting",
        "claim",
        "freed",
        "release",
        "claim/server",
        "grows",
        "freed/server",
        "grows",
    )
    for heading in (*headings, "claims per s", "freed per s", "ping", "B/rep", "B/waiting"):
        table.add_column(heading, justify="right")
    for row in rows:
        counts = [f"{count:,}" for count in (row["reps"], row["needs"], row["met"], row["busy"], row["waiting"])]
        spreads = (row["claim_us"], row["freed_us"], row["release_us"])
        per_s = [f"{row['per_s'].get(kind, 0):,}" for kind in ("claim", "freed")]
        server = [
            word
            for kind in ("claim", "freed")
            for word in (_words(row["server_us"].get(kind)), f"{row['growth'].get(kind, 0):.2f}")
        ]
        memory = [f"{row['bytes_per_rep']:,}", f"{row['bytes_per_waiting']:,}" if row["bytes_per_waiting"] else ""]
        table.add_row(*counts, *map(_words, spreads), *server, *per_s, _words(row["ping_us"]), *memory)
    Console(width=210).print(table)


def _words(spread: Spread | None) -> str:
    return f"{spread['p50']:.0f}/{spread['p99']:.0f}" if spread else ""
