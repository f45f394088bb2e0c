"""RoutingError
├── ConfigError      a configuration cannot be used; carries every problem with line and field
├── NotReady         the floor is empty and is being rebuilt (retryable)
└── StaleVersion     the floor has another version of the demand table; reload and repeat (retryable)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a configuration file."""

    line: int
    """1-based line in the file; 0 when it belongs to the file as a whole."""
    field: str
    """Path as written: ``rules[2].route.needs.billing``."""
    message: str
    """What is wrong and what to do."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.field}: {self.message}"


class RoutingError(Exception):
    """Something in routing broke its promise."""

    retryable = False


class ConfigError(RoutingError):
    """The configuration cannot be used."""

    def __init__(self, problems: Sequence[Problem], *, filename: str = "") -> None:
        where = f"{filename}: " if filename else ""
        super().__init__(where + "; ".join(map(str, problems)))
        self.problems = tuple(problems)
        self.filename = filename


class NotReady(RoutingError):
    """The floor's marker is absent: an empty Redis that somebody is rebuilding."""

    retryable = True


class StaleVersion(RoutingError):
    """The demand table this was computed for is not the floor's."""

    retryable = True
