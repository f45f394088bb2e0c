"""API tokens: made for a person, shown once, good until they expire. Raises RecordUnavailable."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from cti.accounts.clock import Clock
from cti.accounts.credentials import hash_of, new_token
from cti.accounts.model import NotFound, Rejected, Token
from cti.accounts.users import normal_email
from cti.record.audit import note_change
from cti.record.database import Database
from cti.record.tables import tokens, users

DAY_MS = 86_400_000
LONGEST_DAYS = 3_650


class Tokens:
    """What programs show instead of a session."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, email: str, *, days: int, label: str, by: str) -> Token | NotFound | Rejected:
        """A token for that person, with that person's rights. Tokens that have expired go."""
        if not 1 <= days <= LONGEST_DAYS:
            return Rejected(field="days", reason=f"a token lives 1 to {LONGEST_DAYS} days")
        address, secret, now_ms = normal_email(email), new_token(), self._clock()
        token = Token(secret=secret, email=address, label=label.replace("\0", ""), expires_ms=now_ms + days * DAY_MS)

        def work(connection: Connection) -> Token | NotFound:
            user_id = connection.execute(select(users.c.id).where(users.c.email == address)).scalar()
            if user_id is None:
                return NotFound()
            connection.execute(delete(tokens).where(tokens.c.expires_ms <= now_ms))
            row = {"user_id": user_id, "label": token.label, "created_ms": now_ms, "expires_ms": token.expires_ms}
            connection.execute(insert(tokens).values(hash=hash_of(secret), **row))
            note_change(connection, "token_added", actor=by, at_ms=now_ms, detail={"user": address, "days": days})
            return token

        return await self._database.run(work)
