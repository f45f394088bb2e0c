"""People for tests: accounts on a real database and a real Redis, with a clock that tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from redis.asyncio import Redis

from cti.accounts.accounts import Accounts
from cti.accounts.model import Identity, LoggedIn, User
from cti.accounts.passwords import Passwords
from cti.accounts.roles import Role
from cti.record.database import Database

PASSWORD = "correct horse battery"
ADDRESS = "198.51.100.7"


@dataclass(slots=True)
class Hands:
    """A clock that stands still until it is moved."""

    now_ms: int = field(default=1_800_000_000_000)

    def __call__(self) -> int:
        return self.now_ms

    def move(self, *, seconds: float = 0, hours: float = 0) -> None:
        self.now_ms += int((seconds + hours * 3600) * 1000)


def quick_passwords() -> Passwords:
    """A hash in no time: what one costs in service is of ``test_accounts_passwords.py``."""
    return Passwords(memory_kib=8)


@asynccontextmanager
async def an_office(database: Database, redis: Redis | None, clock: Hands) -> AsyncIterator[Accounts]:
    """The accounts as one worker has them."""
    accounts = Accounts(database, redis, "a key for tests", clock=clock, passwords=quick_passwords())
    try:
        yield accounts
    finally:
        accounts.close()


async def a_user(
    accounts: Accounts, email: str = "ana@example.com", *, role: Role = Role.REP, rep: str | None = "ana"
) -> User:
    """Somebody with ``PASSWORD``."""
    user = await accounts.users.add(email=email, role=role, rep=rep, password=PASSWORD, by="test")
    assert isinstance(user, User), user
    return user


async def log_in(accounts: Accounts, email: str = "ana@example.com") -> LoggedIn:
    """A session of a user made by ``a_user``."""
    result = await accounts.log_in(email, PASSWORD, ADDRESS)
    assert isinstance(result, LoggedIn), result
    return result


def who(identity: Identity | None) -> str | None:
    """The e-mail address, or null for a stranger."""
    return identity.email if identity else None
