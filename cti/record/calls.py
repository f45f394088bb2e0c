"""What can be asked of recorded calls: lists, one call, its time line, missed ones, open ones for a rebuild.

Reads SQL only; a call that has just begun may be missing for up to a second. Lists are the newest first and go on by an
opaque cursor (keyset: a page costs the same at any depth, and calls that arrive meanwhile shift nothing).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, literal_column, select, text, tuple_

from cti.record.call_model import (
    CallFilters,
    CallPage,
    MissedCall,
    OpenCall,
    RecordedCall,
    TimelineEntry,
    place_of,
    read_place,
)
from cti.record.database import Database
from cti.record.installation import give_out_epoch, highest_epoch
from cti.record.tables import call_events, calls, missed_offers

LIST_LIMIT = 200
"""The longest page."""
LONGEST_CALL_MS = 86_400_000
"""Twilio ends a call after 24 h."""
LONGEST_OFFER_MS = 600_000
_ABOUT = 10
"""A rep has one call at a time; a few more, for calls that were open long before they came to the rep."""
MISSED = ("expired", "caller_left", "vanished")
"""Outcomes by which an offer counts as missed by its rep; a declined or withdrawn one was seen."""

_ROW = [calls.c[name] for name in RecordedCall.__slots__]
_NEWEST = (calls.c.arrived_ms.desc(), calls.c.id.desc())


class RecordedCalls:
    """Questions about calls. Every method raises RecordUnavailable while SQL is down."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_calls(self, filters: CallFilters, *, cursor: str | None = None, limit: int = 50) -> CallPage:
        """One page, and the cursor of the next (null at the end). Raises BadCursor."""
        limit = max(1, min(limit, LIST_LIMIT))
        found = select(calls.c.id).where(*_conditions(filters)).order_by(*_NEWEST).limit(limit + 1)
        if cursor is not None:
            arrived_ms, call_id = read_place(cursor)
            found = found.where(tuple_(calls.c.arrived_ms, calls.c.id) < (arrived_ms, call_id))
        rows = await self._rows(select(*_ROW).where(calls.c.id.in_(found)).order_by(*_NEWEST))
        more = len(rows) > limit
        return CallPage(calls=rows[:limit], next=place_of(rows[limit - 1]) if more else None)

    async def call(self, call_id: str) -> RecordedCall | None:
        """One call; null when SQL does not know it (yet)."""
        rows = await self._rows(select(*_ROW).where(calls.c.id == _plain(call_id)))
        return rows[0] if rows else None

    async def document(self, call_id: str) -> str | None:
        """The whole of one call, as it was stored last; null when SQL does not know it (yet)."""
        query = select(calls.c.doc).where(calls.c.id == _plain(call_id))
        return await self._database.read(lambda connection: connection.execute(query).scalar_one_or_none())

    async def timeline(self, call_id: str) -> tuple[TimelineEntry, ...]:
        """What happened to a call, in order; empty for an unknown one."""
        columns = [call_events.c[name] for name in TimelineEntry.__slots__]
        query = select(*columns).where(call_events.c.call_id == _plain(call_id))
        query = query.order_by(call_events.c.epoch, call_events.c.seq)
        found = await self._database.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(TimelineEntry(**row) for row in found)

    async def calls_of_rep(self, rep: str, *, since_ms: int = 0, limit: int = 50) -> tuple[RecordedCall, ...]:
        """Calls that this rep took, the newest first."""
        mine = select(*_ROW).where(calls.c.rep == rep, calls.c.arrived_ms >= since_ms)
        return await self._rows(mine.order_by(*_NEWEST).limit(limit))

    async def calls_about(self, rep: str, at_ms: int) -> tuple[str, ...]:
        """Calls that this rep may have been asked about, or had, at that moment: by id, the newest first. Who was asked
        last may have been somebody else."""
        since_ms = at_ms - LONGEST_CALL_MS
        mine = select(calls.c.id).where(calls.c.rep == _plain(rep), calls.c.arrived_ms.between(since_ms, at_ms))
        passed = select(missed_offers.c.call_id).where(
            missed_offers.c.rep == _plain(rep), missed_offers.c.at_ms.between(at_ms, at_ms + LONGEST_OFFER_MS)
        )

        def work(connection: Connection) -> tuple[str, ...]:
            had = connection.execute(mine.order_by(*_NEWEST).limit(_ABOUT)).scalars().all()
            asked = connection.execute(passed.order_by(missed_offers.c.at_ms).limit(_ABOUT)).scalars().all()
            return tuple(dict.fromkeys((*had, *asked)))

        return await self._database.read(work)

    async def missed_of_rep(self, rep: str, *, since_ms: int = 0, limit: int = 50) -> tuple[MissedCall, ...]:
        """Calls whose offer this rep let pass, unless the rep answered it after all, and calls of this rep's customers
        that nobody answered: once each, with the last offer if there was one; the newest first."""

        def work(connection: Connection) -> list[MissedCall]:
            offered = connection.execute(_let_pass(rep, since_ms, limit)).mappings()
            owned = connection.execute(_got_nobody(rep, since_ms, limit)).mappings()
            return [_missed(row) for row in (*offered, *owned)]

        once: dict[str, MissedCall] = {}
        for missed in await self._database.read(work):
            once.setdefault(missed.call.id, missed)
        return tuple(sorted(once.values(), key=lambda missed: missed.at_ms, reverse=True)[:limit])

    async def open_calls(self) -> tuple[OpenCall, ...]:
        """Every call that has not ended, with its whole document: what a floor is rebuilt from. The oldest first."""
        columns = [calls.c[name] for name in OpenCall.__slots__]
        query = select(*columns).where(text("state <> 'ended'")).order_by(calls.c.arrived_ms)
        found = await self._database.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(OpenCall(**row) for row in found)

    async def max_epoch(self) -> int:
        """The highest epoch that SQL knows of; 0 for a new installation."""
        return await self._database.read(highest_epoch)

    async def next_epoch(self) -> int:
        """An epoch above every one given out or seen, also where no call came in the last one."""
        return await self._database.run(give_out_epoch)

    async def _rows(self, query: Select[tuple[object, ...]]) -> tuple[RecordedCall, ...]:
        def work(connection: Connection) -> tuple[RecordedCall, ...]:
            return tuple(RecordedCall(**row) for row in connection.execute(query).mappings())

        return await self._database.read(work)


