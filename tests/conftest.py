"""Fixtures for every test. What belongs to one subject lives beside its tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from redis.asyncio import Redis

from cti.embedded import EmbeddedServer
from cti.record.database import Database
from cti.record.migrate import upgrade
from tests.support.postgres import PostgresServer, a_database, a_postgres
from tests.support.valkey import a_valkey

settings.register_profile(
    "ours",
    deadline=None,  # a busy machine fails nothing
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ours")


@pytest.fixture(scope="session")
def valkey() -> Iterator[EmbeddedServer]:
    """A real Valkey, one per test process. Never kill this one: start your own with ``a_valkey()``."""
    with a_valkey() as server:
        yield server


@pytest.fixture
async def redis(valkey: EmbeddedServer) -> AsyncIterator[Redis]:
    """A client of an empty Valkey; answers are str."""
    client = Redis.from_url(valkey.url, decode_responses=True)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, one per test process."""
    with a_postgres() as server:
        yield server


@pytest.fixture
async def postgres_url(postgres: PostgresServer) -> AsyncIterator[str]:
    """The URL of an empty database, this test's own (``postgresql://…``, over a unix socket)."""
    async with a_database(postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def sql_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path}/test.db"


@pytest.fixture
async def database(sql_url: str) -> AsyncIterator[Database]:
    """A database of this release's schema; once on SQLite, once on PostgreSQL."""
    await upgrade(sql_url)
    database = Database(sql_url)
    yield database
    await database.close()
