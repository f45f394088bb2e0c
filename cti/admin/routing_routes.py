"""What would happen, and why not otherwise: with the live floor, and no effect on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.admin.decision_view import decision_view
from cti.admin.past_why_not import PastWhyNot
from cti.calls.configuration import Configuration
from cti.calls.dry_run import DryRun, Hypothesis, Outcome
from cti.calls.explain import sentences
from cti.calls.model import CallState
from cti.calls.views import View
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import not_found
from cti.record.configs import ConfigVersions
from cti.record.memory import CallerMemory
from routing.facts import CALLER_FIELDS, CallerFacts
from routing.model import CallId, RepId
from routing.plan import Plan

Id = Annotated[str, Path(max_length=64)]
Text = Annotated[str, Field(max_length=200)]


class DryRunBody(BaseModel):
    """A call that nobody makes."""

    model_config = ConfigDict(extra="forbid")

    from_: Annotated[Text | None, Field(alias="from")] = None
    to: Text
    at: AwareDatetime | None = None
    caller: dict[Text, Text | list[Text] | None] | None = Field(default=None, max_length=50)
    answers: list[Text] = Field(default=[], max_length=20)
    rep: Text | None = None
    """Say also why this rep would not get the call."""


def add_routing_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/routing/dry-run`` and ``/calls/{id}/why-not/{rep}``."""
    reading = guard.allow(Right.READ_CALLS)
    past = PastWhyNot(parts.recorded, Configuration(ConfigVersions(parts.database), None))
    dry_run = DryRun(
        rules=parts.rules,
        matcher=parts.matcher,
        crm=parts.crm,
        memory=CallerMemory(parts.database),
        clock=parts.clock,
        region=parts.region,
    )

    @router.post("/routing/dry-run")
    async def try_call(body: DryRunBody, _: Identity = reading) -> View:
        hypothesis = Hypothesis(
            from_=body.from_ or "",
            to=body.to,
            at_ms=_ms(body.at),
            caller=None if body.caller is None else _caller(body.caller),
            answers=tuple(body.answers),
        )
        outcome = await dry_run.call(hypothesis, about=RepId(body.rep) if body.rep else None)
        return _view(outcome, parts.rules.names())

    @router.get("/calls/{call_id}/why-not/{rep_id}")
    async def why_not(call_id: Id, rep_id: Id, _: Identity = reading) -> View:
        """Of a call that waits or is offered: as things are now. Of any other: from its decisions on record."""
        held = await parts.calls.load(CallId(call_id))
        if held is not None and held.call.state in {CallState.WAITING, CallState.OFFERED}:
            answer = await dry_run.waiting(held.call, RepId(rep_id))
            if answer is None:
                raise not_found()
            return {"rep": rep_id, **asdict(answer)}
        if held is None and await parts.recorded.call(call_id) is None:
            raise not_found()
        return await past.about(call_id, RepId(rep_id))


def _ms(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)


def _caller(said: dict[str, str | list[str] | None]) -> CallerFacts:
    texts = {name: value for name, value in said.items() if not isinstance(value, list) and name != "tags"}
    match = texts.pop("match", None) or "one"
    tags = said.get("tags") or []
    custom = {name: texts.pop(name) for name in list(texts) if name not in CALLER_FIELDS}
    return CallerFacts(match=match, tags=tuple(tags) if isinstance(tags, list) else (tags,), fields=custom, **texts)


def _view(outcome: Outcome, names: Mapping[str, str]) -> View:
    course = outcome.course
    view: View = {"rule": course.rule, "version": course.version, "problems": list(course.problems)}
    if not isinstance(course, Plan):
        return {**view, "course": "block", "rep": None}
    if outcome.considered is None or outcome.demand is None:
        return {**view, "course": "closed", "then": course.steps[-1].then, "rep": None}
    decision, demand = outcome.considered.decision, outcome.demand
    return {
        **view,
        "course": "route",
        "queue": demand.queue,
        "priority": course.priority,
        "needs": dict(demand.needs),
        "prefers": dict(demand.prefers),
        "team": demand.team,
        "rep": decision.chosen,
        "name": names.get(decision.chosen) if decision.chosen else None,
        "reasons": list(sentences(decision)),
        "decision": decision_view(decision),
        "why_not": None if outcome.why_not is None else asdict(outcome.why_not),
    }
