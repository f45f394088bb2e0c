"""How long steps took, from the caller's side: collected, and told as percentiles."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable
from typing import TypedDict, TypeVar

T = TypeVar("T")


class Spread(TypedDict):
    """Microseconds."""

    p50: float
    p99: float


class Stopwatch:
    """Collects how long one kind of step took."""

    def __init__(self) -> None:
        self.taken_us: list[float] = []

    async def time(self, step: Awaitable[T]) -> T:
        """The step's own answer."""
        start = time.perf_counter_ns()
        result = await step
        self.taken_us.append((time.perf_counter_ns() - start) / 1000)
        return result

    def spread(self, *, warm_up: int = 0) -> Spread:
        """Without the first ``warm_up`` steps; at least two must be left."""
        cuts = statistics.quantiles(self.taken_us[warm_up:], n=100)
        return Spread(p50=round(cuts[49], 1), p99=round(cuts[98], 1))

    def worst_ms(self) -> dict[str, float]:
        """p50, p99 and max of all, in ms; zeros where there were too few."""
        if len(self.taken_us) < 2:
            return {"p50": 0.0, "p99": 0.0, "max": max(self.taken_us, default=0.0) / 1000}
        cuts = self.spread()
        worst = {"p50": cuts["p50"], "p99": cuts["p99"], "max": max(self.taken_us)}
        return {name: round(us / 1000, 3) for name, us in worst.items()}
