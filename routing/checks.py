"""What can only be checked of a configuration as a whole: can its plans be met, do its own tests pass. Pure.

Runs on values that were read without a problem, so that no finding is the echo of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from routing.config import Config, Route
from routing.demands import demands_of_route
from routing.duration import format_duration
from routing.errors import Problem
from routing.expectations import Tried
from routing.model import Demand, RepId
from routing.planner import longest_wait_ms
from routing.shadowing import shadowed

Lines = Mapping[str, int]
"""path → line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """What came of one of the configuration's own tests."""

    __test__ = False  # of a configuration, not of pytest

    name: str
    rule: str | None
    """The rule that it expects; null: it expects none."""
    taken: str
    """The rule that was taken."""
    passed: bool
    message: str
    """What was expected and what came; empty where it passed."""
    line: int


def problems_of(config: Config, lines: Lines, tried: Sequence[Tried]) -> tuple[Problem, ...]:
    """Plans that no rep can ever meet; where there are none, tests that fail. ``tried``: what came of the tests."""
    unmet = tuple(problem for index, route in config.routes for problem in _unmet(config, lines, index, route))
    return (
        unmet
        or tuple(_calls_to_ourselves(config, lines))
        or tuple(_timeless_tests(config, lines))
        or tuple(_failed_tests(tried, lines))
    )


def results_of(config: Config, lines: Lines, tried: Sequence[Tried]) -> tuple[TestResult, ...]:
    """Each of the configuration's own tests, whether it passed or not, in the order of the file."""
    lacking = {problem.field: problem.message for problem in _timeless_tests(config, lines)}
    found: list[TestResult] = []
    for number, (test, each) in enumerate(zip(config.tests, tried, strict=True)):
        timeless = lacking.get(f"tests[{number}].call")
        message = timeless or "; ".join(failure.message for failure in each.failures)
        result = TestResult(
            name=test.name,
            rule=test.expect.rule,
            taken=each.rule,
            passed=not message,
            message=message,
            line=lines.get(f"tests[{number}]", 0),
        )
        found.append(result)
    return tuple(found)


def warnings_of(config: Config, lines: Lines) -> tuple[Problem, ...]:
    """What can be used and probably should not: a named rep who never qualifies, a rule or a step that is never
    reached."""
    found: list[Problem] = [*_shadowed(config, lines)]
    for index, route in config.routes:
        found.extend(_idle_preference(config, lines, index, route))
        found.extend(_idle_teams(config, lines, index, route))
        found.extend(_unreached_steps(config, lines, index, route))
        found.extend(_unmet_by_data(config, lines, index, route))
    return tuple(found)


def _shadowed(config: Config, lines: Lines) -> Iterator[Problem]:
    for index, taker in shadowed(config.rules).items():
        message = f"is never reached: the rule {config.rules[taker].name} takes every call that it would"
        yield _problem(lines, f"rules[{index}].when", f"{message}; put it above that one")


def _problem(lines: Lines, path: str, message: str) -> Problem:
    """At that path, or at the nearest one above it that the file has."""
    above = path
    while above not in lines and "." in above:
        above = above.rpartition(".")[0]
    return Problem(line=lines.get(above, 0), field=path, message=message)


def _unmet(config: Config, lines: Lines, index: int, route: Route) -> Iterator[Problem]:
    prefer = route.prefer_rep
    if prefer is not None and not prefer.must_qualify and RepId(prefer.who) in config.reps:
        return
    seen: set[Demand] = set()
    for count, demand in enumerate(demands_of_route(config, route)[: len(route.steps) + 1]):
        if demand in seen:
            continue
        seen.add(demand)
        if not any(rep.meets(demand) for rep in config.reps.values()):
            yield _problem(lines, _place(index, route, count), _why_unmet(config, demand))


def _unmet_by_data(config: Config, lines: Lines, index: int, route: Route) -> Iterator[Problem]:
    """Needs that come from the call may come out so that nobody meets them; a step may mend that."""
    per_plan = len(route.steps) + 1
    for demand in dict.fromkeys(demands_of_route(config, route)[per_plan:]):
        if not any(rep.meets(demand) for rep in config.reps.values()):
            yield _problem(lines, f"rules[{index}].route.needs", _why_unmet(config, demand))


