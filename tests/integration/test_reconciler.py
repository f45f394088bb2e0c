"""Callbacks that never come: the reconciler ends what Twilio has ended and joins what it has joined, and leaves alone
what is too fresh to tell. Its rounds are asked for by hand; a call's quiet seconds pass at once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from cti.app import Overrides
from cti.calls.events import LegEnded, WrapUpSkipped
from cti.calls.reconciler import OVER_MS, QUIET_MS, SILENT_MS, Reconciler
from cti.calls.redis_store import Saved
from cti.calls.step import Step
from cti.embedded import EmbeddedServer
from cti.telephony.model import CallSid
from routing.model import RepStatus
from tests.support.callers import accept, becomes, call_id, go_home, offer_of, status_of, talking
from tests.support.eventually import eventually
from tests.support.history import history, is_recorded, nobody_is_left
from tests.support.house import ONE_QUEUE, Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

TALKED = ["arrived", "routed", "offered ana", "accepted ana", "rep_connects ana", "answered ana"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    never = Overrides(reconcile_every_s=100_000.0)
    path = tmp_path_factory.mktemp("house")
    config = ONE_QUEUE.replace("wrap_up: 30s", "wrap_up: 1s")
    async with a_house(valkey=valkey, tmp_path=path, config=config, overrides=never) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


async def loses_callbacks(running: Running) -> Reconciler:
    """From now on documents are fetched, and nothing is reported."""
    await running.emulator.faults(seed=1, webhooks={"lose": 1.0})
    return running.house.reconciler


async def stays_quiet(running: Running, sid: str, ms: int = QUIET_MS + 1) -> None:
    """The call last changed, and its wait document was last fetched, so long ago."""
    house = running.house

    async def saved() -> bool:
        held = await house.calls.load(call_id(sid))
        assert held is not None
        call = held.call
        ended_ms = None if call.ended_ms is None else call.ended_ms - ms
        earlier = replace(call, since_ms=call.since_ms - ms, ended_ms=ended_ms)
        done = await house.calls.save(held, Step(call=earlier), version=house.rules.version, staff=house.rules.staff())
        return isinstance(done, Saved)

    await eventually(saved)
    await house.redis.zadd(house.calls.key("heartbeats"), {call_id(sid): house.clock.now_ms() - ms}, xx=True)


async def test_a_waiting_caller_whose_end_was_not_reported_is_missed_by_the_silence(running: Running) -> None:
    reconciler = await loses_callbacks(running)
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")
    await running.emulator.hang_up(sid)
    await stays_quiet(running, sid, SILENT_MS - 2_000)
    await reconciler.look_at_silent()
    assert await running.state(sid) == "waiting"
    await stays_quiet(running, sid, SILENT_MS + 1)
    await reconciler.look_at_silent()
    assert await running.state(sid) == "ended"
    await is_recorded(running, sid, ["arrived", "routed", "ended caller abandoned"])
    await nobody_is_left(running)


async def test_an_offered_call_whose_caller_left_unreported_gives_the_rep_back(running: Running) -> None:
    await running.sits_down("ana")
    reconciler = await loses_callbacks(running)
    sid = await running.call_in()
    await offer_of(running, sid)
    await running.emulator.hang_up(sid)
    await reconciler.compare()
    assert await running.state(sid) == "offered", "callbacks may still be on their way"
    await stays_quiet(running, sid)
    await reconciler.compare()
    assert await running.state(sid) == "ended"
    assert await status_of(running, "ana") is RepStatus.AVAILABLE
    await nobody_is_left(running)


async def test_a_silent_caller_who_is_still_there_is_left_in_line(running: Running) -> None:
    reconciler = await loses_callbacks(running)
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")
    await stays_quiet(running, sid, SILENT_MS + 1)
    await reconciler.look_at_silent()
    await reconciler.compare()
    assert await running.state(sid) == "waiting"


async def test_a_talk_whose_caller_left_unreported_goes_to_after_call_work(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid) as (device, _, _):
        (leg,) = [said["call_sid"] for said in device.messages if said["type"] == "accepted"]
        reconciler = await loses_callbacks(running)
        await running.emulator.hang_up(sid)
        await reconciler.compare()
        assert await running.state(sid) == "talking"
        await stays_quiet(running, sid)
        await reconciler.compare()
        assert await running.state(sid) in {"wrap_up", "ended"}
        await device.disconnected(leg)
    await is_recorded(running, sid, [*TALKED, "hung_up caller", "wrap_up_over"])
    await nobody_is_left(running)
    await becomes(running, "ana", RepStatus.AVAILABLE)


@pytest.mark.parametrize("state", ["wrap_up", "ended"])
async def test_a_caller_whose_call_is_over_for_us_is_not_left_in_silence(running: Running, state: str) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    tell, reconciler = running.house.conductor.tell, running.house.reconciler
    async with talking(running, sid) as (_, _, rep):
        await tell(call_id(sid), LegEnded(leg=CallSid(sid)))  # which is not true
        await running.comes_to(sid, "wrap_up")
    if state == "ended":
        await tell(call_id(sid), WrapUpSkipped(rep=rep))
    await stays_quiet(running, sid, OVER_MS - 5_000)
    await reconciler.compare()
    assert (await running.emulator.call(sid))["status"] == "in-progress", "perhaps the last words are being said"
    await stays_quiet(running, sid, OVER_MS)
    await reconciler.compare()
    await nobody_is_left(running)


async def test_a_rep_whose_leg_ended_unreported_is_waited_for(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid) as (_, offer, rep):
        reconciler = await loses_callbacks(running)
    await stays_quiet(running, sid)
    await reconciler.compare()
    assert await running.state(sid) == "connecting"
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await running.emulator.faults()
        await device.accepted(await device.connect({"offer_id": offer}))
        await running.comes_to(sid, "talking")
        await eventually(lambda: _has_lost_its_leg(running, sid))


async def test_joins_that_were_not_reported_are_found(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    offer, rep = await accept(running, sid)
    reconciler = await loses_callbacks(running)
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await device.accepted(await device.connect({"offer_id": offer}))
        await eventually(lambda: _are_together(running, sid))
        assert await running.state(sid) == "connecting"
        await stays_quiet(running, sid)
        await reconciler.compare()
        assert await running.state(sid) == "talking"


async def _are_together(running: Running, sid: str) -> bool:
    return bool((await running.emulator.call(sid))["conference_peers"])


async def _has_lost_its_leg(running: Running, sid: str) -> bool:
    return "leg_lost ana" in await history(running, sid)
