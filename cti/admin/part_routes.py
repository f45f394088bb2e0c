"""Parts of the configuration: ``/reps`` ``/skills`` ``/queues`` ``/numbers`` ``/hours`` ``/holidays`` ``/prompts``.

Read by supervisors, changed by admins; a change is a new version, active at once, and in the audit trail with before
and after. ``cti/calls/part_changes.py`` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Response

from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.admin import part_bodies as bodies
from cti.admin import part_views as views
from cti.admin.config_routes import Comment
from cti.admin.config_views import tag_headers
from cti.admin.part_making import PartMaker, Show, Terms
from cti.admin.queue_views import queue_views
from cti.calls.part_changes import Active
from cti.calls.views import View
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import not_found
from routing.config_parts import Add, Put, Remove, name_of
from routing.part_references import Kind

Id = Annotated[str, Path(max_length=64)]


def _terms(
    dry_run: Annotated[bool, Query(description="says what it would do, and does nothing")] = False,
    comment: Annotated[Comment, Query(description="why, for the list of versions")] = "",
    if_match: Annotated[str | None, Header(description="the version that you have seen, as the ETag says it")] = None,
) -> Terms:
    return Terms(dry_run=dry_run, comment=comment, if_match=if_match)


Asked = Annotated[Terms, Depends(_terms)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Door:
    kind: Kind
    body: type[bodies.PartBody]
    show: Show
    right: Right = Right.READ_CONFIG


def add_part_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """Seven sections, five routes each."""
    maker = PartMaker(parts)

    async def queues(active: Active, names: Sequence[str]) -> list[View]:
        return await queue_views(parts, active, names)

    doors = (
        _Door(kind=Kind.REPS, body=bodies.RepBody, show=_each(views.rep_view)),
        _Door(kind=Kind.SKILLS, body=bodies.SkillBody, show=_each(views.skill_view)),
        _Door(kind=Kind.QUEUES, body=bodies.QueueBody, show=queues, right=Right.WATCH_FLOOR),
        _Door(kind=Kind.NUMBERS, body=bodies.NumberBody, show=_each(views.number_view)),
        _Door(kind=Kind.HOURS, body=bodies.HoursBody, show=_each(views.hours_view)),
        _Door(kind=Kind.HOLIDAYS, body=bodies.HolidaysBody, show=_each(views.holidays_view)),
        _Door(kind=Kind.PROMPTS, body=bodies.PromptBody, show=_each(views.prompt_view)),
    )
    for door in doors:
        _add_readers(router, door, maker, guard.allow(door.right))
        _add_writers(router, door, maker, guard.allow(Right.CONFIGURE))


def _each(view: Callable[[Active, str], View]) -> Show:
    async def show(active: Active, names: Sequence[str]) -> list[View]:
        return [view(active, name) for name in names]

    return show


def _add_readers(router: APIRouter, door: _Door, maker: PartMaker, reading: Any) -> None:
    kind = door.kind

    @router.get(
        f"/{kind}", name=f"list_{kind}", description=f"All {kind} of the active version, whose number is the ETag."
    )
    async def every(response: Response, _: Identity = reading) -> View:
        active = await maker.active()
        response.headers.update(tag_headers(active.n))
        more = {"language": active.config.prompts.language} if kind is Kind.PROMPTS else {}
        return {**more, str(kind): await door.show(active, views.names_of(active, kind))}

    @router.get(f"/{kind}/{{part_id}}", name=f"get_{kind}", description=f"One of the {kind}.")
    async def one(response: Response, part_id: Id, _: Identity = reading) -> View:
        active, name = await maker.active(), name_of(kind, part_id)
        if name not in views.names_of(active, kind):
            raise not_found()
        response.headers.update(tag_headers(active.n))
        [view] = await door.show(active, [name])
        return view


def _add_writers(router: APIRouter, door: _Door, maker: PartMaker, changing: Any) -> None:
    kind, show = door.kind, door.show

    async def add(response: Response, terms: Asked, body: Any, who: Identity = changing) -> View:
        change = Add(kind=kind, part=body.model_dump(exclude_unset=True))
        return await maker.make(change, show, terms, who, response)

    async def put(response: Response, terms: Asked, part_id: Id, body: Any, who: Identity = changing) -> View:
        change = Put(kind=kind, id=name_of(kind, part_id), part=body.model_dump(exclude_unset=True))
        return await maker.make(change, show, terms, who, response)

    async def remove(response: Response, terms: Asked, part_id: Id, who: Identity = changing) -> View:
        return await maker.make(Remove(kind=kind, id=name_of(kind, part_id)), show, terms, who, response)

    add.__annotations__["body"] = put.__annotations__["body"] = door.body
    path, said = f"/{kind}", "`version` in the answer is active now. With `dry_run` nothing is written."
    router.post(path, status_code=201, name=f"add_{kind}", description=f"One more of the {kind}. {said}")(add)
    whole = f"One of the {kind} as it is from now on; what is left out is as where the file says nothing. {said}"
    router.put(f"{path}/{{part_id}}", name=f"put_{kind}", description=whole)(put)
    gone = f"One of the {kind} goes; 409 names what still refers to it. {said}"
    router.delete(f"{path}/{{part_id}}", name=f"delete_{kind}", description=gone)(remove)
