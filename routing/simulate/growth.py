"""Whether a line grows for as long as callers come: then the figures tell how long the scenario is. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import ceil

from routing.simulate.intervals import figure
from routing.simulate.scenario import Scenario
from routing.simulate.tally import PARTS, Tally

QUARTERS = 4
LEAST_PARTS = 2 * QUARTERS
"""In a shorter stretch a line tells nothing."""
LEAST_LINE = 1.0
CLEAR = 1.22
"""A line that is so many times as long as a quarter before grows, however it began."""


class Growth:
    """Of each class, how many stand in line in the quarters of the stretch that its rate lasts until nobody comes."""

    def __init__(self, scenario: Scenario) -> None:
        self._names = [each.name for each in scenario.classes]
        self._part_ms = scenario.duration_ms / PARTS
        warm = ceil(scenario.warm_up_ms / self._part_ms)
        self._cuts = [_cuts(each.rates, warm, self._part_ms) for each in scenario.classes]
        self._lines: list[list[Sequence[float]]] = []

    def add(self, tally: Tally) -> None:
        """One more replication."""
        self._lines.append(
            [self._quarters(each.part_line_ms, cuts) for each, cuts in zip(tally.classes, self._cuts, strict=True)]
        )

    def warnings(self) -> tuple[str, ...]:
        """A sentence for each class whose line never settles."""
        grows = [name for n, name in enumerate(self._names) if self._cuts[n] and self._grows(n)]
        if not grows:
            return ()
        named = ", ".join(grows)
        return (
            f"the line of {named} grows for as long as callers come: more come than can be served, and the figures "
            "depend on how long the scenario lasts",
        )

    def _quarters(self, line_ms: Sequence[float], cuts: Sequence[int]) -> Sequence[float]:
        return [sum(line_ms[a:b]) / ((b - a) * self._part_ms) for a, b in itertools.pairwise(cuts)]

    def _grows(self, which: int) -> bool:
        """A line without end grows evenly; half as fast, from the begin of the scenario, is enough to be one."""
        lines = [replication[which] for replication in self._lines]
        if not lines:
            return False
        means = [sum(each[n] for each in lines) / len(lines) for n in range(QUARTERS)]
        middles = [(a + b) / 2 for a, b in itertools.pairwise(self._cuts[which])]
        rises = figure([each[-1] - each[1] for each in lines])
        surely = rises.ci95_low is None or rises.ci95_low > 0.0
        pairs = zip(itertools.pairwise(means), itertools.pairwise(middles), strict=True)
        steadily = all(later > min(CLEAR, (1.0 + to / since) / 2) * earlier for (earlier, later), (since, to) in pairs)
        far = means[-1] > (1.0 + middles[-1] / middles[1]) / 2 * means[1]
        return steadily and far and surely and means[-1] > LEAST_LINE


def _cuts(rates: Sequence[tuple[float, float]], warm: int, part_ms: float) -> Sequence[int]:
    """The parts between which the quarters lie; none where they would be too short: a peak grows too, and is over some
    time."""
    began, ends = 0.0, 0.0
    since, before = 0.0, 0.0
    for until_ms, per_ms in rates:
        if per_ms > 0.0:
            since = since if per_ms == before and ends == began else began
            ends = until_ms
            before = per_ms
        began = until_ms
    first, last = max(warm, ceil(since / part_ms - 1e-9)), int(min(PARTS, ends / part_ms + 1e-9))
    if last - first < LEAST_PARTS:
        return ()
    return [first + (last - first) * n // QUARTERS for n in range(QUARTERS + 1)]
