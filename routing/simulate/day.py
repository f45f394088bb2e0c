"""The day in parts, over all replications: when callers came and how long they waited. Pure.

Memory holds one sum for each part of each class, however many replications there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from routing.simulate.scenario import Scenario
from routing.simulate.tally import PARTS, Tally

CALLS_OF_A_STRETCH = 100
"""A mean of fewer jumps about; then parts are put together."""
JOINED = (1, 2, 4, 8)
"""How many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some of the day."""

    begins_ms: float
    ends_ms: float
    arrived_per_h: float
    """In a replication."""
    mean_wait_s: float | None
    """Of those who came in it; null: nobody did."""


class Day:
    """One configuration's replications."""

    def __init__(self, scenario: Scenario) -> None:
        self._begins_ms, self._part_ms = scenario.warm_up_ms, scenario.duration_ms / PARTS
        self._arrived = [[0] * PARTS for _ in scenario.classes]
        self._wait_ms = [[0.0] * PARTS for _ in scenario.classes]
        self._replications = 0

    def add(self, tally: Tally) -> None:
        """One more replication."""
        self._replications += 1
        for which, each in enumerate(tally.classes):
            self._arrived[which] = [a + b for a, b in zip(self._arrived[which], each.part_arrived, strict=True)]
            self._wait_ms[which] = [a + b for a, b in zip(self._wait_ms[which], each.part_wait_ms, strict=True)]

    def stretches(self, classes: Sequence[int]) -> tuple[Stretch, ...]:
        """What these classes together met after the warm-up, in stretches long enough for a mean to say something."""
        arrived = [sum(self._arrived[which][part] for which in classes) for part in range(PARTS)]
        wait_ms = [sum(self._wait_ms[which][part] for which in classes) for part in range(PARTS)]
        calls = sum(arrived)
        size = next((size for size in JOINED if calls * size >= CALLS_OF_A_STRETCH * PARTS), JOINED[-1])
        cuts = [(begin, begin + size) for begin in range(0, PARTS, size)]
        found = [self._stretch(begin, end, sum(arrived[begin:end]), sum(wait_ms[begin:end])) for begin, end in cuts]
        return tuple(each for each in found if each is not None)

    def _stretch(self, begin: int, end: int, arrived: int, wait_ms: float) -> Stretch | None:
        begins_ms, ends_ms = max(self._begins_ms, begin * self._part_ms), end * self._part_ms
        if ends_ms <= begins_ms:
            return None
        return Stretch(
            begins_ms=begins_ms,
            ends_ms=ends_ms,
            arrived_per_h=arrived / max(1, self._replications) / (ends_ms - begins_ms) * 3_600_000.0,
            mean_wait_s=wait_ms / arrived / 1000.0 if arrived else None,
        )
