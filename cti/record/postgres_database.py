"""PostgreSQL by asyncpg on the event loop; work runs in a greenlet that yields at each statement.

Never blocks the loop. Guarantees a bound on connecting, on waiting for a connection and on each statement.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import orjson
from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import create_async_engine

from cti.record.sql_errors import translated

T = TypeVar("T")

POOL_SIZE = 8
MAX_OVERFLOW = 8
CONNECT_TIMEOUT_S = 5.0
POOL_TIMEOUT_S = 5.0


class PostgresBackend:
    """One pool of connections; those of ``read`` never open a transaction."""

    def __init__(self, url: URL, *, statement_timeout_s: float) -> None:
        self._engine = create_async_engine(
            _without_libpq_words(url),
            pool_size=POOL_SIZE,
            max_overflow=MAX_OVERFLOW,
            pool_timeout=POOL_TIMEOUT_S,
            connect_args={
                "timeout": CONNECT_TIMEOUT_S,
                "command_timeout": statement_timeout_s,
                "server_settings": {"application_name": "cti"},
                **_tls(url),
            },
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
        )
        self._autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def run(self, work: Callable[[Connection], T]) -> T:
        with translated():
            async with self._engine.begin() as connection:
                return await connection.run_sync(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        with translated():
            async with self._autocommit.connect() as connection:
                return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


def _without_libpq_words(url: URL) -> URL:
    return url.difference_update_query(["sslmode", "connect_timeout", "application_name"])


def _tls(url: URL) -> dict[str, str]:
    """libpq writes ``?sslmode=require`` in URLs, asyncpg takes the same words as ``ssl``."""
    mode = url.query.get("sslmode")
    return {"ssl": mode} if isinstance(mode, str) else {}
