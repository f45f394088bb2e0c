"""From a call to a plan, a question or a refusal: the first rule whose condition is true. Pure; the same arguments give
the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from routing.conditions import seen
from routing.config import Config, PreferRep, Route, RouteStep, Rule
from routing.demands import resolve
from routing.facts import CallerFacts, Facts, fact_of
from routing.languages import nearest
from routing.model import QueueId, RepId, SkillName
from routing.phone_text import plus_and_digits
from routing.plan import Course, Plan, PlannedPreference, PlanStep, Question, Refusal, ends_wait
from routing.resolving import SkillOf, member_for


def decide(
    config: Config, facts: Facts, now_ms: int, *, arrived_ms: int | None = None, asked: Collection[str] = ()
) -> Course:
    """What becomes of a call. Conditions that could not be evaluated count as false and stand in ``problems``.

    ``now_ms`` (Unix epoch) is the moment of the decision: what the opening hours are asked for. ``arrived_ms``: what
    steps are measured from; null: the call arrives now. ``asked``: the rules whose question the caller has heard.
    """
    moment = _Moment(now_ms=now_ms, arrived_ms=now_ms if arrived_ms is None else arrived_ms)
    facts = replace(facts, call=replace(facts.call, lists=lists_of(config, facts)))
    context = seen(facts, config.asked, hours=config.hours, now_ms=now_ms)
    problems: list[str] = []
    for rule in config.rules:
        if rule.route is None and rule.block is None and rule.name in asked:
            continue
        if rule.when is not None:
            verdict = rule.when.holds(context)
            if verdict.problem is not None:
                problems.append(f"{rule.name}: {verdict.problem}")
            if not verdict.holds:
                continue
        return _course(config, rule, facts, moment, asked, problems)
    raise AssertionError("the last rule of a configuration routes every call")


def lists_of(config: Config, facts: Facts) -> tuple[str, ...]:
    """The configuration's lists of numbers in which the caller's stands."""
    number = plus_and_digits(facts.call.from_ or "")
    return tuple(sorted(name for name, numbers in config.lists.items() if number in numbers))


def _course(
    config: Config, rule: Rule, facts: Facts, moment: _Moment, asked: Collection[str], problems: list[str]
) -> Course:
    said = partial(_said, config, facts)
    if rule.block is not None:
        words = said(rule.block.say) if rule.block.say is not None else None
        return Refusal(
            rule=rule.name,
            version=config.version,
            say=words[0] if words else None,
            language=words[1] if words else config.prompts.language,
            reject=rule.block.reject,
            problems=tuple(problems),
        )
    if rule.ask is not None and rule.name not in asked:
        text, language = said(rule.ask.say)
        return Question(
            rule=rule.name,
            version=config.version,
            say=text,
            language=language,
            keys=rule.ask.keys,
            speech=rule.ask.speech,
            tries=rule.ask.tries,
            timeout_ms=rule.ask.timeout_ms,
            problems=tuple(problems),
        )
    if rule.route is None:
        raise AssertionError("a rule blocks, asks or routes")
    return _plan(config, rule.name, rule.route, facts, moment, problems)


def _said(config: Config, facts: Facts, words: Mapping[str, str]) -> tuple[str, str]:
    """The text in the caller's language, else in the configuration's; and which that is."""
    language = nearest(facts.call.language, words) or config.prompts.language
    return words[language], language


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    now_ms: int
    arrived_ms: int


def _plan(config: Config, rule: str, route: Route, facts: Facts, moment: _Moment, problems: list[str]) -> Plan:
    def choose(wanted: SkillOf) -> SkillName | None:
        value = fact_of(facts, wanted.fact)
        skill = member_for(wanted.family, value, config.skills)
        if skill is None and value:
            problems.append(f"{rule}: there is no skill {wanted.family}-… for this value of {wanted.fact}")
        return skill

    asked = resolve(route, choose)
    steps = _until_closing(config, route, asked.steps, moment)
    closing = route.closing
    return Plan(
        rule=rule,
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
        max_size=config.queues[route.queue].max_size,
        callback=config.queues[route.queue].callback,
        closed=closing is not None and not config.hours[closing.hours].is_open(moment.now_ms),
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
        who=prefer.who,
        rep=rep.id if rep else None,
        wait_ms=prefer.wait_ms,
        must_qualify=prefer.must_qualify,
        team=rep.team if rep and prefer.team_wait_ms else None,
        team_until_ms=prefer.wait_ms + prefer.team_wait_ms if prefer.team_wait_ms else 0,
    )


def longest_wait_ms(config: Config, queue: QueueId, steps: Sequence[PlanStep | RouteStep]) -> int:
    """When the call ends if nobody takes it, from arrival: at the step that ends it, else at the ``max_wait`` of the
    queue it was moved to last, counted from that move (from arrival if it never moved)."""
    moved_ms = 0
    for step in steps:
        if ends_wait(step.then):
            if step.skip_if is None:
                return step.after_ms
        elif step.then is not None:
            moved_ms, queue = step.after_ms, QueueId(step.then.removeprefix("queue:"))
    return moved_ms + config.queues[queue].max_wait_ms
