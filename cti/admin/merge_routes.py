"""What two admins changed at the same time, put together: for whoever is told that another version is active."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.admin.config_routes import ConfigRoute, ConfigText
from cti.admin.config_views import HIGHEST
from cti.calls.views import View
from cti.desk.bodies import Body
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import invalid
from cti.record.configs import ConfigVersions
from routing.text_merge import Conflict, Merge, merge

N = Annotated[int, Field(ge=1, le=HIGHEST)]


class MergeBody(Body):
    """``POST /config/merge``: the version that the text began with, the one that is active now, and the text."""

    base: N
    theirs: N
    text: ConfigText


def add_merge_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/config/merge``."""
    changing = guard.allow(Right.CONFIGURE)
    versions = ConfigVersions(parts.database)
    writers = APIRouter(route_class=ConfigRoute)

    @writers.post("/config/merge")
    async def merge_texts(body: MergeBody, _: Identity = changing) -> View:
        """Your text with what the version ``theirs`` changed since ``base``, line by line; nothing is kept. ``text`` is
        null where both changed the same lines: then ``parts`` are the file from top to bottom, text or the index of the
        conflict that stands there. Check the result before you draft it."""
        base, theirs = await _text(versions, "base", body.base), await _text(versions, "theirs", body.theirs)
        return _merge_view(await asyncio.to_thread(merge, base, yours=body.text, theirs=theirs))

    router.include_router(writers)


async def _text(versions: ConfigVersions, field: str, n: int) -> str:
    found = await versions.get(n)
    if found is None:
        raise invalid(field, f"there is no version {n}")
    return found.text


def _merge_view(merged: Merge) -> View:
    conflicts = merged.conflicts
    shown = [{"line": one.line, "base": one.base, "yours": one.yours, "theirs": one.theirs} for one in conflicts]
    numbers = iter(range(len(conflicts)))
    parts = [next(numbers) if isinstance(part, Conflict) else part for part in merged.parts]
    return {"text": merged.text, "conflicts": shown, "parts": parts}
