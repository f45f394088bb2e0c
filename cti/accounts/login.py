"""Logging in and out, and changing one's own password: counted, and taking as long for strangers as for users."""

from __future__ import annotations

from functools import partial

import structlog
from sqlalchemy import Connection, RowMapping, select

from cti.accounts.attempts import Attempts
from cti.accounts.clock import Clock
from cti.accounts.credentials import hash_of, new_session
from cti.accounts.errors import AccountsUnavailable
from cti.accounts.holders import add_session, identity_of
from cti.accounts.model import (
    Changed,
    Identity,
    Limited,
    LoggedIn,
    LoginResult,
    NotFound,
    Refused,
    Rejected,
)
from cti.accounts.passwords import Passwords, TooBusy
from cti.accounts.revocations import Revocations
from cti.accounts.users import Users, normal_email
from cti.record.database import Database
from cti.record.errors import RecordUnavailable
from cti.record.tables import sessions, users

BUSY_RETRY_S = 2

log = structlog.get_logger()


class Login:
    """Raises RecordUnavailable and AccountsUnavailable."""

    def __init__(
        self,
        database: Database,
        attempts: Attempts | None,
        passwords: Passwords,
        revocations: Revocations,
        clock: Clock,
    ) -> None:
        self._database = database
        self._attempts = attempts
        self._passwords = passwords
        self._revocations = revocations
        self._clock = clock

    async def log_in(self, email: str, password: str, address: str) -> LoginResult:
        """A new session, where ``address`` (the browser's) and account have attempts left and the password is right."""
        account = normal_email(email)
        row = await self._check(account, password, address)
        if not isinstance(row, RowMapping):
            return row
        session = new_session()
        start = partial(add_session, hashed=hash_of(session), user_id=row["id"], now_ms=self._clock())
        expires_ms = await self._database.run(start)
        return LoggedIn(session=session, identity=identity_of(row), expires_ms=expires_ms)

    async def log_out(self, session: str) -> None:
        """Ends it in every worker; good even while SQL is down, by Redis. Unknown or over: harmless."""
        hashed = hash_of(session)
        told = await self._revocations.tell(ended=[hashed])
        try:
            await self._database.run(partial(_end_session, hashed=hashed))
        except RecordUnavailable:
            if not told:
                raise
            log.warning("log_out_without_sql")

    async def change_password(
        self, users: Users, identity: Identity, *, current: str, new: str, address: str, keep_session: str | None
    ) -> Changed | Refused | Limited | Rejected:
        """One's own, by showing the current one. Ends one's other sessions."""
        row = await self._check(identity.email, current, address)
        if not isinstance(row, RowMapping):
            return row
        kept = hash_of(keep_session) if keep_session else None
        try:
            changed = await users.set_password(identity.user_id, new, by=identity.email, keep_session=kept)
        except TooBusy:
            return Limited(retry_after_s=BUSY_RETRY_S)
        return Refused() if isinstance(changed, NotFound) else changed

    async def _check(self, account: str, password: str, address: str) -> RowMapping | Refused | Limited:
        """The user's row when the password is right."""
        if self._attempts is None:
            raise AccountsUnavailable("there is no Redis to count attempts in")
        retry_after_s = await self._attempts.count(account, address)
        if retry_after_s is not None:
            return Limited(retry_after_s=retry_after_s)
        query = select(users).where(users.c.email == account, users.c.disabled.is_(False))
        row = await self._database.read(lambda connection: connection.execute(query).mappings().one_or_none())
        try:
            right = await self._passwords.verify(password, row["password_hash"] if row else None)
        except TooBusy:
            return Limited(retry_after_s=BUSY_RETRY_S)
        if row is None or not right:
            return Refused()
        await self._attempts.forgive(account, address)
        return row


def _end_session(connection: Connection, hashed: str) -> None:
    connection.execute(sessions.delete().where(sessions.c.hash == hashed))
