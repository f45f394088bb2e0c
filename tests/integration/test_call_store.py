"""What the floor keeps of a call while the caller waits: the heartbeat of the wait document, and a place in a line."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from cti.embedded import EmbeddedServer
from tests.support.callers import call_id, go_home, talking
from tests.support.eventually import eventually
from tests.support.house import Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with a_house(valkey=valkey, tmp_path=tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


async def test_only_a_caller_in_the_queue_has_a_heartbeat(running: Running) -> None:
    async def beats() -> bool:
        return await running.house.redis.zscore(running.house.calls.key("heartbeats"), call_id(sid)) is not None

    sid = await running.call_in()
    await eventually(beats)
    await running.sits_down("ana")
    async with talking(running, sid):
        assert not await beats()


async def test_a_waiting_call_that_has_lost_its_place_gets_it_back(running: Running) -> None:
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")
    calls, redis = running.house.calls, running.house.redis
    demand, member = await redis.hmget(calls.key(f"wait:{call_id(sid)}"), ["demand", "member"])
    line = calls.key(f"line:{demand}")
    assert await redis.zscore(line, member) is not None
    await redis.zrem(line, member)
    assert not (await calls.turn(call_id(sid))).in_line

    async def stands() -> bool:
        return await redis.zscore(line, member) is not None

    await eventually(stands)
