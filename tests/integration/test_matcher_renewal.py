"""A new demand table on the floor: as if one rep after the other were given theirs, whoever is where; nobody is chosen
for what is gone, nobody thought to be missing while it is written, and what broke off is made whole."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from routing.config import Rep
from routing.demands import DemandTable
from routing.model import CallId, Demand, Match, OfferId, QueueId, RepId, RepStatus, SkillName, Strategy
from tests.support.floor_dump import FloorDump, check_floor, dump_floor
from tests.support.matchers import START_MS, VERSION, RedisFloor, a_demand, an_ask

SUPPORT, SALES = a_demand(), a_demand("sales", needs={"sell": 1})
QUEUES = [QueueId(f"queue-{n}") for n in range(4)]
SKILLS = [SkillName(name) for name in ("help", "sell", "german")]
TEAMS = (None, "north", "south")
REPS = 90
SEED = 20_261_124


@pytest.fixture
async def floor(redis: Redis) -> AsyncIterator[RedisFloor]:
    opened = RedisFloor(redis)
    await opened.open()
    yield opened
    check_floor(await dump_floor(redis), opened.now)


def some_demands(dice: random.Random) -> Iterator[Demand]:
    for queue in QUEUES:
        for strategy in Strategy:
            yield Demand(
                queue=queue,
                also=tuple(dice.sample([each for each in QUEUES if each != queue], dice.randint(0, 1))),
                needs=((dice.choice(SKILLS), dice.randint(1, 6)),),
                prefers=((dice.choice(SKILLS), dice.randint(1, 3)),),
                strategy=strategy,
                team=dice.choice(TEAMS),
            )


def somebody(n: int, dice: random.Random) -> Rep:
    queues = frozenset(dice.sample(QUEUES, dice.randint(1, 3))) if dice.random() < 0.9 else None
    skills = {skill: dice.randint(1, 9) for skill in SKILLS if dice.random() < 0.8}
    return Rep(id=RepId(f"r{n:02d}"), name=f"Rep {n}", skills=skills, queues=queues, team=dice.choice(TEAMS))


def tables(dice: random.Random) -> Iterator[DemandTable]:
    """Each keeps some demands and some reps of the one before."""
    demands, reps = list(some_demands(dice)), [somebody(n, dice) for n in range(REPS)]
    for version in range(VERSION + 1, VERSION + 5):
        known = {demand.id: demand for demand in demands}
        written = frozenset(list(known)[: len(known) - 3])
        yield DemandTable(version=version, demands=known, reps={rep.id: rep for rep in reps}, written=written)
        demands = [new if dice.random() < 0.5 else old for old, new in zip(demands, some_demands(dice), strict=True)]
        reps = [somebody(n, dice) if dice.random() < 0.3 else rep for n, rep in enumerate(reps)]
        reps = [rep for rep in reps if dice.random() < 0.95]


async def scatter(floor: RedisFloor, dice: random.Random) -> None:
    """Reps in every state, some of whom were on calls before."""
    for n in range(REPS):
        rep = RepId(f"r{n:02d}")
        await floor.pass_ms(1)
        if dice.random() < 0.8:
            await floor.matcher.touch_socket(rep, "steady")
            await floor.keep_socket(rep)
        what = dice.choice(("available", "available", "away", "offline", "on_call", "was_on_call"))
        if what in ("available", "away"):
            await floor.matcher.set_status(rep, RepStatus(what))
        if what in ("on_call", "was_on_call"):
            await floor.matcher.put_on_call(rep, CallId(f"old-{n}"), OfferId(f"o0-{n}"))
            await floor.pass_ms(dice.randint(1, 500))
        if what == "was_on_call":
            await floor.matcher.finish(OfferId(f"o0-{n}"), wrap_up=False)


def standing(dump: FloorDump) -> dict[str, object]:
    """What is to be the same, however it was written."""
    ready = {name: set(members) for name, members in dump.sets("ready:").items()}
    counts = {name: count for name, count in dump.hashes["counts"].items() if count != "0"}
    meets = {rep: json.loads(text) for rep, text in dump.hashes["meets"].items()}
    said = {
        rep: (one["fits"], one["ranked"], sorted(one["tallies"]), one["flexibility"], one["levels"])
        for rep, one in meets.items()
    }
    return {"ready": ready, "counts": counts, "meets": {rep: one for rep, one in said.items() if one[0] or one[2]}}


async def history(redis: Redis, seed: int, *, together: bool) -> list[dict[str, object]]:
    """How the floor stands after each of some versions."""
    await redis.flushall()
    dice = random.Random(seed)
    floor, found = RedisFloor(redis), []
    await floor.open()
    for n, table in enumerate(tables(dice)):
        await floor.matcher.set_version(table.version, tuple(table.demands.values()))
        if together:
            await floor.matcher.renew_profiles(table, version=table.version)
        else:
            everybody = [table.profile(RepId(f"r{n:02d}")) for n in range(REPS)]
            await floor.matcher.set_profiles(everybody, version=table.version)
        if n == 0:
            await scatter(floor, random.Random(seed))
        dump = await dump_floor(redis)
        check_floor(dump, floor.now)
        found.append(standing(dump))
    return found


@pytest.mark.parametrize("seed", range(SEED, SEED + 3))
async def test_all_together_and_one_after_the_other_end_on_the_same_floor(redis: Redis, seed: int) -> None:
    assert await history(redis, seed, together=True) == await history(redis, seed, together=False)


def a_table(version: int, *demands: Demand, reps: tuple[str, ...] = ("ana", "bo")) -> DemandTable:
    known = {demand.id: demand for demand in demands}
    skills = {SkillName("help"): 3, SkillName("sell"): 2}
    people = {RepId(name): Rep(id=RepId(name), name=name, skills=skills) for name in reps}
    return DemandTable(version=version, demands=known, reps=people, written=frozenset(known))


async def write(floor: RedisFloor, table: DemandTable) -> tuple[Match, ...]:
    await floor.matcher.set_version(table.version, tuple(table.demands.values()))
    return await floor.matcher.renew_profiles(table, version=table.version)


async def come(floor: RedisFloor, *reps: str) -> None:
    for rep in reps:
        await floor.pass_ms(1)
        await floor.matcher.touch_socket(RepId(rep), "steady")
        await floor.keep_socket(RepId(rep))
        await floor.matcher.set_status(RepId(rep), RepStatus.AVAILABLE)


async def test_free_reps_who_come_to_meet_waiting_calls_take_them_in_order(floor: RedisFloor) -> None:
    await write(floor, a_table(2, SUPPORT, reps=("ana", "bo", "cy", "dee")))
    await come(floor, "ana", "bo", "cy", "dee")
    for n in range(2):
        ask = replace(an_ask(f"c{n}", SALES, at=START_MS + n))
        assert not isinstance(await floor.matcher.claim(ask, version=2), Match)
    made = await write(floor, a_table(3, SUPPORT, SALES, reps=("ana", "bo", "cy", "dee")))
    assert [(match.call, match.rep) for match in made] == [("c0", "ana"), ("c1", "bo")]
    assert await floor.matcher.ready(SALES.id) == 2


async def test_for_a_demand_that_is_gone_nobody_is_chosen_any_more(floor: RedisFloor) -> None:
    await write(floor, a_table(2, SUPPORT, SALES))
    await come(floor, "ana")
    await floor.matcher.set_version(3, [SALES])
    await come(floor, "bo")
    assert [await floor.matcher.ready(each.id) for each in (SUPPORT, SALES)] == [0, 2]
    await floor.matcher.renew_profiles(a_table(3, SALES), version=3)
    assert [await floor.matcher.ready(each.id) for each in (SUPPORT, SALES)] == [0, 2]


async def test_a_demand_that_is_back_before_its_going_was_written_has_its_free_reps_again(floor: RedisFloor) -> None:
    await write(floor, a_table(2, SUPPORT, SALES))
    await come(floor, "ana")
    await floor.matcher.set_version(3, [SALES])
    await come(floor, "bo")
    await write(floor, a_table(4, SUPPORT, SALES))
    assert [await floor.matcher.ready(each.id) for each in (SUPPORT, SALES)] == [2, 2]


async def test_nobody_is_thought_to_be_missing_while_a_table_is_written(floor: RedisFloor) -> None:
    await floor.matcher.set_version(2, [SUPPORT, SALES])
    for call, demand in (("c1", SUPPORT), ("c2", SALES)):
        await floor.matcher.claim(an_ask(call, demand), version=2)
    assert await floor.redis.zcard("{main}:deadlines") == 0
    staffing = await floor.matcher.staffing(CallId("c1"))
    assert staffing is not None
    assert not staffing.unmet
    await come(floor, "ana")
    await floor.matcher.renew_profiles(a_table(2, SUPPORT, reps=("ana",)), version=2)
    told = await floor.redis.zrange("{main}:deadlines", 0, -1)
    assert f"empty:{SALES.id}" in told
    assert f"empty:{SUPPORT.id}" not in told
    assert await floor.status("ana") is RepStatus.RESERVED
