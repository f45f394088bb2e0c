"""An empty built-in directory on SQLite or PostgreSQL, and contacts to put into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crm_adapter.draft import ContactDraft, read_draft
from crm_adapter.merging import shown
from crm_adapter.model import Contact
from crm_adapter.sql_contacts import create_contact
from crm_adapter.sql_tables import directory
from cti.record.database import Database


@asynccontextmanager
async def an_empty_directory(url: str) -> AsyncIterator[Database]:
    """A database with the directory's tables."""
    database = Database(url)
    await database.run(directory.create_all)
    try:
        yield database
    finally:
        await database.close()


def a_person(name: str, phone: str = "+48600100200", *, region: str | None = None, **values: str) -> ContactDraft:
    """A draft from columns of the contacts file; ``phone`` may hold several numbers."""
    draft = read_draft({"name": name, "phone": phone, **values}, region=region)
    assert isinstance(draft, ContactDraft), draft
    return draft


def as_contact(draft: ContactDraft, id_: str) -> Contact:
    """What a CRM would return for the draft."""
    return Contact(
        id=id_,
        name=draft.name,
        phones=tuple(map(shown, draft.phones)),
        company=draft.company,
        email=draft.email,
        tier=draft.tier,
        owner=draft.owner,
        language=draft.language,
        timezone=draft.timezone,
        stage=draft.stage,
        lead_source=draft.lead_source,
        campaign=draft.campaign,
        tags=draft.tags,
        notes=draft.notes,
        external_id=draft.external_id,
        fields=draft.fields,
    )


async def add(database: Database, *people: ContactDraft, now_ms: int = 1_000) -> tuple[str, ...]:
    """Creates the people one after the other, each a second younger than the last; returns their ids."""
    ids = []
    for place, person in enumerate(people):
        at_ms = now_ms + place * 1_000
        ids.append(await database.run(lambda c, p=person, at=at_ms: create_contact(c, p, now_ms=at)))
    return tuple(ids)
