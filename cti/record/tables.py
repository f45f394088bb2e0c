"""What lasts, as tables. One metadata; ``migrations/`` brings a database to it and a test holds the two equal.

Instants are ``*_ms``: milliseconds since the Unix epoch. JSON columns hold objects. Nothing here runs a query.
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
    text,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a migration can drop it."""

metadata = MetaData(naming_convention=NAMES)

AUTO_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in INTEGER keys."""

installation = Table(
    "installation",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Facts made once: ``kind`` (``demo`` or ``production``), ``epoch`` (the highest given out)."""

config_versions = Table(
    "config_versions",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("author", String(254), nullable=False),
    Column("comment", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("activated_ms", BigInteger),
    Column("active", Boolean, nullable=False),
    Column("based_on", Integer),
    Index(
        "ix_config_versions_one_active",
        "active",
        unique=True,
        sqlite_where=text("active"),
        postgresql_where=text("active"),
    ),
)

config_activations = Table(
    "config_activations",
    metadata,
    Column("id", AUTO_ID, primary_key=True),
    Column("n", ForeignKey("config_versions.n"), nullable=False, index=True),
    Column("previous", Integer),
    Column("author", String(254), nullable=False),
    Column("comment", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""Which version became active when, over which one, by whom and why: one line each time, going back included."""

users = Table(
    "users",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("rep_id", String(64), unique=True),
    Column("password_hash", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("login_ms", BigInteger),
    Column("seen_ms", BigInteger),
)
"""``email`` is lower-cased; ``role`` is ``rep``, ``supervisor`` or ``admin``; ``rep_id`` names a configured rep.
``login_ms``: the last log-in; ``seen_ms``: the last use of a session (to five minutes) or a token (to one)."""

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    Column("seen_ms", BigInteger, nullable=False),
)
"""``hash``: SHA-256 of the cookie's value, in hex. The value itself is nowhere."""

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False, index=True),
    Column("used_ms", BigInteger),
)
"""``used_ms``: the last use, to a minute; null: never."""

SOUGHT = ("arrived_ms", "id", "caller_name", "from_number", "to_number", "sid")
"""What a search looks at. Of 100,000 calls SQLite reads these alone in a fifth of the time that whole rows take;
PostgreSQL, which is quick enough without, would refuse a name of 3 kB in an index."""

calls = Table(
    "calls",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sid", String(64), nullable=False),
    Column("from_number", Text, nullable=False),
    Column("to_number", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("queue", String(64)),
    Column("rule", Text),
    Column("config_version", Integer),
    Column("rep", String(64)),
    Column("caller_match", String(16)),
    Column("caller_name", Text),
    Column("contact_id", Text),
    Column("arrived_ms", BigInteger, nullable=False),
    Column("answered_ms", BigInteger),
    Column("ended_ms", BigInteger),
    Column("end_reason", String(32)),
    Column("ended_by", String(16)),
    Column("disposition", Text),
    Column("notes", Text),
    Column("waited_ms", BigInteger),
    Column("doc", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("owner", Text),
    Index("ix_calls_arrived", "arrived_ms", "id"),
    Index("ix_calls_rep_arrived", "rep", "arrived_ms", "id"),
    Index("ix_calls_queue_arrived", "queue", "arrived_ms", "id"),
    Index("ix_calls_from_arrived", "from_number", "arrived_ms"),
    Index("ix_calls_rule_arrived", "rule", "arrived_ms"),
    Index("ix_calls_outcome_arrived", "end_reason", "arrived_ms", "id"),
    Index("ix_calls_sought", *SOUGHT).ddl_if(dialect="sqlite"),
    Index("ix_calls_epoch", "epoch"),
    Index(
        "ix_calls_owner_unanswered",
        "owner",
        "ended_ms",
        sqlite_where=text("answered_ms IS NULL"),
        postgresql_where=text("answered_ms IS NULL"),
    ),
    Index(
        "ix_calls_open",
        "arrived_ms",
        "id",
        sqlite_where=text("state <> 'ended'"),
        postgresql_where=text("state <> 'ended'"),
    ),
)
"""One row per call, as of (``epoch``, ``seq``): it moves only upward. ``owner`` is the rep whose customer is
calling, ``doc`` the whole call as JSON."""

DECIDED = "kind IN ('routed', 'asked', 'blocked')"
"""The moments at which rules decided."""

call_events = Table(
    "call_events",
    metadata,
    Column("call_id", String(64), primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("data", JSON, nullable=False),
    Index(
        "ix_call_events_decided",
        "at_ms",
        sqlite_where=text(DECIDED),
        postgresql_where=text(DECIDED),
    ),
)
"""A call's time line; written once, never changed."""

missed_offers = Table(
    "missed_offers",
    metadata,
    Column("call_id", String(64), primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("rep", String(64), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("outcome", String(16), nullable=False),
    Index("ix_missed_offers_rep_at", "rep", "at_ms"),
)
"""Offers that ended without the rep's accepting, derived from ``call_events``."""

drafts = Table(
    "drafts",
    metadata,
    Column("call_id", String(64), primary_key=True),
    Column("rep", String(64), primary_key=True),
    Column("disposition", Text),
    Column("notes", Text, nullable=False),
    Column("saved_ms", BigInteger, nullable=False),
    Column("filed_ms", BigInteger, index=True),
    Index("ix_drafts_rep_saved", "rep", "saved_ms"),
)
"""A rep's disposition and notes as typed, until they are filed: then an empty row with ``filed_ms`` stays for a day, so
that a draft that was under way finds out."""

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("entry_id", String(64), primary_key=True),
    Column("fields", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("copied_ms", BigInteger, nullable=False),
)
"""Entries of the record stream that could not be read: kept for a person to look at."""

audit = Table(
    "audit",
    metadata,
    Column("id", AUTO_ID, primary_key=True),
    Column("at_ms", BigInteger, nullable=False, index=True),
    Column("actor", String(254), nullable=False),
    Column("action", String(64), nullable=False),
    Column("detail", JSON, nullable=False),
)
"""Who changed what. ``detail`` never holds a password or a token."""
