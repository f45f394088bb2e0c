"""Who changed what: written in the same transaction as the change, read page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import orjson
from sqlalchemy import ColumnElement, Connection, Text, cast, insert, or_, select

from cti.record.database import Database
from cti.record.tables import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One change."""

    at_ms: int
    actor: str
    """E-mail address of whoever did it, or ``command line``."""
    action: str
    """``user_added``, ``config_activated`` …"""
    detail: Mapping[str, object]
    id: int = field(default=0, compare=False)


class AuditSubject(StrEnum):
    """What a change was about."""

    CONFIG = "config"
    CONTACTS = "contacts"
    PEOPLE = "people"


_BEGIN = {AuditSubject.CONFIG: "config_", AuditSubject.CONTACTS: "contact"}
"""How the actions of a subject begin; all others are about people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilters:
    """All that is given must hold."""

    people: bool
    """Changes of people and tokens too."""
    about: AuditSubject | None = None
    actor: str | None = None
    """Part of an address."""
    q: str | None = None
    """Part of what is kept of the change."""
    since_ms: int | None = None
    until_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Changes, the newest first."""

    entries: tuple[AuditEntry, ...]
    next: int | None
    """To be handed back as ``before``; null at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """What was done, for whoever writes the change itself."""

    action: str
    detail: Mapping[str, object]


def note_change(
    connection: Connection, action: str, *, actor: str, at_ms: int, detail: Mapping[str, object] | None = None
) -> None:
    """Adds one line. ``detail`` never holds a password or a token."""
    row = {"at_ms": at_ms, "actor": actor, "action": action, "detail": dict(detail or {})}
    connection.execute(insert(audit).values(**row))


async def list_changes(database: Database, *, limit: int = 100) -> tuple[AuditEntry, ...]:
    """The newest changes first."""
    return (await list_audit(database, AuditFilters(people=True), limit=limit)).entries


async def list_audit(
    database: Database, filters: AuditFilters, *, before: int | None = None, limit: int = 50
) -> AuditPage:
    """One page, and where the next begins."""
    query = select(*(audit.c[name] for name in AuditEntry.__slots__)).where(*_conditions(filters))
    if before is not None:
        query = query.where(audit.c.id < before)
    query = query.order_by(audit.c.id.desc()).limit(limit + 1)
    rows = await database.read(lambda connection: connection.execute(query).mappings().all())
    entries = tuple(AuditEntry(**row) for row in rows[:limit])
    return AuditPage(entries=entries, next=entries[-1].id if len(rows) > limit else None)


def _conditions(filters: AuditFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.about is not None:
        found.append(_is_about(filters.about))
    if not filters.people:
        found.append(~_is_about(AuditSubject.PEOPLE))
    if filters.actor:
        found.append(audit.c.actor.icontains(filters.actor.replace("\0", ""), autoescape=True))
    if filters.q:
        written = orjson.dumps(filters.q.replace("\0", "")).decode()[1:-1]  # as it stands in the JSON
        found.append(cast(audit.c.detail, Text).icontains(written, autoescape=True))
    if filters.since_ms is not None:
        found.append(audit.c.at_ms >= filters.since_ms)
    if filters.until_ms is not None:
        found.append(audit.c.at_ms < filters.until_ms)
    return found


def _is_about(subject: AuditSubject) -> ColumnElement[bool]:
    if subject is not AuditSubject.PEOPLE:
        return audit.c.action.startswith(_BEGIN[subject], autoescape=True)
    return ~or_(*(audit.c.action.startswith(begin, autoescape=True) for begin in _BEGIN.values()))
