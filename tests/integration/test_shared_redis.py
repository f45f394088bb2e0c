"""Commands of many coroutines on one connection: every answer reaches who asked, whatever happens to the others."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, RedisError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from cti.embedded import EmbeddedServer
from cti.shared_redis import SharedRedis
from tests.support.eventually import eventually_now

TIMEOUT_S = 0.5


@pytest.fixture
async def shared(valkey: EmbeddedServer, redis: Redis) -> AsyncIterator[SharedRedis]:
    pool = BlockingConnectionPool.from_url(valkey.url, decode_responses=True, socket_timeout=TIMEOUT_S)
    client = SharedRedis.from_pool(pool)
    yield client
    await client.aclose()


async def connections(redis: Redis) -> int:
    """Those that serve commands, ours aside."""
    return len([one for one in await redis.client_list() if one["cmd"] != "client|list"])


async def test_a_thousand_at_once_get_their_own_answers_over_one_connection(shared: SharedRedis, redis: Redis) -> None:
    numbers = range(1_000)
    assert await asyncio.gather(*(shared.echo(str(n)) for n in numbers)) == [str(n) for n in numbers]
    assert await connections(redis) == 1


async def test_answers_look_as_redis_py_shows_them(shared: SharedRedis, redis: Redis) -> None:
    for client in (shared, redis):
        await client.hset("h", mapping={"a": 1, "b": "zwei"})
        await client.zadd("z", {"x": 1.5})
    for ask in (
        lambda client: client.hgetall("h"),
        lambda client: client.hmget("h", ["a", "none"]),
        lambda client: client.zrange("z", 0, -1, withscores=True),
        lambda client: client.exists("h", "nothing"),
        lambda client: client.config_get("maxmemory-policy"),
        lambda client: client.time(),
    ):
        assert type(await ask(shared)) is type(await ask(redis))
    assert await shared.hgetall("h") == {"a": "1", "b": "zwei"}
    assert await shared.zrange("z", 0, -1, withscores=True) == await redis.zrange("z", 0, -1, withscores=True)
    assert await shared.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


async def test_an_error_reaches_only_who_caused_it(shared: SharedRedis) -> None:
    await shared.set("text", "x")
    good, wrong, unknown, after = await asyncio.gather(
        shared.echo("1"),
        shared.hget("text", "f"),
        shared.evalsha("0" * 40, 0),
        shared.echo("2"),
        return_exceptions=True,
    )
    assert (good, after) == ("1", "2")
    assert isinstance(wrong, ResponseError)
    assert isinstance(unknown, NoScriptError)


async def test_who_is_cancelled_takes_nobodys_answer(shared: SharedRedis) -> None:
    dice = random.Random(7)
    asked = {n: asyncio.create_task(shared.echo(str(n))) for n in range(500)}
    await asyncio.sleep(0)
    cancelled = {n for n in asked if dice.random() < 0.3}
    for n in cancelled:
        asked[n].cancel()
    await asyncio.wait(asked.values())
    assert all(asked[n].result() == str(n) for n in asked if n not in cancelled)
    assert await shared.echo("after") == "after"


async def test_a_lost_connection_fails_what_is_under_way_and_the_next_command_connects(
    shared: SharedRedis, redis: Redis
) -> None:
    await shared.ping()
    (mine,) = [one for one in await redis.client_list() if one["cmd"] != "client|list"]
    under_way = asyncio.create_task(shared.execute_command("WAIT", "1", "0"))  # for a replica that never comes
    await asyncio.sleep(0)
    await redis.client_kill_filter(_id=mine["id"])
    with pytest.raises(RedisConnectionError):
        await under_way
    assert await shared.echo("again") == "again"


async def test_a_server_that_says_nothing_is_given_up(shared: SharedRedis, redis: Redis) -> None:
    await shared.ping()
    with pytest.raises(RedisTimeoutError):
        await shared.execute_command("WAIT", "1", "0")
    assert await shared.echo("again") == "again"


async def test_a_server_that_restarts_is_waited_for_by_all_who_ask_meanwhile(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path)
    server.start()
    try:
        client = SharedRedis.from_pool(BlockingConnectionPool.from_url(server.url, decode_responses=True))
        await client.set("kept", "1")
        os.kill(server.pid, signal.SIGKILL)
        asked = [asyncio.create_task(client.get("kept")) for _ in range(50)]
        await asyncio.to_thread(eventually_now, server.ensure_running)
        said = await asyncio.gather(*asked, return_exceptions=True)
        assert all(one == "1" or isinstance(one, RedisConnectionError) for one in said)
        assert await client.get("kept") == "1"
        await client.aclose()
    finally:
        server.stop()


async def test_a_server_that_is_away_is_an_error_of_redis(shared: SharedRedis) -> None:
    away = SharedRedis.from_pool(
        BlockingConnectionPool.from_url("unix:///tmp/nobody/is/here", socket_timeout=TIMEOUT_S)
    )
    with pytest.raises(RedisError):
        await away.ping()
    await away.aclose()


async def test_a_blocking_read_holds_nobody_up(shared: SharedRedis) -> None:
    reading = asyncio.create_task(shared.xread({"s": "$"}, block=300))
    assert await shared.echo("meanwhile") == "meanwhile"
    assert not reading.done()
    assert await reading in ([], {}, None)
