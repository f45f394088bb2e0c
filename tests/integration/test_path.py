"""The main path on real servers: a call comes in, a rep gets it, they talk, somebody hangs up."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from cti.calls.events import HangUpAsked, OfferDeclined, WrapUpFiled
from cti.calls.model import CallState
from cti.embedded import EmbeddedServer
from routing.model import RepId, RepStatus
from tests.support.callers import call_id, call_of, go_home, offer_of, status_of, talking, told_to
from tests.support.eventually import eventually
from tests.support.history import is_recorded, nobody_is_left
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


async def test_a_call_is_offered_answered_and_wrapped_up(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid) as (device, _, rep):
        assert rep == "ana"
        leg = (await call_of(running, sid)).offer.rep_leg
        assert leg in (await running.emulator.call(sid))["conference_peers"]
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "wrap_up")
        await device.disconnected(leg)
    filed = WrapUpFiled(rep=RepId("ana"), disposition="resolved", notes="all well")
    told = await running.house.conductor.tell(call_id(sid), filed)
    assert told.call is not None
    assert told.call.state is CallState.ENDED
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
    await eventually(lambda: _recorded_as(running, sid, "ended"))
    row = await running.house.recorded.call(call_id(sid))
    assert row is not None
    assert (row.rep, row.disposition, row.notes) == ("ana", "resolved", "all well")


async def _recorded_as(running: Running, sid: str, state: str) -> bool:
    row = await running.house.recorded.call(call_id(sid))
    return row is not None and row.state == state


async def test_the_rep_ends_the_call_and_the_callers_leg_ends_with_it(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid) as (_, _, rep):
        await running.house.conductor.tell(call_id(sid), HangUpAsked(rep=rep))
        await running.comes_to(sid, "wrap_up")

        async def over() -> bool:
            return (await running.emulator.call(sid))["status"] == "completed"

        await eventually(over)


async def test_a_waiting_caller_is_offered_within_a_second_of_a_rep_becoming_available(running: Running) -> None:
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
    assert (await offer_of(running, sid))[1] == "bo"
    assert await status_of(running, "ana") is RepStatus.AVAILABLE


async def test_a_caller_who_hangs_up_while_waiting_leaves_nothing_behind(running: Running) -> None:
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")
    await running.emulator.hang_up(sid)
    await running.comes_to(sid, "ended")
    await is_recorded(running, sid, ["arrived", "routed", "ended caller abandoned"])
    await nobody_is_left(running)


async def test_a_caller_who_hangs_up_while_offered_frees_the_rep(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    await offer_of(running, sid)
    await running.emulator.hang_up(sid)
    await running.comes_to(sid, "ended")
    assert await status_of(running, "ana") is RepStatus.AVAILABLE
    told = ["arrived", "routed", "offered ana", "offer_ended ana caller_left", "ended caller abandoned"]
    await is_recorded(running, sid, told)
    await nobody_is_left(running)
