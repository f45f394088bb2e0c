"""Callers who keep their place without staying on the line, on real servers: the key, hanging up, dialling, trying
again, coming back; and nobody is called twice at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from cti.calls import codec
from cti.calls.callbacks import Arrangement, Callbacks
from cti.calls.configuration import Configuration
from cti.calls.events import CallbackCancelled, HangUpAsked, OfferAccepted
from cti.calls.model import Call
from cti.calls.step import is_callback_offered
from cti.embedded import EmbeddedServer
from cti.record.configs import ConfigVersions
from cti.telephony.model import CallSid
from routing.model import OfferId, RepId, RepStatus
from tests.support.callers import accept, becomes, call_id, call_of, events_of, go_home, offer_of, time_passes
from tests.support.emulator import EmulatedDevice
from tests.support.eventually import eventually
from tests.support.house import SOMEBODY_ELSES, SUPPORT, Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONFIG = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
  - {id: bo, name: Bo Lind, skills: {support: 2}}
queues:
  - {id: support, offer_timeout: 20s, wrap_up: 0.2s, callback: {tries: 2, spacing: 10m, ring: 10s, on_hang_up: 1m}}
  - {id: patient, wrap_up: 0.2s, max_size: 1, callback: {on_hang_up: 0s}}
rules:
  - name: promised
    when: call.from == "+15551230078"
    route: {queue: support, needs: {support: 1}, steps: [{after: 1s, then: callback}]}
  - name: the other line
    when: call.from == "+15551230077" || call.from.startsWith("+15551239") || call.to == "+15550199"
    route: {queue: patient, needs: {support: 1}}
  - name: everyone
    route:
      queue: support
      needs: {support: 1}
      steps: [{after: 0.1s, offer_callback: true}]
"""
_numbers = count(1)


def somebody() -> str:
    """A number that nobody has called from or to."""
    return f"+1555124{next(_numbers):04}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    path = tmp_path_factory.mktemp("house")
    async with a_house(valkey=valkey, tmp_path=path, config=CONFIG) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    await service.sits_down("ana")
    await service.house.conductor.take_up(await service.house.matcher.set_status(RepId("ana"), RepStatus.AWAY))
    yield service
    await go_home(service)


async def available(running: Running, rep: str = "ana") -> None:
    await running.sits_down(rep)


async def spoken(running: Running, sid: str) -> str:
    heard: list[dict[str, Any]] = (await running.emulator.call(sid))["heard"]
    return " ".join(line["text"] for line in heard if line["kind"] == "speech")


async def a_promise(running: Running, from_: str) -> str:
    """Somebody has pressed the key, heard the promise, and is off the line."""
    sid = await running.call_in(from_)
    await eventually(lambda: _is_offered(running, sid))
    await running.emulator.press(sid, "1")
    await eventually(lambda: _is_over(running, sid), 10.0)
    assert "we will call you back" in await spoken(running, sid)
    call = await call_of(running, sid)
    assert (call.state.value, call.callback is not None, call.caller_leg) == ("waiting", True, None)
    return sid


async def _is_offered(running: Running, sid: str) -> bool:
    return is_callback_offered(await call_of(running, sid)) if await running.state(sid) == "waiting" else False


async def _is_on_line(running: Running, sid: str) -> bool:
    return (await call_of(running, sid)).on_line


async def _says(running: Running, sid: str, words: str) -> bool:
    return words in await spoken(running, sid)


async def _is_over(running: Running, sid: str) -> bool:
    return (await running.emulator.call(sid))["status"] == "completed"


async def legs_to(running: Running, number: str) -> list[dict[str, Any]]:
    return [leg for leg in await running.emulator.calls() if leg["to"] == number]


async def connect(device: EmulatedDevice, offer: OfferId) -> None:
    await device.accepted(await device.connect({"offer_id": offer}))


@asynccontextmanager
async def dialling(running: Running, sid: str) -> AsyncIterator[RepId]:
    """Whoever is asked accepts and is there: the caller is called. Leaving the block closes the rep's page."""
    offer, rep = await offer_of(running, sid, within_s=15.0)
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await accept(running, sid)
        await connect(device, offer)
        yield rep


