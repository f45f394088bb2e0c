"""Adds and updates many contacts at once. A function on a connection; the caller owns the transaction.

Who is who: the same ``external_id``; else the same name and first number, unless both have an ``external_id`` and they
differ. Guarantees that saving the same again changes nothing, not even ``changed_ms`` (rank depends on it).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import JSON, Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from crm_adapter.draft import COLUMNS, ContactDraft
from crm_adapter.merging import Stored, line_key, merged, new_row, phone_rows
from crm_adapter.sql_tables import companies, contact_phones, contacts
from crm_adapter.text import name_key

BATCH = 1_000
"""Contacts a call should carry: SQLite allows 32,766 parameters in a statement."""

Ids = Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """How many contacts a call wrote."""

    added: int
    updated: int
    """Were there already, whether or not anything was different."""
    changed: int = 0
    """Of those: something was."""

    def __add__(self, other: Saved) -> Saved:
        return Saved(
            added=self.added + other.added,
            updated=self.updated + other.updated,
            changed=self.changed + other.changed,
        )


def random_id() -> str:
    """A new contact's or company's id."""
    return secrets.token_hex(12)


def save_contacts(
    connection: Connection,
    drafts: Sequence[ContactDraft],
    *,
    now_ms: int,
    columns: Collection[str] = COLUMNS,
    new_id: Ids = random_id,
) -> Saved:
    """Adds those who are new, and writes the named ``columns`` of those who are there. No two drafts may be the same
    contact."""
    company_ids = company_ids_for(connection, drafts, new_id)
    fresh, changes = _sorted_out(_Known(connection, drafts), drafts)
    insert_contacts(connection, [(new_id(), draft) for draft in fresh], company_ids, now_ms=now_ms)
    changed = write_changes(connection, changes, company_ids, columns=columns, now_ms=now_ms)
    return Saved(added=len(fresh), updated=len(changes), changed=changed)


class Comparison:
    """What saving would do, batch by batch; nothing is written."""

    def __init__(self, *, columns: Collection[str]) -> None:
        self._columns = columns
        self._taken: set[str] = set()

    def compare(self, connection: Connection, drafts: Sequence[ContactDraft]) -> Saved:
        """As ``save_contacts`` would count these, those of earlier batches being saved."""
        fresh, changes = _sorted_out(_Known(connection, drafts, without=self._taken), drafts)
        self._taken |= {change.stored.row["id"] for change in changes}
        company_ids = dict.fromkeys(_company_names(drafts), "new") | _company_ids(connection, drafts)
        rows, numbers = _differing(changes, company_ids, columns=self._columns, now_ms=0)
        changed = {row["which"] for row in rows} | {row["contact_id"] for row in numbers}
        return Saved(added=len(fresh), updated=len(changes), changed=len(changed))


def _sorted_out(known: _Known, drafts: Sequence[ContactDraft]) -> tuple[list[ContactDraft], list[Change]]:
    """Who is new, and who is there."""
    fresh: list[ContactDraft] = []
    changes: list[Change] = []
    for draft in drafts:
        stored = known.take(draft)
        if stored is None:
            fresh.append(draft)
        else:
            changes.append(Change(stored, draft))
    return fresh, changes


@dataclass(frozen=True, slots=True)
class Change:
    """A stored contact and what is to be written over it."""

    stored: Stored
    draft: ContactDraft


def write_changes(
    connection: Connection,
    changes: Sequence[Change],
    company_ids: Mapping[str, str],
    *,
    columns: Collection[str],
    now_ms: int,
) -> int:
    """Writes what differs; of how many contacts something does."""
    rows, numbers = _differing(changes, company_ids, columns=columns, now_ms=now_ms)
    if rows:
        connection.execute(update(contacts).where(contacts.c.id == bindparam("which")), rows)
    renumbered = {row["contact_id"] for row in numbers}
    if numbers:
        connection.execute(delete(contact_phones).where(contact_phones.c.contact_id.in_(renumbered)))
        _insert_many(connection, contact_phones, numbers)
    return len(renumbered | {row["which"] for row in rows})


def _differing(
    changes: Sequence[Change], company_ids: Mapping[str, str], *, columns: Collection[str], now_ms: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of ``contacts`` (by ``which``) and of ``contact_phones`` that are not as they should be."""
    rows: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    for change in changes:
        company_id = company_ids.get(name_key(change.draft.company or ""))
        id_ = change.stored.row["id"]
        row = merged(change.stored, change.draft, company_id=company_id, columns=columns, now_ms=now_ms)
        if row != change.stored.row:
            rows.append({**row, "which": id_})
        if (wanted := phone_rows(id_, change.draft)) != list(change.stored.phones):
            numbers.extend(wanted)
    return rows, numbers


