"""SQLite by the synchronous engine in threads of its own: one writer, few readers.

Never runs SQL on the event loop. Guarantees that a transaction begins IMMEDIATE, so that two processes queue for the
write lock instead of failing half-way, and that readers see committed rows while somebody writes (WAL).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, TypeVar

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from cti.record.sql_errors import translated

T = TypeVar("T")

READERS = 4
BUSY_TIMEOUT_S = 5.0
"""How long a statement waits for another process's write lock."""


class SqliteBackend:
    """Threads and connections of one SQLite file."""

    def __init__(
        self,
        url: URL,
        *,
        statement_timeout_s: float,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        foreign_keys: bool = True,
    ) -> None:
        Path(url.database or "").expanduser().resolve().parent.mkdir(parents=True, exist_ok=True)
        self._write_engine = _engine(url, busy_timeout_s, pool_size=1)
        self._read_engine = _engine(url, busy_timeout_s, pool_size=READERS, pool_reset_on_return=None)
        if foreign_keys:
            event.listen(self._write_engine, "connect", _hold_foreign_keys)
        event.listen(self._write_engine, "begin", _begin_immediate)
        event.listen(self._read_engine, "connect", _refuse_writes)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._read_timeout_s = statement_timeout_s

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._run, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        with translated():
            async with asyncio.timeout(self._read_timeout_s):
                return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def close(self) -> None:
        await asyncio.to_thread(self._close)

    def _run(self, work: Callable[[Connection], T]) -> T:
        with translated(), self._write_engine.begin() as connection:
            return work(connection)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with translated(), self._read_engine.connect() as connection:
            return work(connection)

    def _close(self) -> None:
        self._writer.shutdown()
        self._readers.shutdown()
        self._write_engine.dispose()
        self._read_engine.dispose()


def _engine(url: URL, busy_timeout_s: float, **options: Any) -> Engine:
    engine = create_engine(
        url,
        max_overflow=0,
        connect_args={"timeout": busy_timeout_s},
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        **options,
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: see _begin_immediate
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA cache_size=-16000")
    connection.create_function("lower", 1, _lower, deterministic=True)  # its own knows only the letters of ASCII


def _hold_foreign_keys(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA foreign_keys=ON")


def _refuse_writes(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA query_only=ON")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _lower(value: str | None) -> str | None:
    return None if value is None else str(value).lower()
