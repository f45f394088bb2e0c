"""``Database`` on SQLite and on PostgreSQL: the same promises on both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, ForeignKey, Integer, MetaData, Table, Text, func, insert, select, text

from cti.record.database import Database
from cti.record.errors import BadDatabaseUrl, RecordConflict, RecordError, RecordUnavailable

TABLES = MetaData()
things = Table("things", TABLES, Column("id", Integer, primary_key=True), Column("name", Text))
parts = Table("parts", TABLES, Column("id", Integer, primary_key=True), Column("thing", ForeignKey("things.id")))


@pytest.fixture
async def database(sql_url: str) -> AsyncIterator[Database]:
    database = Database(sql_url)
    await database.run(TABLES.create_all)
    yield database
    await database.close()


def count(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(things)).scalar_one()


def add(connection: Connection, name: str = "one") -> None:
    connection.execute(insert(things).values(name=name))


async def test_what_run_returns_is_kept(database: Database) -> None:
    await database.run(add)
    assert await database.read(count) == 1


async def test_what_raises_in_run_is_undone_and_the_error_is_the_works_own(database: Database) -> None:
    def break_off(connection: Connection) -> None:
        add(connection)
        raise LookupError("the work's own")

    with pytest.raises(LookupError, match="the work's own"):
        await database.run(break_off)
    assert await database.read(count) == 0


async def test_a_second_row_with_the_same_key_is_a_conflict(database: Database) -> None:
    await database.run(lambda connection: connection.execute(insert(things).values(id=1)))
    with pytest.raises(RecordConflict) as caught:
        await database.run(lambda connection: connection.execute(insert(things).values(id=1, name="secret")))
    assert "secret" not in str(caught.value)
    assert not caught.value.retryable


async def test_foreign_keys_are_held(database: Database) -> None:
    with pytest.raises(RecordConflict):
        await database.run(lambda connection: connection.execute(insert(parts).values(thing=77)))


async def test_a_wrong_statement_is_an_error_that_is_not_worth_repeating(database: Database) -> None:
    with pytest.raises(RecordError) as caught:
        await database.read(lambda connection: connection.execute(text("select * from nowhere")).all())
    if database.dialect == "postgresql":
        assert not caught.value.retryable


async def test_many_writers_and_readers_at_once_lose_nothing(database: Database) -> None:
    async with asyncio.TaskGroup() as group:
        for n in range(60):
            group.create_task(database.run(lambda connection, n=n: add(connection, str(n))))
            group.create_task(database.read(count))
    assert await database.read(count) == 60


async def test_cancelled_work_leaves_every_connection_usable(database: Database) -> None:
    for _ in range(10):
        tasks = [asyncio.create_task(database.run(add)) for _ in range(6)]
        tasks += [asyncio.create_task(database.read(count)) for _ in range(12)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    before = await database.run(count)
    await asyncio.gather(*(database.run(add) for _ in range(6)), *(database.read(count) for _ in range(12)))
    assert await database.read(count) == before + 6


async def test_closing_twice_is_harmless(database: Database) -> None:
    await database.close()
    await database.close()


async def test_a_read_cannot_write_to_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/deep/er/t.db")
    await database.run(TABLES.create_all)
    with pytest.raises(RecordError):
        await database.read(add)
    await database.close()


async def test_two_processes_worth_of_writers_queue_for_a_sqlite_file(tmp_path: Path) -> None:
    """Read-then-write in one transaction: without BEGIN IMMEDIATE the second one fails at once as "locked"."""
    first, second = (Database(f"sqlite:///{tmp_path}/t.db") for _ in range(2))
    await first.run(TABLES.create_all)

    def count_and_add(connection: Connection) -> None:
        add(connection, str(count(connection)))

    await asyncio.gather(*(database.run(count_and_add) for database in (first, second) * 20))
    names = await first.read(lambda connection: connection.execute(select(things.c.name)).scalars().all())
    assert sorted(map(int, filter(None, names))) == list(range(40))
    await first.close()
    await second.close()


async def test_a_server_that_is_not_there_is_unavailable_and_worth_a_repeat(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/nothing?host={tmp_path}")
    with pytest.raises(RecordUnavailable) as caught:
        await database.read(count)
    assert caught.value.retryable
    await database.close()


async def test_a_server_that_accepts_and_says_nothing_is_unavailable_within_the_bound(postgres_url: str) -> None:
    database = Database(postgres_url, statement_timeout_s=0.3)
    with pytest.raises(RecordUnavailable):
        await database.read(lambda connection: connection.execute(text("select pg_sleep(30)")).all())
    assert await database.read(lambda connection: connection.execute(text("select 1")).scalar_one()) == 1
    await database.close()


async def test_connections_that_the_server_ended_are_replaced(postgres_url: str) -> None:
    database, other = Database(postgres_url), Database(postgres_url)
    ping = text("select 1")
    await database.read(lambda connection: connection.execute(ping))
    await database.run(lambda connection: connection.execute(ping))
    kill = text(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    await other.run(lambda connection: connection.execute(kill))
    for verb in (database.read, database.run):
        await verb(lambda connection: connection.execute(ping))
    await database.close()
    await other.close()


@pytest.mark.parametrize("url", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"])
async def test_every_usual_spelling_of_a_postgresql_url_is_taken(url: str) -> None:
    database = Database(url + "?sslmode=require&connect_timeout=3")
    assert database.dialect == "postgresql"
    await database.close()


@pytest.mark.parametrize("url", ["", "mysql://u:hidden@h/d", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_a_url_that_cannot_be_used_is_refused_in_one_line_without_its_password(url: str) -> None:
    with pytest.raises(BadDatabaseUrl) as caught:
        Database(url)
    assert "DATABASE_URL" in str(caught.value)
    assert "hidden" not in str(caught.value)
