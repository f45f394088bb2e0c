"""A real PostgreSQL for tests: one server per test process, a fresh database for each test, all of it thrown away.

See ``cti/bench/postgres.py`` for where it comes from.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Protocol

import asyncpg

from cti.bench.postgres import start_postgres

_FOR_THROWING_AWAY = ("fsync", "synchronous_commit", "full_page_writes")


class PostgresServer(Protocol):
    """What tests need of the wheel's server."""

    def get_uri(self, database: str | None = None) -> str: ...

    def psql(self, command: str) -> str: ...

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def cleanup(self) -> None: ...


@contextmanager
def a_postgres() -> Iterator[PostgresServer]:
    """A started server on a private socket. Its data is not safe from a power cut, and need not be."""
    directory = Path(tempfile.mkdtemp(prefix="cti-pg-"))
    server: PostgresServer = start_postgres(directory / "data")
    try:
        for setting in _FOR_THROWING_AWAY:
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@asynccontextmanager
async def a_database(server: PostgresServer, *, template: str | None = None) -> AsyncIterator[str]:
    """The URL of an empty database, or of a copy of another; dropped at the end with whoever is still connected."""
    name = f"test_{secrets.token_hex(6)}"
    await _command(server, f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    try:
        yield server.get_uri(database=name)
    finally:
        await _command(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _command(server: PostgresServer, sql: str) -> None:
    connection = await asyncpg.connect(server.get_uri())
    try:
        await connection.execute(sql)
    finally:
        await connection.close()
