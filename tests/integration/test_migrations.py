"""Migrations on SQLite and PostgreSQL: they end where the metadata stands, and may be started by everybody at once."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from cti.record import migrate as migrations
from cti.record.configs import ConfigVersions
from cti.record.database import Database
from cti.record.errors import RecordError
from cti.record.migrate import ALL_TABLES, is_current, upgrade


def schema(connection: Connection) -> dict[str, object]:
    """Everything a database says about our tables, in an order of its own."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": [{**column, "type": repr(column["type"])} for column in inspector.get_columns(table)],
            "key": inspector.get_pk_constraint(table),
            "foreign": sorted(map(repr, inspector.get_foreign_keys(table))),
            "unique": sorted(map(repr, inspector.get_unique_constraints(table))),
            "indexes": sorted(index_text(index) for index in inspector.get_indexes(table)),
        }
        for table in sorted(inspector.get_table_names())
        if table != "alembic_version"
    }


def index_text(index: object) -> str:
    assert isinstance(index, dict)
    options = {name: str(option) for name, option in index.get("dialect_options", {}).items()}
    return repr({**index, "dialect_options": options})


def drop_everything(connection: Connection) -> None:
    for tables in reversed(ALL_TABLES):
        tables.drop_all(connection)


def create_everything(connection: Connection) -> None:
    for tables in ALL_TABLES:
        tables.create_all(connection)


async def test_the_migrated_schema_is_the_one_that_the_code_describes(sql_url: str) -> None:
    await upgrade(sql_url)
    database = Database(sql_url)
    migrated = await database.run(schema)
    await database.run(drop_everything)
    await database.run(create_everything)
    assert migrated == await database.run(schema)
    assert "contact_phones" in migrated
    assert "call_events" in migrated
    await database.close()


async def test_migrating_again_changes_nothing(sql_url: str) -> None:
    await upgrade(sql_url)
    database = Database(sql_url)
    before = await database.run(schema)
    await upgrade(sql_url)
    assert await database.run(schema) == before
    await database.close()


async def test_a_database_says_whether_its_schema_is_this_releases(sql_url: str) -> None:
    database = Database(sql_url)
    assert not await is_current(database)
    await upgrade(sql_url)
    assert await is_current(database)
    await database.close()


async def test_several_processes_migrate_at_once_and_all_succeed(sql_url: str) -> None:
    program = "import sys; from cti.record.migrate import migrate; migrate(sys.argv[1])"
    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, sql_url, stderr=asyncio.subprocess.PIPE)
        for _ in range(4)
    ]
    outputs = [await process.communicate() for process in started]
    assert [process.returncode for process in started] == [0] * 4, outputs
    database = Database(sql_url)
    assert await is_current(database)
    await database.close()


async def test_a_database_of_a_newer_release_is_left_alone_and_said_so(sql_url: str) -> None:
    await upgrade(sql_url)
    database = Database(sql_url)
    await database.run(lambda connection: connection.execute(text("update alembic_version set version_num = '9999'")))
    with pytest.raises(RecordError, match="newer release"):
        await upgrade(sql_url)
    await database.close()


async def test_a_migration_that_fails_leaves_the_database_as_it_was(sql_url: str) -> None:
    database = Database(sql_url)
    await database.run(lambda connection: connection.execute(text("create table tickets (id int)")))
    with pytest.raises(RecordError):
        await upgrade(sql_url)
    assert list(await database.run(schema)) == ["tickets"]
    await database.close()


async def test_every_migration_can_be_taken_back(sql_url: str) -> None:
    await upgrade(sql_url)
    database = Database(sql_url)

    def take_back(connection: Connection) -> None:
        config = migrations._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    await database.run(take_back)
    assert await database.run(schema) == {}
    await database.close()


async def test_activations_of_former_releases_are_taken_over_from_the_audit_trail(sql_url: str) -> None:
    await upgrade(sql_url)
    database = Database(sql_url)
    versions = ConfigVersions(database)
    for n, by in ((1, "ada"), (2, "bea")):
        await versions.add("skills: []", author="ada", comment="", at_ms=n)
        await versions.activate(n, by=by, at_ms=10 * n)
    before = await versions.list()

    def take_back(connection: Connection) -> None:
        config = migrations._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "0004")

    await database.run(take_back)
    await upgrade(sql_url)
    assert [replace(one, based_on=None) for one in before] == list(await versions.list())
    assert await versions.former_n() == 1
    await versions.activate(1, by="ada", at_ms=30)
    assert await versions.former_n() == 2
    await database.close()


def test_migrations_are_part_of_the_package() -> None:
    folder = Path(migrations.__file__).with_name("migrations")
    assert (folder / "versions" / "__init__.py").exists()
    assert (folder / "script.py.mako").exists()
