"""A scenario as values: who calls when and for how long, and who is there to answer. Made by ``scenario_file``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from routing.facts import Facts
from routing.model import RepId
from routing.simulate.draws import Constant, Length

IMMEDIATE = Constant(mean_ms=0.0)
A_MINUTE = Constant(mean_ms=60_000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A rep was offered a recorded call."""

    rep: RepId
    ms: float
    """Until the answer, or until the offer's end."""
    outcome: str
    """``answered``, ``declined``, ``missed``, or ``left`` where the caller hung up first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """One call as it was. Whoever is asked in the same order does the same again."""

    name: str
    """Of its class."""
    at_ms: float
    routed_ms: float
    """From there until it looked for a rep."""
    facts: Facts
    talk_ms: float | None
    """Null: nobody answered; a talk is drawn from those of its class."""
    wrap_up_ms: float | None
    """Null: the queue's longest."""
    waited_ms: float
    gave_up: bool
    """The caller hung up after ``waited_ms``; who did not would have waited that long at least."""
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalClass:
    """Callers of one kind: a Poisson stream, or recorded calls."""

    name: str
    rates: tuple[tuple[float, float], ...] = ()
    """(until ms from the start, calls per ms); after the last nobody comes."""
    recorded: tuple[RecordedCall, ...] = ()
    """In place of rates, in the order in which they look for a rep."""
    facts: Facts = Facts()  # noqa: RUF009 - frozen
    """For the rules; ``call.answers`` are what these callers press or say in menus. Recorded calls have their own."""
    talk: Length
    patience: Length | None = None
    """From arrival; null: waits for ever."""
    wrap_up: Length | None = None
    """Null: the queue's longest."""
    callback: float = 0.0
    """How many of those who are offered a call back take it."""

    def calls_within(self, duration_ms: float) -> float:
        """How many are expected in one replication."""
        began, calls = 0.0, float(len(self.recorded))
        for until_ms, per_ms in self.rates:
            calls += max(0.0, min(until_ms, duration_ms) - began) * per_ms
            began = until_ms
        return calls


@dataclass(frozen=True, slots=True, kw_only=True)
class RepHabits:
    """How somebody works."""

    speed: float = 1.0
    """Divides talk time."""
    declines: float = 0.0
    """How many offers are declined."""
    misses: float = 0.0
    """How many are missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Who is on duty until when."""

    until_ms: float
    reps: frozenset[RepId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """All of it."""

    duration_ms: float
    """Includes the warm-up; nobody arrives later."""
    warm_up_ms: float = 0.0
    classes: tuple[ArrivalClass, ...]
    starts: datetime | None = None
    """When it begins, for opening hours."""
    habits: Mapping[RepId, RepHabits] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    """One behind the other; the last goes on. Empty: everybody, always."""
    answer_delay: Length = IMMEDIATE
    """From the offer to the answer."""
    away: Length = A_MINUTE
    """How long somebody who missed an offer takes to come back."""
    load_shape: float | None = None
    """Of the gamma distribution of mean 1 by which each replication's rates are multiplied; null: 1."""
