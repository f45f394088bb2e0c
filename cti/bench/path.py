"""From the webhook to the document and to the pop, against the least that any call router must do.

Alternates between the floor (``floor_app.py``) and the whole path in one run, because machines are shared: read the
ratio, not the figures. Before each round of the path every rep is free; between rounds every caller hangs up.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import statistics
import time
from collections.abc import Mapping, Sequence

import typer
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table

from cti.bench import floor_data
from cti.bench.desks import Desks, open_desks
from cti.bench.stage import LINE, Stage, a_directory, a_postgres, a_stage
from cti.bench.twilio_load import Prepared, as_fast_as_possible, at_a_rate, prepare
from routing.model import RepId, RepStatus
from routing.redis_matcher import RedisMatcher

CONTACTS = 1_000_000
REPS = 1_000
ROUNDS = 5
CALLS_A_ROUND = 600
AT_ONCE = 16
RATE_PER_S = 50.0
RATED_CALLS = 600
_SETTLE_S = 30.0


def main(*, as_json: bool) -> None:
    """Prints the figures as a table, or as JSON."""
    figures = asyncio.run(run())
    if as_json:
        typer.echo(json.dumps(figures))
        return
    table = Table("figure", "value", title=f"{REPS:,} reps and desks, {CONTACTS:,} contacts, 1 worker")
    for name, value in figures.items():
        table.add_row(f"{name} at {RATE_PER_S:g} calls/s" if name.endswith("_ms") else name, str(value))
    Console().print(table)


async def run() -> dict[str, object]:
    """All of it; takes some minutes, most of them to fill the database."""
    with a_directory() as directory, a_postgres(directory) as url:
        tokens = await floor_data.fill(url, contacts=CONTACTS, reps=REPS)
        with a_stage(directory, url) as stage:
            async with Redis.from_url(stage.settings.redis_url or "", decode_responses=True) as redis:
                matcher = RedisMatcher(redis)
                await _everybody(matcher, RepStatus.AVAILABLE)
                floor_rps, path_rps = await _throughput(stage, matcher)
                async with open_desks(stage.port, tokens) as desks:
                    await _everybody(matcher, RepStatus.AVAILABLE)
                    webhook_ms, pop_ms = await _latency(stage, desks)
    return {
        "floor_rps": round(floor_rps, 1),
        "path_rps": round(path_rps, 1),
        "ratio_to_floor": round(path_rps / floor_rps, 3),
        "webhook_ms": webhook_ms,
        "pop_ms": pop_ms,
        "desks": REPS,
        "reps": REPS,
        "contacts": CONTACTS,
    }


async def _everybody(matcher: RedisMatcher, status: RepStatus) -> None:
    """Every rep connected and free."""
    reps = [RepId(f"rep{n}") for n in range(REPS)]
    await matcher.touch_sockets([(rep, "bench") for rep in reps])
    await matcher.set_statuses([(rep, status) for rep in reps])


async def _throughput(stage: Stage, matcher: RedisMatcher) -> tuple[float, float]:
    """Medians of alternating rounds, in requests a second."""
    floor: list[float] = []
    path: list[float] = []
    for round_ in range(-1, ROUNDS):
        calls = _calls(stage, CALLS_A_ROUND)
        await _everybody(matcher, RepStatus.AVAILABLE)
        floor_rps = await as_fast_as_possible(stage.floor_port, calls, at_once=AT_ONCE)
        path_rps = await as_fast_as_possible(stage.port, calls, at_once=AT_ONCE)
        await _hang_up(stage, matcher, calls)
        if round_ >= 0:  # the first one warms both up
            floor.append(floor_rps)
            path.append(path_rps)
    return statistics.median(floor), statistics.median(path)


async def _latency(stage: Stage, desks: Desks) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Webhook to answer, and webhook to the pop on the rep's socket, at a fixed rate."""
    sent = await at_a_rate(stage.port, _calls(stage, RATED_CALLS), per_s=RATE_PER_S)
    await desks.have(len(sent), within_s=_SETTLE_S)
    pops = [desks.popped_s[one.sid] - one.sent_s for one in sent]
    return _spread([one.took_s for one in sent]), _spread(pops)


def _spread(seconds: Sequence[float]) -> Mapping[str, float]:
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50": round(cuts[49] * 1000, 2), "p99": round(cuts[98] * 1000, 2)}


def _calls(stage: Stage, count: int) -> tuple[Prepared, ...]:
    return tuple(
        prepare(stage.settings, "CA" + secrets.token_hex(16), floor_data.number_of(secrets.randbelow(CONTACTS)), LINE)
        for _ in range(count)
    )


async def _hang_up(stage: Stage, matcher: RedisMatcher, calls: Sequence[Prepared]) -> None:
    """Every caller leaves, and every rep is free again."""
    ends = [
        prepare(stage.settings, call.sid, "+1", LINE, path="status", CallStatus="completed", CallDuration="1")
        for call in calls
    ]
    await as_fast_as_possible(stage.port, ends, at_once=AT_ONCE)
    until = time.monotonic() + _SETTLE_S
    while any(state.offer is not None for state in await matcher.reps()):
        if time.monotonic() > until:
            raise RuntimeError("reps are left with offers")
        await asyncio.sleep(0.05)
