"""The worst moments: both at once, legs that die, browsers that go, commands that fail. Nobody is left anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from cti.calls.events import OfferAccepted, OfferDeclined
from cti.embedded import EmbeddedServer
from routing.model import RepId, RepStatus
from tests.support.callers import (
    accept,
    becomes,
    call_id,
    call_of,
    go_home,
    offer_of,
    status_of,
    talking,
    time_passes,
)
from tests.support.eventually import eventually
from tests.support.history import history, is_recorded, nobody_is_left, updates_of
from tests.support.house import Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUICK = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
  - {id: bo, name: Bo Lind, skills: {support: 2}}
  - {id: cy, name: Cy Ode, skills: {support: 1}}
queues:
  - {id: support, max_wait: 15m, offer_timeout: 1.5s, wrap_up: 0.2s}
rules:
  - name: everyone
    route: {queue: support, needs: {support: 1}}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with a_house(valkey=valkey, tmp_path=tmp_path_factory.mktemp("house"), config=QUICK) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


async def test_a_missed_offer_goes_to_the_next_and_the_rep_is_told_so(running: Running) -> None:
    await running.sits_down("ana")
    await running.sits_down("bo")
    sid = await running.call_in()
    assert (await offer_of(running, sid))[1] == "ana"
    await becomes(running, "ana", RepStatus.NOT_RESPONDING)
    assert (await offer_of(running, sid))[1] == "bo"


async def test_the_callers_leg_is_touched_only_when_the_rep_who_accepted_is_there(running: Running) -> None:
    for each in ("ana", "bo", "cy"):
        await running.sits_down(each)
    sid = await running.call_in()
    assert (await offer_of(running, sid))[1] == "ana"
    await becomes(running, "ana", RepStatus.NOT_RESPONDING)
    await running.sits_down("ana")
    offer, rep = await offer_of(running, sid)
    assert rep == "bo"
    await running.house.conductor.tell(call_id(sid), OfferDeclined(offer=offer, rep=rep))
    offer, rep = await accept(running, sid)
    assert rep == "cy", "not back to the best one, who has missed it, while another qualifies"
    assert await updates_of(running, sid) == []
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await device.accepted(await device.connect({"offer_id": offer}))
        await running.comes_to(sid, "talking")
        assert [update["method"] for update in await updates_of(running, sid)] == ["POST"]
        await running.emulator.hang_up(sid)
    told = ["arrived", "routed", "offered ana", "offer_ended ana expired", "offered bo", "offer_ended bo declined"]
    told += ["offered cy", "accepted cy", "rep_connects cy", "answered cy", "hung_up caller"]
    await is_recorded(running, sid, [*told, "wrap_up_over"])


async def test_undisturbed_calls_are_moved_once_and_go_on_talking(running: Running) -> None:
    """Both workers hear of each call, and only one of them is at each command."""
    for _ in range(10):
        await running.sits_down("ana")
        sid = await running.call_in()
        async with talking(running, sid):
            await eventually(lambda sid=sid: _nothing_is_pending(running, sid))
            assert len(await updates_of(running, sid)) == 1
            assert await running.state(sid) == "talking"
            await running.emulator.hang_up(sid)
            await running.comes_to(sid, "wrap_up", "ended")
        await becomes(running, "ana", RepStatus.AVAILABLE)


async def _nothing_is_pending(running: Running, sid: str) -> bool:
    return not (await call_of(running, sid)).effects


async def test_accept_and_hang_up_at_the_same_instant_leave_nobody_behind(running: Running) -> None:
    await running.sits_down("ana")
    for round_ in range(5):
        sid = await running.call_in()
        offer, rep = await offer_of(running, sid)
        accepting = running.house.conductor.tell(call_id(sid), OfferAccepted(offer=offer, rep=rep))
        hanging_up = running.emulator.hang_up(sid)
        await asyncio.gather(*((hanging_up, accepting) if round_ % 2 else (accepting, hanging_up)))
        await running.comes_to(sid, "ended", "wrap_up")
        await becomes(running, "ana", RepStatus.AVAILABLE)
        await nobody_is_left(running)
        await eventually(lambda sid=sid: _accepted_or_left(running, sid))


async def _accepted_or_left(running: Running, sid: str) -> bool:
    """Whichever was first is in the time line, and the caller's leaving after it."""
    told = await history(running, sid)
    return told[:3] == ["arrived", "routed", "offered ana"] and told[3:] in (
        ["accepted ana", "ended caller abandoned"],
        ["offer_ended ana caller_left", "ended caller abandoned"],
    )


