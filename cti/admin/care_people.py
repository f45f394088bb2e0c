"""What needs care among people: reps who cannot log in, accounts that nobody uses, tokens that end. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cti.accounts.model import TokenInfo, User
from cti.accounts.roles import Role
from cti.admin.finding import Finding
from cti.calls.views import iso
from routing.config import Config
from routing.model import RepId

DAY_MS = 86_400_000
IDLE_DAYS = 90
ENDS_WITHIN_MS = 14 * DAY_MS


def of_people(config: Config, users: Sequence[User], tokens: Sequence[TokenInfo], now_ms: int) -> tuple[Finding, ...]:
    """All of it."""
    return (*_reps(config, users), *_users(config, users, now_ms), *_tokens(tokens, now_ms))


def _reps(config: Config, users: Sequence[User]) -> Iterator[Finding]:
    theirs = {user.rep_id for user in users if not user.disabled}
    for rep in config.reps.values():
        if rep.id not in theirs:
            yield Finding(kind="rep_without_user", subject=rep.id, room="people", detail={"name": rep.name})


def _users(config: Config, users: Sequence[User], now_ms: int) -> Iterator[Finding]:
    for user in (user for user in users if not user.disabled):
        who = {"email": user.email, "name": user.name, "role": user.role}
        is_stranger = user.rep_id is not None and RepId(user.rep_id) not in config.reps
        if is_stranger or (user.role is Role.REP and user.rep_id is None):
            detail = {**who, "rep": user.rep_id}
            yield Finding(
                kind="user_without_rep", subject=user.email, room="people", id=user.id, detail=detail, people=True
            )
        last_ms = max(user.login_ms or 0, user.seen_ms or 0) or None
        if now_ms - (last_ms or user.created_ms) >= IDLE_DAYS * DAY_MS:
            yield Finding(
                kind="user_idle",
                subject=user.email,
                room="people",
                id=user.id,
                detail={**who, "days": IDLE_DAYS, "last_at": iso(last_ms)},
                since_ms=last_ms or user.created_ms,
                people=True,
            )


def _tokens(tokens: Sequence[TokenInfo], now_ms: int) -> Iterator[Finding]:
    """In two weeks, or in the last quarter of a shorter life."""
    for token in tokens:
        life_ms = token.expires_ms - token.created_ms
        if token.expires_ms - now_ms <= min(ENDS_WITHIN_MS, life_ms // 4):
            detail = {"email": token.email, "ends_at": iso(token.expires_ms), "last_at": iso(token.used_ms)}
            yield Finding(
                kind="token_ends", subject=token.label, room="people", id=token.user_id, detail=detail, people=True
            )