async def test_who_presses_the_key_is_called_when_a_rep_accepts_and_they_talk(running: Running) -> None:
    caller = somebody()
    sid = await a_promise(running, caller)
    await available(running)
    offer, rep = await offer_of(running, sid)
    [pop] = [event for event in await events_of(running, rep, "screen_pop") if event["offer"]["id"] == offer]
    assert pop["call"]["callback"]["why"] == "key"
    assert await legs_to(running, caller) == []
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await accept(running, sid)
        await connect(device, offer)
        await running.comes_to(sid, "talking", within_s=10.0)
        [leg] = await legs_to(running, caller)
        assert "the call back that you were promised" in await spoken(running, leg["sid"])
        await running.emulator.hang_up(leg["sid"])
        await running.comes_to(sid, "wrap_up", "ended")
    call = await call_of(running, sid)
    assert (call.end_reason, call.ended_by) == ("completed", "caller")
    assert await running.house.calls.callbacks_at(caller) == {}


async def test_the_place_is_kept_before_a_caller_who_came_later(running: Running) -> None:
    caller = somebody()
    sid = await a_promise(running, caller)
    later = await running.call_in(somebody())
    await running.comes_to(later, "waiting")
    await available(running)
    assert (await offer_of(running, sid))[1] == "ana"
    assert await running.state(later) == "waiting"


async def test_who_is_engaged_is_tried_again_after_the_spacing_and_then_given_up(running: Running) -> None:
    caller = somebody()
    await running.emulator.outside(caller, "busy", after_s=1)
    sid = await a_promise(running, caller)
    await available(running)
    for attempt in (1, 2):
        async with dialling(running, sid) as rep:
            await running.comes_to(sid, "later", "ended", within_s=10.0)
            await becomes(running, rep, RepStatus.AVAILABLE)
        if attempt == 1:
            assert await time_passes(running, sid, "callback") == 600_000
    call = await call_of(running, sid)
    assert (call.state.value, call.end_reason) == ("ended", "unreached")
    assert len(await legs_to(running, caller)) == 2
    told = [event for event in await events_of(running, "ana", "call_state") if event["call_id"] == call.id]
    assert [event["callback"]["tries"] for event in told if event["state"] == "waiting"] == [1]
    assert (told[-1]["state"], told[-1]["end_reason"]) == ("ended", "unreached"), (
        "else its rep hears that the caller left"
    )
    await running.emulator.outside(caller, "answer")


async def test_a_rep_who_gives_up_while_it_rings_is_free_and_the_telephone_stops(running: Running) -> None:
    caller = somebody()
    await running.emulator.outside(caller, "no-answer", after_s=60)
    sid = await a_promise(running, caller)
    await available(running)
    async with dialling(running, sid) as rep:
        await eventually(lambda: _rings(running, sid), 5.0)
        await running.house.conductor.tell(call_id(sid), HangUpAsked(rep=rep))
        await running.comes_to(sid, "later")
    await eventually(lambda: _nothing_rings(running, caller), 5.0)
    await running.emulator.outside(caller, "answer")


async def _rings(running: Running, sid: str) -> bool:
    callback = (await call_of(running, sid)).callback
    return callback is not None and callback.leg is not None


async def _nothing_rings(running: Running, number: str) -> bool:
    return all(leg["status"] not in {"queued", "ringing", "in-progress"} for leg in await legs_to(running, number))


async def test_hanging_up_is_enough_where_the_queue_says_so(running: Running) -> None:
    sid = await running.call_in("+15551230077")
    await running.comes_to(sid, "waiting")
    await running.emulator.hang_up(sid)

    async def is_kept() -> bool:
        call = await call_of(running, sid)
        return call.callback is not None and call.callback.why == "hang_up"

    await eventually(is_kept, 5.0)


async def test_a_plan_that_ends_in_a_call_back_tells_the_caller_and_hangs_up(running: Running) -> None:
    sid = await running.call_in("+15551230078")
    await eventually(lambda: _is_over(running, sid), 15.0)
    assert "we will call you back" in await spoken(running, sid)
    assert (await call_of(running, sid)).state.value == "waiting"


async def test_who_calls_again_has_the_kept_place_and_is_not_called_back(running: Running) -> None:
    caller = somebody()
    sid = await a_promise(running, caller)
    before = await running.call_in(somebody())
    await running.comes_to(before, "waiting")
    again = await running.call_in(caller)
    await running.comes_to(again, "waiting")
    old, new = await call_of(running, sid), await call_of(running, again)
    assert (old.state.value, old.end_reason, new.place_ms) == ("ended", "merged", old.arrived_ms)
    await available(running)
    await running.comes_to(again, "offered")
    assert await running.state(before) == "waiting"


