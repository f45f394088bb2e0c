"""The process that imports or compares one file: ``python -m cti.imports.child``. Serves nobody, touches no Redis.

Its first line of standard input is the order; the end of standard input ends the process at once, and with it the one
transaction: it never outlives the worker that holds the other end. Writes lines to standard output, a word and JSON:

``progress``  from 0 to 1, some times a second
``done``      what became of the file, as ``model.result_of`` has it
``failed``    one line for a person, without a value of the file
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import BinaryIO

import orjson
from sqlalchemy import Connection

from crm_adapter.errors import ContactsFileError
from crm_adapter.importer import import_contacts
from crm_adapter.sql_saving import Saved
from cti.imports.model import Order, result_of
from cti.record.audit import note_change
from cti.record.database import Database
from cti.record.errors import RecordError

NICENESS = 10
"""Calls come first."""
TELL_EVERY_S = 0.25
STDIN = 0
CHUNK = 1 << 16
STATEMENT_TIMEOUT_S = 600.0


class Run:
    """One file, and what is told of it."""

    def __init__(self, order: Order, out: BinaryIO) -> None:
        self._order = order
        self._out = out
        self._told_at = 0.0

    async def all(self) -> None:
        """To its end, whatever that is."""
        database = Database(self._order.database_url, statement_timeout_s=STATEMENT_TIMEOUT_S)
        try:
            report = await import_contacts(
                database,
                Path(self._order.path),
                region=self._order.region,
                progress=self._progress,
                dry_run=self._order.dry_run,
                after=self._note,
            )
            self._tell("done", result_of(report))
        except ContactsFileError as error:
            self._tell("failed", str(error))
        except RecordError:
            self._tell("failed", "The database could not be written: nothing was imported. Try again later.")
        finally:
            await database.close()

    def _progress(self, done: int, total: int) -> None:
        if time.monotonic() - self._told_at >= TELL_EVERY_S:
            self._told_at = time.monotonic()
            self._tell("progress", done / max(total, 1))

    def _note(self, connection: Connection, saved: Saved) -> None:
        """The audit trail, in the same transaction."""
        counts = {"added": saved.added, "changed": saved.changed, "unchanged": saved.updated - saved.changed}
        at_ms = time.time_ns() // 1_000_000
        note_change(connection, "contacts_imported", actor=self._order.by, at_ms=at_ms, detail=counts)

    def _tell(self, word: str, value: object) -> None:
        self._out.write(word.encode() + b" " + orjson.dumps(value) + b"\n")
        self._out.flush()


def _first_line() -> bytes:
    read = b""
    while not read.endswith(b"\n"):
        part = os.read(STDIN, CHUNK)
        if not part:
            raise SystemExit(0)
        read += part
    return read


def _end_with_the_worker() -> None:
    """Not by ``sys.stdin``, whose lock a thread would hold at the end."""
    while os.read(STDIN, CHUNK):
        pass
    os._exit(1)


def main() -> None:
    order = Order.read(_first_line())
    threading.Thread(target=_end_with_the_worker, daemon=True).start()
    os.nice(NICENESS)
    try:
        asyncio.run(Run(order, sys.stdout.buffer).all())
    except Exception as error:  # a defect of ours; its words might hold what a contact is called
        where = "".join(traceback.format_tb(error.__traceback__))
        sys.exit(f"an import broke off: {type(error).__name__}\n{where}")


if __name__ == "__main__":
    main()
