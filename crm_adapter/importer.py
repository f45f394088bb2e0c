"""Loads a contacts file into the directory.

Every row is checked before the database is touched: checked rows wait in a temporary file, then one transaction writes
them all; a dry run compares them instead. Guarantees that a row goes in whole or not at all, that a crash or an
unreadable file leaves nothing behind, that the same file twice adds nobody twice, and that a dry run writes nothing and
says what an import would. Memory does not grow with the rows, but for the keys by which a contact named twice is seen.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

import orjson
from sqlalchemy import Connection, func, select, text

from crm_adapter.contacts_file import ContactsFile, Row
from crm_adapter.draft import ContactDraft, Refused, read_draft
from crm_adapter.merging import line_key
from crm_adapter.phone import PhoneNumber
from crm_adapter.ports import Database
from crm_adapter.sql_saving import BATCH, Comparison, Saved, save_contacts

Progress = Callable[[int, int], None]
"""(rows done, rows in all), now and then, from any thread."""
After = Callable[[Connection, Saved], None]

_IN_MEMORY = 16 * 1024 * 1024
_IMPORT_LOCK = 0x63746963  # any number that nobody else takes: "ctic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A row that was left out."""

    line: int
    """Where it begins in the file, counted from 1."""
    reasons: tuple[str, ...]
    """Everything that is wrong with it, each with its column (``stage: not one of …``) where it is of one; no value is
    repeated."""

    @property
    def reason(self) -> str:
        """All of it on one line."""
        return "; ".join(self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file: ``read == added + updated + len(rejected)``."""

    read: int
    added: int
    updated: int
    """Were there already."""
    changed: int
    """Of those: something was different."""
    rejected: tuple[Rejection, ...]
    columns: tuple[str, ...]
    """In the order of the file."""


async def import_contacts(
    database: Database,
    path: Path,
    *,
    region: str | None,
    progress: Progress | None = None,
    dry_run: bool = False,
    after: After | None = None,
) -> ImportReport:
    """Imports the file, all good rows in one transaction. ``region`` is used for numbers without a country code,
    ``after`` runs in that transaction when all is written. With ``dry_run`` says what that would do.

    Raises ContactsFileError, and what the database raises; nothing was imported then."""
    tell = progress or (lambda done, total: None)
    file = await asyncio.to_thread(ContactsFile, path)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as checked:
        rejected = await asyncio.to_thread(_check, file, checked, region, tell)
        good = file.rows_total - len(rejected)
        load = _Load(spool=checked, file=file, now_ms=time.time_ns() // 1_000_000, tell=tell, after=after)
        saved = Saved(added=0, updated=0)
        if good:
            saved = await (database.read(load.compare) if dry_run else database.run(load.write))
    tell(file.rows_total, file.rows_total)
    return ImportReport(
        read=file.rows_total,
        added=saved.added,
        updated=saved.updated,
        changed=saved.changed,
        rejected=rejected,
        columns=file.columns,
    )


def _check(file: ContactsFile, into: IO[bytes], region: str | None, tell: Progress) -> tuple[Rejection, ...]:
    """Writes good rows into the spool, returns the others."""
    rejected, seen = [], _Seen()
    for number, row in enumerate(file.rows(), start=1):
        draft = _read_row(row, region, seen)
        if isinstance(draft, Refused):
            rejected.append(Rejection(line=row.line, reasons=draft.reasons))
        else:
            into.write(orjson.dumps(draft, option=orjson.OPT_APPEND_NEWLINE))
        if number % BATCH == 0:
            tell(number // 2, file.rows_total)
    return tuple(rejected)


def _read_row(row: Row, region: str | None, seen: _Seen) -> ContactDraft | Refused:
    if row.misfit:
        return Refused((row.misfit,))
    draft = read_draft(row.values, region=region)
    if isinstance(draft, Refused):
        return draft
    earlier = seen.earlier(draft, row.line)
    return Refused((earlier,)) if earlier else draft


@dataclass(slots=True)
class _Seen:
    """The contacts of a file so far, by what tells them apart (see ``sql_saving.py``)."""

    external: dict[str, int] = field(default_factory=dict)
    """External id → line."""
    lines: dict[str, tuple[int, bool]] = field(default_factory=dict)
    """First number and name → line, and whether it has an external id."""

    def earlier(self, draft: ContactDraft, line: int) -> str | None:
        """Says where the same contact was named before; else remembers this one."""
        external_id = draft.external_id
        if external_id in self.external:
            return f"external_id: the same as in line {self.external[external_id]}"
        key = line_key(draft)
        first = self.lines.get(key)
        if first and not (external_id and first[1]):
            return f"name and first phone: the same as in line {first[0]}"
        if external_id:
            self.external[external_id] = line
        self.lines.setdefault(key, (line, external_id is not None))
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """The writing half, in one transaction."""

    spool: IO[bytes]
    file: ContactsFile
    now_ms: int
    tell: Progress
    after: After | None = None

    def compare(self, connection: Connection) -> Saved:
        """What writing would do."""
        comparison = Comparison(columns=self.file.columns)
        return self._each(lambda batch: comparison.compare(connection, batch))

    def write(self, connection: Connection) -> Saved:
        on_postgres = connection.dialect.name == "postgresql"
        if on_postgres:
            connection.execute(select(func.pg_advisory_xact_lock(_IMPORT_LOCK)))  # SQLite has one writer anyway
            # a plan made while the table was empty reads it from end to end for each batch: 255 s for 100,000 rows
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        saved = self._each(
            lambda batch: save_contacts(connection, batch, now_ms=self.now_ms, columns=self.file.columns)
        )
        if self.after is not None:
            self.after(connection, saved)
        if on_postgres:
            connection.execute(text("ANALYZE companies, contacts, contact_phones"))
        return saved

    def _each(self, work: Callable[[list[ContactDraft]], Saved]) -> Saved:
        self.spool.seek(0)
        saved = Saved(added=0, updated=0)
        while batch := list(islice(self._drafts(), BATCH)):
            saved += work(batch)
            self.tell((self.file.rows_total + saved.added + saved.updated) // 2, self.file.rows_total)
        return saved

    def _drafts(self) -> Iterator[ContactDraft]:
        for line in self.spool:
            values = orjson.loads(line)
            phones = tuple(PhoneNumber(**phone) for phone in values.pop("phones"))
            tags = tuple(values.pop("tags"))
            yield ContactDraft(phones=phones, tags=tags, **values)
