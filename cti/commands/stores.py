"""The stores as a command opens them: the database migrated, the embedded server found if it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis

from cti.embedded import running_url
from cti.record.database import Database
from cti.record.migrate import upgrade
from cti.settings import StoreSettings


@asynccontextmanager
async def open_database(settings: StoreSettings) -> AsyncIterator[Database]:
    """The database at this release's schema, so that a command may come before the first `cti serve`."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    await upgrade(settings.database_url)
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def open_floor(settings: StoreSettings) -> AsyncIterator[Redis | None]:
    """A client of Redis where it runs: as set, or the embedded server of a running `cti serve`; else null."""
    url = settings.redis_url or running_url(settings.data_dir)
    if url is None:
        yield None
        return
    client = Redis.from_url(url, decode_responses=True, socket_connect_timeout=2, socket_timeout=5)
    try:
        yield client
    finally:
        await client.aclose()
