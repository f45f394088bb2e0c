"""The one thing that SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart: INSERT … ON CONFLICT; and the one
that they do not: many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Table, column, select, text
from sqlalchemy.dialects import postgresql, sqlite

Completed = Callable[[Any], Any]
"""Adds what happens on a conflict to an INSERT of either dialect."""


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT of the connection's own dialect; both know ``on_conflict_do_nothing`` and ``…_do_update``."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[dict[str, object]], *, on_conflict: Completed
) -> None:
    """Inserts rows that have the same columns. PostgreSQL gets them as one JSON value: with a parameter for each value
    of each row, naming them costs more than storing them."""
    insert = insert_into(connection, table)
    if connection.dialect.name != "postgresql":
        connection.execute(on_conflict(insert), list(rows))
        return
    names = list(rows[0])
    given = text(f"json_populate_recordset(NULL::{table.name}, CAST(:rows AS json))")
    filled = insert.from_select(names, select(*map(column, names)).select_from(given))
    connection.execute(on_conflict(filled), {"rows": orjson.dumps(rows).decode()})
