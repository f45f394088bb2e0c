"""API tokens: made for a person, shown once, good until they expire or are ended. Raises RecordUnavailable."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping, delete, insert, select

from cti.accounts.clock import Clock
from cti.accounts.credentials import hash_of, new_token
from cti.accounts.model import Changed, NotFound, Rejected, Token, TokenInfo
from cti.accounts.revocations import Revocations
from cti.accounts.users import normal_email
from cti.record.audit import note_change
from cti.record.database import Database
from cti.record.tables import tokens, users

DAY_MS = 86_400_000
LONGEST_DAYS = 3_650
LONGEST_LABEL = 200
_ID_DIGITS = 16


class Tokens:
    """What programs show instead of a session."""

    def __init__(self, database: Database, revocations: Revocations, clock: Clock) -> None:
        self._database = database
        self._revocations = revocations
        self._clock = clock

    async def add(self, email: str, *, days: int, label: str, by: str) -> Token | NotFound | Rejected:
        """A token for that person, with that person's rights. Tokens that have expired go."""
        if not 1 <= days <= LONGEST_DAYS:
            return Rejected(field="days", reason=f"a token lives 1 to {LONGEST_DAYS} days")
        if len(label) > LONGEST_LABEL:
            return Rejected(field="label", reason=f"a label has at most {LONGEST_LABEL} characters")
        address, secret, now_ms = normal_email(email), new_token(), self._clock()
        hashed = hash_of(secret)
        token = Token(
            secret=secret,
            id=hashed[:_ID_DIGITS],
            email=address,
            label=label.replace("\0", ""),
            expires_ms=now_ms + days * DAY_MS,
        )

        def work(connection: Connection) -> Token | NotFound:
            user_id = connection.execute(select(users.c.id).where(users.c.email == address)).scalar()
            if user_id is None:
                return NotFound()
            connection.execute(delete(tokens).where(tokens.c.expires_ms <= now_ms))
            row = {"user_id": user_id, "label": token.label, "created_ms": now_ms, "expires_ms": token.expires_ms}
            connection.execute(insert(tokens).values(hash=hashed, **row))
            detail = {"user": address, "token": token.id, "label": token.label, "days": days}
            note_change(connection, "token_added", actor=by, at_ms=now_ms, detail=detail)
            return token

        return await self._database.run(work)

    async def list(self) -> tuple[TokenInfo, ...]:
        """Those that hold, by person and age."""
        columns = [tokens.c[name] for name in ("hash", "user_id", "label", "created_ms", "expires_ms", "used_ms")]
        query = select(*columns, users.c.email, users.c.name).join(users, users.c.id == tokens.c.user_id)
        query = query.where(tokens.c.expires_ms > self._clock()).order_by(users.c.email, tokens.c.created_ms)
        rows = await self._database.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(map(_info, rows))

    async def revoke(self, token_id: str, *, by: str) -> Changed | NotFound:
        """Ends one token at once, everywhere."""

        def work(connection: Connection) -> str | None:
            if len(token_id) != _ID_DIGITS or not token_id.isalnum():
                return None
            query = select(tokens.c.hash, tokens.c.label, users.c.email).join(users, users.c.id == tokens.c.user_id)
            row = connection.execute(query.where(tokens.c.hash.startswith(token_id))).first()
            if row is None:
                return None
            connection.execute(delete(tokens).where(tokens.c.hash == row.hash))
            detail = {"user": row.email, "token": token_id, "label": row.label}
            note_change(connection, "token_revoked", actor=by, at_ms=self._clock(), detail=detail)
            return str(row.hash)

        hashed = await self._database.run(work)
        if hashed is None:
            return NotFound()
        await self._revocations.tell(ended=[hashed])
        return Changed()


def _info(row: RowMapping) -> TokenInfo:
    values = dict(row)
    return TokenInfo(id=values.pop("hash")[:_ID_DIGITS], **values)
