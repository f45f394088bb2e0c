"""Calls of a period with their time lines, oldest first, page by page: for exports, never held all at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, tuple_

from cti.record.call_model import ATTEMPTS_OF_MS, CallExport, TimelineEntry
from cti.record.database import Database
from cti.record.tables import call_events, calls

PAGE = 200
_EARLIER = calls.alias("earlier")
_BEFORE = (_EARLIER.c.from_number == calls.c.from_number, _EARLIER.c.arrived_ms < calls.c.arrived_ms)
_LAST = (
    select(_EARLIER.c.rep)
    .where(*_BEFORE, _EARLIER.c.answered_ms.is_not(None), _EARLIER.c.rep.is_not(None))
    .order_by(_EARLIER.c.arrived_ms.desc())
    .limit(1)
    .scalar_subquery()
    .label("last")
)
_ATTEMPTS = (
    select(func.count())
    .where(*_BEFORE, _EARLIER.c.arrived_ms >= calls.c.arrived_ms - ATTEMPTS_OF_MS, _EARLIER.c.answered_ms.is_(None))
    .where(_EARLIER.c.ended_ms <= calls.c.arrived_ms, _EARLIER.c.end_reason.is_distinct_from("forwarded"))
    .scalar_subquery()
    .label("attempts")
)
"""As ``memory.CallerMemory`` has it, for the moment at which the call came."""


class CallExports:
    """Ended calls. Every method raises RecordUnavailable while SQL is down."""

    def __init__(self, database: Database, *, since_ms: int, until_ms: int) -> None:
        self._database = database
        self._period = (calls.c.arrived_ms >= since_ms, calls.c.arrived_ms < until_ms, calls.c.state == "ended")

    async def count(self) -> int:
        """How many there are."""
        query = select(func.count()).select_from(calls).where(*self._period)
        return await self._database.read(lambda connection: connection.execute(query).scalar_one())

    async def count_routed(self) -> int:
        """How many of them looked for a rep."""
        query = select(func.count()).select_from(calls).where(*self._period, calls.c.rule.is_not(None))
        return await self._database.read(lambda connection: connection.execute(query).scalar_one())

    async def all(self) -> AsyncIterator[CallExport]:
        """By arrival."""
        place: tuple[int, str] | None = None
        while True:
            query = select(calls.c.id, calls.c.arrived_ms, calls.c.doc, _LAST, _ATTEMPTS).where(*self._period)
            if place is not None:
                query = query.where(tuple_(calls.c.arrived_ms, calls.c.id) > place)
            page = query.order_by(calls.c.arrived_ms, calls.c.id).limit(PAGE)
            rows = await self._database.read(partial(_rows, page))
            lines = await self._timelines([row.id for row in rows])
            for row in rows:
                timeline = tuple(lines.get(row.id, ()))
                yield CallExport(document=row.doc, timeline=timeline, last=row.last, attempts=row.attempts)
            if len(rows) < PAGE:
                return
            place = (rows[-1].arrived_ms, rows[-1].id)

    async def _timelines(self, ids: list[str]) -> dict[str, list[TimelineEntry]]:
        columns = [call_events.c[name] for name in TimelineEntry.__slots__]
        query = select(call_events.c.call_id, *columns).where(call_events.c.call_id.in_(ids))
        query = query.order_by(call_events.c.call_id, call_events.c.epoch, call_events.c.seq)
        rows = await self._database.read(lambda connection: connection.execute(query).mappings().all())
        found: dict[str, list[TimelineEntry]] = {}
        for row in rows:
            entry = TimelineEntry(**{name: row[name] for name in TimelineEntry.__slots__})
            found.setdefault(row["call_id"], []).append(entry)
        return found


def _rows(query: Select[Any], connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(query).all()


async def known_before(database: Database, call_id: str) -> tuple[str | None, int]:
    """Who had last spoken with the call's number when it came, and how often the number had called in vain. Raises
    RecordUnavailable."""
    query = select(_LAST, _ATTEMPTS).select_from(calls).where(calls.c.id == call_id)
    rows = await database.read(partial(_rows, query))
    return (rows[0].last, int(rows[0].attempts)) if rows else (None, 0)