async def test_two_accepts_at_once_one_wins(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    offer, rep = await offer_of(running, sid)
    told = await asyncio.gather(
        *[
            running.house.conductor.tell(call_id(sid), OfferAccepted(offer=offer, rep=rep, client_id=tab))
            for tab in ("one", "two")
        ]
    )
    assert sorted(each.verdict for each in told) == ["done", "elsewhere"]


async def test_decline_and_accept_at_once_one_wins(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    offer, rep = await offer_of(running, sid)
    tell = running.house.conductor.tell
    told = await asyncio.gather(
        tell(call_id(sid), OfferAccepted(offer=offer, rep=rep)),
        tell(call_id(sid), OfferDeclined(offer=offer, rep=rep)),
    )
    assert sorted(each.verdict for each in told) == ["done", "too_late"]


async def test_a_caller_who_hangs_up_while_the_reps_leg_connects_frees_the_rep(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    offer, rep = await accept(running, sid)
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await device.connect({"offer_id": offer})
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "ended", "wrap_up")
        await becomes(running, "ana", RepStatus.AVAILABLE)
        await nobody_is_left(running)
    await eventually(lambda: _left_while_connecting(running, sid))


async def _left_while_connecting(running: Running, sid: str) -> bool:
    """The time line has the accept and the caller's leaving; between them whatever of the connection came first."""
    told = await history(running, sid)
    begins = told[:4] == ["arrived", "routed", "offered ana", "accepted ana"]
    return begins and told[-1] in {"ended caller abandoned", "wrap_up_over"} and len(told) <= 8


async def test_a_rep_whose_leg_never_arrives_is_told_and_the_caller_keeps_waiting(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    await accept(running, sid)
    assert await time_passes(running, sid, "connect") == pytest.approx(10_000, abs=50)
    await running.comes_to(sid, "waiting")
    assert await status_of(running, "ana") is RepStatus.NOT_RESPONDING
    assert (await running.emulator.call(sid))["place"] == "queue"
    assert await updates_of(running, sid) == []
    told = ["arrived", "routed", "offered ana", "accepted ana", "not_connected ana softphone"]
    await is_recorded(running, sid, told)


async def test_only_the_accepted_reps_leg_is_admitted_and_only_once(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid) as (_, offer, _):
        for rep in ("ana", "bo"):
            async with running.emulator.device(running.emulator.token(rep)) as second:
                await second.disconnected(await second.connect({"offer_id": offer}))
        assert await running.state(sid) == "talking"


async def test_a_browser_leg_that_dies_comes_back_into_the_same_talk(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid) as (_, offer, rep):
        answered_ms = (await call_of(running, sid)).answered_ms
        await running.house.matcher.drop_socket(RepId("ana"), "tab-ana")
        assert (await running.state(sid), await status_of(running, "ana")) == ("talking", RepStatus.ON_CALL)
    await running.comes_to(sid, "connecting")
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await device.accepted(await device.connect({"offer_id": offer}))
        await running.comes_to(sid, "talking")
        assert (await call_of(running, sid)).answered_ms == answered_ms
        await running.emulator.hang_up(sid)
        told = ["arrived", "routed", "offered ana", "accepted ana", "rep_connects ana", "answered ana", "leg_lost ana"]
        told += ["rep_connects ana", "back_together ana", "hung_up caller", "wrap_up_over"]
        await is_recorded(running, sid, told)


async def test_a_browser_leg_that_does_not_come_back_sends_the_caller_to_the_old_place_in_line(
    running: Running,
) -> None:
    await running.sits_down("bo")
    sid = await running.call_in()
    async with talking(running, sid):
        later = await running.call_in("+15551230002")
        await running.comes_to(later, "waiting")
    await running.comes_to(sid, "connecting")
    await eventually(lambda: _heard(running, sid, "One moment, please."))
    assert await time_passes(running, sid, "return") == pytest.approx(20_000, abs=50)
    await running.comes_to(sid, "waiting")
    assert await status_of(running, "bo") is RepStatus.NOT_RESPONDING
    places = [(await running.house.calls.turn(call_id(each))).place for each in (sid, later)]
    assert places == [1, 2]
    await eventually(lambda: _stands(running, sid, "queue"))
    await running.sits_down("bo")
    assert (await offer_of(running, sid))[1] == "bo"
    offer = (await call_of(running, sid)).offer
    assert offer is not None
    assert offer.decision.prefer == "taken"
    assert await running.state(later) == "waiting"
    assert await _heard(running, sid, "One moment, please.") == 1
    told = ["arrived", "routed", "offered bo", "accepted bo", "rep_connects bo", "answered bo", "leg_lost bo"]
    await is_recorded(running, sid, [*told, "not_connected bo lost_leg", "offered bo"])


async def _heard(running: Running, sid: str, words: str) -> int:
    """How often the caller has heard that."""
    return [line["text"] for line in (await running.emulator.call(sid))["heard"]].count(words)


async def _stands(running: Running, sid: str, place: str) -> bool:
    return (await running.emulator.call(sid))["place"] == place


async def test_a_browser_that_vanishes_while_offered_lets_the_offer_move_on(running: Running) -> None:
    await running.sits_down("bo")
    sid = await running.call_in()
    await offer_of(running, sid)
    await running.house.matcher.drop_socket(RepId("bo"), "tab-bo")
    await running.sits_down("ana")
    told = ["arrived", "routed", "offered bo", "offer_ended bo expired", "offered ana"]
    await is_recorded(running, sid, told)
    assert await updates_of(running, sid) == []


async def test_a_floor_that_forgets_everything_goes_on_within_five_seconds(running: Running) -> None:
    await running.sits_down("ana")
    talks = await running.call_in()
    async with talking(running, talks) as (_, _, rep):
        waits = await running.call_in("+15551230002")
        await running.comes_to(waits, "waiting")
        await eventually(lambda: _copied(running, talks, "talking"))
        await running.house.redis.flushall()
        await eventually(lambda: _is(running, talks, "talking"), 5.0)
        await eventually(lambda: _is(running, waits, "waiting"), 5.0)
        assert await status_of(running, rep) is RepStatus.ON_CALL
        await running.emulator.hang_up(talks)
        await running.comes_to(talks, "wrap_up", "ended")


async def _is(running: Running, sid: str, state: str) -> bool:
    return await running.state(sid) == state


async def _copied(running: Running, sid: str, state: str) -> bool:
    row = await running.house.recorded.call(call_id(sid))
    return row is not None and row.state == state
