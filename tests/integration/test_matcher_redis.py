"""What only the scripts on a real server can show: refusals, events, deadlines, views, races, a forgotten script."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from cti.embedded import EmbeddedServer
from routing.config import Rep
from routing.demands import DemandTable
from routing.errors import NotReady, StaleVersion
from routing.model import CallId, Demand, InLine, Match, OfferId, Outcome, QueueId, RepId, RepStatus, SkillName
from routing.redis_matcher import LiveLeg, RedisMatcher
from tests.support.floor_dump import check_floor, dump_floor
from tests.support.matchers import START_MS, VERSION, RedisFloor, a_demand, a_profile, an_ask

ANA = RepId("ana")
SUPPORT = a_demand()
SALES = a_demand("sales", needs={"sell": 1})


@pytest.fixture
async def floor(redis: Redis) -> AsyncIterator[RedisFloor]:
    """An open floor; what lies in Redis at the end keeps the floor's promises."""
    opened = RedisFloor(redis)
    await opened.open()
    yield opened
    if await redis.exists("{main}:floor"):
        check_floor(await dump_floor(redis), opened.now)


async def test_an_empty_redis_is_not_ready(redis: Redis) -> None:
    matcher = RedisMatcher(redis)
    steps = (
        lambda: matcher.claim(an_ask("c1"), version=VERSION),
        lambda: matcher.set_profile(a_profile("ana"), version=VERSION),
        lambda: matcher.set_status(ANA, RepStatus.AVAILABLE),
        lambda: matcher.touch_socket(ANA, "tab"),
        lambda: matcher.touch_sockets([(ANA, "tab")]),
        lambda: matcher.drop_socket(ANA, "tab"),
        lambda: matcher.check_presence(ANA),
        lambda: matcher.accept(OfferId("o1-1")),
        lambda: matcher.confirm(OfferId("o1-1")),
        lambda: matcher.settle(OfferId("o1-1"), Outcome.DECLINED),
        lambda: matcher.finish(OfferId("o1-1"), wrap_up=True),
        lambda: matcher.free(ANA, CallId("c1")),
        lambda: matcher.leave(CallId("c1")),
        lambda: matcher.wake(CallId("c1")),
        lambda: matcher.release_unconfirmed(CallId("c1")),
        lambda: matcher.reservation(CallId("c1")),
        lambda: matcher.put_on_call(ANA, CallId("c1"), OfferId("o1-1")),
        lambda: matcher.position(CallId("c1")),
        lambda: matcher.due_deadlines(limit=1, lease_ms=1),
    )
    for step in steps:
        with pytest.raises(NotReady):
            await step()
    assert await redis.keys() == []


async def test_a_claim_or_profile_of_another_version_is_refused_and_writes_nothing(floor: RedisFloor) -> None:
    await floor.matcher.set_version(2, [SUPPORT])
    with pytest.raises(StaleVersion):
        await floor.matcher.claim(an_ask("c1"), version=1)
    with pytest.raises(StaleVersion):
        await floor.matcher.set_profile(a_profile("ana"), version=1)
    assert await floor.redis.keys("*wait*") == []
    assert isinstance(await floor.matcher.claim(an_ask("c1"), version=2), InLine)


async def test_the_demand_table_is_replaced_with_the_version(floor: RedisFloor) -> None:
    await floor.matcher.set_version(2, [SUPPORT, SALES])
    await floor.matcher.set_version(3, [SALES])
    assert list(await floor.redis.hgetall("{main}:demands")) == [SALES.id]


async def test_a_server_that_forgot_the_scripts_is_sent_them_again(floor: RedisFloor) -> None:
    await floor.staff("ana")
    await floor.redis.script_flush()
    assert (await floor.claim(an_ask("c1"))).rep == "ana"
    await floor.redis.script_flush()
    await floor.matcher.touch_sockets([(RepId("bo"), "tab"), (RepId("cy"), "tab")])
    assert [each.connected for each in await floor.matcher.reps()] == [True, True, True]


