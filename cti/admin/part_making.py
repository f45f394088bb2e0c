"""A change of one part of the configuration, from the request to the answer: what of it is not in the file is asked for
here (who logs in as a rep, whose contacts they are, what they are doing)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from fastapi import Response

from crm_adapter.sql_contacts import count_owned
from cti.accounts.model import Identity
from cti.admin import part_views as views
from cti.admin.config_views import read_tags, tag_headers
from cti.calls.configuration import Configuration
from cti.calls.part_changes import Active, Author, PartChanges, Planned, Unchanged, Written
from cti.calls.rules import NoConfiguration
from cti.calls.views import View
from cti.desk.parts import DeskParts
from cti.record.configs import ConfigVersions
from routing.config_parts import Add, Change, Remove, StillReferred
from routing.model import RepId, RepStatus
from routing.part_references import Kind, Reference

Show = Callable[[Active, Sequence[str]], Awaitable[list[View]]]
"""Some parts of one kind, as the API shows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a request says beside the part."""

    dry_run: bool
    comment: str
    if_match: str | None


class PartMaker:
    """Changes parts for the API. Raises Problem for every other end than a change."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._changes = PartChanges(Configuration(ConfigVersions(parts.database), parts.redis, site=parts.site))

    async def active(self) -> Active:
        """What is active. Raises NoConfiguration."""
        active = await self._changes.active()
        if active is None:
            raise NoConfiguration
        return active

    async def make(self, change: Change, show: Show, terms: Terms, who: Identity, response: Response) -> View:
        """The part as it is now, with the version that is active; or, on a dry run, what would be."""
        seen = read_tags(terms.if_match)
        if terms.dry_run:
            return await self._plan(change, seen, response)
        if seen is None and not isinstance(change, Add):
            raise views.unnamed(await self._active_n())
        author = Author(by=who.email, at_ms=self._parts.clock.now_ms(), comment=terms.comment)
        made = await self._changes.write(change, author, seen=seen, also=await self._people(change))
        if not isinstance(made, Written | Unchanged):
            raise views.refusal_of(made, change.kind)
        version = views.version_view(made)
        response.headers.update(tag_headers(version["n"]))
        if isinstance(change, Remove):
            return {"version": version}
        [shown] = await show(await self.active(), [made.id])
        return {**shown, "version": version}

    async def _plan(self, change: Change, seen: frozenset[int] | None, response: Response) -> View:
        response.status_code = 200
        planned = await self._changes.plan(change, seen=seen, also=await self._people(change))
        if not isinstance(planned, Planned | StillReferred):
            raise views.refusal_of(planned, change.kind)
        response.headers.update(tag_headers(await self._active_n()))
        told = views.plan_view(planned)
        return {**told, "affects": [*told["affects"], *await self._outside(change)]}

    async def _active_n(self) -> int | None:
        active = await self._changes.active()
        return None if active is None else active.n

    async def _people(self, change: Change) -> tuple[Reference, ...]:
        """Who logs in as a rep that goes."""
        if not isinstance(change, Remove) or change.kind is not Kind.REPS:
            return ()
        users = await self._parts.accounts.users.list()
        return tuple(
            Reference(what="user", name=user.email, field="", blocks=True) for user in users if user.rep_id == change.id
        )

    async def _outside(self, change: Change) -> list[View]:
        """What a rep that goes has and does now."""
        if not isinstance(change, Remove) or change.kind is not Kind.REPS:
            return []
        owned = await self._parts.database.read(lambda connection: count_owned(connection, change.id))
        state = await self._parts.matcher.rep(RepId(change.id))
        status = RepStatus.OFFLINE if state is None else state.status
        found = [{"what": "contacts", "name": str(owned), "field": None}] if owned else []
        is_here = status is not RepStatus.OFFLINE
        return [*found, {"what": "status", "name": status.value, "field": None}] if is_here else found
