"""Workers killed at every moment: another takes over within five seconds, and nobody is lost or asked twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from cti.embedded import EmbeddedServer
from routing.model import RepId, RepStatus
from tests.support.callers import accept, becomes, call_of, go_home, offer_of, status_of, talking
from tests.support.eventually import eventually
from tests.support.service import Service, a_service

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOES_ON_WITHIN_S = 5.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    async with Redis.from_url(valkey.url) as redis:
        await redis.flushall()
    async with a_service(redis_url=valkey.url, tmp_path=tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Service) -> AsyncIterator[Service]:
    await service.is_ready()
    yield service
    await go_home(service)


async def sits_down(service: Service, rep: str) -> None:
    """As ``Running.sits_down``, but whoever matched dies before the pop: nobody takes the matches up."""
    await service.house.matcher.touch_socket(RepId(rep), f"tab-{rep}")
    await service.house.matcher.set_status(RepId(rep), RepStatus.AVAILABLE)


async def test_a_match_whose_worker_died_before_the_pop_is_taken_over(running: Service) -> None:
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")
    await sits_down(running, "ana")
    assert await status_of(running, "ana") is RepStatus.RESERVED
    await running.comes_to(sid, "offered", within_s=GOES_ON_WITHIN_S)


async def test_an_offer_outlives_every_worker_that_knew_of_it(running: Service) -> None:
    await sits_down(running, "ana")
    sid = await running.call_in()
    await offer_of(running, sid)
    for pid in running.workers():
        running.kill(pid)
    await eventually(lambda: len(running.workers()) == 2, GOES_ON_WITHIN_S)
    await running.is_ready()
    async with talking(running, sid):
        pass


async def test_a_caller_is_moved_although_the_worker_that_admitted_the_rep_died(running: Service) -> None:
    await sits_down(running, "ana")
    sid = await running.call_in()
    offer, rep = await accept(running, sid)
    await running.emulator.faults(seed=1, rest={"reset": 1.0, "match": f"Calls/{sid}", "times": 1})
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await device.connect({"offer_id": offer})

        async def admitted() -> bool:
            offered = (await call_of(running, sid)).offer
            return offered is not None and offered.rep_leg is not None

        await eventually(admitted)
        running.kill(min(running.workers()))
        await running.comes_to(sid, "talking", within_s=GOES_ON_WITHIN_S + 3)


async def test_calls_go_on_whenever_a_worker_is_killed(running: Service) -> None:
    chance = random.Random(7)
    for _ in range(6):
        await running.sits_down("ana")  # again each time: a socket that does not answer counts as lost after 10 s
        sid = await running.call_in()
        await asyncio.sleep(chance.uniform(0, 0.06))  # the moment of the kill is the test's input
        workers = sorted(running.workers())
        running.kill(chance.choice(workers))
        await running.comes_to(sid, "offered", within_s=GOES_ON_WITHIN_S + 4)
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "ended")
        await becomes(running, "ana", RepStatus.AVAILABLE)
        await running.is_ready()
