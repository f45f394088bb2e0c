"""Simulations as values: what is to be played, and how far it is. Pure. Instants are ms of Redis's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NewType

SimulationId = NewType("SimulationId", str)


class State(StrEnum):
    """Where a simulation is. The last three are its end."""

    WAITING = "waiting"
    """In line behind others."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """Its ``detail`` says why, and what to do."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one simulation may take."""

    seconds: float = 600.0
    memory_mb: int = 1_024
    """MiB, beyond what the process takes before it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Recorded calls that arrived in it are played."""

    since_ms: int
    until_ms: int
    """Not included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be played."""

    config: str
    """The text of a configuration file."""
    compare: str | None = None
    """Of another one, for the same callers."""
    scenario: str
    """The text of a scenario; with a period, all of it but its calls."""
    period: Period | None = None
    replications: int
    seed: int

    @staticmethod
    def read(row: Mapping[str, Any]) -> Task:
        """From what JSON has made of it."""
        period = row["period"]
        return Task(**{**row, "period": None if period is None else Period(**period)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """As whoever asked sees it."""

    id: SimulationId
    state: State
    created_ms: int
    by: str
    asked: str
    """JSON: what was asked for, without the texts."""
    progress: float = 0.0
    seconds_left: float | None = None
    """While it runs, once there is something to judge by."""
    known: int = 0
    """Replications that the result tells of."""
    started_ms: int | None = None
    ended_ms: int | None = None
    detail: str | None = None
    result: str | None = None
    """JSON, as ``cti simulate --json`` prints it; of the replications that are over. Left out of lists."""
