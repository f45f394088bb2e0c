"""What ``cti simulate`` prints for people: tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer
from rich.console import Console
from rich.table import Table

from routing.simulate.intervals import Figure
from routing.simulate.result import ALL, ENDS, Result
from routing.simulate.runs import Runs
from routing.simulate.verdict import verdicts

_COUNTS, _SHARES, _SECONDS = "count", "share", "seconds"
_COLUMNS = (
    ("arrived", "arrived", _COUNTS),
    ("answered", "answered", _COUNTS),
    ("abandoned", "abandoned", _COUNTS),
    ("waited", "waited", _SHARES),
    ("mean_wait_s", "mean wait s", _SECONDS),
    ("mean_wait_answered_s", "of answered s", _SECONDS),
    ("service_level", "service level", _SHARES),
    ("by_preferred", "by preferred rep", _SHARES),
)
WIDTH = 150


def show(found: Result, *, title: str = "What if") -> None:
    """One configuration's figures."""
    console = Console(width=WIDTH)
    calls = f"{found.calls:,} calls in {found.replications} replications"
    console.print(_classes(f"{title}: {calls}; mean ± half of the 95 % interval", found.classes))
    _show_ends(console, found)
    console.print(_occupancies(found))
    for warning in found.warnings:
        typer.echo(f"warning: {warning}", err=True)


def show_compared(runs: Runs) -> None:
    """Both, the difference, and what it says."""
    difference = runs.difference()
    show(runs.result(0), title="A, as it is")
    show(runs.result(1), title="B, as it would be")
    Console(width=WIDTH).print(_classes("B − A, the same callers", difference.classes))
    for sentence in verdicts(difference.classes):
        typer.echo(sentence)


def _classes(title: str, classes: Mapping[str, Mapping[str, Figure]]) -> Table:
    table = Table(title=title)
    table.add_column("callers")
    for _, heading, _ in _COLUMNS:
        table.add_column(heading, justify="right")
    for name in (*(each for each in classes if each != ALL), ALL):
        cells = [_words(classes[name][key], kind) for key, _, kind in _COLUMNS]
        table.add_row(name or "all", *cells)
    return table


def _show_ends(console: Console, found: Result) -> None:
    means = {end: found.classes[ALL][end].mean for end in ENDS}
    ends = [f"{end.replace('_', ' ')} {mean:.1f}" for end, mean in means.items() if mean]
    if ends:
        console.print(f"other ends, in a replication: {', '.join(ends)}")


def _occupancies(found: Result) -> Table:
    table = Table(title="Occupancy: (talk + wrap-up) / time on duty")
    for heading in ("queue", "", "skill", "", "busiest reps", ""):
        table.add_column(heading, justify="right" if not heading else "left")
    busiest = sorted(found.reps, key=lambda rep: -(found.reps[rep]["occupancy"].mean or 0.0))[:MOST_REPS]
    columns = [_named(found.queues, found.queues), _named(found.skills, found.skills), _named(found.reps, busiest)]
    for n in range(max(map(len, columns))):
        table.add_row(*(cell for column in columns for cell in (column[n] if n < len(column) else ("", ""))))
    return table


MOST_REPS = 12


def _named(
    all_of: Mapping[str, Mapping[str, Figure]], names: Sequence[str] | Mapping[str, object]
) -> list[tuple[str, str]]:
    return [(name, _words(all_of[name]["occupancy"], _SHARES)) for name in names]


def _words(each: Figure, kind: str) -> str:
    if each.mean is None:
        return "–"
    scale, digits, unit = {_COUNTS: (1.0, 1, ""), _SHARES: (100.0, 1, " %"), _SECONDS: (1.0, 1, "")}[kind]
    half = "" if each.half_width is None else f" ± {each.half_width * scale:.{digits}f}"
    return f"{each.mean * scale:.{digits}f}{half}{unit}"
