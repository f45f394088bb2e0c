"""Reads of the directory: statements built once per dialect, and rows turned into contacts.

A contact comes with its company, its open deals and tickets and its last interactions in one statement: they are
gathered as JSON by the database, so that a look-up on the call path is a single round trip.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    ScalarSelect,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    select,
)

from crm_adapter.instants import iso_of
from crm_adapter.model import Contact, Deal, Interaction, Quality, Ticket
from crm_adapter.sql_tables import companies, contact_phones, contacts, deals, interactions, tickets

MOST_MATCHES = 25
"""Contacts one number may bring up: more than a rep can choose from while it rings."""
_MOST_OPEN = 10
_MOST_INTERACTIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """What is asked on one dialect."""

    whole: Select[Any]
    """Contacts with everything that belongs to them; conditions are added to it."""
    by_number: Select[Any]
    """``tail``, ``e164`` → contacts with each number that may be meant: the same international number first."""


@cache
def statements_for(dialect: str) -> Statements:
    """The statements in the words of ``sqlite`` or ``postgresql``."""
    parts = (
        contacts,
        companies.c.name.label("company"),
        _gathered(dialect, _open_deals()).label("open_deals"),
        _gathered(dialect, _open_tickets()).label("open_tickets"),
        _gathered(dialect, _last_interactions()).label("last_interactions"),
    )
    person = contacts.outerjoin(companies, companies.c.id == contacts.c.company_id)
    number = (contact_phones.c.e164, contact_phones.c.extension, contact_phones.c.assumed)
    same = case((contact_phones.c.e164 == bindparam("e164"), 0), else_=1)
    return Statements(
        whole=select(*parts).select_from(person),
        by_number=select(*parts, *number)
        .select_from(contact_phones.join(person, contacts.c.id == contact_phones.c.contact_id))
        .where(contact_phones.c.tail == bindparam("tail"))
        .order_by(same, contacts.c.changed_ms.desc(), contacts.c.id)
        .limit(MOST_MATCHES),
    )


def whole_contacts(connection: Connection) -> Select[Any]:
    """The statement that conditions are added to."""
    return statements_for(connection.dialect.name).whole


def contact_of(row: RowMapping, *, quality: Quality = Quality.EXACT) -> Contact:
    """One row of ``whole`` or ``by_number`` as a contact."""
    return Contact(
        id=row["id"],
        name=row["name"],
        phones=tuple(row["phones"]),
        company=row["company"],
        email=row["email"],
        tier=row["tier"],
        owner=row["owner"],
        language=row["language"],
        timezone=row["timezone"],
        stage=row["stage"],
        lead_source=row["lead_source"],
        campaign=row["campaign"],
        tags=tuple(row["tags"]),
        notes=row["notes"],
        external_id=row["external_id"],
        fields=row["fields"],
        deals=tuple(
            Deal(id=id_, name=name, amount=amount, stage=stage)
            for id_, name, amount, stage in _lists(row, "open_deals")
        ),
        tickets=tuple(
            Ticket(id=id_, subject=subject, status=status) for id_, subject, status in _lists(row, "open_tickets")
        ),
        interactions=tuple(
            Interaction(at=iso_of(at_ms), channel=channel, summary=summary, by=by)
            for at_ms, channel, summary, by in _lists(row, "last_interactions")
        ),
        quality=quality,
    )


def _lists(row: RowMapping, column: str) -> list[list[Any]]:
    text = row[column]
    return orjson.loads(text) if text else []


def _open_deals() -> FromClause:
    return (
        select(deals.c.id, deals.c.name, deals.c.amount, deals.c.stage)
        .where(deals.c.contact_id == contacts.c.id, deals.c.is_open)
        .order_by(deals.c.changed_ms.desc(), deals.c.id)
        .limit(_MOST_OPEN)
        .correlate(contacts)
        .subquery()
    )


def _open_tickets() -> FromClause:
    return (
        select(tickets.c.id, tickets.c.subject, tickets.c.status)
        .where(tickets.c.contact_id == contacts.c.id, tickets.c.is_open)
        .order_by(tickets.c.changed_ms.desc(), tickets.c.id)
        .limit(_MOST_OPEN)
        .correlate(contacts)
        .subquery()
    )


def _last_interactions() -> FromClause:
    return (
        select(interactions.c.at_ms, interactions.c.channel, interactions.c.summary, interactions.c.by)
        .where(interactions.c.contact_id == contacts.c.id)
        .order_by(interactions.c.at_ms.desc(), interactions.c.id)
        .limit(_MOST_INTERACTIONS)
        .correlate(contacts)
        .subquery()
    )


def _gathered(dialect: str, rows: FromClause) -> ScalarSelect[str]:
    """The rows as the text of one JSON list of lists; null or an empty list when there are none."""
    array, gather = (
        (func.json_build_array, func.json_agg) if dialect == "postgresql" else (func.json_array, func.json_group_array)
    )
    gathered: ColumnElement[str] = cast(gather(array(*rows.c)), Text)
    return select(gathered).select_from(rows).scalar_subquery()
