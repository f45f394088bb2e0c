"""Writes a batch of entries into SQL so that doing it twice, or late, changes nothing.

A time line's row is inserted or ignored; a call's row moves only to a higher (epoch, seq).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, tuple_

from cti.record.dialects import insert_into, insert_rows
from cti.record.entries import Entry, Missed, Poison
from cti.record.tables import call_events, calls, dead_letters, missed_offers

Row = dict[str, object]


def store(connection: Connection, entries: Sequence[Entry]) -> None:
    """Inside one transaction: time lines, missed offers, calls."""
    if not entries:
        return
    insert_rows(connection, call_events, [*map(_event_row, entries)], on_conflict=_ignored)
    missed = [_missed_row(entry, entry.missed) for entry in entries if entry.missed]
    if missed:
        insert_rows(connection, missed_offers, missed, on_conflict=_ignored)
    for rows in _in_runs(_summary_rows(entries)):
        insert_rows(connection, calls, rows, on_conflict=_upward)


def bury(connection: Connection, letters: Sequence[Poison], *, at_ms: int) -> None:
    """Keeps entries that cannot be stored."""
    rows = [
        {"entry_id": letter.entry_id, "fields": letter.fields, "problem": letter.problem, "copied_ms": at_ms}
        for letter in letters
    ]
    connection.execute(insert_into(connection, dead_letters).on_conflict_do_nothing(), rows)


def _upward(insert: Any, names: tuple[str, ...]) -> Any:
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=[calls.c.id],
        set_={name: new[name] for name in names if name != "id"},
        where=tuple_(calls.c.epoch, calls.c.seq) < tuple_(new.epoch, new.seq),
    )


def _ignored(insert: Any, _: tuple[str, ...]) -> Any:
    return insert.on_conflict_do_nothing()


def _event_row(entry: Entry) -> Row:
    return {
        "call_id": entry.call,
        "epoch": entry.epoch,
        "seq": entry.seq,
        "at_ms": entry.at_ms,
        "kind": entry.kind,
        "data": entry.data,
    }


def _missed_row(entry: Entry, missed: Missed) -> Row:
    key = {"call_id": entry.call, "epoch": entry.epoch, "seq": entry.seq}
    return {**key, "rep": missed.rep, "at_ms": entry.at_ms, "outcome": missed.outcome}


def _summary_rows(entries: Iterable[Entry]) -> list[Row]:
    """A call's earlier row is left out where a later one of this batch sets all of its columns."""
    last: dict[str, Row] = {}
    rows: list[Row] = []
    for entry in entries:
        if not entry.summary:
            continue
        row: Row = {"id": entry.call, **entry.summary, "epoch": entry.epoch, "seq": entry.seq}
        earlier = last.get(entry.call)
        if earlier and earlier.keys() <= row.keys() and _rank(earlier) < _rank(row):
            earlier.clear()
        last[entry.call] = row
        rows.append(row)
    return [row for row in rows if row]


def _rank(row: Row) -> tuple[object, object]:
    return (row["epoch"], row["seq"])


def _in_runs(rows: Sequence[Row]) -> list[list[Row]]:
    """Neighbours with the same columns go in one statement, a call once in each; the order stays."""
    runs: list[list[Row]] = []
    calls_in_run: set[object] = set()
    for row in rows:
        if runs and runs[-1][0].keys() == row.keys() and row["id"] not in calls_in_run:
            runs[-1].append(row)
        else:
            runs.append([row])
            calls_in_run.clear()
        calls_in_run.add(row["id"])
    return runs
