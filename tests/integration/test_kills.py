"""Workers killed at every moment: another takes over within five seconds, and nobody is lost or asked twice.

The instant is reached by a tap on the wire: what the worker had asked for has been carried out, or has not, exactly up
to there, and the worker that asked is the one that is killed.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from cti.embedded import EmbeddedServer
from cti.simulations.redis_store import Simulations
from routing.model import OfferId, RepId, RepStatus
from tests.support.callers import accept, becomes, call_of, go_home, offer_of, talking, told_to
from tests.support.eventually import eventually, here
from tests.support.history import history, is_recorded, updates_of
from tests.support.programs import a_program
from tests.support.running import descendants, lives, processes
from tests.support.service import Service, a_service
from tests.support.simulations import a_wish

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROVING = os.environ.get("CTI_PROVE") == "1"
GOES_ON_WITHIN_S = 5.0
CLAIM, ACCEPT, MOVE = rb'\["claim",', rb'\["accept",', rb'"kind":"move"'
"""What a save of a call asks of Redis."""
UPDATE = rb"POST [^ ]*/Calls/CA"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    async with Redis.from_url(valkey.url) as redis:
        await redis.flushall()
    async with a_service(redis_url=valkey.url, tmp_path=tmp_path_factory.mktemp("service")) as running:
        sid = await running.call_in()  # Redis knows every script from here on
        await running.comes_to(sid, "waiting")
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "ended")
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Service) -> AsyncIterator[Service]:
    await service.is_ready()
    yield service
    await go_home(service)


@pytest_asyncio.fixture(loop_scope="module")
async def ana(running: Service) -> AsyncIterator[None]:
    """Available, and her browser answers for as long as a busy machine takes to bring workers back. This process takes
    no match up."""
    matcher = running.house.matcher

    async def answers() -> None:
        while True:
            await matcher.touch_socket(RepId("ana"), "tab-ana")
            await asyncio.sleep(1.0)  # as a browser, but more often

    await matcher.touch_socket(RepId("ana"), "tab-ana")
    await matcher.set_status(RepId("ana"), RepStatus.AVAILABLE)
    answering = asyncio.create_task(answers())
    yield
    answering.cancel()
    with suppress(asyncio.CancelledError):  # and no other error
        await answering


@pytest.mark.usefixtures("ana")
async def test_a_worker_killed_between_claim_and_pop_loses_nobody(running: Service) -> None:
    told = len(await told_to(running, "ana"))
    claims = running.to_redis.stop_reply(CLAIM)
    sid = await running.call_in()
    worker = await asyncio.wait_for(claims, here(5.0))
    await becomes(running, "ana", RepStatus.RESERVED)
    assert await running.state(sid) == "waiting"
    assert "screen_pop" not in (await told_to(running, "ana"))[told:]
    running.kill(worker)
    await running.comes_to(sid, "offered", within_s=GOES_ON_WITHIN_S)
    assert (await told_to(running, "ana"))[told:] == ["rep reserved", "screen_pop", "call offered"]
    await is_recorded(running, sid, ["arrived", "routed", "offered ana"])


@pytest.mark.usefixtures("ana")
async def test_an_offer_outlives_every_worker_that_knew_of_it(running: Service) -> None:
    sid = await running.call_in()
    await offer_of(running, sid)
    for pid in running.workers():
        running.kill(pid)
    await eventually(lambda: len(running.workers()) == 2, GOES_ON_WITHIN_S)
    await running.is_ready()
    async with talking(running, sid):
        pass


async def test_a_worker_killed_in_the_accept_has_accepted_and_the_desk_asks_again(running: Service) -> None:
    async with a_program(running, "ana") as desk:
        await desk.becomes("available")
        sid = await running.call_in()
        offer, _ = await offer_of(running, sid)
        accepts = running.to_redis.stop_reply(ACCEPT)
        asking = asyncio.create_task(_accept(desk.api, offer))
        worker = await asyncio.wait_for(accepts, here(5.0))
        await running.comes_to(sid, "connecting")
        running.kill(worker)
        with pytest.raises(httpx.TransportError):
            await asking
        killed_s = time.monotonic()
        assert await _accept(desk.api, offer) == 200
        async with running.emulator.device(running.emulator.token("ana")) as device:
            await device.accepted(await device.connect({"offer_id": offer}))
            await running.comes_to(sid, "talking", within_s=killed_s + GOES_ON_WITHIN_S - time.monotonic())


async def _accept(api: httpx.AsyncClient, offer: OfferId) -> int:
    return (await api.post(f"/api/v1/offers/{offer}/accept", json={"client_id": "tab"})).status_code


@pytest.mark.usefixtures("ana")
async def test_a_caller_is_moved_although_the_worker_died_before_its_update_reached_twilio(running: Service) -> None:
    sid = await running.call_in()
    offer, rep = await accept(running, sid)
    moves, updates = running.to_redis.see(MOVE), running.to_line.stop_request(UPDATE)
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await device.connect({"offer_id": offer})
        worker = await asyncio.wait_for(moves, here(5.0))
        await asyncio.wait_for(updates, here(5.0))
        assert await updates_of(running, sid) == []
        running.kill(worker)
        await running.comes_to(sid, "talking", within_s=GOES_ON_WITHIN_S)
        assert len(await updates_of(running, sid)) == 1


@pytest.mark.usefixtures("ana")
async def test_an_update_whose_worker_died_before_the_reply_is_not_sent_again(running: Service) -> None:
    sid = await running.call_in()
    offer, rep = await accept(running, sid)
    moves, updates = running.to_redis.see(MOVE), running.to_line.stop_reply(UPDATE)
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await device.connect({"offer_id": offer})
        worker = await asyncio.wait_for(moves, here(5.0))
        await asyncio.wait_for(updates, here(5.0))
        await eventually(lambda: _joins(running, sid))
        running.kill(worker)
        await running.comes_to(sid, "talking", within_s=GOES_ON_WITHIN_S)
        await eventually(lambda: _nothing_is_pending(running, sid))
        assert [update["status"] for update in await updates_of(running, sid)] == [200]
        assert await running.state(sid) == "talking"
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "wrap_up")
    assert (await history(running, sid)).count("answered ana") <= 1


async def _nothing_is_pending(running: Service, sid: str) -> bool:
    """Whoever takes the dead worker's command over has looked, and found it done."""
    return not (await call_of(running, sid)).effects


