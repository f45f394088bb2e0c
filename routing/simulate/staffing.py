"""How many reps of which profile reach the service level in each interval, and what Erlang's formulas would say. Pure.

Interval by interval: the one before, as it was staffed, is the warm-up, so that whoever waits or talks at its end is
still there. The search is that of ``fewest``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, sqrt

from routing.config import Config
from routing.simulate.draws import Exponential
from routing.simulate.erlang import Load, least_agents
from routing.simulate.fewest import Staff, fewest
from routing.simulate.intervals import Figure
from routing.simulate.levels import Window
from routing.simulate.profiles import Profile, all_alike, profiles_of
from routing.simulate.scenario import IMMEDIATE, ArrivalClass, Scenario
from routing.simulate.window import window

MOST_INTERVALS = 200
USUAL_REPLICATIONS = 60
WARM_UP_MS = 1_800_000.0
"""So much of the interval before, at most."""
HIGHEST_TARGET = 0.999
"""Formulas end nowhere for all callers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """What was found for some of the day."""

    begins_ms: float
    ends_ms: float
    per_h: float
    """Calls, as the scenario says."""
    staff: Staff | None
    """Of each profile; null: the target cannot be reached."""
    classes: Mapping[str, Figure]
    """Class → share answered in time."""
    erlang: int
    by_patience: bool
    """Erlang A; else Erlang C."""

    @property
    def reps(self) -> int | None:
        """All together."""
        return None if self.staff is None else sum(self.staff)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How many reps it takes once something more is as it is."""

    what: str
    reps: int | None


@dataclass(kw_only=True)
class Staffing:
    """The search over a scenario, interval by interval."""

    config: Config
    scenario: Scenario
    interval_ms: float
    target: float | None = None
    """Null: that of each queue."""
    seed: int = 1
    replications: int = USUAL_REPLICATIONS
    """At most, of each staffing that is tried."""
    intervals: list[Interval] = field(default_factory=list)
    """Those that are known."""
    reasons: list[Reason] = field(default_factory=list)
    """For the interval that asks for most, once all are known: from Erlang's figure to the simulated one."""

    def __post_init__(self) -> None:
        self.profiles: Sequence[Profile] = profiles_of(self.config)
        begin, end = self.scenario.warm_up_ms, self.scenario.duration_ms
        self.cuts = [
            (begin + n * self.interval_ms, min(end, begin + (n + 1) * self.interval_ms))
            for n in range(ceil((end - begin) / self.interval_ms))
        ]

    def steps(self) -> Iterator[float]:
        """Finds all; gives how much is done, 0 to 1. May be left at any point."""
        parts = len(self.cuts) + 1
        for n, (begins_ms, ends_ms) in enumerate(self.cuts):
            self.intervals.append(self._find(n, begins_ms, ends_ms))
            yield (n + 1) / parts
        self.reasons.extend(self._explain())
        yield 1.0

    @property
    def busiest(self) -> Interval | None:
        """The interval that is explained: the one for which Erlang asks for most."""
        known = [each for each in self.intervals if each.staff is not None]
        return max(known, key=lambda each: each.erlang, default=None)

    def _find(self, n: int, begins_ms: float, ends_ms: float) -> Interval:
        before = self.intervals[-1].staff if self.intervals else None
        load, erlang = self._erlang(begins_ms, ends_ms)
        part = self._window(n, before)
        staff = fewest(part.enough, self._weights(), guess=erlang, most=part.most)
        at_most = tuple(part.most for _ in self.profiles)
        return Interval(
            begins_ms=begins_ms,
            ends_ms=ends_ms,
            per_h=load.per_ms * 3_600_000.0,
            staff=staff,
            classes=part.level(at_most if staff is None else staff).classes,
            erlang=erlang,
            by_patience=load.patience_ms is not None,
        )

    def _weights(self) -> list[int]:
        return [each.known for each in self.profiles]

    def _window(self, n: int, before: Staff | None) -> Window:
        begins_ms, ends_ms = self.cuts[n]
        from_ms = max(0.0, begins_ms - min(self.interval_ms, WARM_UP_MS)) if n else 0.0
        load, erlang = self._erlang(begins_ms, ends_ms)
        return Window(
            config=self.config,
            scenario=window(self.scenario, counted_from_ms=begins_ms, begins_ms=from_ms, ends_ms=ends_ms),
            profiles=self.profiles,
            most=erlang + ceil(4.0 * sqrt(load.erlangs)) + max(10, ceil(load.erlangs)),
            before=before,
            target=self.target,
            seed=self.seed,  # equal intervals get equal answers
            replications=self.replications,
        )

    # ── Erlang ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _erlang(self, begins_ms: float, ends_ms: float) -> tuple[Load, int]:
        """What comes on average, all callers and all reps alike, and how many reps that would take."""
        part = window(self.scenario, counted_from_ms=begins_ms, begins_ms=begins_ms, ends_ms=ends_ms)
        calls = [each.calls_within(part.duration_ms) for each in part.classes]
        all_of = sum(calls)
        if all_of <= 0.0:
            return Load(per_ms=0.0, handle_ms=0.0, patience_ms=None), 0
        handled = [self._handle_ms(each) for each in part.classes]
        patience = [None if each.patience is None else each.patience.mean_ms for each in part.classes]
        load = Load(
            per_ms=all_of / part.duration_ms,
            handle_ms=sum(n * ms for n, ms in zip(calls, handled, strict=True)) / all_of,
            patience_ms=_together(calls, patience),
        )
        levels = [each.service_level for each in self.config.queues.values()]
        within_ms = min(each.answered_within_ms for each in levels)
        target = self.target if self.target is not None else max(each.target for each in levels)
        return load, least_agents(load, within_ms=within_ms, target=min(target, HIGHEST_TARGET))

    def _handle_ms(self, each: ArrivalClass) -> float:
        longest = max(queue.wrap_up_ms for queue in self.config.queues.values())
        talks = [call.talk_ms for call in each.recorded if call.talk_ms is not None]
        talk_ms = sum(talks) / len(talks) if talks else each.talk.mean_ms
        wraps = [call.wrap_up_ms for call in each.recorded if call.wrap_up_ms is not None]
        if wraps:
            return talk_ms + sum(wraps) / len(wraps)
        return talk_ms + (longest if each.wrap_up is None else each.wrap_up.mean_ms)

    # ── why they differ ───────────────────────────────────────────────────────────────────────────────────────────

    def _explain(self) -> Iterator[Reason]:
        found = self.busiest
        if found is None:
            return
        n = self.intervals.index(found)
        before = self.intervals[n - 1].staff if n else None
        yield Reason(what=f"by Erlang {'A' if found.by_patience else 'C'}, from averages", reps=found.erlang)
        part = replace(self._window(n, None), together=True)
        alike = all_alike(self.config)
        plain = replace(part.scenario, habits={}, answer_delay=IMMEDIATE)
        yield self._reason(_shapes(plain), part, config=alike, scenario=plain)
        if plain != part.scenario:
            yield self._reason("offers declined or missed, time to answer, speed", part, config=alike)
        if len(self.profiles) > 1:
            yield self._reason("not everybody can take every call", part)
        if len(found.classes) > 1:
            yield self._reason("the target holds for each class, not only on average", replace(part, together=False))
        if before is not None:
            yield Reason(what="who is still waiting or talking from the interval before", reps=found.reps)

    def _reason(
        self, what: str, part: Window, *, config: Config | None = None, scenario: Scenario | None = None
    ) -> Reason:
        known = config or self.config
        profiles = profiles_of(known)
        most = part.most * len(self.profiles) if len(profiles) < len(self.profiles) else part.most
        tried = replace(part, config=known, scenario=scenario or part.scenario, profiles=profiles, most=most)
        weights = [each.known for each in profiles]
        staff = fewest(tried.enough, weights, guess=part.most // 2, most=most)
        return Reason(what=what, reps=None if staff is None else sum(staff))


def _together(calls: Sequence[float], patience: Sequence[float | None]) -> float | None:
    """How fast all leave together, as one patience; null where some of them never do."""
    leaving = 0.0
    for n, ms in zip(calls, patience, strict=True):
        if n and ms is None:
            return None
        leaving += n / ms if ms else 0.0
    return sum(calls) / leaving if leaving else None


def _shapes(scenario: Scenario) -> str:
    """What the first simulated figure takes into account beyond averages."""
    drawn = [each for cls in scenario.classes for each in (cls.talk, cls.patience, cls.wrap_up) if each is not None]
    shapes = [] if all(isinstance(each, Exponential) for each in drawn) else ["lengths as they are"]
    load = ["random load"] if scenario.load_shape is not None else []
    return ", ".join(["rules, steps and priorities", *shapes, *load])
