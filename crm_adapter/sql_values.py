"""Which values the directory's contacts have, field by field, for whoever writes a condition. A function on a
connection.

Looks at a bounded number of contacts, by their ids, which are random: where there are more it is a sample. Never gives
what names a person (name, number, address, company, another system's id), nor a custom field's value that one contact
alone has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, TableValuedAlias, func, select, true

from crm_adapter.sql_tables import contacts

LOOKED_AT = 20_000
"""Contacts: all queries together take half a second for so many."""
MOST_VALUES = 30
"""Of a field."""
MOST_FIELDS = 50
"""Custom ones."""
_COLUMNS = ("tier", "stage", "language", "timezone", "lead_source", "campaign")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenValues:
    """The most frequent first."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of the columns with a meaning, ``tags`` among them."""
    custom: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of the custom fields, by name, the most frequent names first."""


def values_seen(connection: Connection, *, looked_at: int = LOOKED_AT) -> SeenValues:
    """One query for each column, one for the tags, two for all custom fields together."""
    columns = {name: _values(connection, _of_column(name, looked_at)) for name in _COLUMNS}
    columns["tags"] = _values(connection, _of_tags(connection, looked_at))
    return SeenValues(columns=columns, custom=_custom(connection, looked_at))


def _values(connection: Connection, query: Select[Any]) -> tuple[str, ...]:
    return tuple(row.value for row in connection.execute(query.limit(MOST_VALUES)))


def _of_column(name: str, looked_at: int) -> Select[Any]:
    some = _some(contacts.c[name].label("value"), looked_at)
    return _by_frequency(select(some.c.value).where(some.c.value.is_not(None)), some.c.value)


def _of_tags(connection: Connection, looked_at: int) -> Select[Any]:
    some = _some(contacts.c.tags.label("tags"), looked_at)
    each = _each(connection, "json_array_elements_text", some.c.tags, "value")
    return _by_frequency(select(each.c.value).select_from(some.join(each, true())), each.c.value)


def _custom(connection: Connection, looked_at: int) -> dict[str, tuple[str, ...]]:
    some = _some(contacts.c.fields.label("fields"), looked_at)
    each = _each(connection, "json_each_text", some.c.fields, "key", "value")
    both = some.join(each, true())
    names = _by_frequency(select(each.c.key).select_from(both), each.c.key).limit(MOST_FIELDS)
    found: dict[str, list[str]] = {row.key: [] for row in connection.execute(names)}
    values = select(each.c.key, each.c.value).select_from(both).where(each.c.key.in_(list(found)))
    shared = _by_frequency(values, each.c.key, each.c.value).having(func.count() > 1)
    for row in connection.execute(shared.limit(MOST_FIELDS * MOST_VALUES)) if found else ():
        if len(found[row.key]) < MOST_VALUES:
            found[row.key].append(row.value)
    return {name: tuple(values) for name, values in found.items()}


def _some(column: ColumnElement[Any], looked_at: int) -> Subquery:
    return select(column).order_by(contacts.c.id).limit(looked_at).subquery()


def _by_frequency(query: Select[Any], *columns: ColumnElement[Any]) -> Select[Any]:
    return query.group_by(*columns).order_by(func.count().desc(), *columns)


def _each(connection: Connection, function: str, column: ColumnElement[Any], *names: str) -> TableValuedAlias:
    """The members of a JSON value as rows; ``function``: PostgreSQL's."""
    if connection.dialect.name == "postgresql":
        rows: TableValuedAlias = getattr(func, function)(column).table_valued(*names, name="each")
        return rows.render_derived()
    return func.json_each(column).table_valued(*names, name="each")
