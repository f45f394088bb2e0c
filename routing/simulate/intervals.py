"""Means over replications with their 95 % confidence intervals, by Student's t. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean, stdev

CONFIDENCE = 0.95
_STEPS = 60
"""Halvings: beyond what a double can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A mean; null where no replication had such a call, and the interval where fewer than two had."""

    mean: float | None
    ci95_low: float | None
    ci95_high: float | None

    @property
    def half_width(self) -> float | None:
        """Of the interval."""
        return None if self.mean is None or self.ci95_high is None else self.ci95_high - self.mean


NO_FIGURE = Figure(mean=None, ci95_low=None, ci95_high=None)


def figure(values: Sequence[float | None]) -> Figure:
    """Of one value per replication; nulls are left out."""
    known = [value for value in values if value is not None]
    if not known:
        return NO_FIGURE
    mean = fmean(known)
    if len(known) < 2:
        return Figure(mean=mean, ci95_low=None, ci95_high=None)
    half = t_quantile(len(known) - 1) * stdev(known) / math.sqrt(len(known))
    return Figure(mean=mean, ci95_low=mean - half, ci95_high=mean + half)


@lru_cache(maxsize=1024)
def t_quantile(freedom: int) -> float:
    """What Student's t stays within at 95 %, with that many degrees of freedom."""
    low, high = 0.0, 13.0  # 12.71 with one degree
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < CONFIDENCE else (low, middle)
    return (low + high) / 2


def _within(t: float, freedom: int) -> float:
    """P(-t < T < t). Abramowitz and Stegun, 26.7.3 and 26.7.4: a finite sum for whole degrees of freedom."""
    angle = math.atan(t / math.sqrt(freedom))
    cos, sin = math.cos(angle), math.sin(angle)
    odd = freedom % 2
    term, total = (cos, cos) if odd else (1.0, 1.0)
    if odd and freedom == 1:
        return 2 * angle / math.pi
    for k in range(2 + odd, freedom - 1, 2):
        term *= (k - 1) / k * cos * cos
        total += term
    return 2 / math.pi * (angle + sin * total) if odd else sin * total
