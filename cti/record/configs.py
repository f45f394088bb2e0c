"""Configuration versions as text: numbered from 1, never changed, at most one active."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from cti.record.audit import note_change
from cti.record.database import Database
from cti.record.errors import RecordConflict
from cti.record.tables import config_versions

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInfo:
    """What a list of versions shows."""

    n: int
    author: str
    comment: str
    created_ms: int
    activated_ms: int | None
    """When it last became active; null for a draft."""
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(VersionInfo):
    """A version with its YAML text, as it was written."""

    text: str


_INFO = [config_versions.c[name] for name in ("n", "author", "comment", "created_ms", "activated_ms", "active")]
_WHOLE = [*_INFO, config_versions.c.text]


class ConfigVersions:
    """The history of configurations in SQL. Raises RecordUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, text: str, *, author: str, comment: str, at_ms: int) -> int:
        """A draft; its number is one above the highest."""

        def work(connection: Connection) -> int:
            n = connection.execute(select(func.coalesce(func.max(config_versions.c.n), 0) + 1)).scalar_one()
            draft = {"n": n, "text": text, "author": author, "comment": comment, "created_ms": at_ms, "active": False}
            connection.execute(insert(config_versions).values(**draft))
            note_change(connection, "config_added", actor=author, at_ms=at_ms, detail={"n": n})
            return int(n)

        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._database.run(work)
            except RecordConflict:
                continue  # somebody else took the number in the meantime
        return await self._database.run(work)

    async def activate(self, n: int, *, by: str, at_ms: int) -> bool:
        """Makes ``n`` the active one; false where there is no such version. Twice is harmless, two at once queue."""

        def work(connection: Connection) -> bool:
            numbers = connection.execute(select(config_versions.c.n).with_for_update()).scalars().all()
            if n not in numbers:
                return False
            previous = connection.execute(select(config_versions.c.n).where(config_versions.c.active)).scalar()
            connection.execute(update(config_versions).where(config_versions.c.active).values(active=False))
            turned_on = update(config_versions).where(config_versions.c.n == n)
            connection.execute(turned_on.values(active=True, activated_ms=at_ms))
            note_change(connection, "config_activated", actor=by, at_ms=at_ms, detail={"n": n, "previous": previous})
            return True

        return await self._database.run(work)

    async def active(self) -> Version | None:
        """The active version; null before the first activation."""
        return await self._one(config_versions.c.active)

    async def active_n(self) -> int | None:
        """Its number alone."""
        query = select(config_versions.c.n).where(config_versions.c.active)
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def get(self, n: int) -> Version | None:
        """One version by its number."""
        return await self._one(config_versions.c.n == n)

    async def list(self, *, limit: int = 100) -> tuple[VersionInfo, ...]:
        """The newest first, without their texts."""
        query = select(*_INFO).order_by(config_versions.c.n.desc()).limit(limit)
        rows = await self._database.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(VersionInfo(**row) for row in rows)

    async def _one(self, condition: ColumnElement[bool]) -> Version | None:
        query = select(*_WHOLE).where(condition)
        row = await self._database.read(lambda connection: connection.execute(query).mappings().one_or_none())
        return Version(**row) if row else None
