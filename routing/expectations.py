"""Runs a configuration's own tests: the rules as they are, with everybody available and idle alike. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from routing.config import Config, ConfigTest, Rep
from routing.demands import demand_at, fit_of
from routing.facts import Facts
from routing.model import Demand, RepId
from routing.plan import Plan, Question, Refusal
from routing.planner import decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One expectation that was not met."""

    test: int
    """Which test, from 0, in the order of the file."""
    key: str
    """``rule``, ``queue``, ``rep`` or ``priority``."""
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of one test."""

    rule: str
    """The one that was taken."""
    failures: tuple[Failure, ...]
    """None: everything that it expects came."""


def try_all(config: Config) -> tuple[Tried, ...]:
    """Each of the configuration's tests, in the order of the file."""
    bench = Bench(tuple(config.reps.values()))
    return tuple(_tried(config, bench, index, test) for index, test in enumerate(config.tests))


class Bench:
    """Everybody available and idle alike; who would be chosen is worked out once a demand."""

    def __init__(self, reps: Collection[Rep]) -> None:
        self._reps = reps
        self._fits: dict[Demand, dict[RepId, int]] = {}

    def first_choice(self, plan: Plan) -> RepId | None:
        """The preferred rep if they qualify (or need not), else the highest fit, else the lower rep id by code point.
        Null when nobody meets the plan's first demand, or the place is closed."""
        if plan.closed:
            return None
        fits = self._fit(replace(demand_at(plan, 0), team=plan.prefer.team if plan.prefer else None))
        prefer = plan.prefer
        if prefer is not None and prefer.rep is not None and (prefer.rep in fits or not prefer.must_qualify):
            return prefer.rep
        return min(fits, key=lambda rep: (-fits[rep], rep), default=None)

    def _fit(self, demand: Demand) -> dict[RepId, int]:
        if demand not in self._fits:
            found = ((rep.id, fit_of(rep, demand)) for rep in self._reps)
            self._fits[demand] = {rep: fit for rep, fit in found if fit is not None}
        return self._fits[demand]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A call whose caller has been asked all that there is to ask."""

    course: Plan | Refusal
    questions: tuple[Question, ...]
    """What the caller was asked, in order."""
    facts: Facts
    """What the rules saw at last."""


def answered(config: Config, facts: Facts, now_ms: int) -> Plan | Refusal:
    """What becomes of a call whose caller gives ``call.answers``, one to each question, and to further ones none."""
    return heard(config, facts, now_ms).course


def heard(config: Config, facts: Facts, now_ms: int) -> Heard:
    """The same, with what was asked."""
    questions: list[Question] = []
    while True:
        seen = replace(facts, call=replace(facts.call, answers=facts.call.answers[: len(questions)]))
        course = decide(config, seen, now_ms, asked=[question.rule for question in questions])
        if not isinstance(course, Question):
            return Heard(course=course, questions=tuple(questions), facts=seen)
        questions.append(course)


def _tried(config: Config, bench: Bench, index: int, test: ConfigTest) -> Tried:
    arrived_ms = int(test.at.timestamp() * 1000) if test.at is not None else 0
    course = answered(config, test.facts, arrived_ms)
    plan = course if isinstance(course, Plan) else None
    if plan is not None and test.at is None:
        plan = replace(plan, closed=False)  # a test that says no moment is about the open place
    hint = f" ({'; '.join(course.problems)})" if course.problems else ""
    failures = tuple(
        Failure(test=index, key=key, message=f"{test.name}: expected {wanted}, got {_shown(got)}{hint}")
        for key, wanted, got in _compared(bench, test, course.rule, plan)
        if wanted != got
    )
    return Tried(rule=course.rule, failures=failures)


def _compared(
    bench: Bench, test: ConfigTest, rule: str, plan: Plan | None
) -> Iterator[tuple[str, str | int, str | int | None]]:
    """What the test looks at: the key, what it wants, what came."""
    expect = test.expect
    if expect.rule is not None:
        yield "rule", expect.rule, rule
    if expect.queue is not None:
        yield "queue", expect.queue, plan.queue if plan else None
    if expect.rep is not None:
        yield "rep", expect.rep, bench.first_choice(plan) if plan else None
    if expect.priority is not None:
        yield "priority", expect.priority, plan.priority if plan else None


def _shown(got: str | int | None) -> str | int:
    return "nobody" if got is None else got