async def test_of_two_calls_from_one_number_one_is_called_back(running: Running) -> None:
    office = somebody()
    second = await running.call_in(office)
    await running.comes_to(second, "waiting")
    first = await a_promise(running, office)
    await running.emulator.press(second, "1")
    await running.comes_to(second, "ended", within_s=10.0)
    assert (await call_of(running, second)).end_reason == "merged"
    await eventually(lambda: _is_over(running, second), 10.0)
    assert "we will call you back" in await spoken(running, second)
    assert (await call_of(running, first)).state.value == "waiting"


async def test_a_reply_that_is_lost_calls_nobody_twice(running: Running) -> None:
    caller = somebody()
    sid = await a_promise(running, caller)
    await available(running)
    offer, rep = await offer_of(running, sid)
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await accept(running, sid)
        await running.emulator.faults(rest={"lose_reply": 1, "match": r"POST .*/Calls\.json", "times": 1})
        await connect(device, offer)
        await running.comes_to(sid, "talking", within_s=15.0)
    assert len(await legs_to(running, caller)) == 1


def offered_to(call: Call) -> RepId | None:
    return call.offer.rep if call.offer else None


async def test_a_telephone_that_rings_when_the_rep_has_gone_leads_to_the_next_rep(running: Running) -> None:
    caller = somebody()
    await running.emulator.outside(caller, "answer", after_s=5)
    sid = await a_promise(running, caller)
    await available(running)
    async with dialling(running, sid):
        await eventually(lambda: _rings(running, sid), 5.0)
    await eventually(lambda: _is_on_line(running, sid), 5.0)
    await time_passes(running, sid, "connect")
    await running.comes_to(sid, "waiting")
    await available(running, "bo")
    await eventually(lambda: _is_with(running, sid, RepId("bo")), 15.0)
    call = await call_of(running, sid)
    assert call.on_line
    assert call.offer is not None
    second = OfferAccepted(offer=call.offer.id, rep=RepId("bo"), client_id="tab")
    async with running.emulator.device(running.emulator.token("bo")) as device:
        await running.house.conductor.tell(call_id(sid), second)
        await connect(device, call.offer.id)
        await running.comes_to(sid, "talking", within_s=10.0)
    assert len(await legs_to(running, caller)) == 1
    await running.emulator.outside(caller, "answer")


async def _is_with(running: Running, sid: str, rep: RepId) -> bool:
    call = await call_of(running, sid)
    return offered_to(call) == rep and call.state.value == "offered"


async def test_one_that_is_arranged_goes_to_the_rules_and_to_the_rep_whom_it_is_for(running: Running) -> None:
    caller, house = somebody(), running.house
    await available(running)
    await available(running, "bo")
    callbacks = Callbacks(calls=house.calls, conductor=house.conductor, rules=house.rules)
    wanted = Arrangement(number=caller, line=SUPPORT, at_ms=house.clock.now_ms(), by="sue", rep=RepId("bo"))
    call = await callbacks.arrange(wanted)
    async with dialling(running, call.sid) as asked:
        assert asked == "bo"
        await running.comes_to(call.sid, "talking", within_s=10.0)
    [leg] = await legs_to(running, caller)
    assert leg["from"] == SUPPORT


async def test_a_floor_that_forgets_everything_still_knows_whom_to_call_back(running: Running) -> None:
    sid = await a_promise(running, somebody())
    other = await a_promise(running, somebody())
    house = running.house
    in_an_hour = house.clock.now_ms() + 3_600_000
    callbacks = Callbacks(calls=house.calls, conductor=house.conductor, rules=house.rules)
    arranged = await callbacks.arrange(Arrangement(number=somebody(), line=SUPPORT, at_ms=in_an_hour, by="sue"))
    await eventually(lambda: _is_copied(running, {sid: "waiting", other: "waiting", arranged.sid: "later"}))
    await house.redis.flushall()
    for one, state in ((sid, "waiting"), (other, "waiting"), (arranged.sid, "later")):
        await running.comes_to(one, state, within_s=10.0)
    assert (await call_of(running, arranged.sid)).deadlines == {"callback": in_an_hour}
    assert await house.redis.zscore(house.calls.key("deadlines"), f"call:{arranged.id}:callback") == in_an_hour
    await available(running)
    assert (await offer_of(running, sid))[1] == "ana"
    assert await running.state(other) == "waiting"


async def _is_copied(running: Running, expected: dict[str, str]) -> bool:
    """SQL knows of them as they are, promises too."""
    stored = [await running.house.recorded.document(call_id(sid)) for sid in expected]
    calls = [codec.load(document) for document in stored if document]
    return [call.state.value for call in calls if call.callback] == list(expected.values())


