"""Contacts of the built-in directory: searched by whoever talks to callers, kept by admins.

What may be written is decided by ``crm_adapter/draft.py`` alone, as for an import.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Query
from pydantic import Field
from sqlalchemy import Connection

from crm_adapter.draft import ContactDraft, Refused, read_draft
from crm_adapter.sql_contacts import create_contact, delete_contact, get_contact, list_contacts, update_contact
from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.calls.views import View, contact_view
from cti.desk.bodies import Body
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem, not_found
from cti.record.audit import note_change

T = TypeVar("T")

MOST = 100
Id = Annotated[str, Path(max_length=200)]


class ContactBody(Body):
    """A whole contact, by the columns of the contacts file; what is left out is emptied."""

    name: str
    phones: tuple[str, ...]
    company: str = ""
    email: str = ""
    tier: str = ""
    owner: str = ""
    language: str = ""
    timezone: str = ""
    stage: str = ""
    lead_source: str = ""
    campaign: str = ""
    tags: tuple[str, ...] = ()
    notes: str = ""
    external_id: str = ""
    fields: dict[str, str] = Field(default_factory=dict)

    def draft(self, region: str | None) -> ContactDraft:
        """Checked. Raises Problem with every reason."""
        columns = self.model_dump(exclude={"phones", "tags", "fields"})
        cells = {**self.fields, **columns, "phone": ";".join(self.phones), "tags": ";".join(self.tags)}
        draft = read_draft(cells, region=region)
        if isinstance(draft, Refused):
            reasons = [reason.partition(": ") for reason in draft.reasons]
            errors = [{"field": field, "message": message or field} for field, _, message in reasons]
            raise Problem(422, "The contact is not right.", errors=errors)
        return draft


def add_contact_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/contacts``."""
    add_readers(router, parts, guard)
    add_writers(router, parts, guard)


def add_readers(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """Search, list, one."""
    searching, keeping = guard.allow(Right.SEARCH_CONTACTS), guard.allow(Right.CONFIGURE)

    @router.get("/contacts")
    async def contacts(
        q: str | None = Query(None, max_length=200),
        after: str | None = Query(None, max_length=200),
        limit: int = Query(20, ge=1, le=MOST),
        who: Identity = searching,
    ) -> View:
        """With ``q`` a search; without, for admins, everybody by name."""
        names = parts.rules.names()
        if q is not None:
            found = await parts.crm.search(q.replace("\0", ""), limit=limit)
            return {"contacts": [contact_view(one, names) for one in found], "next": None}
        if not who.may(Right.CONFIGURE):
            raise Problem(403, "Your role may search contacts (?q=), not list them.")
        page = await parts.database.read(lambda connection: list_contacts(connection, after=after, limit=limit))
        return {"contacts": [contact_view(one, names) for one in page.contacts], "next": page.next}

    @router.get("/contacts/{contact_id}")
    async def contact(contact_id: Id, _: Identity = keeping) -> View:
        return await _shown(parts, contact_id)


def add_writers(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """Create, update, delete; each leaves a line in the audit trail."""
    keeping = guard.allow(Right.CONFIGURE)

    @router.post("/contacts", status_code=201)
    async def create(body: ContactBody, who: Identity = keeping) -> View:
        draft, now_ms = body.draft(parts.region), parts.clock.now_ms()
        made = await _audited(
            parts, who, "contact_added", lambda connection: create_contact(connection, draft, now_ms=now_ms)
        )
        return await _shown(parts, made)

    @router.put("/contacts/{contact_id}")
    async def update(body: ContactBody, contact_id: Id, who: Identity = keeping) -> View:
        draft, now_ms = body.draft(parts.region), parts.clock.now_ms()

        def work(connection: Connection) -> str | None:
            return contact_id if update_contact(connection, contact_id, draft, now_ms=now_ms) else None

        if await _audited(parts, who, "contact_changed", work) is None:
            raise not_found()
        return await _shown(parts, contact_id)

    @router.delete("/contacts/{contact_id}", status_code=204)
    async def delete(contact_id: Id, who: Identity = keeping) -> None:
        def work(connection: Connection) -> str | None:
            return contact_id if delete_contact(connection, contact_id) else None

        if await _audited(parts, who, "contact_deleted", work) is None:
            raise not_found()


async def _shown(parts: DeskParts, contact_id: str) -> View:
    found = await parts.database.read(lambda connection: get_contact(connection, contact_id))
    if found is None:
        raise not_found()
    return contact_view(found, parts.rules.names())


async def _audited(parts: DeskParts, who: Identity, action: str, work: Callable[[Connection], T]) -> T:
    """The change and its line in one transaction; nothing changed, no line."""
    now_ms = parts.clock.now_ms()

    def both(connection: Connection) -> T:
        changed = work(connection)
        if changed is not None:
            note_change(connection, action, actor=who.email, at_ms=now_ms, detail={"contact": str(changed)})
        return changed

    return await parts.database.run(both)
