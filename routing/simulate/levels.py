"""What share of callers a staffing answers in time, in a window of a scenario. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from routing.config import Config
from routing.model import RepId
from routing.simulate.fewest import Staff
from routing.simulate.intervals import Figure, figure
from routing.simulate.play import Play
from routing.simulate.profiles import Profile, habits_of, multiplied
from routing.simulate.scenario import Scenario, Shift
from routing.simulate.world import World

FIRST = 5
"""So many replications at least."""
CLEAR = 2.0
"""A share that is so many half-widths of its interval from the target is above or below it."""
FINE = 0.015
"""So narrow an interval tells enough."""
EVENTS = 100_000


class Count(NamedTuple):
    """Calls of a class in one replication."""

    in_time: int
    gave_up: int
    """Within the time in which they ought to be answered."""
    arrived: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One staffing."""

    enough: bool
    classes: Mapping[str, Figure]
    """Class → share answered in time, of those in whom the target counts; with ``together`` under ''."""


@dataclass(kw_only=True)
class Window:
    """A window of a scenario that can be staffed."""

    config: Config
    scenario: Scenario
    """Its warm-up is the time before the window."""
    profiles: Sequence[Profile]
    most: int
    """Of each profile."""
    before: Staff | None = None
    """Who is there in the warm-up; null: the same as in the window."""
    together: bool = False
    """The target is for all callers together, not for each class."""
    target: float | None = None
    """Null: that of each class's queue."""
    seed: int
    replications: int
    """At most; fewer where it is clear sooner."""
    _known: dict[Staff, Level] = field(default_factory=dict, init=False)

    def enough(self, staff: Staff) -> bool:
        """Whether the target is reached."""
        return self.level(staff).enough

    def level(self, staff: Staff) -> Level:
        """Played once for each staffing."""
        if staff not in self._known:
            self._known[staff] = self._play(staff)
        return self._known[staff]

    def _play(self, staff: Staff) -> Level:
        counts = staff if self.before is None else tuple(map(max, staff, self.before))
        config, people = multiplied(self.config, self.profiles, counts)
        habits = habits_of(self.scenario, people)
        scenario = replace(self.scenario, habits=habits, shifts=self._shifts(people, staff))
        world = World(config, scenario)
        found: list[Sequence[Count]] = []
        level = Level(enough=False, classes={})
        for replication in range(self.replications):
            play = Play(world, scenario, seed=self.seed, replication=replication)
            while play.run(EVENTS):
                pass
            found.append(
                [Count(each.answered_in_time, each.abandoned_in_time, each.arrived) for each in play.tally.classes]
            )
            level, is_clear = self._judged(world, found)
            if is_clear:
                break
        return level

    def _shifts(self, people: Sequence[Profile], staff: Staff) -> tuple[Shift, ...]:
        now = Shift(until_ms=self.scenario.duration_ms, reps=_on_duty(people, staff))
        if self.before is None or self.scenario.warm_up_ms <= 0.0:
            return (now,)
        return (Shift(until_ms=self.scenario.warm_up_ms, reps=_on_duty(people, self.before)), now)

    def _judged(self, world: World, counts: Sequence[Sequence[Count]]) -> tuple[Level, bool]:
        """The level, and whether it is clear by now."""
        shares: dict[str, Figure] = {}
        gaps: list[tuple[float, float]] = []
        for name, which, target in self._judged_by(world):
            share = figure([_share([each[n] for n in which]) for each in counts])
            if share.mean is not None:
                shares[name] = share
                half = 1.0 if len(counts) < FIRST or share.half_width is None else share.half_width
                gaps.append((share.mean - target, half))
        misses = any(gap < -CLEAR * half for gap, half in gaps)
        is_clear = misses or all(half <= FINE or gap > CLEAR * half for gap, half in gaps)
        return Level(enough=all(gap >= 0.0 for gap, _ in gaps), classes=shares), is_clear

    def _judged_by(self, world: World) -> list[tuple[str, Sequence[int], float]]:
        """Name, classes, target. Callers whom the rules refuse are in none."""
        aims = [
            (n, self.target if self.target is not None else max(targets))
            for n, targets in enumerate(world.targets())
            if targets
        ]
        if self.together and aims:
            return [("", [n for n, _ in aims], sum(target for _, target in aims) / len(aims))]
        return [(self.scenario.classes[n].name, [n], target) for n, target in aims]


def _share(some: Sequence[Count]) -> float | None:
    """Null: nobody came. Where all who came gave up at once, nobody was answered."""
    arrived = sum(each.arrived for each in some)
    counted = arrived - sum(each.gave_up for each in some)
    return sum(each.in_time for each in some) / counted if counted else 0.0 if arrived else None


def _on_duty(people: Sequence[Profile], staff: Staff) -> frozenset[RepId]:
    return frozenset(rep for each, n in zip(people, staff, strict=True) for rep in each.reps[:n])
