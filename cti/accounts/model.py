"""People and what came of what they asked for, as values. Instants are ms since the Unix epoch."""

from __future__ import annotations

from dataclasses import dataclass, field

from cti.accounts.roles import Right, Role, rights_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is asking, by a session or a token that holds."""

    user_id: str
    email: str
    name: str
    role: Role
    rep: str | None
    """The configured rep this person is."""

    def may(self, right: Right) -> bool:
        """True when role and rep's id allow it."""
        return right in rights_of(self.role, is_rep=self.rep is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One account, without its password."""

    id: str
    email: str
    """Lower-cased; unique."""
    name: str
    role: Role
    rep_id: str | None
    created_ms: int
    disabled: bool
    login_ms: int | None = None
    """The last log-in; null: never, or before this was kept."""
    seen_ms: int | None = None
    """The last use of a session or a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenInfo:
    """An API token as lists show it."""

    id: str
    """The beginning of its secret's hash: enough to name it by."""
    user_id: str
    email: str
    name: str
    """Of its person."""
    label: str
    created_ms: int
    expires_ms: int
    used_ms: int | None
    """The last use, to a minute; null: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A fresh API token. ``secret`` is shown once and kept nowhere."""

    secret: str = field(repr=False)
    id: str
    email: str
    label: str
    expires_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """E-mail address and password were right."""

    session: str = field(repr=False)
    """The cookie's value: 256 random bits. Only its hash is kept."""
    identity: Identity
    expires_ms: int
    """Moves on as the session is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Unknown address, wrong password or disabled account: nobody learns which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """Too many attempts for this account or from this address."""

    retry_after_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotFound:
    """No such user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A change that would not be right; nothing was changed."""

    field: str
    """``email``, ``name``, ``role``, ``rep``, ``password`` or ``days``."""
    reason: str
    """One line for a person, without the value."""
    conflict: bool = False
    """True where it collides with what is there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Done."""


LoginResult = LoggedIn | Refused | Limited
