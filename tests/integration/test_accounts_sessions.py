"""Log-in and sessions with a real Redis: limits, sliding life, SQL down, and revocation in every worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest
from redis.asyncio import Redis
from sqlalchemy import Connection, delete, func, select, update

from cti.accounts.accounts import Accounts
from cti.accounts.attempts import PER_ACCOUNT, PER_ADDRESS
from cti.accounts.errors import AccountsUnavailable
from cti.accounts.model import Limited, LoggedIn, NotFound, Refused, Token
from cti.accounts.revocations import LIFE_MS
from cti.accounts.roles import Role
from cti.accounts.visitors import Stay
from cti.record.database import Database
from cti.record.errors import RecordUnavailable
from cti.record.tables import sessions, tokens, users
from tests.support.eventually import eventually
from tests.support.people import ADDRESS, PASSWORD, Hands, a_user, an_office, log_in, who

T = TypeVar("T")
SOON_S = 2.0
"""1 s is promised; a machine that runs other tests beside it gets another."""


class Outage(Database):
    """The database, which can be away."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.away = False

    async def run(self, work: Callable[[Connection], T]) -> T:
        if self.away:
            raise RecordUnavailable("away")
        return await super().run(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        if self.away:
            raise RecordUnavailable("away")
        return await super().read(work)


pytestmark = pytest.mark.parametrize("sql_url", ["sqlite"], indirect=True)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def outage(database: Database, sql_url: str) -> AsyncIterator[Outage]:
    outage = Outage(sql_url)
    yield outage
    await outage.close()


@pytest.fixture
async def accounts(outage: Outage, redis: Redis, clock: Hands) -> AsyncIterator[Accounts]:
    async with an_office(outage, redis, clock) as accounts:
        yield accounts


@asynccontextmanager
async def running(*workers: Accounts) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@asynccontextmanager
async def another_worker(sql_url: str, redis: Redis, clock: Hands) -> AsyncIterator[Accounts]:
    database = Database(sql_url)
    async with an_office(database, redis, clock) as accounts, running(accounts):
        yield accounts
    await database.close()


async def test_a_session_is_its_users_until_twelve_idle_hours_are_over(accounts: Accounts, clock: Hands) -> None:
    await a_user(accounts)
    session = (await log_in(accounts, "ANA@Example.com")).session
    for _ in range(3):
        clock.move(hours=11.9)
        assert who(await accounts.identify_session(session)) == "ana@example.com"
    clock.move(hours=12)
    assert await accounts.identify_session(session) is None


async def test_only_a_hash_of_a_session_is_kept_anywhere(accounts: Accounts, outage: Outage, redis: Redis) -> None:
    await a_user(accounts)
    session = (await log_in(accounts)).session
    await accounts.identify_session(session)
    rows = await outage.read(lambda connection: connection.execute(select(sessions)).all())
    kept = repr(rows) + repr([(key, await redis.dump(key)) for key in await redis.keys("*session*")])
    assert len(rows) == 1
    assert session not in kept


async def test_sessions_that_are_over_are_cleared_away_at_the_next_log_in(
    accounts: Accounts, outage: Outage, clock: Hands
) -> None:
    await a_user(accounts)
    await log_in(accounts)
    clock.move(hours=13)
    await log_in(accounts)
    count = select(func.count()).select_from(sessions)
    assert await outage.read(lambda connection: connection.execute(count).scalar_one()) == 1


@pytest.mark.parametrize(
    ("email", "password"), [("ana@example.com", "wrong password"), ("nobody@example.com", PASSWORD), ("", "")]
)
async def test_a_wrong_password_and_an_unknown_address_are_refused_alike(
    accounts: Accounts, email: str, password: str
) -> None:
    await a_user(accounts)
    assert await accounts.log_in(email, password, ADDRESS) == Refused()


async def test_a_disabled_person_cannot_log_in(accounts: Accounts) -> None:
    user = await a_user(accounts)
    await accounts.users.update(user.id, name="Ana", role=Role.REP, rep="ana", disabled=True, by="test")
    assert await accounts.log_in(user.email, PASSWORD, ADDRESS) == Refused()


async def test_guessing_one_account_is_limited_from_every_address_and_the_right_password_with_it(
    accounts: Accounts,
) -> None:
    await a_user(accounts)
    guesses = (accounts.log_in("ana@example.com", "wrong password", f"address {n}") for n in range(PER_ACCOUNT + 4))
    results = await asyncio.gather(*guesses)
    assert results.count(Refused()) == PER_ACCOUNT
    limited = await accounts.log_in("Ana@Example.com ", PASSWORD, ADDRESS)
    assert isinstance(limited, Limited)
    assert 0 < limited.retry_after_s <= 300
    assert await accounts.log_in("bo@example.com", PASSWORD, ADDRESS) == Refused()


async def test_guessing_many_accounts_from_one_address_is_limited(accounts: Accounts, redis: Redis) -> None:
    await a_user(accounts)
    await accounts.log_in("x@example.com", "wrong password", ADDRESS)
    for key in await redis.keys("*attempts*"):
        await redis.set(key, PER_ADDRESS, keepttl=True)
    assert isinstance(await accounts.log_in("ana@example.com", PASSWORD, ADDRESS), Limited)
    assert isinstance(await accounts.log_in("ana@example.com", PASSWORD, "elsewhere"), LoggedIn)


async def test_a_right_password_gives_its_attempts_back(accounts: Accounts) -> None:
    await a_user(accounts)
    for _ in range(2):
        for _ in range(PER_ACCOUNT - 1):
            assert await accounts.log_in("ana@example.com", "wrong password", ADDRESS) == Refused()
        await log_in(accounts)


async def test_counters_end_by_themselves_and_hold_no_address(accounts: Accounts, redis: Redis) -> None:
    await accounts.log_in("ana@example.com", "wrong password", ADDRESS)
    counters = await redis.keys("*attempts*")
    assert len(counters) == 2
    for counter in counters:
        assert 0 < await redis.pttl(counter) <= 300_000
        assert "ana" not in counter
        assert ADDRESS not in counter


async def test_nobody_logs_in_where_attempts_cannot_be_counted(outage: Outage, clock: Hands) -> None:
    async with an_office(outage, None, clock) as accounts:
        with pytest.raises(AccountsUnavailable):
            await accounts.log_in("ana@example.com", PASSWORD, ADDRESS)


async def test_a_session_outlives_sql_in_every_worker_for_as_long_as_sql_is_away(
    accounts: Accounts, outage: Outage, redis: Redis, clock: Hands
) -> None:
    await a_user(accounts)
    session = (await log_in(accounts)).session
    await accounts.identify_session(session)
    outage.away = True
    for _ in range(3):
        clock.move(hours=3)
        async with an_office(outage, redis, clock) as fresh:
            assert who(await fresh.identify_session(session)) == "ana@example.com"
        assert who(await accounts.identify_session(session)) == "ana@example.com"
    clock.move(hours=4)
    with pytest.raises(RecordUnavailable):
        await accounts.identify_session(session)


async def test_an_unknown_session_while_sql_is_away_is_not_taken_for_a_log_out(
    accounts: Accounts, outage: Outage
) -> None:
    outage.away = True
    with pytest.raises(RecordUnavailable):
        await accounts.identify_session("0" * 64)


async def test_sql_that_hangs_counts_as_away(accounts: Accounts, outage: Outage, clock: Hands) -> None:
    await a_user(accounts)
    session = (await log_in(accounts)).session
    await accounts.identify_session(session)
    clock.move(seconds=61)
    blocked = asyncio.Event()
    outage.read = lambda work: blocked.wait()
    async with asyncio.timeout(5):
        assert who(await accounts.identify_session(session)) == "ana@example.com"


async def test_logging_out_counts_at_once_in_every_worker(
    accounts: Accounts, sql_url: str, redis: Redis, clock: Hands
) -> None:
    await a_user(accounts)
    session = (await log_in(accounts)).session
    async with another_worker(sql_url, redis, clock) as other, other.stay_by_session(session) as stay:
        assert isinstance(stay, Stay)
        assert stay.identity.email == "ana@example.com"
        await asyncio.sleep(0)
        await accounts.log_out(session)
        async with asyncio.timeout(SOON_S):
            await stay.revoked.wait()
        assert await other.identify_session(session) is None
    assert await accounts.identify_session(session) is None
    await accounts.log_out(session)


async def test_what_was_revoked_before_a_worker_listens_is_noticed_when_it_does(
    accounts: Accounts, sql_url: str, redis: Redis, clock: Hands
) -> None:
    await a_user(accounts)
    session = (await log_in(accounts)).session
    database = Database(sql_url)
    async with an_office(database, redis, clock) as other, other.stay_by_session(session) as stay:
        assert stay is not None
        await accounts.log_out(session)
        async with running(other), asyncio.timeout(SOON_S):
            await stay.revoked.wait()
    await database.close()


async def test_logging_out_while_sql_is_away_holds_when_it_is_back(accounts: Accounts, outage: Outage) -> None:
    await a_user(accounts)
    session = (await log_in(accounts)).session
    outage.away = True
    await accounts.log_out(session)
    assert await accounts.identify_session(session) is None
    outage.away = False
    assert await accounts.identify_session(session) is None


@pytest.mark.parametrize("deed", ["role", "rep", "disable", "delete", "password"])
async def test_what_an_admin_does_to_a_person_closes_their_sockets_within_a_second(
    accounts: Accounts, sql_url: str, redis: Redis, clock: Hands, deed: str
) -> None:
    user = await a_user(accounts)
    session = (await log_in(accounts)).session
    async with another_worker(sql_url, redis, clock) as other, other.stay_by_session(session) as stay:
        assert stay is not None
        change = {"name": "Ana", "role": Role.REP, "rep": "ana", "disabled": False, "by": "test"}
        match deed:
            case "role":
                await accounts.users.update(user.id, **(change | {"role": Role.SUPERVISOR}))
            case "rep":
                await accounts.users.update(user.id, **(change | {"rep": "bo"}))
            case "disable":
                await accounts.users.update(user.id, **(change | {"disabled": True}))
            case "delete":
                await accounts.users.delete(user.id, by="test")
            case "password":
                await accounts.users.set_password(user.id, "another password", by="test")
        async with asyncio.timeout(SOON_S):
            await stay.revoked.wait()
        assert await other.identify_session(session) is None
    assert await accounts.identify_session(session) is None


async def test_another_name_logs_nobody_out(accounts: Accounts) -> None:
    user = await a_user(accounts)
    session = (await log_in(accounts)).session
    await accounts.users.update(user.id, name="Ana P.", role=Role.REP, rep="ana", disabled=False, by="test")
    identity = await accounts.identify_session(session)
    assert identity is not None


async def test_a_token_keeps_working_with_the_new_role_after_its_socket_was_closed(
    accounts: Accounts, sql_url: str, redis: Redis, clock: Hands
) -> None:
    user = await a_user(accounts)
    token = await accounts.tokens.add(user.email, days=9, label="", by="test")
    assert isinstance(token, Token)
    async with another_worker(sql_url, redis, clock) as other, other.stay_by_token(token.secret) as stay:
        assert stay is not None
        await accounts.users.update(user.id, name="Ana", role=Role.SUPERVISOR, rep=None, disabled=False, by="test")
        async with asyncio.timeout(SOON_S):
            await stay.revoked.wait()
        identity = await other.identify_token(token.secret)
        assert identity is not None
        assert identity.role is Role.SUPERVISOR


async def test_a_revoked_token_is_worth_nothing_at_once_in_every_worker(
    accounts: Accounts, sql_url: str, redis: Redis, clock: Hands
) -> None:
    user = await a_user(accounts)
    token = await accounts.tokens.add(user.email, days=9, label="", by="test")
    assert isinstance(token, Token)
    session = (await log_in(accounts)).session
    async with another_worker(sql_url, redis, clock) as other, other.stay_by_token(token.secret) as stay:
        assert stay is not None
        assert await accounts.users.revoke_tokens(user.email.upper(), by="test") == 1
        async with asyncio.timeout(SOON_S):
            await stay.revoked.wait()
        assert await other.identify_token(token.secret) is None
    assert await accounts.identify_session(session) is not None
    assert await accounts.users.revoke_tokens(user.email, by="test") == 0
    assert await accounts.users.revoke_tokens("nobody@example.com", by="test") == NotFound()


async def test_nothing_revoked_is_missed_while_the_connection_is_broken(
    accounts: Accounts, sql_url: str, redis: Redis, clock: Hands
) -> None:
    await a_user(accounts)
    session = (await log_in(accounts)).session
    async with another_worker(sql_url, redis, clock) as other, other.stay_by_session(session) as stay:
        assert stay is not None
        await eventually(lambda: redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
        await accounts.log_out(session)
        async with asyncio.timeout(SOON_S):
            await stay.revoked.wait()


@pytest.mark.parametrize("table", [sessions, tokens, users])
async def test_somebody_who_stays_is_looked_at_again_even_if_nobody_was_told(
    accounts: Accounts, outage: Outage, table: object
) -> None:
    """As after a change by a command line that found no Redis."""
    user = await a_user(accounts)
    session = (await log_in(accounts)).session
    token = await accounts.tokens.add(user.email, days=9, label="", by="test")
    assert isinstance(token, Token)
    async with accounts.stay_by_session(session) as first, accounts.stay_by_token(token.secret) as second:
        assert first is not None
        assert second is not None
        await accounts.look_again()
        assert not first.revoked.is_set()
        if table is users:
            await outage.run(lambda connection: connection.execute(update(users).values(role="admin")))
        else:
            await outage.run(lambda connection: connection.execute(delete(table)))
        await accounts.look_again()
        assert first.revoked.is_set() is (table is not tokens)
        assert second.revoked.is_set() is (table is not sessions)


async def test_nobody_stays_with_a_session_that_does_not_hold(accounts: Accounts) -> None:
    async with accounts.stay_by_session("0" * 64) as stay:
        assert stay is None
    async with accounts.stay_by_session("cti_x") as stay:
        assert stay is None


async def test_an_answer_of_sql_older_than_a_revocation_is_not_kept(
    accounts: Accounts, outage: Outage, clock: Hands
) -> None:
    await a_user(accounts)
    session = (await log_in(accounts)).session
    read = outage.read

    async def slow_read(work: Callable[[Connection], T]) -> T:
        answer = await read(work)
        outage.read = read
        await accounts.log_out(session)
        return answer

    outage.read = slow_read
    await accounts.identify_session(session)
    assert await accounts.identify_session(session) is None


async def test_the_tombstone_outlives_the_session(accounts: Accounts, redis: Redis) -> None:
    await a_user(accounts)
    session = (await log_in(accounts)).session
    await accounts.log_out(session)
    (tombstone,) = await redis.keys("*ended:*")
    assert LIFE_MS - 10_000 < await redis.pttl(tombstone) <= LIFE_MS
