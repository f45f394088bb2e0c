"""How fast the simulator is: a million calls with 200 reps and ten rules, beside a bare loop of as many events.

One process, one core. The share of each part comes from a shorter run under Python's profiler, which slows small
functions down more than large ones: read the order, not the digits.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import resource
import time
from collections import Counter
from collections.abc import Mapping
from heapq import heappop, heappush
from pathlib import Path
from random import Random
from typing import TypedDict

import typer
from rich.console import Console
from rich.table import Table

from routing.config import Config
from routing.config_file import load_config
from routing.facts import CallerFacts, CallFacts, Facts
from routing.simulate.draws import Exponential, Lognormal
from routing.simulate.play import Play
from routing.simulate.runs import Runs
from routing.simulate.scenario import ArrivalClass, Scenario
from routing.simulate.world import World

CALLS, QUICK_CALLS = 1_000_000, 20_000
REPS, RULES, SKILLS = 200, 10, 8
LOAD = 0.92
"""Of all reps together, were nobody to give up."""
TALK_MS, WRAP_UP_MS, PATIENCE_MS = 180_000.0, 20_000.0, 240_000.0
REPLICATIONS = 10
PROFILED = 20_000
PARTS = {
    "draws": "random numbers",
    "random": "random numbers",
    "floor": "matching",
    "line": "matching",
    "demands": "matching",
    "people": "matching",
    "waiting": "steps and ends",
    "stages": "steps and ends",
    "tally": "counting",
    "play": "events",
    "callers": "events",
    "runs": "events",
}


class Row(TypedDict):
    """One size."""

    calls: int
    seconds: float
    us_per_call: float
    bare_seconds: float
    """Of a loop that does nothing but keep as many events in order and draw as many numbers."""
    peak_mib: float
    """Of the process so far."""


def a_configuration() -> Config:
    """Ten rules: tiers and skills, an owner, steps while waiting."""
    skills = [f"skill{n}" for n in range(SKILLS)]
    reps = "".join(f"  - {{id: rep{n:03d}, name: Rep {n}, skills: {{{_levels(n)}}}}}\n" for n in range(REPS))
    rules = "".join(
        f"""  - name: rule {n}
    when: 'caller.tier == "tier{n}"'
    route:
      queue: all
      priority: {n % 3}
      {"prefer_rep: {who: owner, wait: 15s}" if n % 3 == 0 else "head_start: 5s"}
      needs: {{skill{n % SKILLS}: 3}}
      prefers: {{skill{(n + 1) % SKILLS}: 2}}
      steps:
        - {{after: 20s, needs: {{skill{n % SKILLS}: 1}}}}
        - {{after: 60s, priority: 5}}
        - {{after: 10m, then: voicemail}}
"""
        for n in range(RULES - 1)
    )
    return load_config(
        f"skills: [{', '.join(skills)}]\nreps:\n{reps}queues: [{{id: all, wrap_up: {int(WRAP_UP_MS / 1000)}s}}]\n"
        f"rules:\n{rules}  - {{name: everyone else, route: {{queue: all, needs: {{skill0: 1}}}}}}\n",
        "bench",
    )


def _levels(n: int) -> str:
    return ", ".join(f"skill{(n + k * 3) % SKILLS}: {1 + (n * 7 + k) % 5}" for k in range(4))


def a_scenario(calls: int) -> Scenario:
    """So many calls over all replications, at a load that keeps lines going."""
    per_ms = LOAD * REPS / (TALK_MS + WRAP_UP_MS)
    duration_ms = calls / REPLICATIONS / per_ms
    classes = tuple(
        ArrivalClass(
            name=f"class {n}",
            rates=((duration_ms, per_ms / RULES),),
            facts=Facts(
                call=CallFacts(from_="+48600100200", to="+15550100"),
                caller=CallerFacts(match="one", tier=f"tier{n}", owner=f"rep{n * 17 % REPS:03d}"),
            ),
            talk=Lognormal(mean_ms=TALK_MS, cv=1.2) if n % 2 else Exponential(mean_ms=TALK_MS),
            patience=Exponential(mean_ms=PATIENCE_MS),
        )
        for n in range(RULES)
    )
    return Scenario(duration_ms=duration_ms, warm_up_ms=duration_ms * 0.05, classes=classes)


def measure(calls: int) -> Row:
    """One size, and the bare loop beside it."""
    runs = Runs(configs=[a_configuration()], scenario=a_scenario(calls), replications=REPLICATIONS)
    start = time.perf_counter()
    for _ in runs.steps():
        pass
    seconds, made = time.perf_counter() - start, runs.calls[0]
    return Row(
        calls=made,
        seconds=round(seconds, 2),
        us_per_call=round(seconds / made * 1e6, 1),
        bare_seconds=round(_bare(made), 2),
        peak_mib=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    )


def _bare(calls: int) -> float:
    """Arrival, end of talk and end of after-call work of each, and three numbers."""
    uniform, heap = Random(1).random, [(float(n), n) for n in range(REPS)]  # noqa: S311 - a seed, not a secret
    start = time.perf_counter()
    for n in range(3 * calls):
        now, _ = heappop(heap)
        heappush(heap, (now + uniform(), n))
    return time.perf_counter() - start


def shares() -> Mapping[str, float]:
    """The part of the time that each part takes, the largest first."""
    scenario, config = a_scenario(PROFILED * REPLICATIONS), a_configuration()
    play = Play(World(config, scenario), scenario, seed=1, replication=0)
    profiler = cProfile.Profile()
    profiler.enable()
    while play.run(100_000):
        pass
    profiler.disable()
    spent: Counter[str] = Counter()
    for (file, _, _), (_, _, own_s, _, callers) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]  # unstubbed
        for caller, (_, _, part_s, _) in (callers or {(file, 0, ""): (0, 0, own_s, 0)}).items():
            inside = file if file.endswith(".py") else caller[0]
            spent[PARTS.get(Path(inside).stem, "other")] += part_s
    total = sum(spent.values())
    return {part: round(each / total, 3) for part, each in spent.most_common()}


def main(*, as_json: bool, quick: bool = False) -> None:
    """``cti bench simulate``."""
    sizes = (QUICK_CALLS,) if quick else (CALLS // 10, CALLS)
    rows, parts = [measure(size) for size in sizes], shares()
    if as_json:
        typer.echo(json.dumps({"rows": rows, "shares": parts}))
        return
    table = Table(title=f"{REPS} reps, {RULES} rules, load {LOAD:.2f}, {REPLICATIONS} replications, one core")
    for heading in ("calls", "seconds", "µs a call", "bare loop s", "times", "peak MiB"):
        table.add_column(heading, justify="right")
    for row in rows:
        times = row["seconds"] / max(row["bare_seconds"], 0.01)
        table.add_row(
            f"{row['calls']:,}",
            f"{row['seconds']:.2f}",
            f"{row['us_per_call']:.1f}",
            f"{row['bare_seconds']:.2f}",
            f"{times:.1f}",
            f"{row['peak_mib']:.0f}",
        )
    console = Console(width=120)
    console.print(table)
    console.print(", ".join(f"{part} {share:.0%}" for part, share in parts.items()))