async def test_a_promise_outlives_a_second_call_that_nobody_answers(running: Running) -> None:
    caller = somebody()
    old = await a_promise(running, caller)
    again = await running.call_in(caller)
    await running.comes_to(again, "waiting")
    await running.emulator.hang_up(again)
    await eventually(lambda: _is_kept(running, again))
    assert (await call_of(running, old)).end_reason == "merged"
    assert set((await running.house.calls.callbacks_at(caller)).values()) == {call_id(again)}


async def _is_kept(running: Running, sid: str) -> bool:
    call = await call_of(running, sid)
    return call.state.value == "waiting" and not call.on_line


async def test_a_lost_leg_is_seen_although_somebody_else_of_that_office_was_promised_a_call(running: Running) -> None:
    office = somebody()
    first = await a_promise(running, office)
    await available(running)
    async with dialling(running, first):
        await running.comes_to(first, "talking", within_s=10.0)
        second = await a_promise(running, office)
    await running.comes_to(first, "connecting")
    assert (await call_of(running, first)).returning
    assert await _is_kept(running, second)


async def test_a_promise_for_one_queue_is_not_used_up_by_a_call_to_another(running: Running) -> None:
    caller = "+15551239001"
    other = await running.call_in(caller)
    await running.comes_to(other, "waiting")
    await running.emulator.hang_up(other)
    await eventually(lambda: _is_kept(running, other))
    house = running.house
    await house.redis.hset(house.calls.key(f"callbacks:{caller}"), "support", "c" + "f" * 32)
    assert (await house.calls.callbacks_at(caller)).keys() == {"patient", "support"}
    again = await running.call_in(caller)
    await running.comes_to(again, "waiting")
    assert (await call_of(running, again)).place_ms == (await call_of(running, other)).arrived_ms
    assert "support" in await house.calls.callbacks_at(caller)


async def test_who_is_off_the_line_takes_no_room_in_the_queue(running: Running) -> None:
    promised = await running.call_in("+15551239002")
    await running.comes_to(promised, "waiting")
    await running.emulator.hang_up(promised)
    await eventually(lambda: _is_kept(running, promised))
    second = await running.call_in("+15551239003")
    await running.comes_to(second, "waiting")
    third = await running.call_in("+15551239004")
    await running.comes_to(third, "ended")
    assert await running.state(second) == "waiting"


async def test_redis_lost_while_it_rings_calls_nobody_twice_at_once(running: Running) -> None:
    caller = somebody()
    await running.emulator.outside(caller, "no-answer", after_s=300)
    sid = await a_promise(running, caller)
    for rep in ("ana", "bo"):
        await available(running, rep)
        async with dialling(running, sid):
            await eventually(lambda: _rings(running, sid), 5.0)
            live = [leg for leg in await legs_to(running, caller) if leg["status"] in {"queued", "ringing"}]
            assert len(live) == 1
            if rep == "ana":
                await eventually(lambda: _knows_the_leg(running, sid))
                await running.house.redis.flushall()
                await running.comes_to(sid, "waiting", within_s=10.0)


async def test_of_two_promises_to_one_telephone_one_rings_and_the_other_waits_its_turn(running: Running) -> None:
    caller, house = somebody(), running.house
    await running.emulator.outside(caller, "no-answer", after_s=300)
    first = await a_promise(running, caller)
    callbacks = Callbacks(calls=house.calls, conductor=house.conductor, rules=house.rules)
    wanted = Arrangement(number=caller, line=SOMEBODY_ELSES, at_ms=house.clock.now_ms(), by="sue")
    other = (await callbacks.arrange(wanted)).sid
    await running.comes_to(other, "waiting")
    await available(running)
    await available(running, "bo")
    (one, by_one), (two, by_two) = await accept(running, first), await accept(running, other)
    emulator = running.emulator
    async with emulator.device(emulator.token(by_one)) as mine, emulator.device(emulator.token(by_two)) as theirs:
        await asyncio.gather(connect(mine, one), connect(theirs, two))
        await eventually(lambda: _one_is_put_off(running, first, other), 10.0)
        [ringing] = [sid for sid in (first, other) if await running.state(sid) == "connecting"]
        await eventually(lambda: _rings(running, ringing), 5.0)
        assert len(await legs_to(running, caller)) == 1
    await emulator.outside(caller, "answer")


