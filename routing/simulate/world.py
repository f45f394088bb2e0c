"""A configuration as simulations use it: what the rules make of callers at a moment, asked once and kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from routing.config import Closing, Config, Rule
from routing.demands import DemandTable, demand_table
from routing.expectations import answered
from routing.facts import Facts
from routing.model import QueueId
from routing.plan import Plan, Refusal
from routing.planner import longest_wait_ms
from routing.simulate.scenario import ArrivalClass, Scenario
from routing.simulate.stages import Course

MINUTE_MS = 60_000
"""Opening hours change at whole minutes."""
FOREVER_MS = float("inf")
MOST_MINUTES = 20_000
"""What is remembered of: two weeks."""
Seen = tuple[tuple[bool, bool], ...]
"""Of each of the opening hours: whether it is open, and whether it is a holiday."""


class World:
    """One configuration, for all replications of a scenario."""

    def __init__(self, config: Config, scenario: Scenario) -> None:
        self.config = config
        self.table: DemandTable = demand_table(config)
        self.wrap_up_ms: Mapping[QueueId, float] = {each.id: float(each.wrap_up_ms) for each in config.queues.values()}
        self.offer_ms: Mapping[QueueId, float] = {
            each.id: float(each.offer_timeout_ms) for each in config.queues.values()
        }
        self._facts: list[Facts] = []
        self._of_class = [self._number_all(each) for each in scenario.classes]
        self._open = replace(config, rules=tuple(map(_without_closing, config.rules)))
        self._closings: Mapping[str, Closing] = {
            rule.name: rule.route.closing for rule in config.rules if rule.route is not None and rule.route.closing
        }
        self._starts_ms = int(scenario.starts.timestamp() * 1000) if scenario.starts is not None else 0
        self._by_hours = uses_hours(config)
        self._seen: dict[int, Seen] = {}
        self._plans: dict[tuple[int, Seen], Plan | None] = {}
        self._closes: dict[tuple[str, int, int], int | None] = {}
        self._made: dict[tuple[int, Seen, int | None], Course] = {}

    def facts_of(self, class_index: int) -> Sequence[int]:
        """The numbers of what the rules know of a class: one, or one for each recorded call."""
        return self._of_class[class_index]

    def has_number(self, facts: int) -> bool:
        """Whether such callers can be called back."""
        return self._facts[facts].call.from_ is not None

    def course(self, facts: int, now: float) -> tuple[Course | None, float]:
        """What becomes of such callers now, null where they are refused; and until when that holds."""
        if not self._by_hours:
            return self._course(facts, (), 0), FOREVER_MS
        at_ms = int((self._starts_ms + now) // MINUTE_MS) * MINUTE_MS
        return self._course(facts, self._seen_of_hours(at_ms), at_ms), at_ms + MINUTE_MS - self._starts_ms

    def _number_all(self, each: ArrivalClass) -> Sequence[int]:
        """Recorded calls of which the same is known have the same number."""
        known: dict[str, int] = {}
        numbers = []
        for facts in (call.facts for call in each.recorded) if each.recorded else (each.facts,):
            spelled = repr(facts)
            if spelled not in known:
                known[spelled] = len(self._facts)
                self._facts.append(facts)
            numbers.append(known[spelled])
        return numbers

    def within_ms(self, course: Course | None) -> float:
        """How soon callers of that queue ought to be answered."""
        return 0.0 if course is None else self.config.queues[course.plan.queue].service_level.answered_within_ms

    def targets(self) -> tuple[tuple[float, ...], ...]:
        """Of each class, which shares are to be answered in time, by the queues that the rules have chosen so far."""
        class_of = {facts: index for index, numbers in enumerate(self._of_class) for facts in numbers}
        found: list[set[float]] = [set() for _ in self._of_class]
        for (facts, _), plan in self._plans.items():
            if plan is not None:
                found[class_of[facts]].add(self.config.queues[plan.queue].service_level.target)
        return tuple(tuple(sorted(each)) for each in found)

    def _seen_of_hours(self, at_ms: int) -> Seen:
        """What rules can see of the opening hours: they are asked again only where it is something else."""
        if at_ms not in self._seen:
            if len(self._seen) > MOST_MINUTES:
                self._seen.clear()
            each = self.config.hours.values()
            self._seen[at_ms] = tuple((one.is_open(at_ms), one.is_holiday(at_ms)) for one in each)
        return self._seen[at_ms]

    def _course(self, facts: int, seen: Seen, at_ms: int) -> Course | None:
        if (facts, seen) not in self._plans:
            plan: Plan | Refusal = answered(self._open, self._facts[facts], at_ms)
            self._plans[facts, seen] = plan if isinstance(plan, Plan) else None
        planned = self._plans[facts, seen]
        if planned is None:
            return None
        closing = self._closings.get(planned.rule)
        closes_ms = None if closing is None else self._closes_ms(closing, planned, at_ms)
        known = (facts, seen, closes_ms)
        if known not in self._made:
            then = None if closing is None or closes_ms is None else closing.then
            self._made[known] = Course(plan=planned, closes_ms=closes_ms, closing_then=then)
        return self._made[known]

    def _closes_ms(self, closing: Closing, plan: Plan, at_ms: int) -> int | None:
        """On the clock of the simulation; null: not before the wait is over."""
        within_ms = longest_wait_ms(self.config, plan.queue, plan.steps) + MINUTE_MS
        known = (closing.hours, within_ms, at_ms)
        if known not in self._closes:
            if len(self._closes) > MOST_MINUTES:
                self._closes.clear()
            self._closes[known] = self.config.hours[closing.hours].closes_at(at_ms, within_ms=within_ms)
        closes_ms = self._closes[known]
        return None if closes_ms is None else closes_ms - self._starts_ms


def uses_hours(config: Config) -> bool:
    """Whether it matters when a call comes."""
    asked = config.asked
    by_condition = asked is None or any(fact.startswith("hours.") for fact in asked)
    return bool(config.hours) and (by_condition or any(route.closing for _, route in config.routes))


def _without_closing(rule: Rule) -> Rule:
    return rule if rule.route is None else replace(rule, route=replace(rule.route, closing=None))
