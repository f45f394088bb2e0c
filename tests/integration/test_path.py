"""The main path on real servers: a call comes in, a rep gets it, they talk, somebody hangs up."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cti.calls.events import HangUpAsked, OfferAccepted, OfferDeclined, WrapUpFiled
from cti.calls.model import CallState
from cti.embedded import EmbeddedServer
from routing.model import CallId, OfferId, RepId, RepStatus
from tests.support.eventually import eventually
from tests.support.house import Running, a_house

pytestmark = pytest.mark.usefixtures("redis")


@pytest.fixture
async def running(valkey: EmbeddedServer, redis: object, tmp_path: Path) -> AsyncIterator[Running]:
    async with a_house(redis_url=valkey.url, tmp_path=tmp_path) as running:
        yield running


def call_id(sid: str) -> CallId:
    return CallId("c" + sid[2:])


async def offer_of(running: Running, sid: str) -> tuple[OfferId, RepId]:
    await running.comes_to(sid, "offered")
    held = await running.house.calls.load(call_id(sid))
    assert held is not None and held.call.offer is not None
    return held.call.offer.id, held.call.offer.rep


async def accept(running: Running, sid: str) -> tuple[OfferId, RepId]:
    offer, rep = await offer_of(running, sid)
    await running.house.conductor.tell(call_id(sid), OfferAccepted(offer=offer, rep=rep, client_id="tab"))
    return offer, rep


async def told_to(running: Running, rep: str) -> list[str]:
    """The rep's events in order, a word or two each."""
    rows = await running.house.redis.xrange(running.house.calls.key(f"events:{rep}"))
    return [_in_short(json.loads(fields["e"])) for _, fields in rows]


def _in_short(event: dict[str, str]) -> str:
    match event["type"]:
        case "rep_status":
            return f"rep {event['status']}"
        case "call_state":
            return f"call {event['state']}"
        case "offer_ended":
            return f"offer {event['outcome']}"
        case other:
            return other


async def test_a_call_is_offered_answered_and_wrapped_up(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with running.emulator.device(running.emulator.token("ana")) as device:
        offer, rep = await accept(running, sid)
        assert rep == "ana"
        leg = await device.connect({"offer_id": offer})
        await device.accepted(leg)
        await running.comes_to(sid, "talking")
        assert leg in (await running.emulator.call(sid))["conference_peers"]
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "wrap_up")
        await device.disconnected(leg)
    filed = WrapUpFiled(rep=RepId("ana"), disposition="resolved", notes="all well")
    told = await running.house.conductor.tell(call_id(sid), filed)
    assert told.call is not None and told.call.state is CallState.ENDED
    state = await running.house.matcher.rep(RepId("ana"))
    assert state is not None and state.status is RepStatus.AVAILABLE
    assert (await told_to(running, "ana"))[-12:] == [
        "rep available",
        "rep reserved",
        "screen_pop",
        "call offered",
        "offer accepted",
        "rep on_call",
        "call connecting",
        "call talking",
        "call wrap_up",
        "rep wrap_up",
        "call ended",
        "rep available",
    ]
    row = await eventually(lambda: running.house.recorded.call(call_id(sid)))
    await eventually(lambda: _state_is(running, sid, "ended"))
    assert row.from_number == "+15551230001"


async def _state_is(running: Running, sid: str, state: str) -> bool:
    row = await running.house.recorded.call(call_id(sid))
    return row is not None and row.state == state


async def test_the_rep_ends_the_call_and_the_caller_s_leg_ends_with_it(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with running.emulator.device(running.emulator.token("ana")) as device:
        offer, rep = await accept(running, sid)
        await device.accepted(await device.connect({"offer_id": offer}))
        await running.comes_to(sid, "talking")
        await running.house.conductor.tell(call_id(sid), HangUpAsked(rep=rep))
        await running.comes_to(sid, "wrap_up")

        async def over() -> bool:
            return (await running.emulator.call(sid))["status"] == "completed"

        await eventually(over)


async def test_a_caller_waits_until_a_rep_becomes_available_and_the_pop_is_there_within_a_second(
    running: Running,
) -> None:
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")
    await running.sits_down("bo")
    await running.comes_to(sid, "offered", within_s=1.0)


async def test_a_declined_offer_goes_to_the_next_best_at_once(running: Running) -> None:
    await running.sits_down("ana")
    await running.sits_down("bo")
    sid = await running.call_in()
    offer, rep = await offer_of(running, sid)
    assert rep == "ana"
    await running.house.conductor.tell(call_id(sid), OfferDeclined(offer=offer, rep=rep))
    _, second = await offer_of(running, sid)
    assert second == "bo"


async def test_a_caller_who_hangs_up_while_waiting_leaves_nothing_behind(running: Running) -> None:
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")
    await running.emulator.hang_up(sid)
    await running.comes_to(sid, "ended")


async def test_a_caller_who_hangs_up_while_offered_frees_the_rep(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    await offer_of(running, sid)
    await running.emulator.hang_up(sid)
    await running.comes_to(sid, "ended")
    state = await running.house.matcher.rep(RepId("ana"))
    assert state is not None and state.status is RepStatus.AVAILABLE
