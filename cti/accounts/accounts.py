"""The door to everything about accounts, for whoever speaks HTTP or runs a command.

``run()`` belongs into a task of its own wherever sessions are recognised; ``close()`` ends threads.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from redis.asyncio import Redis

from cti.accounts.attempts import Attempts
from cti.accounts.clock import Clock, wall_ms
from cti.accounts.credentials import hash_of, is_token
from cti.accounts.holders import Kind
from cti.accounts.login import Login
from cti.accounts.model import Changed, Identity, Limited, LoginResult, Refused, Rejected
from cti.accounts.passwords import Passwords
from cti.accounts.revocations import Revocations
from cti.accounts.tokens import Tokens
from cti.accounts.users import Users
from cti.accounts.visitors import Stay, Visitors, nobody
from cti.record.database import Database


class Accounts:
    """Everything raises RecordUnavailable while SQL is down, unless it says otherwise."""

    def __init__(
        self,
        database: Database,
        redis: Redis | None,
        secret_key: str = "",
        *,
        prefix: str = "{main}:",
        clock: Clock = wall_ms,
        passwords: Passwords | None = None,
    ) -> None:
        """Without Redis (a command line while nothing runs) people and tokens can be changed; nobody can log in."""
        self._passwords = passwords or Passwords()
        revocations = Revocations(redis, prefix=prefix)
        attempts = Attempts(redis, prefix=prefix, secret_key=secret_key) if redis is not None else None
        self._login = Login(database, attempts, self._passwords, revocations, clock)
        self._visitors = Visitors(database, redis, revocations, clock)
        self.users = Users(database, self._passwords, revocations, clock)
        """Add, list, get, change, delete people."""
        self.tokens = Tokens(database, revocations, clock)
        """Make, list, end API tokens."""

    async def log_in(self, email: str, password: str, address: str) -> LoginResult:
        """``address`` is the browser's. Raises AccountsUnavailable when Redis cannot count attempts."""
        return await self._login.log_in(email, password, address)

    async def log_out(self, session: str) -> None:
        """Ends a session everywhere within 1 s; works without SQL as long as Redis answers. Twice is harmless."""
        await self._login.log_out(session)

    async def change_password(
        self, identity: Identity, *, current: str, new: str, address: str, session: str | None
    ) -> Changed | Refused | Limited | Rejected:
        """One's own password; every other session of this person ends. Raises AccountsUnavailable."""
        return await self._login.change_password(
            self.users, identity, current=current, new=new, address=address, keep_session=session
        )

    async def identify_session(self, session: str) -> Identity | None:
        """Whose cookie this is; null: log in. Without SQL Redis answers; where it cannot, RecordUnavailable."""
        if is_token(session):
            return None
        return await self._visitors.identify(Kind.SESSION, hash_of(session))

    async def identify_token(self, token: str) -> Identity | None:
        """Whose API token this is."""
        if not is_token(token):
            return None
        return await self._visitors.identify(Kind.TOKEN, hash_of(token))

    def stay_by_session(self, session: str) -> AbstractAsyncContextManager[Stay | None]:
        """For a socket: who it is, and an event that is set within 1 s of the session's end. Null: log in."""
        return self._visitors.stay(Kind.SESSION, hash_of(session)) if not is_token(session) else nobody()

    def stay_by_token(self, token: str) -> AbstractAsyncContextManager[Stay | None]:
        """The same for a program's socket."""
        return self._visitors.stay(Kind.TOKEN, hash_of(token)) if is_token(token) else nobody()

    async def run(self) -> None:
        """Hears of revocations until cancelled; Redis away is waited out."""
        await self._visitors.run()

    async def look_again(self) -> None:
        """What ``run()`` does once a minute: asks SQL about everybody who stays."""
        await self._visitors.look_again()

    def close(self) -> None:
        """Ends the password threads."""
        self._passwords.close()
