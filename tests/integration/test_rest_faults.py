"""Each command to Twilio fails once, in each way, while somebody depends on it: nobody is lost, nobody sits alone.

``late_500`` and ``lose_reply``: Twilio has carried the command out and does not say so. The others: it has not.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from cti.calls.events import HangUpAsked
from cti.embedded import EmbeddedServer
from routing.model import RepId, RepStatus
from tests.support.callers import accept, becomes, call_id, call_of, go_home, offer_of, talking, time_passes
from tests.support.eventually import eventually
from tests.support.history import LIVE, has_recorded, nobody_is_left, updates_of
from tests.support.house import Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUICK = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
queues:
  - {id: support, max_wait: 15m, offer_timeout: 20s, wrap_up: 0.2s}
rules:
  - name: everyone
    route: {queue: support, needs: {support: 1}}
"""
CARRIED_OUT = {"late_500", "lose_reply"}
EACH_FAULT = pytest.mark.parametrize("fault", ["reject_429", "fail_500", "late_500", "lose_reply", "reset"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with a_house(valkey=valkey, tmp_path=tmp_path_factory.mktemp("house"), config=QUICK) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    await service.sits_down("ana")
    yield service
    await go_home(service)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A command that fails from now on, so many times."""

    running: Running
    fault: str
    command: str
    began_ms: int

    async def came(self) -> bool:
        """The command was tried meanwhile, and failed so."""
        entries = await self.running.emulator.requests("rest")
        mine = [entry for entry in entries if entry["at_ms"] >= self.began_ms and self.command in entry["url"]]
        return any(entry["faults"] == [self.fault] for entry in mine)


async def fails(running: Running, fault: str, command: str, *, times: int = 1) -> Trouble:
    """The next such command fails."""
    await running.emulator.faults(seed=1, rest={fault: 1.0, "match": f"POST .*{command}", "times": times})
    return Trouble(running=running, fault=fault, command=command, began_ms=time.time_ns() // 1_000_000)


async def nothing_is_pending(running: Running, sid: str) -> bool:
    """No command of that call is still to be carried out."""
    return not (await call_of(running, sid)).effects


async def stands(running: Running, sid: str, place: str) -> bool:
    return (await running.emulator.call(sid))["place"] == place


async def is_over(running: Running, sid: str) -> bool:
    return (await running.emulator.call(sid))["status"] not in LIVE


@EACH_FAULT
async def test_the_move_into_the_conference(running: Running, fault: str) -> None:
    sid = await running.call_in()
    await offer_of(running, sid)
    trouble = await fails(running, fault, f"Calls/{sid}")
    async with talking(running, sid):
        assert await trouble.came()
        assert await stands(running, sid, "conference")
        await eventually(lambda: nothing_is_pending(running, sid))
        again = [update for update in await updates_of(running, sid) if update["faults"] == []]
        assert len(again) == (0 if fault in CARRIED_OUT else 1), "never repeated while the caller is in the conference"
        assert await running.state(sid) == "talking"


@pytest.mark.parametrize("fault", sorted(CARRIED_OUT))
async def test_a_move_whose_document_comes_late_is_not_made_twice(running: Running, fault: str) -> None:
    """A second one would take the caller out of the conference, end it, and hang up on the rep."""
    sid = await running.call_in()
    await offer_of(running, sid)
    late = {"delay_ms": 1_600, "match": "/join"}  # the seed makes it 0.4 or 0.8 s
    rest = {fault: 1.0, "match": f"POST .*Calls/{sid}", "times": 1}
    await running.emulator.faults(seed=1, webhooks=late, rest=rest)
    async with talking(running, sid):
        assert len(await updates_of(running, sid)) == 1
        await eventually(lambda: nothing_is_pending(running, sid))
        assert await running.state(sid) == "talking"


async def test_a_move_that_stays_refused_is_made_by_the_wait_document(running: Running) -> None:
    sid = await running.call_in()
    offer, rep = await accept(running, sid)
    await fails(running, "fail_500", f"Calls/{sid}", times=1_000)
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await device.accepted(await device.connect({"offer_id": offer}))
        await running.comes_to(sid, "talking", within_s=15.0)


@EACH_FAULT
async def test_the_end_of_both_legs(running: Running, fault: str) -> None:
    sid = await running.call_in()
    async with talking(running, sid) as (device, _, rep):
        leg = (await call_of(running, sid)).offer.rep_leg
        trouble = await fails(running, fault, "Calls/", times=2)
        await running.house.conductor.tell(call_id(sid), HangUpAsked(rep=rep))
        await device.disconnected(leg)
        await eventually(lambda: is_over(running, sid))
        assert await trouble.came()
    await nobody_is_left(running)
    await becomes(running, "ana", RepStatus.AVAILABLE)
    await eventually(lambda: nothing_is_pending(running, sid))


@EACH_FAULT
async def test_the_callers_return_to_the_line(running: Running, fault: str) -> None:
    sid = await running.call_in()
    async with talking(running, sid):
        pass
    await running.comes_to(sid, "connecting")
    trouble = await fails(running, fault, f"Calls/{sid}")
    await time_passes(running, sid, "return")
    await eventually(lambda: stands(running, sid, "queue"))
    assert await trouble.came()
    await eventually(lambda: nothing_is_pending(running, sid))
    await running.sits_down("ana")
    async with talking(running, sid):
        await has_recorded(running, sid, "not_connected ana lost_leg")


@EACH_FAULT
async def test_the_end_of_a_conference_that_a_caller_sits_in_alone(running: Running, fault: str) -> None:
    sid = await running.call_in()
    async with talking(running, sid):
        pass
    await running.comes_to(sid, "connecting")
    stays = await fails(running, "fail_500", f"Calls/{sid}", times=1_000)
    await time_passes(running, sid, "return")
    await running.comes_to(sid, "waiting")
    await eventually(stays.came)
    assert await stands(running, sid, "conference")
    trouble = await fails(running, fault, "Conferences/CF")
    await time_passes(running, sid, "max_wait")
    await running.comes_to(sid, "ended")
    await eventually(lambda: is_over(running, sid))
    assert await trouble.came()
    await nobody_is_left(running)
    await eventually(lambda: nothing_is_pending(running, sid))


@EACH_FAULT
async def test_the_words_for_a_caller_who_is_alone_for_a_moment(running: Running, fault: str) -> None:
    sid = await running.call_in()
    await offer_of(running, sid)
    trouble = await fails(running, fault, "Participants/")
    async with talking(running, sid) as (_, offer, rep):
        pass
    await running.comes_to(sid, "connecting")
    await eventually(trouble.came)
    await eventually(lambda: nothing_is_pending(running, sid))
    heard = [line["text"] for line in (await running.emulator.call(sid))["heard"]].count("One moment, please.")
    assert 1 <= heard <= (2 if fault in CARRIED_OUT else 1), "twice rather than not at all"
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await device.accepted(await device.connect({"offer_id": offer}))
        await running.comes_to(sid, "talking")
    assert (await running.house.matcher.rep(RepId(rep))).status is RepStatus.ON_CALL
