"""People and their tokens, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from cti.accounts.accounts import Accounts
from cti.accounts.model import Changed, NotFound, Refused, Rejected, Token, User
from cti.accounts.roles import Role
from cti.record.audit import list_changes
from cti.record.database import Database
from tests.support.people import ADDRESS, PASSWORD, Hands, a_user, an_office, log_in, who


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def accounts(database: Database, redis: Redis, clock: Hands) -> AsyncIterator[Accounts]:
    async with an_office(database, redis, clock) as accounts:
        yield accounts


def rejected_field(result: object) -> str:
    assert isinstance(result, Rejected), result
    return result.field


async def test_a_person_is_kept_with_a_lower_cased_address_and_a_name(accounts: Accounts) -> None:
    user = await a_user(accounts, " Ana.Perez@Example.COM ")
    assert (user.email, user.name, user.role, user.rep_id, user.disabled) == (
        "ana.perez@example.com",
        "ana.perez",
        Role.REP,
        "ana",
        False,
    )
    assert await accounts.users.get(user.id) == user
    assert await accounts.users.by_email("ANA.PEREZ@example.com") == user
    assert await accounts.users.list() == (user,)
    assert await accounts.users.get("unknown\0") is None


async def test_an_address_and_a_rep_belong_to_one_person_each(accounts: Accounts) -> None:
    await a_user(accounts)
    again = await accounts.users.add(email="ANA@example.com", role=Role.REP, rep="bo", password=PASSWORD, by="test")
    assert rejected_field(again) == "email"
    same_rep = await accounts.users.add(email="bo@example.com", role=Role.REP, rep="ana", password=PASSWORD, by="test")
    assert rejected_field(same_rep) == "rep"
    assert len(await accounts.users.list()) == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("email", {"email": "nonsense"}),
        ("email", {"email": "a@b@c"}),
        ("email", {"email": "a b@c.example"}),
        ("email", {"email": "a" * 250 + "@b.example"}),
        ("name", {"name": " "}),
        ("name", {"name": "x" * 201}),
        ("rep", {"rep": ""}),
        ("password", {"password": "too short"}),
        ("password", {"password": "bo@example.com"}),
    ],
)
@pytest.mark.parametrize("sql_url", ["sqlite"], indirect=True)
async def test_what_is_wrong_is_named_and_nothing_is_kept(
    accounts: Accounts, field: str, wrong: dict[str, str]
) -> None:
    good = {"email": "bo@example.com", "rep": "bo", "password": PASSWORD, "name": "Bo"}
    assert rejected_field(await accounts.users.add(role=Role.REP, by="test", **(good | wrong))) == field
    assert await accounts.users.list() == ()


async def test_the_last_admin_who_can_log_in_stays_one(accounts: Accounts) -> None:
    ada = await a_user(accounts, "ada@example.com", role=Role.ADMIN, rep=None)
    change = {"name": "Ada", "rep": None, "by": "test"}
    assert rejected_field(await accounts.users.delete(ada.id, by="test")) == "role"
    for wrong in ({"role": Role.REP, "disabled": False}, {"role": Role.ADMIN, "disabled": True}):
        assert rejected_field(await accounts.users.update(ada.id, **change, **wrong)) == "role"
    bea = await a_user(accounts, "bea@example.com", role=Role.ADMIN, rep=None)
    assert await accounts.users.delete(ada.id, by="test") == Changed()
    assert rejected_field(await accounts.users.delete(bea.id, by="test")) == "role"


async def test_two_admins_who_remove_each_other_at_once_do_not_both_succeed(accounts: Accounts) -> None:
    await a_user(accounts, "ada@example.com", role=Role.ADMIN, rep=None)
    for turn in range(5):
        await a_user(accounts, f"bea{turn}@example.com", role=Role.ADMIN, rep=None)
        people = await accounts.users.list()
        results = await asyncio.gather(*(accounts.users.delete(user.id, by="test") for user in people))
        assert sorted(type(result).__name__ for result in results) == ["Changed", "Rejected"]
        assert len(await accounts.users.list()) == 1


async def test_changing_and_deleting_an_unknown_person_says_so(accounts: Accounts) -> None:
    users = accounts.users
    assert await users.delete("x", by="test") == NotFound()
    assert await users.set_password("x", PASSWORD, by="test") == NotFound()
    assert await users.update("x", name="X", role=Role.REP, rep=None, disabled=False, by="test") == NotFound()


async def test_a_change_may_not_take_another_persons_rep(accounts: Accounts) -> None:
    await a_user(accounts)
    bo = await a_user(accounts, "bo@example.com", rep="bo")
    taken = await accounts.users.update(bo.id, name="Bo", role=Role.REP, rep="ana", disabled=False, by="test")
    assert rejected_field(taken) == "rep"


async def test_ones_own_password_needs_the_current_one_and_ends_the_other_sessions(
    accounts: Accounts, clock: Hands
) -> None:
    await a_user(accounts)
    here, elsewhere = await log_in(accounts), await log_in(accounts)
    new = "an even better horse"

    async def change(current: str, to: str) -> object:
        return await accounts.change_password(
            here.identity, current=current, new=to, address=ADDRESS, session=here.session
        )

    assert await change("wrong password", new) == Refused()
    assert rejected_field(await change(PASSWORD, "weak")) == "password"
    assert await change(PASSWORD, new) == Changed()
    assert who(await accounts.identify_session(here.session)) == "ana@example.com"
    assert await accounts.identify_session(elsewhere.session) is None
    assert await accounts.log_in("ana@example.com", PASSWORD, ADDRESS) == Refused()


async def test_a_token_lets_a_program_in_until_it_expires(accounts: Accounts, clock: Hands) -> None:
    await a_user(accounts)
    token = await accounts.tokens.add("ANA@example.com", days=90, label="reports", by="test")
    assert isinstance(token, Token)
    assert token.secret.startswith("cti_")
    assert who(await accounts.identify_token(token.secret)) == "ana@example.com"
    assert await accounts.identify_token(token.secret + "x") is None
    assert await accounts.identify_token("nonsense") is None
    assert await accounts.identify_session(token.secret) is None
    clock.move(hours=90 * 24)
    assert await accounts.identify_token(token.secret) is None


async def test_a_token_for_nobody_or_for_ever_is_not_made(accounts: Accounts) -> None:
    assert await accounts.tokens.add("x@example.com", days=1, label="", by="test") == NotFound()
    assert rejected_field(await accounts.tokens.add("x@example.com", days=0, label="", by="test")) == "days"


async def test_every_change_stands_in_the_audit_trail_without_a_secret(accounts: Accounts, database: Database) -> None:
    await a_user(accounts, "ada@example.com", role=Role.ADMIN, rep=None)
    user = await a_user(accounts)
    await accounts.users.update(user.id, name="Ana", role=Role.SUPERVISOR, rep=None, disabled=False, by="ada@x")
    await accounts.users.set_password(user.id, "another password", by="ada@x")
    token = await accounts.tokens.add("ana@example.com", days=1, label="", by="ada@x")
    await accounts.users.delete(user.id, by="ada@x")
    changes = await list_changes(database)
    assert [change.action for change in reversed(changes)] == [
        "user_added",
        "user_added",
        "user_changed",
        "password_set",
        "token_added",
        "user_deleted",
    ]
    assert changes[0].actor == "ada@x"
    assert isinstance(token, Token)
    for secret in (PASSWORD, "another password", token.secret, "argon2"):
        assert secret not in repr(changes)


@pytest.mark.parametrize("sql_url", ["sqlite"], indirect=True)
async def test_people_and_tokens_are_made_while_no_service_runs(database: Database, clock: Hands) -> None:
    async with an_office(database, None, clock) as accounts:
        user = await a_user(accounts)
        token = await accounts.tokens.add(user.email, days=1, label="", by="command line")
        assert isinstance(token, Token)
        assert who(await accounts.identify_token(token.secret)) == user.email
        changed = await accounts.users.update(
            user.id, name="Ana", role=Role.ADMIN, rep="ana", disabled=False, by="command line"
        )
        assert isinstance(changed, User)
