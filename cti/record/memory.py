"""What SQL remembers of a caller, for the rules that ask."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from cti.record.database import Database
from cti.record.tables import calls
from routing.model import RepId


class CallerMemory:
    """Earlier conversations by the caller's number."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last_rep(self, number: str) -> RepId | None:
        """Who last spoke with that number; null when nobody did. Raises RecordUnavailable."""
        query = (
            select(calls.c.rep)
            .where(calls.c.from_number == number, calls.c.answered_ms.is_not(None), calls.c.rep.is_not(None))
            .order_by(calls.c.arrived_ms.desc())
            .limit(1)
        )

        def work(connection: Connection) -> str | None:
            return connection.execute(query).scalar_one_or_none()

        found = await self._database.read(work)
        return RepId(found) if found else None

    async def attempts(self, number: str, since_ms: int) -> int:
        """How often that number has called since then without reaching anybody; who was connected to an outside number
        has. Raises RecordUnavailable."""
        query = (
            select(func.count())
            .select_from(calls)
            .where(calls.c.from_number == number, calls.c.arrived_ms >= since_ms, calls.c.answered_ms.is_(None))
            .where(calls.c.state == "ended", calls.c.end_reason.is_distinct_from("forwarded"))
        )

        def work(connection: Connection) -> int:
            return int(connection.execute(query).scalar_one())

        return await self._database.read(work)
