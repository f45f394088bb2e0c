"""Fixtures for every test. What belongs to one subject lives beside its tests."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from redis.asyncio import Redis

from cti.embedded import EmbeddedServer
from cti.record.database import Database
from cti.worker import GC_THRESHOLDS
from tests.support.migrated import at_this_schema, migrated_beside
from tests.support.postgres import PostgresServer, a_database, a_postgres
from tests.support.valkey import a_valkey

settings.register_profile(
    "ours",
    deadline=None,  # a busy machine fails nothing
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ours")

gc.set_threshold(*GC_THRESHOLDS)  # as a worker of the service has it, whose heap is as large
MIGRATED = "migrated"
BROWSING_UNTIL = 0.7
"""The share of the other files that has begun when the last browser does."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a browser, which computes, are spread among those that mostly wait, the longest first; what takes no
    time comes last, so that no process is left alone with a long file."""
    tests = Counter(item.path for item in items)
    waiting = [file for file in tests if {"integration", "contract"} & set(file.parts)]
    browsing = sorted((file for file in tests if "e2e" in file.parts), key=lambda file: -tests[file])
    place = {file: number / len(waiting) for number, file in enumerate(waiting)}
    place |= {file: BROWSING_UNTIL * number / len(browsing) for number, file in enumerate(browsing)}
    items.sort(key=lambda item: place.get(item.path, 1.0))


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end."""
    gc.freeze()


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


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer) -> str:
    """The name of a database of this release's schema that others are copied from."""
    postgres.psql(f"CREATE DATABASE {MIGRATED};")
    migrated_beside(postgres.get_uri(database=MIGRATED))
    return MIGRATED


@pytest.fixture
async def postgres_url(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[str]:
    """The URL of a database of this test's own (``postgresql://…``, over a unix socket): empty, or of this release's
    schema where the test takes ``database``."""
    template: str | None = None
    if "database" in request.fixturenames:
        template = request.getfixturevalue("migrated_postgres")
    async with a_database(postgres, template=template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def sql_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, or that of ``database``; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path}/test.db"


@pytest.fixture
async def database(sql_url: str) -> AsyncIterator[Database]:
    """A database of this release's schema; once on SQLite, once on PostgreSQL."""
    if sql_url.startswith("sqlite"):
        await at_this_schema(sql_url)
    database = Database(sql_url)
    yield database
    await database.close()
