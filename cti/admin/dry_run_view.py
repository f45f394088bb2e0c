"""What would become of a call that nobody makes: the rule and why not those before it, the plan, the decision. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from cti.admin.decision_view import decision_view
from cti.calls.dry_run import Outcome
from cti.calls.explain import sentences
from cti.calls.views import View
from routing.config import Rep
from routing.facts import Facts, activation
from routing.model import SkillName
from routing.passed_over import PassedOver
from routing.plan import Plan, PlannedPreference, PlanStep, Question
from routing.why_not import WhyNot


def outcome_view(outcome: Outcome, names: Mapping[str, str]) -> View:
    """``course``: ``route``, ``block`` or ``closed``. ``names``: rep id → name."""
    course = outcome.course
    view: View = {
        "rule": course.rule,
        "version": course.version or None,
        "problems": list(course.problems),
        "passed_over": [_passed(one) for one in outcome.passed_over],
        "questions": _questions(outcome.heard.questions, outcome.heard.facts.call.answers),
        "facts": _known(outcome.heard.facts),
    }
    if not isinstance(course, Plan):
        return {**view, "course": "block", "rep": None, "say": course.say, "reject": course.reject}
    view["plan"] = _plan(course, names)
    if outcome.considered is None or outcome.demand is None:
        return {**view, "course": "closed", "then": course.steps[-1].then, "rep": None}
    decision, demand = outcome.considered.decision, outcome.demand
    return {
        **view,
        "course": "route",
        "queue": demand.queue,
        "priority": course.priority,
        "needs": _levels(demand.needs),
        "prefers": _levels(demand.prefers),
        "team": demand.team,
        "rep": decision.chosen,
        "name": names.get(decision.chosen) if decision.chosen else None,
        "reasons": list(sentences(decision)),
        "decision": decision_view(decision),
        "why_not": None if outcome.why_not is None else asdict(outcome.why_not),
        "everybody": None if outcome.everybody is None else [_rep(*each) for each in outcome.everybody],
    }


def _passed(one: PassedOver) -> View:
    parts = [{"text": part.text, "saw": dict(part.saw), "problem": part.problem} for part in one.parts]
    return {"index": one.index, "rule": one.rule, "asked": one.asked, "parts": parts}


def _questions(questions: Sequence[Question], answers: Sequence[str]) -> list[View]:
    """Each with the answer that was given; null: none."""
    given = [*answers, *([None] * len(questions))]
    return [
        {"rule": question.rule, "say": question.say, "answer": answer}
        for question, answer in zip(questions, given, strict=False)
    ]


def _known(facts: Facts) -> View:
    """What the rules saw, without what is not known."""
    seen = activation(facts)
    return {root: {name: value for name, value in values.items() if value} for root, values in seen.items()}


def _plan(plan: Plan, names: Mapping[str, str]) -> View:
    strategy = plan.strategies.get(plan.queue)
    return {
        "queue": plan.queue,
        "priority": plan.priority,
        "head_start_s": plan.head_start_ms / 1000,
        "prefer_rep": None if plan.prefer is None else _preference(plan.prefer, names),
        "needs": _levels(plan.needs),
        "prefers": _levels(plan.prefers),
        "strategy": None if strategy is None else strategy.value,
        "steps": [_step(step) for step in plan.steps],
        "max_wait_s": plan.max_wait_ms / 1000,
        "max_size": plan.max_size,
    }


def _preference(prefer: PlannedPreference, names: Mapping[str, str]) -> View:
    """``rep``: null where the caller has none, or nobody of that id exists."""
    return {
        "who": prefer.who,
        "rep": prefer.rep,
        "name": names.get(prefer.rep) if prefer.rep else None,
        "wait_s": prefer.wait_ms / 1000,
        "must_qualify": prefer.must_qualify,
        "team": prefer.team,
        "team_until_s": prefer.team_until_ms / 1000,
    }


def _step(step: PlanStep) -> View:
    """Only what the step changes."""
    changes: View = {
        "queues": None if step.queues is None else list(step.queues),
        "needs": None if step.needs is None else _levels(step.needs),
        "prefers": None if step.prefers is None else _levels(step.prefers),
        "priority": step.priority,
        "offer_callback": step.offer_callback,
        "then": step.then,
        "skip_if": step.skip_if,
    }
    return {"after_s": step.after_ms / 1000, **{key: value for key, value in changes.items() if value is not None}}


def _levels(levels: Sequence[tuple[SkillName, int]]) -> dict[str, int]:
    return {str(skill): level for skill, level in levels}


def _rep(rep: Rep, answer: WhyNot) -> View:
    return {"rep": rep.id, "name": rep.name, "reason": answer.reason, "text": answer.text}