async def test_a_client_that_answers_in_bytes_will_do(valkey: EmbeddedServer, floor: RedisFloor) -> None:
    await floor.staff("ana")
    async with Redis.from_url(valkey.url) as client:
        matcher = RedisMatcher(client)
        match = await matcher.claim(an_ask("c1"), version=VERSION)
        assert isinstance(match, Match)
        assert await matcher.rep(ANA) == await floor.matcher.rep(ANA)
        assert await matcher.reps() == await floor.matcher.reps()
        assert (await matcher.due_deadlines(limit=5, lease_ms=1)).members == ()


async def events(floor: RedisFloor, rep: str) -> list[tuple[str, bool, str | None, str | None]]:
    entries = await floor.redis.xrange(f"{{main}}:events:{rep}")
    found = [json.loads(fields["e"]) for _, fields in entries]
    assert all(each["type"] == "rep_status" and isinstance(each["since"], int) for each in found)
    return [(each["status"], each["connected"], each["next_status"], each["reason"]) for each in found]


async def test_every_change_of_a_rep_is_told_to_their_desks_in_order(floor: RedisFloor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1"))
    await floor.matcher.set_status(ANA, RepStatus.AWAY, reason="lunch")
    await floor.matcher.drop_socket(ANA, "steady")
    await floor.matcher.finish(match.offer, wrap_up=True)
    await floor.matcher.free(ANA, CallId("c1"))
    assert await events(floor, "ana") == [
        ("offline", True, None, None),
        ("available", True, None, None),
        ("reserved", True, None, None),
        ("on_call", True, None, None),
        ("on_call", True, "away", None),
        ("on_call", False, "away", None),
        ("wrap_up", False, "away", None),
        ("away", False, None, "lunch"),
    ]


async def test_what_changes_nothing_is_not_told(floor: RedisFloor) -> None:
    await floor.staff("ana")
    told = len(await events(floor, "ana"))
    await floor.matcher.set_status(ANA, RepStatus.AVAILABLE)
    await floor.matcher.touch_socket(ANA, "steady")
    await floor.matcher.set_profile(a_profile("ana"), version=VERSION)
    assert len(await events(floor, "ana")) == told


async def test_a_change_wakes_whoever_reads_the_reps_stream(floor: RedisFloor, valkey: EmbeddedServer) -> None:
    async with Redis.from_url(valkey.url, decode_responses=True) as client, client.pubsub() as channel:
        await channel.subscribe("{main}:wake:ana")
        assert (await channel.get_message(timeout=2))["type"] == "subscribe"
        await floor.staff("ana")
        assert (await channel.get_message(timeout=2))["channel"] == "{main}:wake:ana"


async def test_a_match_is_due_for_take_over_after_a_second_until_it_is_confirmed(floor: RedisFloor) -> None:
    await floor.staff("ana")
    match = await floor.matcher.claim(an_ask("c1"), version=VERSION)
    assert isinstance(match, Match)
    await floor.pass_ms(999)
    assert (await floor.matcher.due_deadlines(limit=9, lease_ms=500)).next_in_ms == 1
    await floor.pass_ms(1)
    assert (await floor.matcher.due_deadlines(limit=9, lease_ms=500)).members == ("match:c1",)
    standing = await floor.matcher.reservation(CallId("c1"))
    assert standing is not None
    assert (standing.match, standing.confirmed) == (match, False)
    assert await floor.matcher.confirm(match.offer)
    standing = await floor.matcher.reservation(CallId("c1"))
    assert standing is not None
    assert standing.confirmed
    await floor.pass_ms(5000)
    assert (await floor.matcher.due_deadlines(limit=9, lease_ms=500)).members == ()


async def test_a_deadline_is_handed_to_one_worker_until_its_lease_ends(floor: RedisFloor) -> None:
    await floor.redis.zadd("{main}:deadlines", {f"call:c{n}:offer": START_MS + n for n in range(3)})
    await floor.pass_ms(1)
    first = await floor.matcher.due_deadlines(limit=1, lease_ms=2000)
    second = await floor.matcher.due_deadlines(limit=5, lease_ms=2000)
    assert (first.members, first.next_in_ms) == (("call:c0:offer",), 0)
    assert (second.members, second.next_in_ms) == (("call:c1:offer",), 1)
    await floor.pass_ms(2000)
    assert set((await floor.matcher.due_deadlines(limit=5, lease_ms=2000)).members) == {
        *("call:c0:offer", "call:c1:offer", "call:c2:offer"),
    }


async def test_matches_made_by_a_presence_check_are_due_at_once(floor: RedisFloor) -> None:
    await floor.staff("ana")
    await floor.staff("bo")
    await floor.matcher.drop_socket(ANA, "steady")
    match = await floor.claim(an_ask("c1"))
    await floor.matcher.settle(match.offer, Outcome.DECLINED)
    await floor.pass_ms(29_900)
    await floor.redis.zrem("{main}:deadlines", "wake:c1")
    await floor.pass_ms(100)
    await floor.matcher.check_presence(ANA)
    assert "match:c1" in (await floor.matcher.due_deadlines(limit=9, lease_ms=1)).members


async def test_more_own_callers_than_one_step_looks_at_all_reach_the_line(floor: RedisFloor) -> None:
    await floor.staff("ana")
    talk = await floor.talk(an_ask("c"))
    for n in range(150):
        await floor.wait(an_ask(f"c{n}", at=START_MS + n, prefer="ana", wait_ms=3_600_000))
    await floor.matcher.set_status(ANA, RepStatus.AWAY)
    await floor.matcher.finish(talk.offer, wrap_up=False)
    assert await floor.redis.zcard(f"{{main}}:line:{SUPPORT.id}") == 64
    for _ in range(2):
        due = await floor.matcher.due_deadlines(limit=500, lease_ms=1000)
        assert "presence:ana" in due.members
        await floor.matcher.check_presence(ANA)
    assert await floor.redis.zcard(f"{{main}}:line:{SUPPORT.id}") == 150
    assert "presence:ana" not in (await floor.matcher.due_deadlines(limit=500, lease_ms=1000)).members


async def test_position_counts_the_calls_ahead_in_the_same_line(floor: RedisFloor) -> None:
    await floor.wait(an_ask("c1", at=START_MS + 1))
    await floor.wait(an_ask("c2", at=START_MS))
    await floor.wait(an_ask("c3", SALES))
    assert await floor.matcher.position(CallId("c1")) == (2, 2)
    assert await floor.matcher.position(CallId("c2")) == (1, 2)
    assert await floor.matcher.position(CallId("c3")) == (1, 1)
    assert await floor.matcher.position(CallId("c4")) is None


async def test_a_queue_counts_waiting_and_offered_calls_until_somebody_accepts(floor: RedisFloor) -> None:
    queues = [QueueId("support"), QueueId("sales")]
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1", at=START_MS))
    await floor.wait(an_ask("c2", at=START_MS + 7))
    assert await floor.matcher.waiting_counts(queues) == {"support": (2, START_MS), "sales": (0, None)}
    await floor.matcher.accept(match.offer)
    assert await floor.matcher.waiting_counts(queues) == {"support": (1, START_MS + 7), "sales": (0, None)}
    await floor.wait(an_ask("c2", SALES, at=START_MS + 7))
    assert await floor.matcher.waiting_counts(queues) == {"support": (0, None), "sales": (1, START_MS + 7)}


async def test_rebuilding_puts_a_rep_with_a_live_leg_on_the_call_whatever_the_desk_said(floor: RedisFloor) -> None:
    await floor.staff("ana")
    assert await floor.matcher.put_on_call(ANA, CallId("c1"), OfferId("o0-7"))
    assert await floor.matcher.put_on_call(ANA, CallId("c1"), OfferId("o0-7"))
    assert not await floor.matcher.put_on_call(ANA, CallId("c2"), OfferId("o0-8"))
    await floor.wait(an_ask("c3"))
    assert await floor.status("ana") == RepStatus.ON_CALL
    [match] = await floor.matcher.finish(OfferId("o0-7"), wrap_up=False)
    assert match.call == "c3"


async def test_a_table_that_only_adds_keeps_what_is_there_and_never_replaces_a_newer_one(floor: RedisFloor) -> None:
    german = a_demand(needs={"german": 2})
    await floor.matcher.set_version(5, [SUPPORT])
    await floor.matcher.set_version(6, [SALES], only=False)
    with pytest.raises(StaleVersion):
        await floor.matcher.set_version(5, [german], only=False)
    kept = await floor.redis.hkeys("{main}:demands")
    assert sorted(kept) == sorted([SUPPORT.id, SALES.id])
    await floor.matcher.set_version(4, [german])
    assert await floor.redis.hkeys("{main}:demands") == [german.id]


async def test_opening_a_rebuilt_floor_leaves_no_moment_in_which_a_talking_rep_is_free(redis: Redis) -> None:
    matcher = RedisMatcher(redis)
    leg = LiveLeg(rep=ANA, call=CallId("c1"), offer=OfferId("o1-7"))
    assert await matcher.open_floor(epoch=2, version=3, on_calls=[leg])
    assert not await matcher.open_floor(epoch=9, version=9)
    await matcher.set_version(3, [SUPPORT])
    state = await matcher.rep(ANA)
    assert state is not None
    assert (state.status, state.call, state.offer) == (RepStatus.ON_CALL, "c1", "o1-7")
    assert await matcher.set_status(ANA, RepStatus.AVAILABLE) == ()
    await matcher.set_profile(a_profile("ana"), version=3)
    assert await redis.hmget("{main}:floor", "epoch", "version") == ["2", "3"]
    assert await redis.hget("{main}:counts", f"duty:{SUPPORT.id}") == "1"


async def test_nothing_is_left_of_a_call_that_is_over(floor: RedisFloor) -> None:
    await floor.staff("ana")
    await floor.staff("bo")
    for n in range(3):
        match = await floor.claim(an_ask(f"c{n}", prefer="bo", wait_ms=5000, waived=True))
        [again] = await floor.matcher.settle(match.offer, Outcome.DECLINED)
        await floor.confirm(again.offer)
        await floor.matcher.accept(again.offer)
        await floor.matcher.finish(again.offer, wrap_up=False)
    families = {key.split(":", 2)[1] for key in await floor.redis.keys("*")}
    expected = {"floor", "counts", "rep", "reps", "meets", "sockets", "events", "ready", "deadlines", "offer"}
    expected |= {"asked", "duty", "sources"}
    assert families == expected
    assert set(await floor.redis.zrange("{main}:deadlines", 0, -1)) == {"presence:ana", "presence:bo"}


async def test_claims_at_the_same_instant_never_share_a_rep(valkey: EmbeddedServer, floor: RedisFloor) -> None:
    for n in range(5):
        await floor.staff(f"r{n}")
    clients = [Redis.from_url(valkey.url, decode_responses=True) for _ in range(4)]
    matchers = [RedisMatcher(client) for client in clients]
    found = await asyncio.gather(
        *(matchers[n % 4].claim(an_ask(f"c{n}"), version=VERSION) for n in range(20)),
    )
    matches = [each for each in found if isinstance(each, Match)]
    assert len({each.rep for each in matches}) == len(matches) == 5
    for client in clients:
        await client.aclose()


async def test_accept_and_expiry_at_the_same_instant_have_one_winner(valkey: EmbeddedServer, floor: RedisFloor) -> None:
    await floor.staff("ana")
    async with Redis.from_url(valkey.url, decode_responses=True) as client:
        other = RedisMatcher(client)
        for n in range(30):
            match = await floor.claim(an_ask(f"c{n}"))
            steps = [floor.matcher.accept(match.offer), other.settle(match.offer, Outcome.CALLER_LEFT)]
            accepted = (await asyncio.gather(*(steps if n % 2 else reversed(steps))))[0 if n % 2 else 1]
            assert isinstance(accepted, bool)
            assert await floor.status("ana") == RepStatus.AVAILABLE
            assert await floor.matcher.accept(match.offer) is False


def a_table(version: int, *reps: Rep, extra: tuple[Demand, ...] = ()) -> DemandTable:
    written = {SUPPORT.id: SUPPORT, SALES.id: SALES}
    table = DemandTable(
        version=version, demands=written, reps={rep.id: rep for rep in reps}, written=frozenset(written)
    )
    return table.with_extra(extra)


def a_rep(name: str, *queues: str, **levels: int) -> Rep:
    skills = {SkillName(skill): level for skill, level in levels.items()}
    return Rep(id=RepId(name), name=name, skills=skills, queues=frozenset(map(QueueId, queues)))


async def met(redis: Redis, rep: str) -> dict[str, int]:
    """What lies on the floor of what the rep meets: demand → fit."""
    text = await redis.hget("{main}:meets", rep)
    return dict(json.loads(text)["fits"]) if text else {}


async def test_a_new_version_writes_the_profiles_that_differ_and_empties_those_of_who_is_gone(
    redis: Redis, floor: RedisFloor
) -> None:
    ana, bo, cy = (a_rep(name, "support", help=2) for name in ("ana", "bo", "cy"))
    await floor.matcher.renew_profiles(a_table(VERSION, ana, bo, cy), version=VERSION)
    await redis.hdel("{main}:meets", "ana")  # whatever is not written stays away
    await floor.matcher.set_version(2, (SUPPORT, SALES))
    changed = a_table(2, ana, a_rep("bo", "support", "sales", help=3, sell=1))
    await floor.matcher.renew_profiles(changed, version=2)
    assert (await met(redis, "ana"), await met(redis, "cy")) == ({}, {})
    assert await met(redis, "bo") == {SUPPORT.id: 2, SALES.id: 0}


async def test_a_demand_that_a_rep_cannot_meet_leaves_what_they_meet_and_is_remembered(
    redis: Redis, floor: RedisFloor
) -> None:
    ana = a_rep("ana", "support", help=2)
    await floor.matcher.renew_profiles(a_table(VERSION, ana), version=VERSION)
    before = await redis.hget("{main}:sources", "ana"), await met(redis, "ana")
    other = a_demand(needs={"help": 9})
    await floor.matcher.set_version(2, (SUPPORT, SALES, other))
    await floor.matcher.renew_profiles(a_table(2, ana, extra=(other,)), version=2)
    after = await redis.hget("{main}:sources", "ana"), await met(redis, "ana")
    assert before[0] != after[0]
    assert before[1] == after[1] == {SUPPORT.id: 1}


async def test_on_a_floor_that_was_lost_nobody_is_thought_to_be_missing_until_desks_had_time_to_come_back(
    redis: Redis,
) -> None:
    floor = RedisFloor(redis)
    await redis.hset("{main}:floor", "clock_ms", str(START_MS))
    await floor.matcher.open_floor(epoch=2, version=VERSION)
    await floor.wait(an_ask("c1"))
    assert await floor.run_ms(29_900) == ()
    assert await redis.zscore("{main}:deadlines", "unmet:c1") == START_MS + 30_000
    [match] = await floor.staff("ana")
    assert match.call == "c1"
    assert await redis.zscore("{main}:deadlines", "unmet:c1") is None
