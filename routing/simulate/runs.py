"""Replications of a scenario, one after the other: how far they are, and what is known so far. Pure.

Memory holds the figures of each replication and one day at a time, however many calls there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from routing.config import Config
from routing.simulate.day import Day
from routing.simulate.growth import Growth
from routing.simulate.play import Play
from routing.simulate.result import Measured, Result, differences, measure, result
from routing.simulate.scenario import Scenario
from routing.simulate.tally import Tally
from routing.simulate.world import World

EVENTS = 5_000
"""From one look at how far it is to the next: a tenth of a second."""


@dataclass(kw_only=True)
class Runs:
    """One configuration, or several that are given the same callers."""

    configs: Sequence[Config]
    scenario: Scenario
    seed: int = 1
    replications: int = 10
    measured: list[list[Measured]] = field(default_factory=list)
    """Of each configuration, the replications that are over."""
    calls: list[int] = field(default_factory=list)
    """Of each configuration, so far."""
    days: list[Day] = field(default_factory=list)
    """Of each configuration, the replications that are over for all: what plots are drawn from."""
    _tallies: list[Tally] = field(default_factory=list)
    """Of the replication that is being played, of the configurations for which it is over."""
    _growth: list[Growth] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.worlds = [World(config, self.scenario) for config in self.configs]
        self.days = [Day(self.scenario) for _ in self.configs]
        self.measured = [[] for _ in self.configs]
        self.calls = [0 for _ in self.configs]
        self._growth = [Growth(self.scenario) for _ in self.configs]

    def steps(self) -> Iterator[float]:
        """Runs all; gives how much is done, 0 to 1, some times a second. May be left at any point."""
        parts = self.replications * len(self.configs)
        for number in range(self.replications * len(self.configs)):
            replication, which = divmod(number, len(self.configs))
            play = Play(self.worlds[which], self.scenario, seed=self.seed, replication=replication)
            while play.run(EVENTS):
                yield (number + play.done) / parts
            self._take(which, play.tally)
            yield (number + 1) / parts

    def _take(self, which: int, tally: Tally) -> None:
        self.measured[which].append(measure(tally, self.scenario, self.configs[which]))
        self.calls[which] += tally.calls
        self._growth[which].add(tally)
        self._tallies.append(tally)
        if len(self._tallies) == len(self.configs):
            for day, each in zip(self.days, self._tallies, strict=True):
                day.add(each)
            self._tallies.clear()

    @property
    def complete(self) -> int:
        """Replications that are over for all configurations."""
        return min(map(len, self.measured))

    def difference(self) -> Result:
        """The second configuration's figures less the first one's, of the replications that are over for both."""
        a, b = (measured[: self.complete] for measured in self.measured)
        return result(differences(a, b), calls=sum(self.calls), scenario=self.scenario)

    def result(self, which: int = 0) -> Result:
        """Of the replications that are over for all."""
        known = self.measured[which][: self.complete]
        warnings = self._growth[which].warnings()
        return result(known, calls=self.calls[which], scenario=self.scenario, warnings=warnings)
