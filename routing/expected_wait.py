"""How long a caller will probably wait: a range from the recent flow of the caller's own line. Pure.

Never a promise, and never a guess: too few departures, nobody on duty, or too many calls that go before this one, and
there is no range at all.

**What is counted.** The last departures of this line to reps who took the call (``scripts/includes/matcher/flow.lua``),
on a clock that runs only while somebody stands in the line: in the time without callers the flow is theirs, not that of
the reps. What the same reps do for other lines is in it, for it makes this line slower.

**The formula.** While everybody is busy, calls leave the line about as a Poisson process: they wait for the first of
several independent talks to end. Then the time T until the next ``k`` departures (``k``: the place in line) and the
time W since the last ``n`` are sums of k and n exponential variables of one unknown rate, so that (T/k)/(W/n) has the F
distribution with 2k and 2n degrees of freedom, whatever the rate, and T/(T+W) has Beta(k, n) (G. J. Hahn and W. Q.
Meeker, *Statistical Intervals*, 1991, the chapter on prediction for a Poisson process). Its 10th and 90th percentile
enclose 80 % of all waits, with what is not known of the rate already in them. Beta's distribution function is a
binomial sum (NIST Digital Library of Mathematical Functions, 8.17.5), here of at most 20 terms.

**Calls that go before this one** (a higher priority, or as high with a longer head start) enter ahead of it and leave
again: only the other departures bring it forward. They also make these less regular: with rates s of all and o of those
that go before, the variance of T is (s+o)/(s-o) times that of a Poisson process of rate s-o. Both numbers of departures
are made smaller by that factor, which widens the range as much; beyond a third of overtakers nothing is said.

Left out, because neither is known beforehand: callers ahead who hang up (the wait is then shorter), and reps who come
or go (the range follows within the next departures).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

INSIDE = 0.8
"""The share of waits that a range shall enclose."""
LEAST_TAKEN = 4
"""Of fewer departures a single pause would make the range."""
RECENT_MS = 1_800_000
"""Older departures were of another shift."""
MOST_OVERTAKERS = 1 / 3
LONGEST_MS = 7_200_000
"""A range that ends later helps nobody."""
MINUTE_MS = 60_000
_FINE_MINUTES = 10
_COARSE_MINUTES = 5

Truth = Literal["inside", "shorter", "longer"]
"""Where the wait fell that a range was told for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A call left the line to a rep who took it."""

    stood_ms: int
    """By the line's own clock, which runs while somebody stands in it."""
    at_ms: int
    priority: int
    head_start_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFlow:
    """One caller's place, and how the line has moved."""

    now_ms: int
    stood_ms: int
    """The line's own clock now."""
    place: int
    """1 is the front."""
    priority: int
    head_start_ms: int = 0
    on_duty: int
    """Reps on duty who meet what the line asks."""
    taken: Sequence[Departure]
    """The latest first; at most 20 are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRange:
    """From when to when the call will probably be answered, counted from now; whole minutes, as it is spoken."""

    least_ms: int
    most_ms: int

    @property
    def least_minutes(self) -> int:
        return self.least_ms // MINUTE_MS

    @property
    def most_minutes(self) -> int:
        return self.most_ms // MINUTE_MS

    def truth(self, waited_ms: int) -> Truth:
        """Where a wait of that length, counted from when the range was told, fell."""
        if waited_ms < self.least_ms:
            return "shorter"
        return "longer" if waited_ms > self.most_ms else "inside"


def expected_wait(flow: LineFlow) -> WaitRange | None:
    """The range to be told; null where too little is known to say anything."""
    span = exact_wait(flow)
    if span is None or span[1] > LONGEST_MS:
        return None
    return to_be_spoken(*span)


def exact_wait(flow: LineFlow) -> tuple[float, float] | None:
    """The same before it is rounded, in ms."""
    recent = [one for one in flow.taken if one.at_ms >= flow.now_ms - RECENT_MS]
    before = sum(1 for one in recent if _goes_before(one, flow))
    taken = len(recent) - before
    if flow.on_duty == 0 or taken < LEAST_TAKEN or before > MOST_OVERTAKERS * len(recent):
        return None
    during_ms = max(1, flow.stood_ms - min(one.stood_ms for one in recent))
    regular = taken / (taken + 2 * before)
    places, departures = max(1, round(flow.place * regular)), max(1, round(taken * regular))
    least_ms, most_ms = span_of(place=places, taken=departures, during_ms=during_ms, inside=INSIDE)
    scale = (flow.place / taken) / (places / departures)
    return least_ms * scale, most_ms * scale


def _goes_before(one: Departure, flow: LineFlow) -> bool:
    return (one.priority, one.head_start_ms) > (flow.priority, flow.head_start_ms)


def span_of(*, place: int, taken: int, during_ms: float, inside: float) -> tuple[float, float]:
    """Between when and when, in ms from now, ``place`` more calls will have left, when the last ``taken`` did in
    ``during_ms``; it holds for the share ``inside`` of all waits, with as many below as above."""
    tail = (1 - inside) / 2
    low, high = (_beta_quantile(share, place, taken) for share in (tail, 1 - tail))
    return during_ms * low / (1 - low), during_ms * high / (1 - high)


def _beta_quantile(share: float, a: int, b: int) -> float:
    """Where Beta(a, b)'s distribution function is ``share``; ``b`` terms for each of 50 halvings."""
    low, high = 0.0, 1.0
    for _ in range(50):
        x = (low + high) / 2
        low, high = (x, high) if _beta_below(x, a, b) < share else (low, x)
    return (low + high) / 2


def _beta_below(x: float, a: int, b: int) -> float:
    """The chance that of a+b-1 tries, each good with chance ``x``, all but at most b-1 are: the last terms first, for
    where those vanish so does the sum."""
    n = a + b - 1
    term = below = math.pow(x, n)
    for missed in range(1, b):
        term *= (n - missed + 1) / missed * (1 - x) / x
        below += term
    return below


def to_be_spoken(least_ms: float, most_ms: float) -> WaitRange:
    """The range in the nearest whole minutes, above ten minutes in the nearest five: as wide as it was, on average."""
    least, most = _nearest(least_ms / MINUTE_MS), _nearest(most_ms / MINUTE_MS)
    if least >= most:
        least = math.floor(least_ms / MINUTE_MS)
        most = max(math.ceil(most_ms / MINUTE_MS), least + 1)
    return WaitRange(least_ms=least * MINUTE_MS, most_ms=most * MINUTE_MS)


def _nearest(minutes: float) -> int:
    step = 1 if minutes <= _FINE_MINUTES else _COARSE_MINUTES
    return step * math.floor(minutes / step + 0.5)
