"""People: added, changed, deleted. Every change is audited in its own transaction and tells the workers afterwards.

Guarantees that an e-mail address and a rep belong to one person each, and that the last admin who can log in stays one.
Raises RecordUnavailable.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from cti.accounts.clock import Clock
from cti.accounts.holders import end_sessions, token_hashes
from cti.accounts.model import Changed, NotFound, Rejected, User
from cti.accounts.passwords import Passwords, weakness
from cti.accounts.revocations import Revocations
from cti.accounts.roles import Role
from cti.record.audit import note_change
from cti.record.database import Database
from cti.record.errors import RecordConflict
from cti.record.tables import tokens, users

T = TypeVar("T")

_COLUMNS = [users.c[name] for name in User.__slots__]
_EMAIL_TAKEN = Rejected(field="email", reason="somebody has this e-mail address already", conflict=True)
_REP_TAKEN = Rejected(field="rep", reason="somebody else is this rep already", conflict=True)
_LAST_ADMIN = Rejected(field="role", reason="the last admin who can log in must stay one", conflict=True)
_LONGEST_NAME = 200
_LONGEST_REP = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revoked:
    """What a change takes away."""

    ended: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class Users:
    """The accounts. ``by`` names who does it (an e-mail address, or ``command line``) for the audit trail."""

    def __init__(self, database: Database, passwords: Passwords, revocations: Revocations, clock: Clock) -> None:
        self._database = database
        self._passwords = passwords
        self._revocations = revocations
        self._clock = clock

    async def add(
        self, *, email: str, role: Role, rep: str | None, password: str, by: str, name: str | None = None
    ) -> User | Rejected:
        """A new person; the name is the address's first part where none is given. Raises TooBusy."""
        address = normal_email(email)
        wrong = _wrong(address, name, rep) or _weak(password, address)
        if wrong is not None:
            return wrong
        kept = await self._passwords.hash(password)
        user = User(
            id=secrets.token_hex(16),
            email=address,
            name=name or address.partition("@")[0],
            role=role,
            rep_id=rep,
            created_ms=self._clock(),
            disabled=False,
        )

        def work(connection: Connection) -> User:
            row = {name: getattr(user, name) for name in User.__slots__}
            connection.execute(insert(users).values(**row, password_hash=kept))
            self._note(connection, "user_added", by, user, after=_kept(user))
            return user

        return await self._unless_taken(work, user.email)

    async def list(self) -> tuple[User, ...]:
        """Everybody, by e-mail address."""
        query = select(*_COLUMNS).order_by(users.c.email)
        rows = await self._database.read(lambda connection: connection.execute(query).mappings().all())
        return tuple(map(_user, rows))

    async def get(self, user_id: str) -> User | None:
        """One person; null when unknown."""
        return await self._database.read(lambda connection: _find(connection, user_id))

    async def by_email(self, email: str) -> User | None:
        """One person by e-mail address, in any case."""
        query = select(*_COLUMNS).where(users.c.email == normal_email(email))
        row = await self._database.read(lambda connection: connection.execute(query).mappings().one_or_none())
        return _user(row) if row else None

    async def update(
        self, user_id: str, *, name: str, role: Role, rep: str | None, disabled: bool, by: str
    ) -> User | NotFound | Rejected:
        """Sets all four. Another role or rep, and being disabled, ends the person's sessions at once."""
        wrong = _wrong("unchanged@example.com", name, rep)
        if wrong is not None:
            return wrong
        change = {"name": name, "role": role, "rep_id": rep, "disabled": disabled}

        def work(connection: Connection) -> tuple[User | NotFound | Rejected, _Revoked]:
            before = _find(connection, user_id)
            if before is None:
                return NotFound(), _Revoked()
            if (role is not Role.ADMIN or disabled) and _is_last_admin(connection, user_id):
                return _LAST_ADMIN, _Revoked()
            connection.execute(update(users).where(users.c.id == user_id).values(**change))
            after = _find(connection, user_id) or before
            was, now = _changed(before, after)
            self._note(connection, "user_changed", by, after, before=was, after=now)
            stays = (before.role, before.rep_id) == (after.role, after.rep_id) and not after.disabled
            ended = [] if stays else end_sessions(connection, user_id)
            return after, _Revoked(ended=tuple(ended), changed=tuple(token_hashes(connection, user_id)))

        result = await self._unless_taken(work, None)
        if isinstance(result, Rejected):
            return result
        return await self._told(result)

    async def delete(self, user_id: str, *, by: str) -> Changed | NotFound | Rejected:
        """The account with its sessions and tokens; recorded calls keep the rep's id."""

        def work(connection: Connection) -> tuple[Changed | NotFound | Rejected, _Revoked]:
            user = _find(connection, user_id)
            if user is None:
                return NotFound(), _Revoked()
            if _is_last_admin(connection, user_id):
                return _LAST_ADMIN, _Revoked()
            ended = end_sessions(connection, user_id) + token_hashes(connection, user_id)
            connection.execute(delete(users).where(users.c.id == user_id))
            self._note(connection, "user_deleted", by, user, before=_kept(user))
            return Changed(), _Revoked(ended=tuple(ended))

        return await self._told(await self._database.run(work))

    async def set_password(
        self, user_id: str, password: str, *, by: str, keep_session: str | None = None
    ) -> Changed | NotFound | Rejected:
        """Ends the person's sessions, but the one whose hash is ``keep_session``. Raises TooBusy."""
        user = await self.get(user_id)
        if user is None:
            return NotFound()
        weak = _weak(password, user.email)
        if weak is not None:
            return weak
        kept = await self._passwords.hash(password)

        def work(connection: Connection) -> tuple[Changed, _Revoked]:
            connection.execute(update(users).where(users.c.id == user_id).values(password_hash=kept))
            self._note(connection, "password_set", by, user)
            return Changed(), _Revoked(ended=tuple(end_sessions(connection, user_id, but=keep_session)))

        return await self._told(await self._database.run(work))

    async def end_sessions(self, user_id: str, *, by: str) -> int | NotFound:
        """Logs the person out everywhere at once; how many sessions there were. Tokens go on."""

        def work(connection: Connection) -> tuple[int | NotFound, _Revoked]:
            user = _find(connection, user_id)
            if user is None:
                return NotFound(), _Revoked()
            ended = end_sessions(connection, user.id)
            self._note(connection, "sessions_ended", by, user, count=len(ended))
            return len(ended), _Revoked(ended=tuple(ended))

        return await self._told(await self._database.run(work))

    async def revoke_tokens(self, email: str, *, by: str) -> int | NotFound:
        """Ends all API tokens of a person at once; how many there were."""
        address = normal_email(email)

        def work(connection: Connection) -> tuple[int | NotFound, _Revoked]:
            user_id = connection.execute(select(users.c.id).where(users.c.email == address)).scalar()
            user = _find(connection, user_id) if user_id else None
            if user is None:
                return NotFound(), _Revoked()
            ended = token_hashes(connection, user.id)
            connection.execute(delete(tokens).where(tokens.c.user_id == user.id))
            self._note(connection, "tokens_revoked", by, user)
            return len(ended), _Revoked(ended=tuple(ended))

        return await self._told(await self._database.run(work))

    async def _told(self, result: tuple[T, _Revoked]) -> T:
        value, revoked = result
        await self._revocations.tell(ended=revoked.ended, changed=revoked.changed)
        return value

    async def _unless_taken(self, work: Callable[[Connection], T], email: str | None) -> T | Rejected:
        """Which of the two unique columns it was, drivers say in words of their own: SQL is asked."""
        try:
            return await self._database.run(work)
        except RecordConflict:
            same = select(users.c.id).where(users.c.email == email)
            taken = await self._database.read(lambda connection: connection.execute(same).scalar())
            return _EMAIL_TAKEN if taken else _REP_TAKEN

    def _note(self, connection: Connection, action: str, by: str, user: User, **more: object) -> None:
        detail = {"user": user.email, "role": user.role, "rep": user.rep_id, "disabled": user.disabled, **more}
        note_change(connection, action, actor=by, at_ms=self._clock(), detail=detail)


