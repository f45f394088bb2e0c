"""The configuration and its versions: read by supervisors, drafted and activated by admins.

``cti/calls/configuration.py`` decides what may become active, ``cti/record/configs.py`` writes the audit trail.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import Field, StringConstraints

from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.admin.config_views import (
    HIGHEST,
    activated_view,
    draft_view,
    page_view,
    read_cursor,
    read_tags,
    report_view,
    tag_headers,
    tags_in,
    version_view,
    whole_view,
)
from cti.calls.configuration import Configuration
from cti.calls.views import View
from cti.desk.api_route import ApiRoute
from cti.desk.bodies import Body
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem, invalid, not_found
from cti.record.config_model import NoSuchVersion
from cti.record.configs import ConfigVersions
from routing.config_file import check_config

MOST = 100
LARGEST_TEXT = 1024 * 1024

N = Annotated[int, Path(ge=1, le=HIGHEST)]
Comment = Annotated[str, StringConstraints(max_length=1_000)]
ConfigText = Annotated[str, StringConstraints(max_length=LARGEST_TEXT)]


class ConfigRoute(ApiRoute):
    """Takes a configuration file of 1 MiB, however its letters are escaped."""

    largest_body = 4 * LARGEST_TEXT


class CheckBody(Body):
    """``POST /config/check``. ``against``: the version that the text is to follow; then what differs is told too."""

    text: ConfigText
    against: Annotated[int, Field(ge=1, le=HIGHEST)] | None = None


class DraftBody(Body):
    """``POST /config/versions``. ``based_on``: the version that the author began with; left out, the active one."""

    text: ConfigText
    comment: Comment = ""
    based_on: Annotated[int, Field(ge=1, le=HIGHEST)] | None = None


class ActivateBody(Body):
    """``POST /config/versions/{n}/activate``."""

    comment: Comment = ""


def add_config_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/config``."""
    configuration = Configuration(ConfigVersions(parts.database), parts.redis, site=parts.site)
    _add_readers(router, configuration, guard)
    writers = APIRouter(route_class=ConfigRoute)
    _add_writers(writers, configuration, parts, guard)
    router.include_router(writers)


def _add_readers(router: APIRouter, configuration: Configuration, guard: Guard) -> None:
    reading = guard.allow(Right.READ_CONFIG)
    versions = configuration.versions

    @router.get("/config", response_model=None)
    async def config(
        response: Response, if_none_match: Annotated[str | None, Header()] = None, _: Identity = reading
    ) -> View | Response:
        """The active version with its text; its number is the ETag. 304 while that is the one in ``If-None-Match``."""
        known = tags_in(if_none_match)
        if known and (n := await versions.active_n()) in known:
            return Response(status_code=304, headers=tag_headers(n))
        active = await versions.active()
        if active is None:
            raise Problem(404, "No configuration is active.")
        response.headers.update(tag_headers(active.n))
        return whole_view(active)

    @router.get("/config/versions")
    async def list_versions(
        cursor: str | None = Query(None, max_length=20),
        limit: int = Query(50, ge=1, le=MOST),
        _: Identity = reading,
    ) -> View:
        """The newest first, without their texts. ``state``: draft, active or former."""
        below = read_cursor(cursor)
        return page_view(await versions.list(limit=limit + 1, below=below), limit)

    @router.get("/config/versions/{n}")
    async def version(n: N, _: Identity = reading) -> View:
        """One version with its text, as it was written."""
        found = await versions.get(n)
        if found is None:
            raise not_found()
        return whole_view(found)

    @router.get("/config/versions/{n}/difference")
    async def difference(n: N, to: int = Query(ge=1, le=HIGHEST), _: Identity = reading) -> View:
        """What version ``to`` has that ``n`` has not, and the reverse, in sentences; null where one of the two has
        problems."""
        told = await configuration.difference(n, to)
        if isinstance(told, NoSuchVersion):
            raise not_found()
        return {"from": n, "to": to, "differences": told}


def _add_writers(router: APIRouter, configuration: Configuration, parts: DeskParts, guard: Guard) -> None:
    changing = guard.allow(Right.CONFIGURE)

    @router.post("/config/check")
    async def check(body: CheckBody, _: Identity = changing) -> View:
        """All that is wrong with a text, its own tests included, and with ``against`` what it would change; nothing is
        kept."""
        report = report_view(await asyncio.to_thread(check_config, body.text))
        if body.against is None:
            return report
        told = await configuration.difference_from(body.against, body.text)
        if isinstance(told, NoSuchVersion):
            raise invalid("against", f"there is no version {told.n}")
        stranding = await configuration.stranding(body.text)
        left = None if stranding is None else {"queue": stranding.queue, "calls": stranding.calls}
        return {**report, "differences": told, "stranding": left}

    @router.post("/config/versions", status_code=201)
    async def draft(body: DraftBody, who: Identity = changing) -> View:
        """Keeps a draft, with problems or without, and says what it changes."""
        now_ms = parts.clock.now_ms()
        drafted = await configuration.draft(
            body.text, author=who.email, comment=body.comment, at_ms=now_ms, based_on=body.based_on
        )
        if isinstance(drafted, NoSuchVersion):
            raise invalid("based_on", f"there is no version {drafted.n}")
        return draft_view(drafted)

    @router.post("/config/versions/{n}/activate")
    async def activate(
        n: N,
        response: Response,
        body: ActivateBody | None = None,
        if_match: Annotated[str | None, Header()] = None,
        who: Identity = changing,
    ) -> View:
        """Makes a version active: a draft, or a former one again. ``If-Match`` names the version that you have seen
        active; without it a draft's ``based_on`` is that. 412 with the differences where another one is active."""
        comment = body.comment if body is not None else ""
        outcome = await configuration.activate(
            n, by=who.email, comment=comment, at_ms=parts.clock.now_ms(), seen=read_tags(if_match)
        )
        view = activated_view(outcome)
        response.headers.update(tag_headers(n))
        active = await configuration.versions.get(n)
        return view if active is None else {**version_view(active), **view}
