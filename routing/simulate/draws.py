"""Lengths of time at random, one uniform number each, so that two runs with a seed differ in nothing else. Pure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import exp, log, log1p, sqrt
from random import Random
from statistics import NormalDist

Draw = Callable[[], float]
"""The next length of time, in ms."""
_MASK = (1 << 64) - 1
_NORMAL = NormalDist()
_LEAST = 2.0**-54


class _Length(ABC):
    __slots__ = ()

    @abstractmethod
    def at(self, share: float) -> float:
        """What that share of all are shorter than, in ms; ``share`` from 0 to below 1."""

    def draw(self, source: Random) -> Draw:
        """One after the other from that source."""
        at, uniform = self.at, source.random
        return lambda: at(uniform())


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(_Length):
    """Always the same."""

    mean_ms: float

    def at(self, share: float) -> float:
        return self.mean_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Exponential(_Length):
    """Without memory."""

    mean_ms: float

    def at(self, share: float) -> float:
        return -self.mean_ms * log(1.0 - share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lognormal(_Length):
    """As talks are."""

    mean_ms: float
    cv: float
    """Standard deviation / mean."""

    def at(self, share: float) -> float:
        variance = log1p(self.cv * self.cv)
        return self.mean_ms * exp(sqrt(variance) * _NORMAL.inv_cdf(share or _LEAST) - variance / 2)


Length = Constant | Exponential | Lognormal


def source_of(seed: int, replication: int, *names: str) -> Random:
    """A stream of its own for each thing that is random: the same names give the same numbers, on every machine."""
    return Random("/".join((str(seed), str(replication), *names)))  # noqa: S311 - a seed, not a secret


def arrivals(rates: tuple[tuple[float, float], ...], factor: float, source: Random) -> Iterator[float]:
    """The moments of a Poisson stream, in ms: ``rates`` are (until ms, per ms), one behind the other; after the last
    nobody comes."""
    uniform = source.random
    at, owed = 0.0, -log(1.0 - uniform())
    for until_ms, per_ms in rates:
        rate = per_ms * factor
        if rate <= 0.0:
            at = until_ms
            continue
        while (following := at + owed / rate) < until_ms:
            at = following
            yield at
            owed = -log(1.0 - uniform())
        owed -= (until_ms - at) * rate
        at = until_ms


def odds(draw: int, nth: int) -> float:
    """The nth number from 0 to 1 of a call whose own number is ``draw``: however often it is offered, other calls'
    numbers stay the same. SplitMix64 (Steele, Lea and Flood, 2014)."""
    mixed = (draw + nth * 0x9E3779B97F4A7C15) & _MASK
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & _MASK
    return ((mixed ^ (mixed >> 31)) >> 11) * 2.0**-53