async def test_calls_go_on_whenever_a_worker_is_killed(running: Service) -> None:
    chance = random.Random(7)
    for _ in range(20 if PROVING else 2):
        await running.sits_down("ana")  # again each time: a socket that does not answer counts as lost after 10 s
        sid = await running.call_in()
        await asyncio.sleep(chance.uniform(0, 0.06))  # the moment of the kill is the test's input
        running.kill(chance.choice(sorted(running.workers())))
        await running.comes_to(sid, "offered", within_s=GOES_ON_WITHIN_S)
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "ended")
        await becomes(running, "ana", RepStatus.AVAILABLE)
        await running.is_ready()


async def _joins(running: Service, sid: str) -> bool:
    """Twilio has carried the update out: the document was answered, whoever served it."""
    fetched = [each for each in await running.emulator.requests("webhook") if "/join?" in each["url"]]
    return any(each["fields"]["CallSid"] == sid and each["status"] == 200 for each in fetched)


async def test_a_simulation_ends_with_its_worker_and_is_said_to_have_failed(running: Service) -> None:
    simulations = Simulations(running.house.redis, prefix="{main}:")
    clock = running.house.clock
    killed, behind = [await simulations.queue(a_wish(replications=n), now_ms=clock.now_ms()) for n in (100_000, 1)]
    assert killed is not None
    assert behind is not None
    ((child, worker),) = await eventually(lambda: simulating(running), 10.0)
    running.kill(worker)
    await eventually(lambda: not lives(child))

    async def is_told() -> bool:
        found = await simulations.get(killed)
        assert found is not None
        return (found.state, found.detail) == ("failed", "The worker that ran it has ended: start it again.")

    async def goes_on() -> bool:
        found = await simulations.get(behind)
        return found is not None and found.state == "done"

    await eventually(is_told, 10.0)
    await eventually(goes_on, 10.0)


def simulating(service: Service) -> list[tuple[int, int]]:
    """Processes that simulate, and the workers that started them."""
    below, listed = descendants(service.process.pid), processes()
    found = [(pid, listed[pid]) for pid in sorted(below & listed.keys())]
    return [(pid, each.parent) for pid, each in found if "cti.simulations.child" in each.command and not each.ended]