def _place(index: int, route: Route, count: int) -> str:
    """The field that asks too much: of the route, or of the step that changed it."""
    path = f"rules[{index}].route"
    if count == 0:
        return f"{path}.needs" if route.needs else f"{path}.queue"
    step = route.steps[count - 1]
    key = "needs" if step.needs is not None else "queues" if step.queues is not None else "then"
    return f"{path}.steps[{count - 1}].{key}"


def _why_unmet(config: Config, demand: Demand) -> str:
    serving = [rep for rep in config.reps.values() if rep.serves(*demand.queues)]
    if not serving:
        return f"no rep can ever take these calls: nobody serves the queue {demand.queue}"
    lacking = [
        f"{skill} at {least} or more"
        for skill, least in demand.needs
        if all(rep.skills.get(skill, 0) < least for rep in serving)
    ]
    what = " nor ".join(lacking) if lacking else "all of these needs together"
    return f"no rep can ever take these calls: of those who serve the queue {demand.queue} nobody has {what}"


def _idle_preference(config: Config, lines: Lines, index: int, route: Route) -> Iterator[Problem]:
    prefer = route.prefer_rep
    rep = None if prefer is None else config.reps.get(RepId(prefer.who))
    if prefer is None or rep is None or not prefer.must_qualify:
        return
    if not any(rep.meets(demand) for demand in demands_of_route(config, route)):
        message = (
            f"{rep.id} never qualifies for this plan, and so is never preferred; must_qualify: false would waive that"
        )
        yield _problem(lines, f"rules[{index}].route.prefer_rep.who", message)


def _idle_teams(config: Config, lines: Lines, index: int, route: Route) -> Iterator[Problem]:
    if route.prefer_rep is None or not route.prefer_rep.team_wait_ms:
        return
    if all(rep.team is None for rep in config.reps.values()):
        message = "changes nothing: no rep has a team"
        yield _problem(lines, f"rules[{index}].route.prefer_rep.team_wait", message)


def _unreached_steps(config: Config, lines: Lines, index: int, route: Route) -> Iterator[Problem]:
    end_ms = longest_wait_ms(config, route.queue, route.steps)
    for number, step in enumerate(route.steps):
        if step.after_ms >= end_ms and step.then is None:
            message = f"is never reached: the queue's max_wait ends the call at {format_duration(end_ms)}"
            yield _problem(lines, f"rules[{index}].route.steps[{number}]", message)


def _calls_to_ourselves(config: Config, lines: Lines) -> Iterator[Problem]:
    """A call that is sent to one of our numbers comes in again, is sent there again, and so on."""
    ours = {number.number for number in config.numbers}
    for index, route in config.routes:
        ends = [(f"steps[{number}].then", step.then) for number, step in enumerate(route.steps)]
        ends += [("closing.then", route.closing.then)] if route.closing else []
        for place, then in ends:
            if then is not None and then.startswith("dial:") and then.removeprefix("dial:") in ours:
                message = "is one of your own numbers: the call would come in again, without end; use {queue: an id}"
                yield _problem(lines, f"rules[{index}].route.{place}", message)


def _timeless_tests(config: Config, lines: Lines) -> Iterator[Problem]:
    """Where the rules look at opening hours, a test without a moment would end differently by day and by night."""
    asked = ("hours.",) if config.asked is None else config.asked
    if not config.hours or not any(name.startswith("hours.") for name in asked):
        return
    for number, test in enumerate(config.tests):
        if test.at is None:
            message = 'must say at, when the call arrives ("2026-11-23T09:00:00+01:00"): the rules look at hours'
            yield _problem(lines, f"tests[{number}].call", message)


def _failed_tests(tried: Sequence[Tried], lines: Lines) -> Iterator[Problem]:
    for failure in (failure for each in tried for failure in each.failures):
        yield _problem(lines, f"tests[{failure.test}].expect.{failure.key}", failure.message)