def _let_pass(rep: str, since_ms: int, limit: int) -> Select[tuple[object, ...]]:
    """Offers that this rep missed: the last one of a call first."""
    return (
        select(*_ROW, missed_offers.c.at_ms, missed_offers.c.outcome)
        .join(calls, calls.c.id == missed_offers.c.call_id)
        .where(missed_offers.c.rep == rep, missed_offers.c.at_ms >= since_ms, missed_offers.c.outcome.in_(MISSED))
        .where(calls.c.rep.is_distinct_from(rep))
        .order_by(missed_offers.c.at_ms.desc(), missed_offers.c.seq.desc())
        .limit(limit * 4)
    )


def _got_nobody(rep: str, since_ms: int, limit: int) -> Select[tuple[object, ...]]:
    """Calls of this rep's customers that ended without an answer."""
    return (
        select(*_ROW, calls.c.ended_ms.label("at_ms"), calls.c.end_reason.label("outcome"))
        .where(calls.c.owner == rep, calls.c.answered_ms.is_(None), calls.c.ended_ms >= since_ms)
        .order_by(calls.c.ended_ms.desc())
        .limit(limit)
    )


def _missed(row: RowMapping) -> MissedCall:
    call = RecordedCall(**{name: row[name] for name in RecordedCall.__slots__})
    return MissedCall(call=call, at_ms=row["at_ms"], outcome=row["outcome"])


def _conditions(filters: CallFilters) -> list[ColumnElement[bool]]:
    exact = {
        calls.c.state: filters.state,
        calls.c.rep: filters.rep,
        calls.c.queue: filters.queue,
        calls.c.rule: filters.rule,
        calls.c.end_reason: filters.outcome,
    }
    found = [column == _plain(value) for column, value in exact.items() if value is not None]
    if filters.state not in (None, "ended"):
        found.append(calls.c.state != literal_column("'ended'"))  # as the index of open calls says it
    if filters.since_ms is not None:
        found.append(calls.c.arrived_ms >= filters.since_ms)
    if filters.until_ms is not None:
        found.append(calls.c.arrived_ms < filters.until_ms)
    words = _plain(filters.q or "").strip()
    if words:
        found.append(_mentions(words))
    return found


def _plain(asked: str) -> str:
    """What a stranger may ask for: PostgreSQL would refuse a NUL instead of finding nothing."""
    return asked.replace("\0", "")


def _mentions(words: str) -> ColumnElement[bool]:
    """A call's id, or part of the caller's name or of either number however it is written."""
    either = (calls.c.id == words) | (calls.c.sid == words) | calls.c.caller_name.icontains(words, autoescape=True)
    digits = "".join(filter(str.isdigit, words))
    if len(digits) >= 3 and not words.strip("0123456789+-./() "):
        either |= calls.c.from_number.contains(digits) | calls.c.to_number.contains(digits)
    return either
