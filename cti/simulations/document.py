"""A simulation's result as JSON: what ``cti simulate --json`` prints and the API answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from routing.simulate.intervals import Figure
from routing.simulate.result import ALL, Result
from routing.simulate.runs import Runs
from routing.simulate.verdict import verdicts


def document(runs: Runs) -> dict[str, Any]:
    """Of one configuration its figures; of two both, and their difference."""
    return as_json(runs.result()) if len(runs.configs) == 1 else compared_as_json(runs)


def as_json(found: Result) -> dict[str, Any]:
    """As the contract has it."""
    return {
        "all": figures_as_json(found.classes[ALL]),
        "classes": {name: figures_as_json(figures) for name, figures in found.classes.items() if name != ALL},
        "reps": {name: figures_as_json(figures) for name, figures in found.reps.items()},
        "queues": {name: figures_as_json(figures) for name, figures in found.queues.items()},
        "skills": {name: figures_as_json(figures) for name, figures in found.skills.items()},
        "calls": found.calls,
        "seconds": found.seconds,
        "replications": found.replications,
        "warnings": list(found.warnings),
    }


def compared_as_json(runs: Runs) -> dict[str, Any]:
    """Both, their difference, and the verdict in words."""
    difference = runs.difference()
    return {
        "a": as_json(runs.result(0)),
        "b": as_json(runs.result(1)),
        "difference": as_json(difference),
        "verdict": list(verdicts(difference.classes)),
    }


def figures_as_json(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """Each as its mean and 95 % interval."""
    return {
        key: {"mean": each.mean, "ci95_low": each.ci95_low, "ci95_high": each.ci95_high}
        for key, each in figures.items()
    }
