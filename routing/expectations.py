"""Runs a configuration's own tests: the rules as they are, with everybody available and idle alike. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from routing.config import Config, ConfigTest, Rep
from routing.demands import demand_at, fit_of
from routing.model import RepId
from routing.plan import Plan
from routing.planner import plan_call


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
    else the highest fit, else the lower rep id by code point. Null when nobody meets the plan's first demand."""
    demand = demand_at(plan, 0)
    fits = {rep.id: fit for rep in reps if (fit := fit_of(rep, demand)) is not None}
    prefer = plan.prefer
    if prefer is not None and prefer.rep is not None and (prefer.rep in fits or not prefer.must_qualify):
        return prefer.rep
    return min(fits, key=lambda rep: (-fits[rep], rep), default=None)


def _failures(config: Config, index: int, test: ConfigTest) -> Iterable[Failure]:
    arrived_ms = int(test.at.timestamp() * 1000) if test.at is not None else 0
    plan = plan_call(config, test.facts, arrived_ms)
    rep = first_choice(config.reps.values(), plan)
    expect = test.expect
    pairs = {
        "rule": (expect.rule, plan.rule),
        "queue": (expect.queue, plan.queue),
        "rep": (expect.rep, rep),
        "priority": (expect.priority, plan.priority),
    }
    hint = f" ({'; '.join(plan.problems)})" if plan.problems else ""
    for key, (wanted, got) in pairs.items():
        if wanted is not None and wanted != got:
            shown = "nobody" if got is None else got
            yield Failure(test=index, key=key, message=f"{test.name}: expected {wanted}, got {shown}{hint}")
