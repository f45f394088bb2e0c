"""Who is asked first under each strategy, and what is said about it."""

from __future__ import annotations

import pytest

from routing.model import Outcome, RepId, RepStatus, Strategy
from tests.support.matchers import VERSION, Floor, a_demand, a_profile, an_ask

HOUR_MS = 3_600_000
IDLE = a_demand(strategy=Strategy.LONGEST_IDLE)
ROBIN = a_demand(strategy=Strategy.ROUND_ROBIN)
ROBIN_SALES = a_demand("sales", needs={}, strategy=Strategy.ROUND_ROBIN)
OCCUPIED = a_demand(strategy=Strategy.LEAST_OCCUPIED)
FLEXIBLE = a_demand(strategy=Strategy.LEAST_FLEXIBLE)
FIT = a_demand()


async def test_longest_idle_looks_at_no_fit(floor: Floor) -> None:
    await floor.staff("zoe", {IDLE: 0})
    await floor.staff("ana", {IDLE: 9})
    match = await floor.claim(an_ask("c1", IDLE))
    assert (match.rep, match.decision.how, match.decision.strategy) == ("zoe", "longest_idle", Strategy.LONGEST_IDLE)


async def test_round_robin_asks_everybody_in_turn_whoever_is_idle_the_longest(floor: Floor) -> None:
    for rep in ("cy", "bo", "ana"):
        await floor.staff(rep, {ROBIN: ord(rep[0])})
    asked = []
    for n in range(6):
        match = await floor.claim(an_ask(f"c{n}", ROBIN))
        asked.append((match.rep, match.decision.how))
        await floor.pass_ms(1000)
        await floor.matcher.settle(match.offer, Outcome.CALLER_LEFT)
    assert [rep for rep, _ in asked] == ["ana", "bo", "cy"] * 2
    assert [how for _, how in asked] == ["lowest_id", "lowest_id", "round_robin", *["round_robin"] * 3]


async def test_round_robin_counts_the_offers_of_its_own_queue_alone(floor: Floor) -> None:
    for rep in ("ana", "bo"):
        await floor.staff(rep, {ROBIN: 0, ROBIN_SALES: 0})
    assert (await floor.serve(an_ask("c1", ROBIN), 1000)).rep == "ana"
    assert (await floor.serve(an_ask("c2", ROBIN_SALES), 1000)).rep == "ana"
    assert (await floor.serve(an_ask("c3", ROBIN_SALES), 1000)).rep == "bo"
    match = await floor.claim(an_ask("c4", ROBIN))
    assert (match.rep, match.decision.rank) == ("bo", None)


async def test_round_robin_says_how_long_ago_the_rep_was_asked(floor: Floor) -> None:
    await floor.staff("ana", {ROBIN: 0})
    await floor.serve(an_ask("c1", ROBIN), 1500)
    assert (await floor.claim(an_ask("c2", ROBIN))).decision.rank == 1500


async def test_least_occupied_weighs_talk_and_wrap_up_against_time_on_duty(floor: Floor) -> None:
    await floor.staff("ana", {OCCUPIED: 9})
    assert (await floor.serve(an_ask("c1", OCCUPIED), 300_000, wrap_up_ms=300_000)).rep == "ana"
    await floor.pass_ms(600_000)
    await floor.staff("bo", {OCCUPIED: 0})
    await floor.matcher.set_status(RepId("ana"), RepStatus.AWAY)
    assert (await floor.serve(an_ask("c2", OCCUPIED), 100_000)).rep == "bo"
    await floor.matcher.set_status(RepId("ana"), RepStatus.AVAILABLE)
    match = await floor.claim(an_ask("c3", OCCUPIED))
    assert (match.rep, match.decision.how, match.decision.rank) == ("ana", "least_occupied", 499)


async def test_occupation_is_of_the_hour_before_the_rep_became_ready_and_fixed_then(floor: Floor) -> None:
    await floor.staff("ana", {OCCUPIED: 0})
    await floor.pass_ms(HOUR_MS // 2)
    await floor.serve(an_ask("c1", OCCUPIED), HOUR_MS // 2)
    await floor.pass_ms(HOUR_MS)
    assert (await floor.claim(an_ask("c2", OCCUPIED))).decision.rank == 500
    await floor.matcher.leave(an_ask("c2").call)
    match = await floor.claim(an_ask("c3", OCCUPIED))
    assert match.decision.rank == 0, "a withdrawn offer makes her ready anew, an hour of nothing later"


async def test_a_new_profile_leaves_occupation_as_it_was_fixed(floor: Floor) -> None:
    await floor.staff("ana", {FIT: 0})
    await floor.serve(an_ask("c1", FIT), 1000)
    await floor.pass_ms(9000)
    await floor.matcher.set_profile(a_profile("ana", {OCCUPIED: 0}), version=VERSION)
    assert (await floor.claim(an_ask("c2", OCCUPIED))).decision.rank == 1000


async def test_equally_occupied_the_longest_idle_is_asked(floor: Floor) -> None:
    await floor.staff("zoe", {OCCUPIED: 0})
    await floor.staff("ana", {OCCUPIED: 0})
    match = await floor.claim(an_ask("c1", OCCUPIED))
    assert (match.rep, match.decision.how) == ("zoe", "longest_idle")


async def test_least_flexible_keeps_those_who_can_do_more_for_other_calls(floor: Floor) -> None:
    await floor.staff("ana", {FLEXIBLE: 9, FIT: 9}, flexibility=2)
    await floor.staff("bo", {FLEXIBLE: 0}, flexibility=1)
    match = await floor.claim(an_ask("c1", FLEXIBLE))
    assert (match.rep, match.decision.how, match.decision.rank) == ("bo", "least_flexible", 1)


@pytest.mark.parametrize(("fits", "how", "chosen"), [((1, 2), "best_fit", "bo"), ((1, 1), "longest_idle", "ana")])
async def test_equally_flexible_fit_counts_and_then_idle_time(
    floor: Floor, fits: tuple[int, int], how: str, chosen: str
) -> None:
    await floor.staff("ana", {FLEXIBLE: fits[0]}, flexibility=3)
    await floor.staff("bo", {FLEXIBLE: fits[1]}, flexibility=3)
    match = await floor.claim(an_ask("c1", FLEXIBLE))
    assert (match.rep, match.decision.how) == (chosen, how)


@pytest.mark.parametrize("strategy", Strategy)
async def test_in_every_strategy_who_declined_is_passed_over_and_a_freed_rep_takes_the_first_in_line(
    floor: Floor, strategy: Strategy
) -> None:
    demand = a_demand(strategy=strategy)
    await floor.staff("ana", {demand: 0})
    await floor.staff("bo", {demand: 0})
    match = await floor.claim(an_ask("c1", demand))
    [other] = await floor.matcher.settle(match.offer, Outcome.DECLINED)
    assert {match.rep, other.rep} == {"ana", "bo"}
    await floor.talk(an_ask("c2", demand))
    await floor.wait(an_ask("c3", demand))
    await floor.matcher.accept(other.offer)
    [freed] = await floor.matcher.finish(other.offer, wrap_up=False)
    assert (freed.call, freed.rep, freed.decision.how, freed.decision.rank) == ("c3", other.rep, "freed", None)
