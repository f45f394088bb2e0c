"""``cti simulate --staff``: how many reps it takes, interval by interval, and what Erlang's formulas would say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from cti.commands.failure import Failure
from cti.commands.plotted import local_start
from cti.commands.progress import run_steps
from cti.commands.simulated import WIDTH
from cti.simulations.document import figures_as_json
from routing.config import Config
from routing.simulate.scenario import Scenario
from routing.simulate.staffing import MOST_INTERVALS, USUAL_REPLICATIONS, Interval, Staffing


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffWanted:
    """What is to be reached."""

    interval_ms: float
    target: float | None
    replications: int | None
    seed: int
    json: bool


def find_staff(config: Config, scenario: Scenario, wanted: StaffWanted) -> None:
    """Searches with a progress bar; on Ctrl-C the intervals that are known are shown."""
    search = Staffing(
        config=config,
        scenario=scenario,
        interval_ms=wanted.interval_ms,
        target=wanted.target,
        seed=wanted.seed,
        replications=wanted.replications or USUAL_REPLICATIONS,
    )
    if len(search.cuts) > MOST_INTERVALS:
        raise Failure(f"--interval: that makes {len(search.cuts):,} intervals; at most {MOST_INTERVALS} are searched")
    if not search.profiles:
        raise Failure("the configuration has no rep whom its rules could ask")
    finished = run_steps("staffing", search.steps(), silent=wanted.json)
    if not search.intervals:
        raise Failure("stopped before the first interval was known; try a longer --interval or fewer --replications")
    if not finished:
        typer.echo(f"stopped: these are {len(search.intervals)} of {len(search.cuts)} intervals", err=True)
    if wanted.json:
        typer.echo(json.dumps(_as_json(search)))
    else:
        _show(search)


def _as_json(search: Staffing) -> dict[str, Any]:
    explained = search.busiest if search.reasons else None
    return {
        "profiles": [
            {"name": each.name, "reps": list(each.reps[: each.known]), "breadth": each.breadth}
            for each in search.profiles
        ],
        "intervals": [_interval(each) for each in search.intervals],
        "why": None
        if explained is None
        else {
            "begins_s": explained.begins_ms / 1000.0,
            "steps": [{"what": each.what, "reps": each.reps} for each in search.reasons],
        },
    }


def _interval(each: Interval) -> dict[str, Any]:
    return {
        "begins_s": each.begins_ms / 1000.0,
        "ends_s": each.ends_ms / 1000.0,
        "calls_per_h": each.per_h,
        "reps": each.reps,
        "profiles": None if each.staff is None else list(each.staff),
        "service_level": figures_as_json(each.classes),
        "erlang": {"formula": "A" if each.by_patience else "C", "reps": each.erlang},
    }


def _show(search: Staffing) -> None:
    console = Console(width=WIDTH)
    start = local_start(search.scenario, [search.config])
    table = Table(title="Reps needed for the service level, in each interval")
    formula = "A" if search.intervals[0].by_patience else "C"
    for heading in ("from", "calls/h", "reps", *(each.name for each in search.profiles), f"Erlang {formula}"):
        table.add_column(heading, justify="right" if heading != "from" else "left")
    table.add_column("answered in time, worst class")
    for each in search.intervals:
        staff = ["–"] * len(search.profiles) if each.staff is None else list(map(str, each.staff))
        reps = "not reachable" if each.reps is None else str(each.reps)
        cells = (_clock(each.begins_ms, start), f"{each.per_h:.0f}", reps, *staff, str(each.erlang), _worst(each))
        table.add_row(*cells)
    console.print(table)
    _show_reasons(search, start)


def _show_reasons(search: Staffing, start: datetime | None) -> None:
    busiest = search.busiest
    if busiest is None or not search.reasons:
        return
    typer.echo(f"Why they differ, from {_clock(busiest.begins_ms, start)} on:")
    for n, each in enumerate(search.reasons):
        reps = "cannot be reached" if each.reps is None else f"{each.reps}"
        typer.echo(f"  {'and: ' if n else ''}{each.what}: {reps}")


def _clock(ms: float, start: datetime | None) -> str:
    if start is not None:
        return (start + timedelta(milliseconds=ms)).strftime("%a %H:%M")
    minutes = round(ms / 60_000.0)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _worst(each: Interval) -> str:
    known = {name: figure for name, figure in each.classes.items() if figure.mean is not None}
    if not known:
        return "nobody calls"
    name = min(known, key=lambda one: known[one].mean or 0.0)
    figure = known[name]
    half = "" if figure.half_width is None else f" ± {figure.half_width * 100.0:.1f}"
    return f"{name} {(figure.mean or 0.0) * 100.0:.1f}{half} %"