def load_stored(connection: Connection, ids: Collection[str]) -> dict[str, Stored]:
    """The contacts by id, with their companies' names and their numbers."""
    phones: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in ids}
    numbers = select(contact_phones).where(contact_phones.c.contact_id.in_(ids))
    for row in connection.execute(numbers.order_by(contact_phones.c.position)).mappings():
        phones[row["contact_id"]].append(dict(row))
    people = select(contacts, companies.c.name.label("company")).outerjoin(companies).where(contacts.c.id.in_(ids))
    stored = {}
    for found in connection.execute(people).mappings():
        values = dict(found)
        company = values.pop("company")
        stored[values["id"]] = Stored(row=values, company=company, phones=tuple(phones[values["id"]]))
    return stored


def company_ids_for(connection: Connection, drafts: Sequence[ContactDraft], new_id: Ids = random_id) -> dict[str, str]:
    """Folded company name → id, with those that were missing added."""
    names = _company_names(drafts)
    ids = _company_ids(connection, drafts)
    missing = [{"id": new_id(), "name": name, "name_key": key} for key, name in names.items() if key not in ids]
    if not missing:
        return ids
    insert_or_keep = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(insert_or_keep(companies).on_conflict_do_nothing(), missing)
    return _company_ids(connection, drafts)  # somebody else's, if they were first


def _company_names(drafts: Sequence[ContactDraft]) -> dict[str, str]:
    return {name_key(draft.company): draft.company for draft in drafts if draft.company}


def _company_ids(connection: Connection, drafts: Sequence[ContactDraft]) -> dict[str, str]:
    names = _company_names(drafts)
    if not names:
        return {}
    wanted = select(companies.c.name_key, companies.c.id).where(companies.c.name_key.in_(names))
    return {row.name_key: row.id for row in connection.execute(wanted)}


class _Known:
    """Which stored contact each of some drafts is."""

    def __init__(
        self, connection: Connection, drafts: Sequence[ContactDraft], *, without: Collection[str] = ()
    ) -> None:
        """``without``: ids of those who are somebody else's already."""
        by_external = _ids_by_external_id(connection, {draft.external_id for draft in drafts if draft.external_id})
        by_line = _ids_by_line(connection, {line_key(draft) for draft in drafts})
        ids = {*by_external.values(), *(id_ for same_line in by_line.values() for id_ in same_line)} - {*without}
        self._stored = load_stored(connection, ids)
        self._by_external = by_external
        self._by_line = by_line

    def take(self, draft: ContactDraft) -> Stored | None:
        """Who the draft is; each stored contact is taken once."""
        id_ = self._by_external.get(draft.external_id) or next(self._same_line(draft), None)
        return self._stored.pop(id_, None) if id_ else None

    def _same_line(self, draft: ContactDraft) -> Iterator[str]:
        for id_ in self._by_line.get(line_key(draft), ()):
            stored = self._stored.get(id_)
            if stored and (draft.external_id is None or stored.row["external_id"] is None):
                yield id_


def _ids_by_external_id(connection: Connection, wanted: Collection[str]) -> dict[str | None, str]:
    if not wanted:
        return {}
    rows = connection.execute(select(contacts.c.external_id, contacts.c.id).where(contacts.c.external_id.in_(wanted)))
    return {row.external_id: row.id for row in rows}


def _ids_by_line(connection: Connection, wanted: Collection[str]) -> dict[str, list[str]]:
    """Line key → ids, lowest first."""
    rows = connection.execute(
        select(contacts.c.line_key, contacts.c.id).where(contacts.c.line_key.in_(wanted)).order_by(contacts.c.id)
    )
    ids: dict[str, list[str]] = {}
    for row in rows:
        ids.setdefault(row.line_key, []).append(row.id)
    return ids


def insert_contacts(
    connection: Connection, fresh: Iterable[tuple[str, ContactDraft]], company_ids: Mapping[str, str], *, now_ms: int
) -> None:
    """Adds contacts under the given ids."""
    rows, numbers = [], []
    for id_, draft in fresh:
        company_id = company_ids.get(name_key(draft.company or ""))
        rows.append(new_row(draft, id_=id_, company_id=company_id, now_ms=now_ms))
        numbers.extend(phone_rows(id_, draft))
    _insert_many(connection, contacts, rows)
    _insert_many(connection, contact_phones, numbers)


def _insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """By the driver itself: SQLAlchemy's own handling of each value takes twice as long as the database."""
    if not rows:
        return
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=list(rows[0]))
    columns = [(name, isinstance(table.c[name].type, JSON)) for name in compiled.positiontup or ()]
    values = [
        tuple(orjson.dumps(row[name]).decode() if is_json else row[name] for name, is_json in columns) for row in rows
    ]
    connection.exec_driver_sql(str(compiled), values)
