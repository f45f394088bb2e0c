"""How often the expected wait that callers are told comes true, on floors in virtual time: steady ones, and such as the
formula knows nothing of (callers who hang up, arrivals and staff that change).

Needs no server. The range is meant to hold in 80 % of all waits; each caller is told once, in the third turn of the
wait, and counts when both legs are in. The seed makes a run repeatable.
"""

from __future__ import annotations

import json
import math
import random
import statistics
from collections.abc import Iterable, Mapping, Sequence

import typer
from rich.console import Console
from rich.table import Table

from cti.bench.waiting_floor import Floor, Group, Rate, Scene, Stream

CALLERS = 5_000
"""Of each floor, told and answered."""
QUICK_CALLERS = 1_000
SEED = 7


_SHOWN = {
    "inside": "% in",
    "shorter": "% sooner",
    "longer": "% later",
    "inside_before_rounding": "% exact",
    "median_wait": "wait",
    "median_width": "width",
}
"""Of the figures, those in the table; times in minutes."""


def _flat(level: float) -> Rate:
    return lambda _: level


def _wave(low: float, high: float, *, minutes: float) -> Rate:
    return lambda minute: low + (high - low) * (1 - math.cos(2 * math.pi * minute / minutes)) / 2


def _callers(line: str, per_minute: float, *, priority: int = 0) -> Stream:
    return Stream(line=line, per_minute=_flat(per_minute), most_per_minute=per_minute, priority=priority)


def _reps(count: int, *lines: str) -> Group:
    return Group(lines=lines, reps=_flat(count))


STEADY = (
    Scene(name="10 reps", streams=(_callers("a", 2.25),), groups=(_reps(10, "a"),)),
    Scene(name="40 reps", streams=(_callers("a", 9.4),), groups=(_reps(40, "a"),)),
    Scene(name="20 reps, lognormal talks", streams=(_callers("a", 4.6),), groups=(_reps(20, "a"),), talk_spread=0.8),
    Scene(
        name="reps of two lines",
        streams=(_callers("a", 1.4), _callers("b", 1.3)),
        groups=(_reps(3, "a"), _reps(6, "a", "b"), _reps(3, "b")),
    ),
    Scene(
        name="one in eight goes first",
        streams=(_callers("a", 1.95), _callers("a", 0.28, priority=5)),
        groups=(_reps(10, "a"),),
    ),
)
CHANGING = (
    Scene(
        name="callers hang up, mean 8 min",
        streams=(_callers("a", 3.0),),
        groups=(_reps(10, "a"),),
        patience_minutes=8.0,
    ),
    Scene(
        name="arrivals double, halve",
        streams=(Stream(line="a", per_minute=_wave(1.5, 3.0, minutes=120), most_per_minute=3.0),),
        groups=(_reps(10, "a"),),
    ),
    Scene(
        name="half the reps at lunch",
        streams=(_callers("a", 1.7),),
        groups=(Group(lines=("a",), reps=lambda minute: 5 if minute % 240 < 45 else 10),),
    ),
)


def main(*, as_json: bool, quick: bool = False) -> None:
    """Prints the figures as a table, or as JSON."""
    figures = run(QUICK_CALLERS if quick else CALLERS)
    if as_json:
        typer.echo(json.dumps(figures))
        return
    table = Table("floor", *_SHOWN.values(), title="expected waits told, and what came (goal: 80 % inside)")
    for name, found in figures.items():
        table.add_row(name, *(str(found[key]) for key in _SHOWN))
    Console().print(table)


def run(callers: int, *, seed: int = SEED) -> dict[str, Mapping[str, float]]:
    """By floor."""
    return {scene.name: play(scene, callers, seed=seed) for scene in (*STEADY, *CHANGING)}


def play(scene: Scene, callers: int, *, seed: int = SEED) -> Mapping[str, float]:
    """Shares in per cent; times in minutes."""
    floor = Floor(scene=scene, dice=random.Random(seed))  # noqa: S311 - a simulation
    heard = floor.play(callers)
    return {
        "inside": _share(one.told == "inside" for one in heard),
        "shorter": _share(one.told == "shorter" for one in heard),
        "longer": _share(one.told == "longer" for one in heard),
        "inside_before_rounding": _share(one.exact == "inside" for one in heard),
        "told_of_those_in_line": round(100 * floor.told / floor.asked, 1),
        "median_wait": _median([one.waited_ms for one in heard]),
        "median_width": _median([one.most_ms - one.least_ms for one in heard]),
        "callers": len(heard),
    }


def _share(truths: Iterable[bool]) -> float:
    found = tuple(truths)
    return round(100 * sum(found) / len(found), 1)


def _median(times_ms: Sequence[float]) -> float:
    return round(statistics.median(times_ms) / 60_000, 1)
