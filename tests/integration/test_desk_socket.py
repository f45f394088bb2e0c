"""A rep's events: hello, snapshot or replay, order, cursors, and how a socket ends. Real Valkey and WebSockets."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from cti.accounts.roles import Role
from cti.calls.model import CallState
from routing.model import RepId, RepStatus
from tests.support.desk_app import JAN, DeskHouse, next_event
from tests.support.eventually import eventually, here

EVENTS = "{main}:events:ana"


@pytest.fixture
async def ana(house: DeskHouse) -> httpx.AsyncClient:
    return await house.log_in("ana")


async def read_until(events: ClientConnection, kind: str, **members: object) -> list[dict[str, Any]]:
    """Everything up to the event of that kind with these members."""
    read: list[dict[str, Any]] = []
    while not read or read[-1]["type"] != kind or any(read[-1].get(name) != value for name, value in members.items()):
        read.append(await next_event(events))
    return read


async def closed_with(events: ClientConnection, within_s: float = 5.0) -> int | None:
    try:
        async with asyncio.timeout(here(within_s)):
            while True:
                await events.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


async def test_a_connection_opens_with_hello_and_a_snapshot(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    async with house.socket(ana) as events:
        hello, snapshot = await next_event(events), await next_event(events)
    assert hello["type"] == "hello"
    assert hello["server_time"].endswith("Z")
    assert snapshot["type"] == "snapshot"
    assert snapshot["cursor"].startswith("1-")
    assert (snapshot["offer"], snapshot["call"]) == (None, None)
    assert snapshot["rep"].items() >= {"id": "ana", "name": "Ana Perez", "status": "offline", "connected": True}.items()


async def test_an_offer_and_a_call_are_told_in_order(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    await house.ready("ana")
    async with house.socket(ana) as events:
        await next_event(events, "snapshot")
        call = await house.ring(JAN)
        offered = await read_until(events, "call_state", state="offered")
        assert call.offer
        await ana.post(f"/api/v1/offers/{call.offer.id}/accept", json={})
        await house.connect_legs(await house.call(call.id))
        await house.caller_hangs_up(call)
        await ana.post(f"/api/v1/calls/{call.id}/wrap-up", json={"disposition": "resolved", "notes": ""})
        later = await read_until(events, "rep_status", status="available")
    told = [(one["type"], one.get("status") or one.get("state") or one.get("outcome")) for one in offered + later]
    assert told == [
        ("rep_status", "reserved"),
        ("screen_pop", None),
        ("call_state", "offered"),
        ("offer_ended", "accepted"),
        ("rep_status", "on_call"),
        ("call_state", "connecting"),
        ("call_state", "talking"),
        ("call_state", "wrap_up"),
        ("rep_status", "wrap_up"),
        ("call_state", "ended"),
        ("rep_status", "available"),
    ]
    cursors = [one["cursor"] for one in offered + later]
    assert len(set(cursors)) == len(cursors)
    assert all(one["since"].endswith("Z") for one in offered + later if "since" in one)


async def test_a_snapshot_shows_the_offer_and_then_the_call(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    await house.ready("ana")
    call = await house.ring(JAN)
    async with house.socket(ana) as events:
        snapshot = await next_event(events, "snapshot")
        assert snapshot["offer"]["call"]["id"] == call.id
        assert snapshot["call"] is None
    assert call.offer
    await ana.post(f"/api/v1/offers/{call.offer.id}/accept", json={})
    await ana.put(f"/api/v1/calls/{call.id}/draft", json={"disposition": "other", "notes": "Hm"})
    async with house.socket(ana) as events:
        snapshot = await next_event(events, "snapshot")
    assert (snapshot["offer"], snapshot["call"]["state"]) == (None, "connecting")
    assert snapshot["call"]["draft"] == {"disposition": "other", "notes": "Hm"}


async def test_who_comes_back_by_cursor_gets_what_was_missed_once_and_in_order(
    house: DeskHouse, ana: httpx.AsyncClient
) -> None:
    await house.ready("ana")
    async with house.socket(ana) as events:
        cursor = (await next_event(events, "snapshot"))["cursor"]
        first = await house.ring(JAN)
        whole = await read_until(events, "call_state", state="offered")
        await house.caller_hangs_up(first)
        whole += await read_until(events, "rep_status", status="available")
    for place in range(len(whole)):
        async with house.socket(ana, after=whole[place - 1]["cursor"] if place else cursor) as events:
            assert (await next_event(events))["type"] == "hello"
            assert [await next_event(events) for _ in whole[place:]] == whole[place:]


async def test_a_cursor_that_cannot_be_continued_gets_a_snapshot(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    await house.ready("ana")
    async with house.socket(ana) as events:
        cursor = (await next_event(events, "snapshot"))["cursor"]
    await house.ring(JAN)
    epoch, _, place = cursor.partition("-")
    oldest = await house.parts.redis.xrange(EVENTS, count=1)
    await house.parts.redis.xtrim(EVENTS, minid=oldest[0][0], approximate=False)
    for unknown in ("nonsense", f"0-{place}", f"{epoch}-1-1", f"{epoch}-99999999999999-0", "1-" + "9" * 40, "'"):
        async with house.socket(ana, after=unknown) as events:
            kinds = [(await next_event(events))["type"] for _ in range(2)]
            assert (unknown, kinds) == (unknown, ["hello", "snapshot"])


async def test_a_trimmed_cursor_gets_a_snapshot(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    await house.ready("ana")
    async with house.socket(ana) as events:
        cursor = (await next_event(events, "snapshot"))["cursor"]
    await house.ring(JAN)
    await house.parts.redis.xtrim(EVENTS, maxlen=1, approximate=False)
    async with house.socket(ana, after=cursor) as events:
        assert [(await next_event(events))["type"] for _ in range(2)] == ["hello", "snapshot"]


async def test_a_snapshot_and_its_cursor_are_of_one_moment(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    """Statuses change all the time; whoever replays behind a snapshot's cursor must end where the floor is."""
    busy = asyncio.create_task(_restless(house))
    for _ in range(30):
        async with house.socket(ana) as events:
            snapshot = await next_event(events, "snapshot")
            later = await next_event(events, "rep_status")
            reasons = int(snapshot["rep"]["reason"] or 0), int(later["reason"] or 0)
            assert reasons[1] == reasons[0] + 1
    busy.cancel()


