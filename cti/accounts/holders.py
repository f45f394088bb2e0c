"""Who holds a session or a token, as SQL says: rows of ``sessions`` and ``tokens`` joined with their users."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from sqlalchemy import Connection, RowMapping, Select, Table, bindparam, delete, insert, null, or_, select, update

from cti.accounts.model import Identity
from cti.accounts.revocations import LIFE_MS
from cti.accounts.roles import Role
from cti.record.tables import sessions, tokens, users

SLIDE_MS = 300_000
"""A session that is used is prolonged at most this often."""
USED_MS = 60_000
"""A token's use is noted at most this often."""


class Kind(Enum):
    """What somebody shows."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a kind, not one


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Somebody whose session or token holds until then."""

    identity: Identity
    expires_ms: int
    used_ms: int | None = None
    """A token's last use that was noted."""


def _query(table: Table) -> Select[tuple[object, ...]]:
    who = [users.c[name] for name in ("id", "email", "name", "role", "rep_id")]
    used = tokens.c.used_ms if table is tokens else null().label("used_ms")
    query = select(*who, table.c.expires_ms, used).join(users, users.c.id == table.c.user_id)
    live = (table.c.hash == bindparam("hash"), table.c.expires_ms > bindparam("now"))
    return query.where(*live, users.c.disabled.is_(False))


_QUERIES = {Kind.SESSION: _query(sessions), Kind.TOKEN: _query(tokens)}


def find_holder(connection: Connection, kind: Kind, hashed: str, now_ms: int) -> Holder | None:
    """Null when it is unknown, over, or its user is disabled."""
    row = connection.execute(_QUERIES[kind], {"hash": hashed, "now": now_ms}).mappings().one_or_none()
    if row is None:
        return None
    return Holder(identity=identity_of(row), expires_ms=row["expires_ms"], used_ms=row["used_ms"])


def identity_of(row: RowMapping) -> Identity:
    """From a row of ``users``."""
    return Identity(user_id=row["id"], email=row["email"], name=row["name"], role=Role(row["role"]), rep=row["rep_id"])


def add_session(connection: Connection, hashed: str, user_id: str, now_ms: int) -> int:
    """A session from now on, until the returned instant. Sessions that are over go."""
    connection.execute(delete(sessions).where(sessions.c.expires_ms <= now_ms))
    expires_ms = now_ms + LIFE_MS
    row = {"hash": hashed, "user_id": user_id, "created_ms": now_ms, "expires_ms": expires_ms, "seen_ms": now_ms}
    connection.execute(insert(sessions).values(**row))
    connection.execute(update(users).where(users.c.id == user_id).values(login_ms=now_ms, seen_ms=now_ms))
    return expires_ms


def slide_session(connection: Connection, hashed: str, now_ms: int) -> None:
    """It was used: its life begins again. One that is gone stays gone."""
    used = {"expires_ms": now_ms + LIFE_MS, "seen_ms": now_ms}
    connection.execute(update(sessions).where(sessions.c.hash == hashed).values(**used))
    _note_seen(connection, sessions, hashed, now_ms)


def note_use(connection: Connection, hashed: str, now_ms: int) -> None:
    """A token was used. One worker of several writes it."""
    due = or_(tokens.c.used_ms.is_(None), tokens.c.used_ms <= now_ms - USED_MS)
    noted = connection.execute(update(tokens).where(tokens.c.hash == hashed, due).values(used_ms=now_ms))
    if noted.rowcount:
        _note_seen(connection, tokens, hashed, now_ms)


def _note_seen(connection: Connection, table: Table, hashed: str, now_ms: int) -> None:
    whose = select(table.c.user_id).where(table.c.hash == hashed).scalar_subquery()
    connection.execute(update(users).where(users.c.id == whose).values(seen_ms=now_ms))


def end_sessions(connection: Connection, user_id: str, *, but: str | None = None) -> list[str]:
    """Deletes a user's sessions (but one); their hashes."""
    mine = (sessions.c.user_id == user_id, sessions.c.hash != (but or ""))
    hashes = list(connection.execute(select(sessions.c.hash).where(*mine)).scalars())
    connection.execute(delete(sessions).where(*mine))
    return hashes


def token_hashes(connection: Connection, user_id: str) -> list[str]:
    """A user's tokens."""
    return list(connection.execute(select(tokens.c.hash).where(tokens.c.user_id == user_id)).scalars())
