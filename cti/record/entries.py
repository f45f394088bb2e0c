"""An entry of the record stream, read: what a call's transition looks like on its way to SQL. Pure.

Fields: ``call``, ``epoch``, ``seq``, ``at`` (ms), ``kind``, ``data`` (JSON object), ``summary`` (JSON object whose keys
are columns of ``calls``, with all that may not be null; empty or absent where the row should not move). What comes out
as an Entry fits the tables of either database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import String, Table

from cti.record.tables import call_events, calls, missed_offers

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """What a column takes."""

    column: str
    nullable: bool
    characters: int
    """At most so many; 0: a whole number."""


def _rooms(table: Table) -> dict[str, _Room]:
    return {
        name: _Room(
            column=name,
            nullable=bool(column.nullable),
            characters=(column.type.length or _LARGEST) if isinstance(column.type, String) else 0,
        )
        for name, column in table.c.items()
    }


_OWN = ("id", "epoch", "seq")
_SUMMARY = {name: room for name, room in _rooms(calls).items() if name not in _OWN}
_REQUIRED = frozenset(name for name, room in _SUMMARY.items() if not room.nullable)
_EVENT, _MISSED = _rooms(call_events), _rooms(missed_offers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """An offer that ended without the rep's accepting it."""

    rep: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One transition, as SQL will hold it."""

    entry_id: str
    call: str
    epoch: int
    seq: int
    at_ms: int
    kind: str
    data: Mapping[str, object]
    summary: Mapping[str, object]
    missed: Missed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Poison:
    """An entry that cannot be read, or that SQL will never take."""

    entry_id: str
    fields: str
    """The whole entry as JSON."""
    problem: str


def read_batch(raw: Sequence[tuple[str, Mapping[bytes, bytes]]]) -> list[Entry | Poison]:
    """As ``read_entry``, in order. Of several rows of one call only the last is read where it says all: it replaces
    the others, and a row is most of an entry."""
    read: list[Entry | Poison] = []
    said: dict[bytes | None, tuple[int, int]] = {}
    for entry_id, fields in reversed(raw):
        later = said.get(fields.get(b"call"))
        entry = read_entry(entry_id, fields, with_summary=later is None)
        if later is not None and isinstance(entry, Entry) and (entry.epoch, entry.seq) > later:
            entry = read_entry(entry_id, fields)
        if isinstance(entry, Entry) and entry.summary.keys() >= _SUMMARY.keys():
            said[fields.get(b"call")] = (entry.epoch, entry.seq)
        read.append(entry)
    return read[::-1]


def read_entry(entry_id: str, fields: Mapping[bytes, bytes], *, with_summary: bool = True) -> Entry | Poison:
    """Never raises: whatever is wrong with an entry makes it Poison."""
    try:
        texts = {name.decode(): value.decode() for name, value in fields.items() if name != b"summary" or with_summary}
        return _entry(entry_id, texts)
    except KeyError as error:
        return poison(entry_id, fields, f"{error.args[0]} is missing")
    except (ValueError, RecursionError) as error:
        return poison(entry_id, fields, f"{type(error).__name__}: {error}")


def poison(entry_id: str, fields: Mapping[bytes, bytes], problem: str) -> Poison:
    """The entry as a person may look at it later."""
    readable = {_readable(name): _readable(value) for name, value in fields.items()}
    return Poison(entry_id=entry_id, fields=orjson.dumps(readable).decode(), problem=_readable(problem.encode()))


def _entry(entry_id: str, fields: Mapping[str, str]) -> Entry:
    row = {
        "call_id": fields["call"],
        "epoch": int(fields["epoch"]),
        "seq": int(fields["seq"]),
        "at_ms": int(fields["at"]),
        "kind": fields["kind"],
    }
    for name, value in row.items():
        _check(_EVENT[name], value)
    data = _object(fields.get("data") or "{}", "data")
    return Entry(
        entry_id=entry_id,
        call=fields["call"],
        epoch=int(fields["epoch"]),
        seq=int(fields["seq"]),
        at_ms=int(fields["at"]),
        kind=fields["kind"],
        data=data,
        summary=_summary(fields),
        missed=_missed(fields["kind"], data),
    )


def _summary(fields: Mapping[str, str]) -> Mapping[str, object]:
    summary = _object(fields.get("summary") or "{}", "summary")
    if not summary:
        return summary
    if summary.pop("id", fields["call"]) != fields["call"]:
        raise ValueError("summary belongs to another call")
    if wrong := summary.keys() - _SUMMARY.keys():
        raise ValueError(f"summary has no column {', '.join(sorted(wrong))}")
    if missing := _REQUIRED - summary.keys():
        raise ValueError(f"summary lacks {', '.join(sorted(missing))}")
    for name, value in summary.items():
        _check(_SUMMARY[name], value)
    return summary


def _missed(kind: str, data: Mapping[str, object]) -> Missed | None:
    rep, outcome = data.get("rep"), data.get("outcome")
    if kind != "offer_ended" or outcome == "accepted":
        return None
    _check(_MISSED["rep"], rep)
    _check(_MISSED["outcome"], outcome)
    return Missed(rep=str(rep), outcome=str(outcome))


def _check(room: _Room, value: object) -> None:
    """One rule for both databases: SQLite would take anything, PostgreSQL would refuse the whole batch."""
    if value is None:
        fits = room.nullable
    elif room.characters:
        fits = isinstance(value, str) and len(value) <= room.characters
    else:
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST
    if not fits:
        raise ValueError(f"{room.column} does not fit its column")


def _object(text: str, name: str) -> dict[str, object]:
    value = orjson.loads(text)
    if "\\u0000" in text:
        value = _without_nul(value)
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")
    return value


def _without_nul(value: object) -> object:
    """PostgreSQL keeps no NUL in text, and a caller may send one."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {str(_without_nul(key)): _without_nul(item) for key, item in value.items()}
    return value


def _readable(raw: bytes) -> str:
    return raw.decode(errors="replace").replace("\0", "")
