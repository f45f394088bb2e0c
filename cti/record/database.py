"""One SQL database behind two verbs: ``run`` (one transaction) and ``read`` (AUTOCOMMIT).

Work is a plain function on a SQLAlchemy Core connection. Never holds a connection between calls, never waits without
a bound, never lets a vendor's exception out: see ``errors.py``. SQLite runs in threads of its own (one writer, few
readers), PostgreSQL on the event loop by asyncpg; the same work runs on both.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from cti.record.errors import BadDatabaseUrl
from cti.record.postgres_database import PostgresBackend
from cti.record.sqlite_database import SqliteBackend

T = TypeVar("T")

STATEMENT_TIMEOUT_S = 10.0
"""Longer than any statement of ours takes (the slowest, a filtered list of calls, stays below 1 s at 1 M rows)."""


class Backend(Protocol):
    """What a kind of SQL server must do for ``Database``."""

    async def run(self, work: Callable[[Connection], T]) -> T: ...

    async def read(self, work: Callable[[Connection], T]) -> T: ...

    async def close(self) -> None: ...


class Database:
    """Runs functions on SQL connections. Raises RecordUnavailable, RecordConflict, RecordError; opens lazily."""

    def __init__(self, url: str, *, statement_timeout_s: float = STATEMENT_TIMEOUT_S) -> None:
        """``url``: ``sqlite:///path``, ``postgresql://…`` or ``postgres://…``. Raises BadDatabaseUrl."""
        parsed = parse_url(url)
        self.url = url
        """With its password: for another process of ours, by a pipe."""
        self.dialect = parsed.get_backend_name()
        """``sqlite`` or ``postgresql``."""
        self._backend: Backend = (
            SqliteBackend(parsed, statement_timeout_s=statement_timeout_s)
            if self.dialect == "sqlite"
            else PostgresBackend(parsed, statement_timeout_s=statement_timeout_s)
        )

    async def run(self, work: Callable[[Connection], T]) -> T:
        """One transaction: committed when ``work`` returns, rolled back if it raises. Writers of SQLite queue up."""
        return await self._backend.run(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Reads without a transaction (AUTOCOMMIT), the cheapest way; each statement sees what was committed before."""
        return await self._backend.read(work)

    async def close(self) -> None:
        """Ends every connection and thread. Harmless the second time."""
        await self._backend.close()


def parse_url(url: str) -> URL:
    """The URL with the driver that we use. Raises BadDatabaseUrl."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise BadDatabaseUrl("DATABASE_URL is not a URL such as sqlite:///var/cti.db or postgresql://…") from error
    if parsed.drivername in {"postgres", "postgresql", "postgresql+asyncpg"}:
        return parsed.set(drivername="postgresql+asyncpg")
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise BadDatabaseUrl(f"DATABASE_URL begins with {parsed.drivername!r}; use sqlite:/// or postgresql://")
    if not parsed.database or parsed.database == ":memory:":
        raise BadDatabaseUrl("DATABASE_URL names no file; a SQLite database in memory cannot be shared by workers")
    return parsed.set(drivername="sqlite+pysqlite")


def has_no_file(database_url: str) -> bool:
    """Looking at a SQLite file that is not there would make it."""
    url = make_url(database_url)
    return url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists()
