"""What each role may do. Pure."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is here for. Whoever is a rep as well (``Identity.rep``) takes calls in any role."""

    REP = "rep"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Right(StrEnum):
    """One thing that not everybody may do."""

    TAKE_CALLS = "take_calls"
    """The rep's own presence, offers, calls and drafts."""
    SEARCH_CONTACTS = "search_contacts"
    WATCH_FLOOR = "watch_floor"
    """Reps, queues and calls as they are now."""
    READ_CALLS = "read_calls"
    """Every recorded call with its time line and decisions."""
    ARRANGE_CALLBACKS = "arrange_callbacks"
    CANCEL_CALLBACKS = "cancel_callbacks"
    READ_CONFIG = "read_config"
    """The configuration, its versions and what differs between them."""
    CONFIGURE = "configure"
    MANAGE_USERS = "manage_users"


_OF_ROLE = {
    Role.REP: frozenset({Right.SEARCH_CONTACTS, Right.ARRANGE_CALLBACKS}),
    Role.SUPERVISOR: frozenset(Right) - {Right.TAKE_CALLS, Right.CONFIGURE, Right.MANAGE_USERS},
    Role.ADMIN: frozenset(Right) - {Right.TAKE_CALLS},
}


def rights_of(role: Role, *, is_rep: bool) -> frozenset[Right]:
    """A role's rights; taking calls needs a rep's id in any role."""
    return _OF_ROLE[role] | {Right.TAKE_CALLS} if is_rep else _OF_ROLE[role]
