"""A rep's disposition and notes as typed, kept until they are filed.

Guarantees that of a form that was filed no draft is left, in whatever order the two are written: filing leaves a mark
under the draft's own key, and what is typed later meets it there.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from cti.record.database import Database
from cti.record.dialects import insert_into
from cti.record.tables import calls, drafts

FILED_KEPT_MS = 86_400_000
"""As long as the floor knows an ended call: after that nobody can type about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was typed so far."""

    disposition: str | None
    notes: str
    saved_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfiledDraft:
    """What was typed about a call that this rep took and has not filed."""

    call_id: str
    disposition: str | None
    notes: str
    saved_ms: int
    from_number: str
    caller_name: str | None
    state: str
    ended_ms: int | None


class Drafts:
    """One draft per call and rep; the last one saved wins. Raises RecordUnavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, call_id: str, rep: str, *, disposition: str | None, notes: str, at_ms: int) -> bool:
        """Keeps what is typed by now. One that was saved earlier, and comes late, changes nothing; False when the form
        was filed already."""
        key = {"call_id": call_id, "rep": rep}
        row = {**key, "disposition": disposition, "notes": notes.replace("\0", ""), "saved_ms": at_ms}
        filed = select(drafts.c.filed_ms).filter_by(**key)

        def work(connection: Connection) -> bool:
            statement = insert_into(connection, drafts)
            new = statement.excluded
            statement = statement.on_conflict_do_update(
                index_elements=[drafts.c.call_id, drafts.c.rep],
                set_={"disposition": new.disposition, "notes": new.notes, "saved_ms": new.saved_ms},
                where=(drafts.c.saved_ms <= new.saved_ms) & drafts.c.filed_ms.is_(None),
            )
            connection.execute(statement, row)
            return connection.execute(filed).scalar() is None

        return await self._database.run(work)

    async def get(self, call_id: str, rep: str) -> Draft | None:
        """The draft; null when nothing was typed, or all of it was filed."""
        query = select(drafts.c.disposition, drafts.c.notes, drafts.c.saved_ms)
        query = query.where(drafts.c.call_id == call_id, drafts.c.rep == rep, drafts.c.filed_ms.is_(None))
        row = await self._database.read(lambda connection: connection.execute(query).mappings().one_or_none())
        return Draft(**row) if row else None

    async def unfiled(self, rep: str, *, since_ms: int, limit: int = 50) -> tuple[UnfiledDraft, ...]:
        """Drafts saved since then about calls that are this rep's and not filed; the newest first."""
        columns = [(drafts if name in drafts.c else calls).c[name] for name in UnfiledDraft.__slots__]
        query = (
            select(*columns)
            .join(calls, calls.c.id == drafts.c.call_id)
            .where(drafts.c.rep == rep, drafts.c.saved_ms >= since_ms, drafts.c.filed_ms.is_(None))
            .where(calls.c.rep == rep, calls.c.disposition.is_(None))
            .order_by(drafts.c.saved_ms.desc())
            .limit(limit)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(UnfiledDraft(**row) for row in rows)

    async def file(self, call_id: str, rep: str, *, at_ms: int) -> None:
        """The form was filed: its draft goes, and none is taken any more. Doing it again is harmless."""
        row = {"call_id": call_id, "rep": rep, "disposition": None, "notes": "", "saved_ms": at_ms, "filed_ms": at_ms}
        old = delete(drafts).where(drafts.c.filed_ms < at_ms - FILED_KEPT_MS)

        def work(connection: Connection) -> None:
            statement = insert_into(connection, drafts)
            marked = {name: statement.excluded[name] for name in ("disposition", "notes", "saved_ms", "filed_ms")}
            key = [drafts.c.call_id, drafts.c.rep]
            connection.execute(statement.on_conflict_do_update(index_elements=key, set_=marked), row)
            connection.execute(old)

        await self._database.run(work)
