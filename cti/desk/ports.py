"""What people's doors need to know of accounts and contacts, and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from crm_adapter.model import Contact
from routing.model import RepId


class Role(StrEnum):
    """What a person may do. Each route names the roles that it admits; none implies another."""

    REP = "rep"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is asking."""

    user_id: str
    email: str
    name: str
    role: Role
    rep: RepId | None
    """Whom the person answers calls as; null: nobody."""
    session: str | None = None
    """The session's hash; null where a token was shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """The right password."""

    identity: Identity
    session: str
    """The cookie's value."""
    max_age_s: int


@dataclass(frozen=True, slots=True)
class WrongPassword:
    """No such person, or another password, or disabled: one answer for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyAttempts:
    """Nothing was looked at."""

    retry_after_s: int


@dataclass(frozen=True, slots=True)
class PasswordChanged:
    """The new one counts from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordTooWeak:
    """The new one is refused."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked:
    """A session, or all of a person's, counts no more."""

    user_id: str
    session: str | None
    """Null: all of them."""


class Accounts(Protocol):
    """People, their sessions and tokens. Raises RecordUnavailable."""

    async def log_in(self, email: str, password: str, *, address: str) -> LoggedIn | WrongPassword | TooManyAttempts:
        """Checks the password and opens a session. Attempts are limited per account and address."""

    async def log_out(self, session: str) -> None:
        """Ends the session of that cookie value. Harmless when there is none."""

    async def by_session(self, session: str) -> Identity | None:
        """Whose cookie value that is; null when it does not count (any more)."""

    async def by_token(self, token: str) -> Identity | None:
        """Whose API token that is; null when it does not count (any more)."""

    async def change_password(
        self, identity: Identity, *, current: str, new: str
    ) -> PasswordChanged | WrongPassword | PasswordTooWeak:
        """The person's own password. Every other session of the person ends."""

    def revocations(self) -> AsyncIterator[Revoked]:
        """Whose sessions end, as it happens, in whichever worker. Goes on until cancelled."""


class FindContact(Protocol):
    """One contact by its id, for a choice made by a person."""

    async def __call__(self, contact_id: str) -> Contact | None: ...


class VoiceTokenMaker(Protocol):
    """Makes the token with which a rep's browser may connect."""

    def make(self, rep: RepId, *, ttl_s: int) -> str:
        """Good for ``ttl_s`` seconds from now."""
