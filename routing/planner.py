"""From a call to a plan: the first rule whose condition is true. Pure; the same arguments give the same plan."""

from __future__ import annotations

from collections.abc import Iterator

from routing.conditions import seen
from routing.config import Config, PreferRep, Route
from routing.facts import CallerFacts, Facts
from routing.model import QueueId, RepId
from routing.plan import Plan, PlannedPreference


def plan_call(config: Config, facts: Facts, now_ms: int) -> Plan:
    """The plan for a call. Conditions that could not be evaluated count as false and stand in ``Plan.problems``.

    ``now_ms`` (Unix epoch) is the moment of the decision; conditions of this release cannot ask for it.
    """
    context = seen(facts, config.asked)
    problems: list[str] = []
    for rule in config.rules[:-1]:
        if rule.when is None:
            return _plan(config, rule.name, rule.route, facts.caller, problems)
        verdict = rule.when.holds(context)
        if verdict.problem is not None:
            problems.append(f"{rule.name}: {verdict.problem}")
        if verdict.holds:
            return _plan(config, rule.name, rule.route, facts.caller, problems)
    last = config.rules[-1]
    return _plan(config, last.name, last.route, facts.caller, problems)


def _plan(config: Config, rule: str, route: Route, caller: CallerFacts, problems: list[str]) -> Plan:
    return Plan(
        rule=rule,
        version=config.version,
        queue=route.queue,
        priority=route.priority,
        head_start_ms=route.head_start_ms,
        prefer=_resolved(config, route.prefer_rep, caller),
        needs=route.needs,
        prefers=route.prefers,
        steps=route.steps,
        strategies={queue: config.queues[queue].strategy for queue in _queues_of(route)},
        max_wait_ms=longest_wait_ms(config, route),
        problems=tuple(problems),
    )


def _queues_of(route: Route) -> Iterator[QueueId]:
    """Where the route begins, and where its steps can move the call."""
    yield route.queue
    for step in route.steps:
        if step.then is not None and step.then.startswith("queue:"):
            yield QueueId(step.then.removeprefix("queue:"))


def _resolved(config: Config, prefer: PreferRep | None, caller: CallerFacts) -> PlannedPreference | None:
    if prefer is None:
        return None
    named = {"owner": caller.owner, "last": caller.last}.get(prefer.who, prefer.who)
    rep = config.reps.get(RepId(named)) if named else None
    return PlannedPreference(
        who=prefer.who, rep=rep.id if rep else None, wait_ms=prefer.wait_ms, must_qualify=prefer.must_qualify
    )


def longest_wait_ms(config: Config, route: Route) -> int:
    """When the call ends if nobody takes it, from arrival: at a ``hang_up``, else at the ``max_wait`` of the queue it
    was moved to last, counted from that move (from arrival if it never moved)."""
    moved_ms, queue = 0, route.queue
    for step in route.steps:
        if step.then == "hang_up":
            return step.after_ms
        if step.then is not None:
            moved_ms, queue = step.after_ms, QueueId(step.then.removeprefix("queue:"))
    return moved_ms + config.queues[queue].max_wait_ms
