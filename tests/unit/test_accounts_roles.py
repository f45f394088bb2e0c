"""What each role may do."""

from __future__ import annotations

import pytest

from cti.accounts.model import Identity
from cti.accounts.roles import Right, Role, rights_of


@pytest.mark.parametrize("role", list(Role))
def test_taking_calls_needs_a_reps_id_in_every_role(role: Role) -> None:
    assert Right.TAKE_CALLS not in rights_of(role, is_rep=False)
    assert Right.TAKE_CALLS in rights_of(role, is_rep=True)


def test_each_role_may_what_the_one_below_may() -> None:
    rep, supervisor, admin = (rights_of(role, is_rep=False) for role in (Role.REP, Role.SUPERVISOR, Role.ADMIN))
    assert rep < supervisor < admin


def test_a_rep_sees_neither_others_calls_nor_the_floor() -> None:
    ana = Identity(user_id="1", email="ana@example.com", name="Ana", role=Role.REP, rep="ana")
    assert ana.may(Right.TAKE_CALLS)
    assert ana.may(Right.SEARCH_CONTACTS)
    assert not any(map(ana.may, (Right.READ_CALLS, Right.WATCH_FLOOR, Right.CONFIGURE, Right.MANAGE_USERS)))


def test_only_an_admin_changes_anything() -> None:
    for right in (Right.CONFIGURE, Right.MANAGE_USERS):
        assert [role for role in Role if right in rights_of(role, is_rep=True)] == [Role.ADMIN]
