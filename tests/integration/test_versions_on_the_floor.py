"""A version becomes active while calls are in progress: every worker follows within a second, calls keep theirs."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from cti.accounts.accounts import Accounts
from cti.accounts.model import Token
from cti.accounts.roles import Role
from cti.calls.rules import EXTRAS
from cti.embedded import EmbeddedServer
from tests.support.callers import call_of, go_home
from tests.support.eventually import eventually, here
from tests.support.house import ONE_QUEUE, Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

STRICT = ONE_QUEUE.replace("needs: {support: 1}", "priority: 7, needs: {support: 3}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with a_house(valkey=valkey, tmp_path=tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    """A program with an admin's token."""
    accounts: Accounts = running.house.accounts
    await accounts.users.add(
        email="adam@example.com", role=Role.ADMIN, rep=None, password="a long enough one", by="test", name="Adam"
    )
    token = await accounts.tokens.add("adam@example.com", days=1, label="", by="test")
    assert isinstance(token, Token)
    headers = {"authorization": f"Bearer {token.secret}"}
    async with httpx.AsyncClient(base_url=f"{running.url}/api/v1", headers=headers, trust_env=False) as client:
        yield client


async def drafted(admin: httpx.AsyncClient, text: str) -> int:
    answer = await admin.post("/config/versions", json={"text": text})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["n"])


async def activate(admin: httpx.AsyncClient, n: int) -> None:
    answer = await admin.post(f"/config/versions/{n}/activate")
    assert answer.status_code == 200, answer.text


def followed(running: Running, n: int) -> bool:
    """Every worker plans by that version."""
    return all(worker.rules.config.version == n for worker in (running.house, *running.others))


async def on_floor(running: Running, n: int) -> bool:
    """Claims are made by it."""
    return followed(running, n) and (await running.house.calls.marker()).version // EXTRAS == n


async def test_all_workers_follow_within_a_second(running: Running, admin: httpx.AsyncClient) -> None:
    assert len(running.others) == 1
    before = running.house.rules.config.version
    for n in (await drafted(admin, STRICT), before):
        await activate(admin, n)
        since = time.monotonic()
        await eventually(lambda n=n: on_floor(running, n), 1.0)
        assert time.monotonic() - since < here(1.0)


async def test_a_version_whose_writing_broke_off_is_written_whole_by_another(running: Running) -> None:
    """The worker that wrote it died: the floor has the version, and not everybody's profile."""
    redis = running.house.redis

    async def is_whole() -> bool:
        return await redis.hget("{main}:floor", "renewing") is None

    await eventually(is_whole, 2.0)  # the version of the test before this one may still be under way
    sources = await redis.hgetall("{main}:sources")
    assert sources
    await redis.hdel("{main}:sources", *sources)
    await redis.hset("{main}:floor", "renewing", "1")
    await eventually(is_whole, 2.0)
    assert await redis.hgetall("{main}:sources") == sources


MENU = ONE_QUEUE.replace(
    "rules:\n",
    """rules:
  - {name: menu, ask: {say: Press 1., keys: {1: "yes"}}}
  - {name: pressed, when: '"yes" in call.answers', route: {queue: support, priority: 9}}
""",
)


async def test_a_caller_in_a_menu_keeps_the_version_that_asked(running: Running, admin: httpx.AsyncClient) -> None:
    began = await drafted(admin, MENU)
    await activate(admin, began)
    await eventually(lambda: on_floor(running, began))
    sid = await running.call_in("+15551230003")
    await running.comes_to(sid, "asking")
    newer = await drafted(admin, ONE_QUEUE)
    await activate(admin, newer)
    await eventually(lambda: on_floor(running, newer))
    await running.emulator.press(sid, "1")
    await running.comes_to(sid, "waiting")
    plan = (await call_of(running, sid)).plan
    assert plan is not None
    assert (plan.rule, plan.version, plan.priority) == ("pressed", began, 9)
    await go_home(running)


async def test_a_call_in_progress_keeps_the_version_it_began_with(running: Running, admin: httpx.AsyncClient) -> None:
    began = running.house.rules.config.version
    first = await running.call_in("+15551230001")
    await running.comes_to(first, "waiting")
    newer = await drafted(admin, STRICT)
    await activate(admin, newer)
    await eventually(lambda: on_floor(running, newer))
    second = await running.call_in("+15551230002")
    await running.comes_to(second, "waiting")
    plans = [(await call_of(running, sid)).plan for sid in (first, second)]
    assert [plan and (plan.version, plan.priority, dict(plan.needs)) for plan in plans] == [
        (began, 0, {"support": 1}),
        (newer, 7, {"support": 3}),
    ]
    await running.sits_down("bo")  # who meets the older plan's needs alone
    await running.comes_to(first, "offered", "connecting", "talking")
    assert await running.state(second) == "waiting"
    await running.sits_down("ana")
    await running.comes_to(second, "offered", "connecting", "talking")
    await activate(admin, began)
    await eventually(lambda: on_floor(running, began))
    kept = (await call_of(running, second)).plan
    assert kept is not None
    assert kept.version == newer
    detail = (await admin.get(f"/calls/{(await call_of(running, second)).id}")).json()
    assert detail["call"]["config_version"] == newer
    await go_home(running)
