"""How many agents the Erlang formulas ask for: callers of one kind, agents who are all alike, a steady line. Pure.

Erlang C: nobody gives up. Erlang A: patience without memory (Palm, 1957; Garnett, Mandelbaum and Reiman, 2002).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil, exp, log

_FEWEST = 1e-12
"""What is rarer does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What comes."""

    per_ms: float
    """Calls."""
    handle_ms: float
    """Talk and after-call work, on average."""
    patience_ms: float | None
    """On average; null: they wait for ever."""

    @property
    def erlangs(self) -> float:
        """How many agents would be busy if nobody gave up."""
        return self.per_ms * self.handle_ms


def least_agents(load: Load, *, within_ms: float, target: float) -> int:
    """The fewest with whom that share is answered in time, of all but those who gave up within it."""
    first = 1 if load.patience_ms is not None else ceil(load.erlangs + 1e-9)
    low = next(n for n in _doubling(max(1, first)) if service_level(load, n, within_ms=within_ms) >= target)
    least = max(1, first)
    while least < low:
        middle = (least + low) // 2
        if service_level(load, middle, within_ms=within_ms) >= target:
            low = middle
        else:
            least = middle + 1
    return low


def _doubling(first: int) -> Iterator[int]:
    return (first + (1 << k) - 1 for k in count())


def service_level(load: Load, agents: int, *, within_ms: float) -> float:
    """Answered in time, of all but those who gave up within it; 0 where the line has no bounds."""
    if load.per_ms <= 0.0:
        return 1.0
    if load.patience_ms is None:
        return _erlang_c(load, agents, within_ms)
    return _erlang_a(load, agents, within_ms, load.patience_ms)


def _erlang_c(load: Load, agents: int, within_ms: float) -> float:
    erlangs = load.erlangs
    if erlangs >= agents:
        return 0.0
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = erlangs * blocked / (n + erlangs * blocked)
    waits = agents * blocked / (agents - erlangs * (1.0 - blocked))
    return 1.0 - waits * exp(-(agents - erlangs) * within_ms / load.handle_ms)


def _erlang_a(load: Load, agents: int, within_ms: float, patience_ms: float) -> float:
    at_once, in_line = _found(load, agents, patience_ms)
    answered, gave_up = _ahead(len(in_line), agents / load.handle_ms, 1.0 / patience_ms, within_ms)
    in_time = at_once + sum(p * share for p, share in zip(in_line, answered, strict=True))
    lost = sum(p * share for p, share in zip(in_line, gave_up, strict=True))
    return in_time / (1.0 - lost)


def _found(load: Load, agents: int, patience_ms: float) -> tuple[float, Sequence[float]]:
    """How often a caller finds an agent free, and how often so many in line: 0, 1, …"""
    free, weight = 1.0, 1.0
    for n in range(1, agents):
        weight *= load.erlangs / n
        free += weight
        if free > 1e200:
            free, weight = free * 1e-200, weight * 1e-200
    line: list[float] = []
    for waiting in count():
        weight *= load.per_ms / (agents / load.handle_ms + waiting / patience_ms)
        line.append(weight)
        falls = load.per_ms < agents / load.handle_ms + waiting / patience_ms
        if falls and weight < _FEWEST * (free + line[0]):
            break
    total = free + sum(line)
    return free / total, [each / total for each in line]


def _ahead(most: int, served: float, leaving: float, within_ms: float) -> tuple[Sequence[float], Sequence[float]]:
    """By how many stand ahead, from 0: the odds to be answered, and to have given up, within that time.

    ``served`` calls a ms are answered, each caller leaves at the rate ``leaving``. By uniformization: steps at the pace
    of the fastest."""
    pace = served + most * leaving
    answered, gave_up = [0.0] * most, [0.0] * most
    mean = pace * within_ms
    total_answered, total_gave_up = [0.0] * most, [0.0] * most
    for odds in _poisson(mean):
        for n in range(most):
            total_answered[n] += odds * answered[n]
            total_gave_up[n] += odds * gave_up[n]
        forward = [(served + n * leaving) / pace for n in range(most)]
        stay = [1.0 - share - leaving / pace for share in forward]
        answered = [forward[n] * (answered[n - 1] if n else 1.0) + stay[n] * answered[n] for n in range(most)]
        gave_up = [
            forward[n] * (gave_up[n - 1] if n else 0.0) + leaving / pace + stay[n] * gave_up[n] for n in range(most)
        ]
    return total_answered, total_gave_up


def _poisson(mean: float) -> Iterator[float]:
    """The odds of 0, 1, 2, … steps, until hardly any are left."""
    if mean <= 0.0:
        yield 1.0
        return
    log_odds = -mean
    for k in count():
        odds = exp(log_odds)
        yield odds
        if k > mean and odds < _FEWEST * 1e-3:
            return
        log_odds += log(mean / (k + 1))
