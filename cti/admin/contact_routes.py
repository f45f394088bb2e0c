"""Contacts of the built-in directory: searched by whoever talks to callers, kept by admins.

What may be written is decided by ``crm_adapter/draft.py`` alone, as for an import.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field
from sqlalchemy import Connection

from crm_adapter.draft import COLUMNS, ContactDraft, Refused, read_draft
from crm_adapter.model import Contact
from crm_adapter.sql_contacts import create_contact, delete_contact, get_contact, list_contacts, update_contact
from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.calls.views import View, contact_view
from cti.desk.bodies import Body
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem, not_found
from cti.record.audit import note_change

MOST = 100
LONGEST_NOTE = 500
"""Of what is kept in the audit trail."""
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

        def work(connection: Connection) -> str:
            made = create_contact(connection, draft, now_ms=now_ms)
            _note(connection, parts, who, "contact_added", before=None, after=get_contact(connection, made))
            return made

        return await _shown(parts, await parts.database.run(work))

    @router.put("/contacts/{contact_id}")
    async def update(body: ContactBody, contact_id: Id, who: Identity = keeping) -> View:
        draft, now_ms = body.draft(parts.region), parts.clock.now_ms()

        def work(connection: Connection) -> None:
            before = get_contact(connection, contact_id)
            if before is None or not update_contact(connection, contact_id, draft, now_ms=now_ms):
                raise not_found()
            after = get_contact(connection, contact_id)
            _note(connection, parts, who, "contact_changed", before=before, after=after)

        await parts.database.run(work)
        return await _shown(parts, contact_id)

    @router.delete("/contacts/{contact_id}", status_code=204)
    async def delete(contact_id: Id, who: Identity = keeping) -> None:
        def work(connection: Connection) -> None:
            before = get_contact(connection, contact_id)
            if before is None or not delete_contact(connection, contact_id):
                raise not_found()
            _note(connection, parts, who, "contact_deleted", before=before, after=None)

        await parts.database.run(work)


async def _shown(parts: DeskParts, contact_id: str) -> View:
    found = await parts.database.read(lambda connection: get_contact(connection, contact_id))
    if found is None:
        raise not_found()
    return contact_view(found, parts.rules.names())


def _note(
    connection: Connection,
    parts: DeskParts,
    who: Identity,
    action: str,
    *,
    before: Contact | None,
    after: Contact | None,
) -> None:
    """The line of the audit trail, in the change's own transaction: what differs, as it was and as it is."""
    was, now = _kept(before), _kept(after)
    names = [name for name in (*was, *now) if was.get(name) != now.get(name)]
    sides: dict[str, object] = {}
    if before is not None:
        sides["before"] = {name: was.get(name) for name in names}
    if after is not None:
        sides["after"] = {name: now.get(name) for name in names}
    one = before or after
    detail = {"contact": one.id if one else None, "name": one.name if one else None, **sides}
    note_change(connection, action, actor=who.email, at_ms=parts.clock.now_ms(), detail=detail)


def _kept(contact: Contact | None) -> dict[str, object]:
    """What the audit trail keeps of a contact: what is known, long notes shortened."""
    if contact is None:
        return {}
    columns = (*(name for name in COLUMNS if name not in ("phone", "notes")), "phones", "fields")
    values = {name: getattr(contact, name) for name in columns}
    values |= {"notes": (contact.notes or "")[:LONGEST_NOTE], "fields": dict(contact.fields)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value}
