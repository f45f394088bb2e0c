"""How a line moves, as the scripts keep it on a real server: its own clock, and its last departures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from cti.calls.clock import RedisClock
from cti.calls.model import call_id_of
from cti.calls.redis_store import RedisCalls
from routing.expected_wait import Departure, LineFlow
from routing.model import CallId, Match, OfferId, Outcome, RepId
from tests.support.calls_by_hand import a_call, a_sid
from tests.support.floor_dump import check_floor, dump_floor
from tests.support.matchers import START_MS, VERSION, RedisFloor, a_demand, an_ask

MINUTE = 60_000
SALES = a_demand("sales", needs={})
ME = call_id_of(a_sid(99))


@pytest.fixture
async def floor(redis: Redis) -> AsyncIterator[RedisFloor]:
    """An open floor where ana serves support; what lies in Redis at the end keeps the floor's promises."""
    opened = RedisFloor(redis)
    await opened.open()
    await opened.staff("ana")
    yield opened
    check_floor(await dump_floor(redis), opened.now)


async def flow_for(floor: RedisFloor, call: CallId = ME) -> LineFlow | None:
    """What the wait document of that call finds."""
    assert isinstance(floor.redis, Redis)
    calls = RedisCalls(floor.redis, RedisClock(floor.redis))
    if await floor.redis.exists(calls.key(f"call:{call}")) == 0:
        await calls.open(a_call(a_sid(99)), version=VERSION)
    return (await calls.turn(call)).flow


async def taken_by(floor: RedisFloor, match: Match) -> OfferId:
    await floor.confirm(match.offer)
    assert await floor.matcher.accept(match.offer)
    return match.offer


async def next_is_taken(floor: RedisFloor, talking: OfferId) -> OfferId:
    """Ana's talk is over, and she takes whoever is next in line."""
    [match] = await floor.matcher.finish(talking, wrap_up=False)
    return await taken_by(floor, match)


async def test_a_caller_learns_of_each_departure_on_the_lines_own_clock(floor: RedisFloor) -> None:
    talking = (await floor.talk(an_ask("c0", at=floor.now))).offer
    await floor.pass_ms(10 * MINUTE)
    entered = floor.now
    await floor.wait(an_ask("c1", at=floor.now))
    early = replace(an_ask("c2", at=floor.now, priority=3), counted_from_ms=floor.now - 30_000)
    await floor.wait(early)
    await floor.pass_ms(2 * MINUTE)
    talking = await next_is_taken(floor, talking)
    await floor.pass_ms(3 * MINUTE)
    await next_is_taken(floor, talking)
    await floor.pass_ms(30 * MINUTE)
    await floor.wait(an_ask(ME, at=floor.now))
    await floor.pass_ms(MINUTE)
    assert await flow_for(floor) == LineFlow(
        now_ms=entered + 36 * MINUTE,
        stood_ms=6 * MINUTE,
        place=1,
        priority=0,
        on_duty=1,
        taken=(
            Departure(stood_ms=5 * MINUTE, at_ms=entered + 5 * MINUTE, priority=0),
            Departure(stood_ms=2 * MINUTE, at_ms=entered + 2 * MINUTE, priority=3, head_start_ms=30_000),
        ),
    )


async def test_a_call_that_finds_a_free_rep_says_nothing_about_the_line(floor: RedisFloor) -> None:
    talking = (await floor.talk(an_ask("c0"))).offer
    await floor.matcher.finish(talking, wrap_up=False)
    await floor.talk(an_ask("c1"))
    await floor.wait(an_ask(ME))
    found = await flow_for(floor)
    assert found is not None
    assert found.taken == ()


async def test_an_offer_that_is_declined_is_no_departure_and_the_call_counts_once(floor: RedisFloor) -> None:
    talking = (await floor.talk(an_ask("c0"))).offer
    await floor.wait(an_ask("c1"))
    [match] = await floor.matcher.finish(talking, wrap_up=False)
    await floor.confirm(match.offer)
    await floor.matcher.settle(match.offer, Outcome.DECLINED)
    await floor.pass_ms(MINUTE)
    [again] = await floor.matcher.wake(CallId("c1"))
    await floor.wait(an_ask(ME))
    found = await flow_for(floor)
    assert found is not None
    assert found.taken == ()
    await taken_by(floor, again)


async def test_calls_taken_by_their_own_rep_or_in_another_line_are_no_departures_of_this_one(floor: RedisFloor) -> None:
    await floor.staff("bo", {SALES: 1})
    ana = (await floor.talk(an_ask("c0"))).offer
    bo = (await floor.talk(an_ask("c1", SALES))).offer
    await floor.wait(an_ask("c2", at=floor.now, prefer="ana", wait_ms=10 * MINUTE))
    await floor.wait(an_ask("c3", SALES))
    await next_is_taken(floor, ana)
    await next_is_taken(floor, bo)
    await floor.wait(an_ask(ME))
    found = await flow_for(floor)
    assert found is not None
    assert (found.taken, found.stood_ms) == ((), 0)


async def test_only_the_last_twenty_are_kept_and_not_for_ever(floor: RedisFloor) -> None:
    talking = (await floor.talk(an_ask("c0"))).offer
    for n in range(1, 24):
        await floor.wait(an_ask(f"c{n}", at=START_MS + n))
    await floor.wait(an_ask(ME, at=START_MS + MINUTE))
    for _ in range(1, 24):
        await floor.pass_ms(1_000)
        talking = await next_is_taken(floor, talking)
    found = await flow_for(floor)
    assert found is not None
    assert (len(found.taken), found.place) == (20, 1)
    assert found.stood_ms - found.taken[-1].stood_ms == 19_000
    for family in ("flow", "stood"):
        assert await floor.redis.ttl(f"{{main}}:{family}:{a_demand().id}") > 0


async def test_a_call_that_waits_for_one_rep_or_is_offered_has_no_flow(floor: RedisFloor) -> None:
    talking = (await floor.talk(an_ask("c0"))).offer
    await floor.wait(an_ask(ME, at=floor.now, prefer="ana", wait_ms=MINUTE))
    assert await flow_for(floor) is None
    [match] = await floor.matcher.finish(talking, wrap_up=False)
    assert match.call == ME
    assert await flow_for(floor) is None


async def test_reps_who_meet_the_demand_are_counted_while_on_duty(floor: RedisFloor) -> None:
    talking = (await floor.talk(an_ask("c0"))).offer
    await floor.wait(an_ask(ME))
    await floor.staff("bo", {SALES: 1})
    found = await flow_for(floor)
    assert found is not None
    assert found.on_duty == 1
    await floor.matcher.settle(talking, Outcome.LOST_LEG)
    found = await flow_for(floor)
    assert found is not None
    assert found.on_duty == 0
    assert await floor.status(RepId("ana")) == "not_responding"
