"""Brings a database to the newest schema, however many processes and hosts try at once.

Guarantees that one of them migrates while the others wait (SQLite's write lock; an advisory lock in PostgreSQL), and
that a migration which fails leaves the database as it was: everything happens in one transaction.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from crm_adapter.sql_tables import directory
from cti.record.database import Backend, Database, parse_url
from cti.record.errors import RecordError
from cti.record.postgres_database import PostgresBackend
from cti.record.sqlite_database import SqliteBackend
from cti.record.tables import metadata

ALL_TABLES = (metadata, directory)

PATIENCE_S = 600.0
"""How long a migration's statement, or the wait for another process's migration, may take."""
ADVISORY_LOCK = 0x435449
"""The letters CTI."""


def migrate(url: str) -> None:
    """Migrates to the newest schema and returns; for command lines (runs an event loop of its own).

    Raises RecordUnavailable, BadDatabaseUrl, or RecordError where a newer release made the database.
    """
    asyncio.run(upgrade(url))


async def upgrade(url: str) -> None:
    """As ``migrate``, inside a running event loop."""
    backend = _patient_backend(url)
    try:
        await backend.run(_upgrade)
    finally:
        await backend.close()


async def is_current(database: Database) -> bool:
    """True when the database has exactly the schema of this release."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    return await database.read(lambda connection: _version(connection) == newest)


def _patient_backend(url: str) -> Backend:
    """SQLite without foreign keys: there a table is altered by copying it, and dropping the old one would cascade."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteBackend(parsed, statement_timeout_s=PATIENCE_S, busy_timeout_s=PATIENCE_S, foreign_keys=False)
    return PostgresBackend(parsed, statement_timeout_s=PATIENCE_S)


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise RecordError("the database was made by a newer release than this one; install that, or restore") from error


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
