"""When people and tokens were used last, and ending them: on SQLite and PostgreSQL, and over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import Connection

from cti.accounts.accounts import Accounts
from cti.accounts.credentials import hash_of
from cti.accounts.holders import note_use
from cti.accounts.model import Changed, NotFound, Token
from cti.accounts.roles import Role
from cti.record.audit import list_changes
from cti.record.database import Database
from tests.support.desk_app import DeskHouse
from tests.support.people import Hands, a_user, an_office, log_in, who

T = TypeVar("T")


class Counting(Database):
    """Counts transactions."""

    transactions = 0

    async def run(self, work: Callable[[Connection], T]) -> T:
        self.transactions += 1
        return await super().run(work)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def counting(database: Database, sql_url: str) -> AsyncIterator[Counting]:
    counting = Counting(sql_url)
    yield counting
    await counting.close()


@pytest.fixture
async def accounts(counting: Counting, redis: Redis, clock: Hands) -> AsyncIterator[Accounts]:
    async with an_office(counting, redis, clock) as accounts:
        yield accounts


async def _token(accounts: Accounts, label: str = "reports") -> Token:
    token = await accounts.tokens.add("ana@example.com", days=90, label=label, by="test")
    assert isinstance(token, Token)
    return token


async def test_a_log_in_and_its_use_are_remembered(accounts: Accounts, clock: Hands) -> None:
    user = await a_user(accounts)
    assert (user.login_ms, user.seen_ms) == (None, None)
    session = (await log_in(accounts)).session
    began_ms = clock()
    clock.move(seconds=301)
    await accounts.identify_session(session)
    found = await accounts.users.get(user.id)
    assert found is not None
    assert (found.login_ms, found.seen_ms) == (began_ms, clock())


async def test_a_tokens_use_is_written_at_most_once_a_minute_however_many_workers_see_it(
    accounts: Accounts, counting: Counting, redis: Redis, clock: Hands
) -> None:
    user = await a_user(accounts)
    token = await _token(accounts)
    [info] = await accounts.tokens.list()
    assert (info.id, info.label, info.email, info.used_ms) == (token.id, "reports", "ana@example.com", None)
    before, first_ms = counting.transactions, clock()
    async with an_office(counting, redis, clock) as other_worker:
        for _ in range(5):
            for worker in (accounts, other_worker):
                assert who(await worker.identify_token(token.secret)) == "ana@example.com"
            clock.move(seconds=11)
    assert counting.transactions - before == 1
    [info] = await accounts.tokens.list()
    assert info.used_ms == first_ms
    clock.move(seconds=11)
    await accounts.identify_token(token.secret)
    [info] = await accounts.tokens.list()
    found = await accounts.users.get(user.id)
    assert found is not None
    assert (info.used_ms, found.seen_ms, found.login_ms) == (clock(), clock(), None)


async def test_two_workers_that_note_the_same_use_at_once_write_it_once(
    accounts: Accounts, database: Database, clock: Hands
) -> None:
    await a_user(accounts)
    token = await _token(accounts)
    await accounts.identify_token(token.secret)
    first_ms = clock()
    clock.move(seconds=30)

    def late(connection: Connection) -> None:
        note_use(connection, hash_of(token.secret), clock())

    await database.run(late)
    [info] = await accounts.tokens.list()
    assert info.used_ms == first_ms


async def test_one_token_is_ended_and_the_others_go_on(accounts: Accounts) -> None:
    await a_user(accounts)
    one, other = await _token(accounts, "one"), await _token(accounts, "other")
    for token in (one, other):
        assert await accounts.identify_token(token.secret)
    assert await accounts.tokens.revoke(one.id, by="ada@x") == Changed()
    assert await accounts.identify_token(one.secret) is None
    assert who(await accounts.identify_token(other.secret)) == "ana@example.com"
    assert [info.label for info in await accounts.tokens.list()] == ["other"]
    for stranger in (one.id, "", "%", "x" * 16, other.id[:8], "\0" * 16):
        assert await accounts.tokens.revoke(stranger, by="ada@x") == NotFound()


async def test_a_token_that_has_expired_is_not_listed(accounts: Accounts, clock: Hands) -> None:
    await a_user(accounts)
    await _token(accounts)
    clock.move(hours=24 * 90)
    assert await accounts.tokens.list() == ()


async def test_a_person_is_logged_out_everywhere_and_tokens_go_on(accounts: Accounts) -> None:
    user = await a_user(accounts)
    sessions = [(await log_in(accounts)).session for _ in range(2)]
    token = await _token(accounts)
    assert await accounts.users.end_sessions(user.id, by="ada@x") == 2
    assert [await accounts.identify_session(session) for session in sessions] == [None, None]
    assert who(await accounts.identify_token(token.secret)) == "ana@example.com"
    assert await accounts.users.end_sessions("nobody", by="ada@x") == NotFound()


async def test_the_audit_trail_has_what_was_and_what_is_and_no_secret(accounts: Accounts, database: Database) -> None:
    user = await a_user(accounts)
    await accounts.users.update(user.id, name=user.name, role=Role.SUPERVISOR, rep=None, disabled=False, by="ada@x")
    token = await _token(accounts)
    await accounts.tokens.revoke(token.id, by="ada@x")
    await accounts.users.end_sessions(user.id, by="ada@x")
    await accounts.users.delete(user.id, by="ada@x")
    changes = [(change.action, change.detail) for change in reversed(await list_changes(database))]
    assert [action for action, _ in changes] == [
        *("user_added", "user_changed", "token_added", "token_revoked", "sessions_ended", "user_deleted"),
    ]
    kept = {"email": "ana@example.com", "name": "ana", "role": "rep", "rep": "ana", "disabled": False}
    assert changes[0][1]["after"] == kept
    assert changes[1][1]["before"] == {"role": "rep", "rep": "ana"}
    assert changes[1][1]["after"] == {"role": "supervisor", "rep": None}
    assert changes[3][1] == {"user": "ana@example.com", "token": token.id, "label": "reports"}
    assert changes[5][1]["before"] == {**kept, "role": "supervisor", "rep": None}
    assert token.secret not in repr(changes)


@pytest.fixture
async def adam(house: DeskHouse) -> httpx.AsyncClient:
    return await house.log_in("adam")


async def test_an_admin_makes_sees_and_ends_a_token(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    body = {"email": "sue@example.com", "label": "wallboard", "days": 30}
    made = await adam.post("/api/v1/tokens", json=body)
    assert made.status_code == 201
    secret = made.json()["token"]
    program = house.client(authorization=f"Bearer {secret}")
    assert (await program.get("/api/v1/me")).json()["email"] == "sue@example.com"
    [token] = (await adam.get("/api/v1/tokens")).json()["tokens"]
    assert (token["id"], token["label"], token["user"]["email"]) == (made.json()["id"], "wallboard", "sue@example.com")
    assert token["last_used_at"] is not None
    assert secret not in (await adam.get("/api/v1/tokens")).text
    assert (await adam.delete(f"/api/v1/tokens/{token['id']}")).status_code == 204
    assert (await program.get("/api/v1/me")).status_code == 401
    assert (await adam.delete(f"/api/v1/tokens/{token['id']}")).status_code == 404


@pytest.mark.parametrize("wrong", [{"email": "nobody@example.com"}, {"days": 0}, {"days": 4_000}, {"label": "x" * 201}])
async def test_a_wrong_token_is_refused_with_its_field(adam: httpx.AsyncClient, wrong: dict[str, object]) -> None:
    refused = await adam.post("/api/v1/tokens", json={"email": "sue@example.com", **wrong})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [*wrong]


async def test_an_admin_sees_when_people_were_there_and_logs_them_out(
    house: DeskHouse, adam: httpx.AsyncClient
) -> None:
    ana = await house.log_in("ana")
    people = {user["email"]: user for user in (await adam.get("/api/v1/users")).json()["users"]}
    assert people["ana@example.com"]["last_login_at"] is not None
    assert people["sue@example.com"]["last_seen_at"] is None
    ended = await adam.delete(f"/api/v1/users/{people['ana@example.com']['id']}/sessions")
    assert (ended.status_code, ended.json()) == (200, {"ended": 1})
    assert (await ana.get("/api/v1/me")).status_code == 401
    assert (await adam.delete("/api/v1/users/nobody/sessions")).status_code == 404
