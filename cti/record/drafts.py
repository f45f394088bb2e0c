"""A rep's disposition and notes as typed, kept until they are filed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from cti.record.database import Database
from cti.record.dialects import insert_into
from cti.record.tables import drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was typed so far."""

    disposition: str | None
    notes: str
    saved_ms: int


class Drafts:
    """One draft per call and rep; the last one saved wins. Raises RecordUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, call_id: str, rep: str, *, disposition: str | None, notes: str, at_ms: int) -> None:
        """Keeps what is typed by now. One that was saved earlier, and comes late, changes nothing."""
        row = {
            "call_id": call_id,
            "rep": rep,
            "disposition": disposition,
            "notes": notes.replace("\0", ""),
            "saved_ms": at_ms,
        }

        def work(connection: Connection) -> None:
            statement = insert_into(connection, drafts)
            new = statement.excluded
            statement = statement.on_conflict_do_update(
                index_elements=[drafts.c.call_id, drafts.c.rep],
                set_={"disposition": new.disposition, "notes": new.notes, "saved_ms": new.saved_ms},
                where=drafts.c.saved_ms <= new.saved_ms,
            )
            connection.execute(statement, row)

        await self._database.run(work)

    async def get(self, call_id: str, rep: str) -> Draft | None:
        """The draft; null when nothing was typed."""
        query = select(drafts.c.disposition, drafts.c.notes, drafts.c.saved_ms)
        query = query.where(drafts.c.call_id == call_id, drafts.c.rep == rep)
        row = await self._database.read(lambda connection: connection.execute(query).mappings().one_or_none())
        return Draft(**row) if row else None

    async def drop(self, call_id: str, rep: str) -> None:
        """After filing. Harmless when there is none."""
        gone = delete(drafts).where(drafts.c.call_id == call_id, drafts.c.rep == rep)
        await self._database.run(lambda connection: connection.execute(gone))
