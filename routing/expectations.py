"""Runs a configuration's own tests: the rules as they are, with everybody available and idle alike. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from routing.config import Config, ConfigTest, Rep
from routing.demands import demand_at, fit_of
from routing.facts import Facts
from routing.model import RepId
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


def failures_of(config: Config) -> tuple[Failure, ...]:
    """Every expectation of the configuration's tests that is not met, in the order of the file."""
    return tuple(failure for index, test in enumerate(config.tests) for failure in _failures(config, index, test))


def first_choice(reps: Iterable[Rep], plan: Plan) -> RepId | None:
    """Who takes the call if everybody is available and idle alike: the preferred rep if they qualify (or need not),
    else the highest fit, else the lower rep id by code point. Null when nobody meets the plan's first demand, or the
    place is closed."""
    if plan.closed:
        return None
    demand = replace(demand_at(plan, 0), team=plan.prefer.team if plan.prefer else None)
    fits = {rep.id: fit for rep in reps if (fit := fit_of(rep, demand)) is not None}
    prefer = plan.prefer
    if prefer is not None and prefer.rep is not None and (prefer.rep in fits or not prefer.must_qualify):
        return prefer.rep
    return min(fits, key=lambda rep: (-fits[rep], rep), default=None)


def answered(config: Config, facts: Facts, now_ms: int) -> Plan | Refusal:
    """What becomes of a call whose caller gives ``call.answers``, one to each question, and to further ones none."""
    left, asked = list(facts.call.answers), list[str]()
    given: tuple[str, ...] = ()
    while True:
        seen = replace(facts, call=replace(facts.call, answers=given))
        course = decide(config, seen, now_ms, asked=asked)
        if not isinstance(course, Question):
            return course
        asked.append(course.rule)
        given = (*given, *left[:1])
        left = left[1:]


def _failures(config: Config, index: int, test: ConfigTest) -> Iterable[Failure]:
    arrived_ms = int(test.at.timestamp() * 1000) if test.at is not None else 0
    course = answered(config, test.facts, arrived_ms)
    plan = course if isinstance(course, Plan) else None
    if plan is not None and test.at is None:
        plan = replace(plan, closed=False)  # a test that says no moment is about the open place
    expect = test.expect
    pairs = {
        "rule": (expect.rule, course.rule),
        "queue": (expect.queue, plan.queue if plan else None),
        "rep": (expect.rep, first_choice(config.reps.values(), plan) if plan else None),
        "priority": (expect.priority, plan.priority if plan else None),
    }
    hint = f" ({'; '.join(course.problems)})" if course.problems else ""
    for key, (wanted, got) in pairs.items():
        if wanted is not None and wanted != got:
            shown = "nobody" if got is None else got
            yield Failure(test=index, key=key, message=f"{test.name}: expected {wanted}, got {shown}{hint}")
