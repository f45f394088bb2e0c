"""The scripts on a server with ``cluster-enabled yes`` that owns all slots: every key of a floor lies in one slot."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

from routing.model import CallId, Outcome, QueueId, RepId, RepStatus
from routing.redis_matcher import RedisMatcher
from tests.support.eventually import eventually
from tests.support.floor_dump import check_floor, dump_floor
from tests.support.matchers import VERSION, RedisFloor, a_demand, a_profile, an_ask
from tests.support.valkey import a_valkey


@pytest.fixture(scope="module")
def node() -> Iterator[tuple[str, int]]:
    """A cluster of one node on loopback: its socket's URL and its port."""
    with socket.socket() as probe, socket.socket() as bus:
        probe.bind(("127.0.0.1", 0))
        bus.bind(("127.0.0.1", 0))
        ports = probe.getsockname()[1], bus.getsockname()[1]
    options = ("--cluster-enabled", "yes", "--bind", "127.0.0.1", "--cluster-announce-ip", "127.0.0.1")
    with a_valkey(*options, "--port", str(ports[0]), "--cluster-port", str(ports[1])) as server:
        yield server.url, ports[0]


@pytest.fixture
async def cluster(node: tuple[str, int]) -> AsyncIterator[RedisCluster]:
    url, port = node
    async with Redis.from_url(url, decode_responses=True) as plain:
        if (await plain.execute_command("CLUSTER INFO"))["cluster_slots_assigned"] == "0":
            await plain.execute_command("CLUSTER ADDSLOTSRANGE 0 16383")

        async def is_whole() -> bool:
            return bool((await plain.execute_command("CLUSTER INFO"))["cluster_state"] == "ok")

        await eventually(is_whole, within_s=10)
        await plain.flushall()
    client = RedisCluster(host="127.0.0.1", port=port, decode_responses=True)
    yield client
    await client.aclose()


async def test_a_day_on_the_floor_works_in_a_cluster(cluster: RedisCluster) -> None:
    floor = RedisFloor(cluster)
    await floor.open()
    matcher: RedisMatcher = floor.matcher
    await matcher.set_version(VERSION, [a_demand()])
    await matcher.set_profiles([a_profile(rep) for rep in ("ana", "bo")], version=VERSION)
    await floor.staff("ana")
    await floor.staff("bo")
    await matcher.touch_sockets([(RepId("ana"), "tab"), (RepId("bo"), "tab")])
    match = await floor.claim(an_ask("c1", prefer="bo", wait_ms=5000, waived=True))
    [again] = await matcher.settle(match.offer, Outcome.DECLINED)
    await matcher.accept(again.offer)
    await floor.claim(an_ask("c2"))
    await floor.wait(an_ask("c3", prefer="ana", at=floor.now, wait_ms=3000))
    assert await matcher.position(CallId("c3")) == (1, 1)
    assert (await matcher.waiting_counts([QueueId("support")]))[QueueId("support")][0] == 2
    assert await matcher.reservation(CallId("c2")) is not None
    [third] = await matcher.finish(again.offer, wrap_up=False)
    await matcher.accept(third.offer)
    await matcher.finish(third.offer, wrap_up=True)
    await matcher.free(RepId("ana"), CallId("c3"))
    await matcher.leave(CallId("c2"))
    await matcher.set_status(RepId("ana"), RepStatus.AWAY)
    await matcher.drop_socket(RepId("bo"), "tab")
    await floor.run_ms(31_000)
    assert await matcher.wake(CallId("c9")) == ()
    assert await matcher.put_on_call(RepId("cy"), CallId("c8"), again.offer)
    assert [each.status for each in await matcher.reps()] == ["away", "available", "on_call"]
    check_floor(await dump_floor(cluster), floor.now)
