"""From a call to a plan: the first rule whose condition is true. Pure; the same arguments give the same plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from routing.conditions import seen
from routing.config import Config, PreferRep, Route, RouteStep, Rule
from routing.demands import resolve
from routing.facts import CallerFacts, Facts, fact_of
from routing.model import QueueId, RepId, SkillName
from routing.plan import Plan, PlannedPreference, PlanStep
from routing.resolving import SkillOf, member_for


def plan_call(config: Config, facts: Facts, now_ms: int, *, arrived_ms: int | None = None) -> Plan:
    """The plan for a call. Conditions that could not be evaluated count as false and stand in ``Plan.problems``.

    ``now_ms`` (Unix epoch) is the moment of the decision: what the opening hours are asked for. ``arrived_ms``: what
    steps are measured from; null: the call arrives now.
    """
    moment = _Moment(now_ms=now_ms, arrived_ms=now_ms if arrived_ms is None else arrived_ms)
    context = seen(facts, config.asked, hours=config.hours, now_ms=now_ms)
    problems: list[str] = []
    for rule in config.rules[:-1]:
        if rule.when is None:
            return _plan(config, rule, facts, moment, problems)
        verdict = rule.when.holds(context)
        if verdict.problem is not None:
            problems.append(f"{rule.name}: {verdict.problem}")
        if verdict.holds:
            return _plan(config, rule, facts, moment, problems)
    return _plan(config, config.rules[-1], facts, moment, problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    now_ms: int
    arrived_ms: int


def _plan(config: Config, rule: Rule, facts: Facts, moment: _Moment, problems: list[str]) -> Plan:
    route = rule.route

    def choose(wanted: SkillOf) -> SkillName | None:
        value = fact_of(facts, wanted.fact)
        skill = member_for(wanted.family, value, config.skills)
        if skill is None and value:
            problems.append(f"{rule.name}: there is no skill {wanted.family}-… for this value of {wanted.fact}")
        return skill

    asked = resolve(route, choose)
    steps = _until_closing(config, route, asked.steps, moment)
    return Plan(
        rule=rule.name,
        version=config.version,
        queue=route.queue,
        priority=route.priority,
        head_start_ms=route.head_start_ms,
        prefer=_preference(config, route.prefer_rep, facts.caller),
        needs=asked.needs,
        prefers=asked.prefers,
        steps=steps,
        strategies={queue: config.queues[queue].strategy for queue in _queues_of(route)},
        max_wait_ms=longest_wait_ms(config, route.queue, steps),
        problems=tuple(dict.fromkeys(problems)),
    )


def _until_closing(config: Config, route: Route, steps: tuple[PlanStep, ...], moment: _Moment) -> tuple[PlanStep, ...]:
    """The route's steps, cut short by what happens when the place closes."""
    if route.closing is None:
        return steps
    within_ms = longest_wait_ms(config, route.queue, steps)
    closes_ms = config.hours[route.closing.hours].closes_at(moment.now_ms, within_ms=within_ms)
    if closes_ms is None:
        return steps
    after_ms = max(1, closes_ms - moment.arrived_ms)
    before = tuple(step for step in steps if step.after_ms < after_ms)
    return (*before, PlanStep(after_ms=after_ms, then=route.closing.then))


def _queues_of(route: Route) -> Iterator[QueueId]:
    """Where the route begins, and where its steps can move the call."""
    yield route.queue
    for step in route.steps:
        if step.then is not None and step.then.startswith("queue:"):
            yield QueueId(step.then.removeprefix("queue:"))


def _preference(config: Config, prefer: PreferRep | None, caller: CallerFacts) -> PlannedPreference | None:
    if prefer is None:
        return None
    named = {"owner": caller.owner, "last": caller.last}.get(prefer.who, prefer.who)
    rep = config.reps.get(RepId(named)) if named else None
    return PlannedPreference(
        who=prefer.who, rep=rep.id if rep else None, wait_ms=prefer.wait_ms, must_qualify=prefer.must_qualify
    )


def longest_wait_ms(config: Config, queue: QueueId, steps: Sequence[PlanStep | RouteStep]) -> int:
    """When the call ends if nobody takes it, from arrival: at a ``hang_up``, else at the ``max_wait`` of the queue it
    was moved to last, counted from that move (from arrival if it never moved)."""
    moved_ms = 0
    for step in steps:
        if step.then == "hang_up":
            return step.after_ms
        if step.then is not None:
            moved_ms, queue = step.after_ms, QueueId(step.then.removeprefix("queue:"))
    return moved_ms + config.queues[queue].max_wait_ms