async def _restless(house: DeskHouse) -> None:
    await house.parts.redis.zadd("{main}:sockets:ana", {"steady": house.parts.clock.now_ms() + 86_400_000})
    await house.parts.matcher.touch_socket(RepId("ana"), "first")
    for number in range(1, 100_000):
        await house.parts.matcher.set_status(RepId("ana"), RepStatus.AWAY, reason=str(number))
        await asyncio.sleep(0.002)


async def test_every_tab_gets_everything(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    await house.ready("ana")
    async with house.socket(ana) as one, house.socket(ana) as two:
        await next_event(one, "snapshot")
        await next_event(two, "snapshot")
        await house.ring(JAN)
        first = await read_until(one, "call_state", state="offered")
        second = await read_until(two, "call_state", state="offered")
    assert [event["cursor"] for event in first[-3:]] == [event["cursor"] for event in second[-3:]]


async def test_one_rep_hears_nothing_of_another(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    await house.ready("ana")
    bo = await house.log_in("bo")
    async with house.socket(bo) as events:
        await next_event(events, "snapshot")
        await house.ring(JAN)
        await bo.put("/api/v1/me/status", json={"status": "away", "reason": "the mark"})
        assert (await next_event(events))["reason"] == "the mark"


# -- presence ----------------------------------------------------------------------------------------------------------


async def connected(house: DeskHouse, rep: str = "ana") -> bool:
    state = await house.parts.matcher.rep(RepId(rep))
    return state is not None and state.connected


async def test_a_rep_is_connected_while_any_tab_is_open(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    async with house.socket(ana) as one:
        await next_event(one, "snapshot")
        async with house.socket(ana) as two:
            await next_event(two, "snapshot")
            assert house.sockets.count == 2
        await eventually(lambda: house.sockets.count == 1)
        assert await connected(house)

    async def gone() -> bool:
        return not await connected(house)

    await eventually(gone)


async def test_an_open_socket_keeps_the_rep_connected_for_longer_than_its_life(
    house: DeskHouse, ana: httpx.AsyncClient
) -> None:
    async with house.socket(ana) as events:
        await next_event(events, "snapshot")
        first = await house.parts.redis.zrange("{main}:sockets:ana", 0, -1, withscores=True)

        async def touched() -> bool:
            now = await house.parts.redis.zrange("{main}:sockets:ana", 0, -1, withscores=True)
            return bool(now) and now[0][1] > first[0][1]

        await eventually(touched, 6.0)


async def test_a_browser_that_comes_back_gets_the_call_that_waits(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    await ana.put("/api/v1/me/status", json={"status": "available"})
    call = await house.ring(JAN)
    assert call.state is CallState.WAITING
    async with house.socket(ana) as events:
        snapshot = await next_event(events, "snapshot")
    assert snapshot["offer"]["call"]["id"] == call.id


# -- the ends of a socket ----------------------------------------------------------------------------------------------


async def test_a_stranger_is_told_to_log_in(house: DeskHouse) -> None:
    async with house.socket(house.client()) as events:
        assert await closed_with(events) == 4401


async def test_logging_out_closes_the_socket_within_a_second(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    other = await house.log_in("ana")
    async with house.socket(ana) as mine, house.socket(other) as others:
        await next_event(mine, "snapshot")
        await next_event(others, "snapshot")
        await ana.delete("/api/v1/session")
        assert await closed_with(mine, 1.0) == 4401
        await other.put("/api/v1/me/status", json={"status": "away"})
        assert (await next_event(others, "rep_status"))["type"] == "rep_status"


@pytest.mark.parametrize("what", ["role", "delete", "token"])
async def test_a_change_of_role_and_a_deletion_close_the_socket_within_a_second(house: DeskHouse, what: str) -> None:
    client = await (house.bearer("ana") if what == "token" else house.log_in("ana"))
    users = house.parts.accounts.users
    user = await users.by_email("ana@example.com")
    assert user
    async with house.socket(client) as events:
        await next_event(events, "snapshot")
        if what == "delete":
            await users.delete(user.id, by="test")
        else:
            await users.update(user.id, name="Ana", role=Role.SUPERVISOR, rep=None, disabled=False, by="test")
        assert await closed_with(events, 1.0) == 4401


async def test_a_browser_that_takes_nothing_is_closed_and_comes_back_by_cursor(
    house: DeskHouse, ana: httpx.AsyncClient
) -> None:
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", int(house.url.rpartition(":")[2])))
    cookie = "; ".join(f"{name}={value}" for name, value in ana.cookies.items())
    headers = {"origin": house.url, "cookie": cookie}
    url = f"{house.url.replace('http', 'ws')}/ws/desk"
    async with connect(
        url, sock=narrow, additional_headers=headers, max_queue=1, max_size=None, ping_interval=None
    ) as events:
        cursor = (await next_event(events, "snapshot"))["cursor"]
        events.transport.pause_reading()
        big = json.dumps({"type": "caller_updated", "call_id": "c1", "caller": {"padding": "x" * 200_000}})
        for _ in range(60):
            await house.parts.redis.xadd(EVENTS, {"e": big})
        await house.parts.redis.publish("{main}:wake:ana", "1")
        await eventually(lambda: house.sockets.count == 0, 15.0)
        events.transport.resume_reading()
        assert await closed_with(events, 10.0) == 4408
    async with house.socket(ana, after=cursor) as events:
        assert (await next_event(events))["type"] == "hello"
        kinds = [(await next_event(events))["type"] for _ in range(61)]
    assert kinds.count("caller_updated") >= 60


async def test_what_a_browser_sends_is_thrown_away(house: DeskHouse, ana: httpx.AsyncClient) -> None:
    async with house.socket(ana) as events:
        await next_event(events, "snapshot")
        await events.send("nonsense")
        await events.send(b"\0" * 1_000)
        await ana.put("/api/v1/me/status", json={"status": "away"})
        assert (await next_event(events, "rep_status"))["status"] == "away"


# -- a floor that was emptied ------------------------------------------------------------------------------------------


async def rebuild(house: DeskHouse) -> None:
    """What the floor's keeper does."""
    await house.parts.redis.flushall()
    await house.parts.matcher.open_floor(epoch=2, version=house.parts.rules.version)
    await house.parts.rules.put_on_floor()
    await house.parts.calls.mark_restored(2)


async def test_after_a_flush_reps_are_what_they_were_and_get_a_snapshot(
    house: DeskHouse, ana: httpx.AsyncClient
) -> None:
    bo = await house.log_in("bo")
    async with house.socket(ana) as anas, house.socket(bo) as bos:
        await next_event(anas, "snapshot")
        await next_event(bos, "snapshot")
        await ana.put("/api/v1/me/status", json={"status": "available"})
        await bo.put("/api/v1/me/status", json={"status": "away", "reason": "lunch"})
        await read_until(anas, "rep_status", status="available")
        await read_until(bos, "rep_status", status="away")
        await house.sockets.look()
        await rebuild(house)
        snapshot = await next_event(anas, "snapshot")
        away = await next_event(bos, "snapshot")
    assert (snapshot["rep"]["status"], snapshot["rep"]["connected"]) == ("available", True)
    assert (away["rep"]["status"], away["rep"]["reason"]) == ("away", "lunch")
    assert snapshot["cursor"].startswith("2-")


async def test_while_there_is_no_floor_the_handshake_is_refused_with_a_time(
    house: DeskHouse, ana: httpx.AsyncClient
) -> None:
    await house.parts.redis.delete("{main}:floor")
    with pytest.raises(InvalidStatus) as refused:
        async with house.socket(ana):
            pass
    assert refused.value.response.status_code == 503
    assert refused.value.response.headers["retry-after"]


async def test_more_desks_than_connections_to_redis_are_woken_together(house: DeskHouse) -> None:
    ana = await house.bearer("ana")
    most = house.parts.redis.connection_pool.max_connections
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(house.socket(ana)) for _ in range(most + 30)]
        for events in opened:
            await next_event(events, "snapshot")
        await ana.put("/api/v1/me/status", json={"status": "away", "reason": "all"})
        await asyncio.gather(*(read_until(events, "rep_status", reason="all") for events in opened))
        assert house.sockets.count == most + 30


async def test_an_event_that_nobody_was_woken_for_is_told_when_redis_listens_again(
    house: DeskHouse, ana: httpx.AsyncClient
) -> None:
    async with house.socket(ana) as events:
        await next_event(events, "snapshot")
        await asyncio.sleep(0)
        await house.parts.redis.client_kill_filter(_type="pubsub")
        await house.parts.redis.xadd(EVENTS, {"e": json.dumps({"type": "caller_updated", "call_id": "c1"})})
        told = await next_event(events, "caller_updated")
    assert told["call_id"] == "c1"