async def _one_is_put_off(running: Running, *sids: str) -> bool:
    states = sorted([(await call_of(running, sid)).state.value for sid in sids])
    return states == ["connecting", "later"]


async def test_the_leg_of_who_is_called_back_is_known_when_redis_has_lost_everything(running: Running) -> None:
    house = running.house
    sid = await a_promise(running, somebody())
    await available(running)
    async with dialling(running, sid):
        await running.comes_to(sid, "talking", within_s=10.0)
        leg = (await call_of(running, sid)).caller_leg
        await eventually(lambda: _is_copied(running, {sid: "talking"}))
        assert leg is not None
        await house.redis.flushall()
        await running.comes_to(sid, "talking", within_s=10.0)
        await eventually(lambda: _belongs(running, leg, sid))


async def _belongs(running: Running, leg: CallSid, sid: str) -> bool:
    return await running.house.calls.call_of_leg(leg) == call_id(sid)


async def test_who_was_promised_a_call_and_hangs_up_while_redis_is_empty_is_called_back(running: Running) -> None:
    caller, house = somebody(), running.house
    await a_promise(running, caller)
    again = await running.call_in(caller)
    await running.comes_to(again, "waiting")
    await eventually(lambda: _place_is_copied(running, again))
    async with house.redis.pipeline(transaction=True) as pipe:
        pipe.flushall()
        pipe.set(house.calls.key("lease:rebuild"), "1", px=30_000)
        await pipe.execute()
    await running.emulator.hang_up(again)
    await eventually(lambda: _is_over(running, again), 5.0)
    await house.redis.delete(house.calls.key("lease:rebuild"))
    await eventually(lambda: _has_come_back(running, again), 10.0)
    assert await _is_kept(running, again)
    assert set((await house.calls.callbacks_at(caller)).values()) == {call_id(again)}


async def _place_is_copied(running: Running, sid: str) -> bool:
    document = await running.house.recorded.document(call_id(sid))
    return document is not None and codec.load(document).place_ms is not None


async def _has_come_back(running: Running, sid: str) -> bool:
    state = await running.state(sid)
    marker = await running.house.calls.marker()
    return state is not None and marker.restored


async def _knows_the_leg(running: Running, sid: str) -> bool:
    document = await running.house.recorded.document(call_id(sid))
    stored = codec.load(document) if document else None
    return stored is not None and stored.callback is not None and stored.callback.leg is not None


async def test_a_queue_with_a_promise_to_be_tried_later_is_not_taken_away(running: Running) -> None:
    caller = somebody()
    await running.emulator.outside(caller, "busy", after_s=1)
    sid = await a_promise(running, caller)
    await available(running)
    async with dialling(running, sid):
        await running.comes_to(sid, "later", within_s=10.0)
    configuration = Configuration(ConfigVersions(running.house.database), running.house.redis)
    without = CONFIG.replace("queue: support", "queue: patient").replace("{id: support, offer", "{id: old, offer")
    stranding = await configuration.stranding(without)
    assert stranding is not None
    assert (stranding.queue, stranding.calls) == ("support", (call_id(sid),))


async def test_a_place_is_taken_over_once_and_a_promise_that_is_over_strands_no_queue(running: Running) -> None:
    caller, house = somebody(), running.house
    old = await a_promise(running, caller)
    again = await running.call_in(caller)
    await running.comes_to(again, "waiting")
    await house.redis.hset(house.calls.key(f"callbacks:{caller}"), "support", call_id(old))  # as if it had moved there
    third = await running.call_in(caller)
    await running.comes_to(third, "waiting")
    assert (await call_of(running, third)).place_ms is None
    for sid in (again, third):
        await running.emulator.hang_up(sid)
        await house.conductor.tell(call_id(sid), CallbackCancelled(by="test"))
    await eventually(lambda: _is_alone(running, old))
    configuration = Configuration(ConfigVersions(house.database), house.redis)
    without = CONFIG.replace("queue: support", "queue: patient").replace("{id: support, offer", "{id: old, offer")
    assert await configuration.stranding(without) is None


async def _is_alone(running: Running, sid: str) -> bool:
    """Nobody waits any more, and that promise stands in Redis though its call is over."""
    house = running.house
    for open_id in await house.calls.open_ids():
        await house.conductor.tell(open_id, CallbackCancelled(by="test"))
    caller = (await call_of(running, sid)).caller.number or ""
    await house.redis.hset(house.calls.key(f"callbacks:{caller}"), "support", call_id(sid))
    return not await house.calls.open_ids()
