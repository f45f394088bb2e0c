"""The one thing that SQLite and PostgreSQL spell alike but SQLAlchemy keeps apart: INSERT … ON CONFLICT; and the one
that they do not: many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Table, column, select, text
from sqlalchemy.dialects import postgresql, sqlite

OnConflict = Callable[[Any, tuple[str, ...]], Any]
"""Adds to an INSERT of either dialect, of these columns, what happens on a conflict. A function of a module: what it
makes is kept."""


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT of the connection's own dialect; both know ``on_conflict_do_nothing`` and ``…_do_update``."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_rows(
    connection: Connection, table: Table, rows: Sequence[dict[str, object]], *, on_conflict: OnConflict
) -> None:
    """Inserts rows that have the same columns. PostgreSQL gets them as one JSON value: with a parameter for each value
    of each row, naming them costs more than storing them."""
    names = tuple(rows[0])
    if connection.dialect.name == "postgresql":
        statement = _postgresql_insert(table, names, on_conflict)
        connection.execute(statement, {"rows": orjson.dumps(rows).decode()})
    else:
        connection.execute(on_conflict(insert_into(connection, table), names), list(rows))


@lru_cache(maxsize=64)
def _postgresql_insert(table: Table, names: tuple[str, ...], on_conflict: OnConflict) -> Any:
    """Building the statement costs more than storing a row."""
    given = text(f"json_populate_recordset(NULL::{table.name}, CAST(:rows AS json))")
    filled = postgresql.insert(table).from_select(names, select(*map(column, names)).select_from(given))
    return on_conflict(filled, names)
