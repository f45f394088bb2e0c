"""Who changed what: written in the same transaction as the change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

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


def note_change(
    connection: Connection, action: str, *, actor: str, at_ms: int, detail: Mapping[str, object] | None = None
) -> None:
    """Adds one line. ``detail`` never holds a password or a token."""
    row = {"at_ms": at_ms, "actor": actor, "action": action, "detail": dict(detail or {})}
    connection.execute(insert(audit).values(**row))


async def list_changes(database: Database, *, limit: int = 100) -> tuple[AuditEntry, ...]:
    """The newest changes first."""
    query = select(audit.c.at_ms, audit.c.actor, audit.c.action, audit.c.detail).order_by(audit.c.id.desc())
    rows = await database.read(lambda connection: connection.execute(query.limit(limit)).mappings().all())
    return tuple(AuditEntry(**row) for row in rows)
