"""Configuration versions as text: numbered from 1, never changed, at most one active; and who made which active.

Guarantees that a version becomes active in one transaction with its line in the history and in the audit trail, and
only over the one that its author has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update

from cti.record.audit import AuditLine, note_change
from cti.record.config_model import NoSuchVersion, OtherActive, TurnedOn, Version, VersionInfo
from cti.record.database import Database
from cti.record.errors import RecordConflict
from cti.record.tables import config_activations, config_versions

_ATTEMPTS = 5
T = TypeVar("T")

_newest = config_activations.alias("newest")
_OF_VERSION = ("n", "author", "comment", "created_ms", "based_on", "activated_ms", "active")
_INFO = [
    *(config_versions.c[name] for name in _OF_VERSION),
    _newest.c.author.label("activated_by"),
    _newest.c.comment.label("activation_comment"),
]
_WHOLE = [*_INFO, config_versions.c.text]
_ACTIVE = select(config_versions.c.n).where(config_versions.c.active)


class ConfigVersions:
    """The history of configurations in SQL. Raises RecordUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, text: str, *, author: str, comment: str, at_ms: int, based_on: int | None = None) -> int:
        """A draft; its number is one above the highest. ``based_on`` left out: the version that is active now."""

        def work(connection: Connection) -> int:
            n = int(connection.execute(select(func.coalesce(func.max(config_versions.c.n), 0) + 1)).scalar_one())
            base = connection.execute(_ACTIVE).scalar() if based_on is None else based_on
            written = {"text": text, "author": author, "comment": comment, "created_ms": at_ms}
            connection.execute(insert(config_versions).values(n=n, active=False, based_on=base, **written))
            note_change(connection, "config_added", actor=author, at_ms=at_ms, detail={"n": n, **_why(comment)})
            return n

        return await self._retried(work)

    async def _retried(self, work: Callable[[Connection], T]) -> T:
        for _ in range(_ATTEMPTS - 1):
            try:
                return await self._database.run(work)
            except RecordConflict:
                continue  # somebody else took the number in the meantime
        return await self._database.run(work)

    async def activate(
        self, n: int, *, by: str, at_ms: int, comment: str = "", over: Collection[int | None] | None = None
    ) -> TurnedOn | NoSuchVersion | OtherActive:
        """Makes ``n`` the active one if the active one is among ``over`` (left out: whichever is). Twice is harmless,
        two at once queue."""

        def work(connection: Connection) -> TurnedOn | NoSuchVersion | OtherActive:
            numbers = connection.execute(select(config_versions.c.n).with_for_update()).scalars().all()
            if n not in numbers:
                return NoSuchVersion(n=n)
            previous = connection.execute(_ACTIVE).scalar()
            if previous == n:
                return TurnedOn(n=n, previous=n)
            if over is not None and previous not in over:
                return OtherActive(active=previous)
            _turn_on(connection, n, previous, by=by, at_ms=at_ms, comment=comment)
            return TurnedOn(n=n, previous=previous)

        return await self._database.run(work)

    async def publish(
        self, text: str, *, by: str, at_ms: int, over: int, comment: str = "", change: AuditLine | None = None
    ) -> TurnedOn | OtherActive:
        """A text becomes a version and active at once, while version ``over`` is the active one; else nothing is kept.
        ``change``: a line of its own in the audit trail, which gets the version's number."""

        def work(connection: Connection) -> TurnedOn | OtherActive:
            numbers = connection.execute(select(config_versions.c.n).with_for_update()).scalars().all()
            previous = connection.execute(_ACTIVE).scalar()
            if previous != over:
                return OtherActive(active=previous)
            n = max(numbers) + 1
            written = {"text": text, "author": by, "comment": comment, "created_ms": at_ms}
            connection.execute(insert(config_versions).values(n=n, active=False, based_on=over, **written))
            _turn_on(connection, n, previous, by=by, at_ms=at_ms, comment=comment)
            if change is not None:
                detail = {**change.detail, "n": n}
                note_change(connection, change.action, actor=by, at_ms=at_ms, detail=detail)
            return TurnedOn(n=n, previous=previous)

        return await self._retried(work)

    async def active(self) -> Version | None:
        """The active version; null before the first activation."""
        return await self._one(config_versions.c.active)

    async def active_n(self) -> int | None:
        """Its number alone."""
        return await self._database.read(lambda connection: connection.execute(_ACTIVE).scalar())

    async def former_n(self) -> int | None:
        """The version that was active before the active one became so; null: there was none."""
        newest = select(func.max(config_activations.c.id)).scalar_subquery()
        query = select(config_activations.c.previous).where(config_activations.c.id == newest)
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def get(self, n: int) -> Version | None:
        """One version by its number."""
        return await self._one(config_versions.c.n == n)

    async def list(self, *, limit: int = 100, below: int | None = None) -> tuple[VersionInfo, ...]:
        """The newest first, without their texts; with ``below`` those of lower numbers only."""
        query = _with_activation(select(*_INFO)).order_by(config_versions.c.n.desc()).limit(limit)
        if below is not None:
            query = query.where(config_versions.c.n < below)
        rows = await self._database.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(VersionInfo(**row) for row in rows)

    async def _one(self, condition: ColumnElement[bool]) -> Version | None:
        query = _with_activation(select(*_WHOLE)).where(condition)
        row = await self._database.read(lambda connection: connection.execute(query).mappings().one_or_none())
        return Version(**row) if row else None


def _with_activation(query: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    """Each version with the last of its activations, if it has one."""
    same = config_activations.c.n == config_versions.c.n
    last = select(func.max(config_activations.c.id)).where(same).correlate(config_versions).scalar_subquery()
    return query.select_from(config_versions.outerjoin(_newest, _newest.c.id == last))


def _turn_on(connection: Connection, n: int, previous: int | None, *, by: str, at_ms: int, comment: str) -> None:
    connection.execute(update(config_versions).where(config_versions.c.active).values(active=False))
    turned_on = update(config_versions).where(config_versions.c.n == n)
    connection.execute(turned_on.values(active=True, activated_ms=at_ms))
    line = {"n": n, "previous": previous, "author": by, "comment": comment, "at_ms": at_ms}
    connection.execute(insert(config_activations).values(**line))
    detail = {"n": n, "previous": previous, **_why(comment)}
    note_change(connection, "config_activated", actor=by, at_ms=at_ms, detail=detail)


def _why(comment: str) -> dict[str, str]:
    return {"comment": comment} if comment else {}
