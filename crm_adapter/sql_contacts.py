"""Single contacts for the API, and what is added to their history. Functions on a connection; the caller owns the
transaction.

Never checks a value: what arrives has passed ``draft.py``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from crm_adapter.draft import COLUMNS, ContactDraft
from crm_adapter.instants import ms_of
from crm_adapter.model import Contact, Interaction
from crm_adapter.sql_rows import contact_of, whole_contacts
from crm_adapter.sql_saving import Change, company_ids_for, insert_contacts, load_stored, random_id, write_changes
from crm_adapter.sql_tables import contacts, interactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Contacts by name, and where the next page begins."""

    contacts: tuple[Contact, ...]
    next: str | None
    """The id to hand back as ``after``; null on the last page."""


def get_contact(connection: Connection, id_: str) -> Contact | None:
    """One contact; null when nobody has that id."""
    row = connection.execute(whole_contacts(connection).where(contacts.c.id == id_)).mappings().first()
    return contact_of(row) if row else None


def list_contacts(connection: Connection, *, after: str | None = None, limit: int = 50) -> Page:
    """Contacts by name. An ``after`` that has been deleted meanwhile begins again from the start."""
    by_name = (contacts.c.name_key, contacts.c.id)
    page = select(*by_name).order_by(*by_name).limit(limit + 1)
    last = after and connection.execute(select(*by_name).where(contacts.c.id == after)).first()
    if last:
        page = page.where(tuple_(*by_name) > tuple_(*last))
    ids = [row.id for row in connection.execute(page)]
    shown = whole_contacts(connection).where(contacts.c.id.in_(ids[:limit])).order_by(*by_name)
    found = tuple(contact_of(row) for row in connection.execute(shown).mappings())
    return Page(contacts=found, next=found[-1].id if len(ids) > limit else None)


def count_owned(connection: Connection, owner: str) -> int:
    """Contacts of that owner."""
    return int(connection.execute(select(func.count()).where(contacts.c.owner == owner)).scalar_one())


def create_contact(connection: Connection, draft: ContactDraft, *, now_ms: int) -> str:
    """Adds a contact and returns its id. An ``external_id`` that is taken breaks a unique key: the database raises."""
    id_ = random_id()
    insert_contacts(connection, [(id_, draft)], company_ids_for(connection, [draft]), now_ms=now_ms)
    return id_


def update_contact(
    connection: Connection, id_: str, draft: ContactDraft, *, now_ms: int, columns: Collection[str] = COLUMNS
) -> bool:
    """Writes the named columns of the contacts file (name and phone always). False: nobody has that id."""
    stored = load_stored(connection, [id_]).get(id_)
    if stored is None:
        return False
    changes, company_ids = [Change(stored, draft)], company_ids_for(connection, [draft])
    write_changes(connection, changes, company_ids, columns=columns, now_ms=now_ms)
    return True


def delete_contact(connection: Connection, id_: str) -> bool:
    """Removes a contact with its numbers, deals, tickets and history. False: nobody has that id."""
    return connection.execute(delete(contacts).where(contacts.c.id == id_)).rowcount > 0


def add_interaction(
    connection: Connection, contact_id: str, interaction: Interaction, *, source_key: str | None = None
) -> bool:
    """Adds to a contact's history. With a ``source_key`` (a call's id) the same is kept once, the first as it was:
    False. Raises what the database raises where the contact is gone."""
    insert_or_keep = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {
        "id": random_id(),
        "contact_id": contact_id,
        "at_ms": ms_of(interaction.at),
        "channel": interaction.channel,
        "summary": interaction.summary,
        "by": interaction.by,
        "source_key": source_key,
    }
    return connection.execute(insert_or_keep(interactions).values(row).on_conflict_do_nothing()).rowcount > 0
