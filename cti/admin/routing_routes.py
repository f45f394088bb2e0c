"""What would happen, and why not otherwise: with the live floor, and no effect on it."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.admin.dry_run_view import outcome_view
from cti.admin.past_why_not import PastWhyNot
from cti.calls.configuration import Configuration
from cti.calls.dry_run import DryRun, Hypothesis
from cti.calls.model import CallState
from cti.calls.views import View
from cti.desk.api_route import ApiRoute
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem, not_found
from cti.record.configs import ConfigVersions
from cti.record.memory import CallerMemory
from routing.config import Config
from routing.config_file import read_draft
from routing.errors import ConfigError
from routing.facts import CALLER_FIELDS, CallerFacts
from routing.floor_copy import copy_floor
from routing.keys import prefix
from routing.model import CallId, RepId

Id = Annotated[str, Path(max_length=64)]
Text = Annotated[str, Field(max_length=200)]
LARGEST_TEXT = 1024 * 1024


class DryRunRoute(ApiRoute):
    """Takes a configuration file of 1 MiB, however its letters are escaped."""

    largest_body = 4 * LARGEST_TEXT


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
    everybody: bool = False
    """Say that of every rep."""
    text: Annotated[str, Field(max_length=LARGEST_TEXT)] | None = None
    """Of a configuration by whose rules, skills and queues it goes in place of the active one's."""


def add_routing_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/routing/dry-run`` and ``/calls/{id}/why-not/{rep}``."""
    reading = guard.allow(Right.READ_CALLS)
    past = PastWhyNot(parts.recorded, Configuration(ConfigVersions(parts.database), None))
    dry_run = _dry_run(parts)
    trying = APIRouter(route_class=DryRunRoute)

    @trying.post("/routing/dry-run")
    async def try_call(body: DryRunBody, _: Identity = reading) -> View:
        """A call that nobody makes: which rule and why not those before it, the plan, who would get it now."""
        draft = None if body.text is None else await _draft(body.text)
        hypothesis = Hypothesis(
            from_=body.from_ or "",
            to=body.to,
            at_ms=_ms(body.at),
            caller=None if body.caller is None else _caller(body.caller),
            answers=tuple(body.answers),
            draft=draft,
        )
        about = RepId(body.rep) if body.rep else None
        outcome = await dry_run.call(hypothesis, about=about, everybody=body.everybody)
        drafted = None if draft is None else {str(rep.id): rep.name for rep in draft.reps.values()}
        return outcome_view(outcome, parts.rules.names() if drafted is None else drafted)

    router.include_router(trying)

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


def _dry_run(parts: DeskParts) -> DryRun:
    return DryRun(
        rules=parts.rules,
        matcher=parts.matcher,
        copy_floor=partial(copy_floor, parts.redis, prefix(parts.site)),
        crm=parts.crm,
        memory=CallerMemory(parts.database),
        clock=parts.clock,
        region=parts.region,
    )


async def _draft(text: str) -> Config:
    try:
        return await asyncio.to_thread(read_draft, text)
    except ConfigError as error:
        detail = "The draft cannot be tried before its problems are mended."
        raise Problem(422, detail, problems=[asdict(each) for each in error.problems]) from None


def _ms(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)


def _caller(said: dict[str, str | list[str] | None]) -> CallerFacts:
    texts = {name: value for name, value in said.items() if not isinstance(value, list) and name != "tags"}
    match = texts.pop("match", None) or "one"
    tags = said.get("tags") or []
    custom = {name: texts.pop(name) for name in list(texts) if name not in CALLER_FIELDS}
    return CallerFacts(match=match, tags=tuple(tags) if isinstance(tags, list) else (tags,), fields=custom, **texts)