def normal_email(email: str) -> str:
    """As it is kept and compared."""
    return email.strip().lower().replace("\0", "")


def _kept(user: User) -> dict[str, object]:
    """What the audit trail keeps of a person."""
    return {"email": user.email, "name": user.name, "role": user.role, "rep": user.rep_id, "disabled": user.disabled}


def _changed(before: User, after: User) -> tuple[dict[str, object], dict[str, object]]:
    """What was and what is, of what differs."""
    was, now = _kept(before), _kept(after)
    names = [name for name in was if was[name] != now[name]]
    return {name: was[name] for name in names}, {name: now[name] for name in names}


def _find(connection: Connection, user_id: str) -> User | None:
    query = select(*_COLUMNS).where(users.c.id == user_id.replace("\0", ""))
    row = connection.execute(query).mappings().one_or_none()
    return _user(row) if row else None


def _user(row: RowMapping) -> User:
    return User(**{**row, "role": Role(row["role"])})


def _is_last_admin(connection: Connection, user_id: str) -> bool:
    """Two admins who demote each other at once queue here."""
    active = select(users.c.id).where(users.c.role == Role.ADMIN, users.c.disabled.is_(False)).with_for_update()
    return connection.execute(active).scalars().all() == [user_id]


def _wrong(email: str, name: str | None, rep: str | None) -> Rejected | None:
    local, at, domain = email.partition("@")
    if not (local and at and domain) or "@" in domain or len(email) > 254 or any(map(str.isspace, email)):
        return Rejected(field="email", reason="not an e-mail address")
    if name is not None and (not name.strip() or len(name) > _LONGEST_NAME or "\0" in name):
        return Rejected(field="name", reason=f"a name has 1 to {_LONGEST_NAME} characters")
    if rep is not None and (not rep or len(rep) > _LONGEST_REP or "\0" in rep):
        return Rejected(field="rep", reason="not a rep's id")
    return None


def _weak(password: str, email: str) -> Rejected | None:
    reason = weakness(password, email)
    return Rejected(field="password", reason=reason) if reason else None
