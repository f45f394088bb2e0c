"""``cti simulate``: what if these callers came, under this configuration or another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from cti.commands.failure import Failure
from cti.commands.plotted import plot, refuse_plot
from cti.commands.progress import run_steps
from cti.commands.simulated import show, show_compared
from cti.commands.staffed import StaffWanted, find_staff
from cti.simulations.document import document
from cti.simulations.reading import first_line, scenario_for
from routing.config import Config
from routing.config_file import load_config
from routing.duration import parse_duration
from routing.errors import ConfigError
from routing.simulate.recorded_file import read_recorded
from routing.simulate.runs import Runs
from routing.simulate.scenario import RecordedCall, Scenario

USUAL_INTERVAL_MS, LEAST_INTERVAL_MS = 1_800_000, 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to run, and how to show it."""

    config: Path
    scenario: Path
    compare: Path | None
    replications: int | None
    seed: int
    json: bool
    plot: Path | None = None
    staff: bool = False
    interval: str | None = None
    target: float | None = None


def simulate(wanted: Wanted) -> None:
    """What becomes of callers, or with how many reps they are answered in time."""
    if wanted.staff:
        _staff(wanted)
    elif wanted.interval is not None or wanted.target is not None:
        raise Failure("--interval and --target belong to --staff")
    else:
        _play(wanted)


def _staff(wanted: Wanted) -> None:
    interval_ms = USUAL_INTERVAL_MS if wanted.interval is None else parse_duration(wanted.interval)
    if interval_ms is None or interval_ms < LEAST_INTERVAL_MS:
        raise Failure("--interval: must be a length of time of at least 1m, like 30m or 1h")
    if wanted.compare is not None or wanted.plot is not None:
        raise Failure("--staff tries staffings of one configuration; leave --compare and --plot out")
    config = _config(wanted.config)
    sought = StaffWanted(
        interval_ms=float(interval_ms),
        target=wanted.target,
        replications=wanted.replications,
        seed=wanted.seed,
        json=wanted.json,
    )
    find_staff(config, _scenario(wanted.scenario, [config]), sought)


def _play(wanted: Wanted) -> None:
    """Runs all replications with a progress bar; on Ctrl-C what is known so far is shown."""
    if wanted.plot is not None:
        refuse_plot(wanted.plot)
    paths = [path for path in (wanted.config, wanted.compare) if path is not None]
    configs = [_config(path) for path in paths]
    scenario = _scenario(wanted.scenario, configs)
    runs = Runs(configs=configs, scenario=scenario, seed=wanted.seed, replications=wanted.replications or 10)
    finished = run_steps("simulating", runs.steps(), silent=wanted.json)
    if not runs.complete:
        raise Failure("stopped before the first replication was over: nothing is known yet; try a shorter duration")
    if not finished:
        typer.echo(f"stopped: these are {runs.complete} of {runs.replications} replications", err=True)
    if wanted.json:
        typer.echo(json.dumps(document(runs)))
    elif wanted.compare is None:
        show(runs.result())
    else:
        show_compared(runs)
    if wanted.plot is not None:
        plot(wanted.plot, runs, [path.name for path in paths], wanted.scenario.name)


def _config(path: Path) -> Config:
    try:
        return load_config(_read(path), path.name)
    except ConfigError as error:
        raise Failure(f"{first_line(error)}; cti config check {path} says all") from None


def _scenario(path: Path, configs: Sequence[Config]) -> Scenario:
    try:
        return scenario_for(configs, _read(path), path.name, lambda name: _recorded(path.parent / name))
    except ConfigError as error:
        raise Failure(first_line(error)) from None


def _recorded(path: Path) -> tuple[RecordedCall, ...]:
    try:
        with path.open("rb") as lines:
            return read_recorded(lines, path.name)
    except OSError as error:
        raise Failure(f"{path}: cannot be read: {error.strerror}") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{path}: cannot be read: {error}") from None
