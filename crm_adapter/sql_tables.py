"""Tables of the built-in directory: contacts with their numbers, companies, deals, tickets and interactions.

Only names and types; migrations create them from here. Instants are ms since the Unix epoch. Every number is one row of
``contact_phones``; its last seven digits are an integer with an index, because every line that may match a caller ends
in the same seven: one index finds exact, national and partial matches alike.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

directory = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

companies = Table(
    "companies",
    directory,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("name_key", String(200), nullable=False, unique=True),  # see text.py
)

contacts = Table(
    "contacts",
    directory,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("company_id", String(32), ForeignKey(companies.c.id), index=True),
    Column("email", String(254)),
    Column("tier", String(64)),
    Column("owner", String(64)),
    Column("language", String(35)),
    Column("timezone", String(64)),
    Column("stage", String(16)),
    Column("lead_source", String(200)),
    Column("campaign", String(200)),
    Column("tags", JSON, nullable=False),
    Column("notes", Text),
    Column("external_id", String(200), unique=True),
    Column("fields", JSON, nullable=False),
    Column("phones", JSON, nullable=False),  # as shown, in the order of the source
    Column("name_key", String(200), nullable=False, index=True),  # folded: the order of lists
    Column("line_key", String(224), nullable=False, index=True),  # who it is to an import: first number, folded name
    Column("search_text", Text, nullable=False),  # folded name and company, searched by containment
    Column("created_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

contact_phones = Table(
    "contact_phones",
    directory,
    Column("contact_id", String(32), ForeignKey(contacts.c.id, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("e164", String(20), nullable=False),
    Column("tail", Integer, nullable=False, index=True),
    Column("extension", String(20)),
    Column("assumed", Boolean, nullable=False),  # the country was not written, but taken from the default region
)

deals = Table(
    "deals",
    directory,
    Column("id", String(64), primary_key=True),
    Column("contact_id", String(32), ForeignKey(contacts.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("amount", String(64)),
    Column("stage", String(64)),
    Column("is_open", Boolean, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

tickets = Table(
    "tickets",
    directory,
    Column("id", String(64), primary_key=True),
    Column("contact_id", String(32), ForeignKey(contacts.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("subject", String(200), nullable=False),
    Column("status", String(64)),
    Column("is_open", Boolean, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
)

interactions = Table(
    "interactions",
    directory,
    Column("id", String(64), primary_key=True),
    Column("contact_id", String(32), ForeignKey(contacts.c.id, ondelete="CASCADE"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("summary", Text, nullable=False),
    Column("by", String(64)),
    Column("source_key", String(64)),  # the call's id, for instance: filing the same twice keeps one
    UniqueConstraint("contact_id", "source_key"),
    Index(None, "contact_id", "at_ms"),
)
