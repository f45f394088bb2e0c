"""A floor that forgets everything, in the states that a talk or a wait alone do not show: each goes on in five seconds.

Desks are real sockets here: it is they who announce their reps to the new floor.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from cti.embedded import EmbeddedServer
from routing.errors import NotReady
from routing.model import RepStatus
from tests.support.callers import accept, becomes, call_id, call_of, go_home, offer_of, talking
from tests.support.eventually import eventually
from tests.support.history import LIVE, history
from tests.support.house import Running, a_house
from tests.support.programs import Program, a_program

pytestmark = pytest.mark.asyncio(loop_scope="module")

BACK_WITHIN_S = 5.0
MANY = 100
FOUR_REPS = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
  - {id: bo, name: Bo Lind, skills: {support: 3}}
  - {id: cy, name: Cy Ode, skills: {support: 2}}
  - {id: dee, name: Dee Okafor, skills: {support: 1}}
queues:
  - {id: support, max_wait: 15m, offer_timeout: 60s, wrap_up: 10m}
rules:
  - name: everyone
    route: {queue: support, needs: {support: 1}}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    path = tmp_path_factory.mktemp("house")
    async with a_house(valkey=valkey, tmp_path=path, config=FOUR_REPS, speed=1.0) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


@pytest_asyncio.fixture(loop_scope="module")
async def desks(running: Running) -> AsyncIterator[dict[str, Program]]:
    async with AsyncExitStack() as stack:
        yield {rep: await stack.enter_async_context(a_program(running, rep)) for rep in ("ana", "bo", "cy", "dee")}


async def test_who_is_offered_connects_or_waits_gets_a_rep(running: Running, desks: dict[str, Program]) -> None:
    await desks["ana"].becomes("available")
    offered = await running.call_in("+15551230001")
    await offer_of(running, offered)
    await desks["bo"].becomes("available")
    connecting = await running.call_in("+15551230002")
    await accept(running, connecting)
    waiting = await running.call_in("+15551230003")
    await running.comes_to(waiting, "waiting")
    await _is_copied(running, {offered: "offered", connecting: "connecting", waiting: "waiting"})
    await running.house.redis.flushall()
    callers = (offered, connecting, waiting)
    await eventually(lambda: _asked(running, callers, 2), BACK_WITHIN_S)
    assert await running.state(waiting) == "waiting"
    await desks["cy"].becomes("available")
    await eventually(lambda: _asked(running, callers, 3), BACK_WITHIN_S)
    assert [(await running.emulator.call(sid))["place"] for sid in callers] == ["queue"] * 3
    await eventually(lambda: _were_rebuilt(running, callers))
    async with talking(running, waiting):
        pass


async def test_a_rep_whose_leg_was_there_before_the_caller_does_not_sit_alone(
    running: Running, desks: dict[str, Program]
) -> None:
    await desks["ana"].becomes("available")
    sid = await running.call_in()
    offer, rep = await accept(running, sid)
    await running.emulator.faults(seed=1, rest={"fail_500": 1.0, "match": f"POST .*Calls/{sid}"})
    async with running.emulator.device(running.emulator.token(rep)) as device:
        leg = await device.connect({"offer_id": offer})
        await device.accepted(leg)
        await _is_copied(running, {sid: "connecting"})
        await running.house.redis.flushall()
        await running.emulator.faults()
        await eventually(lambda: _asked(running, [sid], 1), BACK_WITHIN_S)
        await device.next("disconnected", call_sid=leg, within_s=BACK_WITHIN_S)


async def _were_rebuilt(running: Running, callers: Collection[str]) -> bool:
    return all(["rebuilt" in await history(running, sid) for sid in callers])


async def _asked(running: Running, callers: Collection[str], reps: int) -> bool:
    """So many of them are offered, each to a rep of its own; the others wait."""
    try:
        calls = [await running.house.calls.load(call_id(sid)) for sid in callers]
    except NotReady:
        return False
    states = [held.call.state.value for held in calls if held is not None]
    asked = {held.call.offer.rep for held in calls if held is not None and held.call.offer is not None}
    told = f"{states} {asked}"
    assert sorted(states) == ["offered"] * reps + ["waiting"] * (len(callers) - reps), told
    assert len(asked) == reps, told
    return True


async def _is_copied(running: Running, states: dict[str, str]) -> None:
    async def so() -> bool:
        rows = {sid: await running.house.recorded.call(call_id(sid)) for sid in states}
        return {sid: row.state if row else None for sid, row in rows.items()} == states

    await eventually(so)


async def test_after_call_work_can_still_be_filed_and_its_rep_takes_calls_again(
    running: Running, desks: dict[str, Program]
) -> None:
    await desks["ana"].becomes("available")
    sid = await running.call_in()
    async with talking(running, sid):
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "wrap_up")
    await _is_copied(running, {sid: "wrap_up"})
    await running.house.redis.flushall()
    await running.comes_to(sid, "wrap_up", within_s=BACK_WITHIN_S)
    await becomes(running, "ana", RepStatus.WRAP_UP)
    filed = await desks["ana"].api.post(
        f"/api/v1/calls/{call_id(sid)}/wrap-up", json={"disposition": "resolved", "notes": "all well"}
    )
    assert filed.status_code == 200
    await becomes(running, "ana", RepStatus.AVAILABLE)
    wrap_up = (await call_of(running, sid)).wrap_up
    assert wrap_up is not None
    assert (wrap_up.disposition, wrap_up.notes) == ("resolved", "all well")
    later = await running.call_in("+15551230002")
    assert (await offer_of(running, later))[1] == "ana"


async def test_a_hundred_callers_are_back_in_line_in_their_order(running: Running) -> None:
    dialled = [await running.call_in(f"+1555123{n:04d}") for n in range(MANY)]
    sids = await eventually(lambda: _in_line(running, dialled), 20.0)
    await _is_copied(running, dict.fromkeys(sids, "waiting"))
    await running.house.redis.flushall()

    async def as_before() -> bool:
        return await _in_line(running, dialled) == sids

    await eventually(as_before, BACK_WITHIN_S)
    live = [leg["sid"] for leg in await running.emulator.calls() if leg["status"] in LIVE]
    assert sorted(live) == sorted(sids)
    await running.sits_down("ana")
    await offer_of(running, sids[0])


async def _in_line(running: Running, sids: list[str]) -> list[str]:
    """All of them by their places; nobody while not all have one."""
    try:
        places = {sid: (await running.house.calls.turn(call_id(sid))).place for sid in sids}
    except NotReady:
        return []
    by_place = {place: sid for sid, place in places.items()}
    return (
        [by_place[place] for place in range(1, len(sids) + 1)]
        if by_place.keys() == set(range(1, len(sids) + 1))
        else []
    )
