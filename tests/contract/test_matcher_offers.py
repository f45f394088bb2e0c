"""The life of a reservation: tokens, declining, missing, marks, idle time, what becomes of the rep."""

from __future__ import annotations

import pytest

from routing.model import CallId, OfferId, Outcome, RepId, RepStatus
from tests.support.matchers import START_MS, VERSION, Floor, a_demand, a_profile, an_ask

SUPPORT = a_demand()
SALES = a_demand("sales", needs={"sell": 1})


async def test_a_rep_accepts_and_the_same_again_is_fine(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1"))
    assert await floor.matcher.accept(match.offer)
    assert await floor.matcher.accept(match.offer)
    state = await floor.state("ana")
    assert (state.status, state.call, state.offer) == (RepStatus.ON_CALL, "c1", match.offer)


async def test_a_token_that_is_over_changes_nothing(floor: Floor) -> None:
    await floor.staff("ana")
    first = await floor.claim(an_ask("c1"))
    await floor.matcher.settle(first.offer, Outcome.CALLER_LEFT)
    second = await floor.claim(an_ask("c2"))
    before = await floor.state("ana")
    for offer in (first.offer, OfferId("o9-9")):
        assert not await floor.matcher.accept(offer)
        assert await floor.matcher.settle(offer, Outcome.EXPIRED) == ()
        assert await floor.matcher.finish(offer, wrap_up=True) == ()
    assert await floor.state("ana") == before
    assert await floor.matcher.accept(second.offer)


async def test_a_declined_call_goes_to_the_next_best_at_once(floor: Floor) -> None:
    await floor.staff("ana", {SUPPORT: 5})
    await floor.staff("bo", {SUPPORT: 1})
    first = await floor.claim(an_ask("c1"))
    [second] = await floor.matcher.settle(first.offer, Outcome.DECLINED)
    assert (first.rep, second.rep, second.call) == ("ana", "bo", "c1")
    assert await floor.status("ana") == RepStatus.AVAILABLE


async def test_a_declined_call_does_not_come_back_while_a_busy_rep_may_still_take_it(floor: Floor) -> None:
    await floor.staff("ana")
    await floor.staff("bo")
    await floor.talk(an_ask("c0"))
    match = await floor.claim(an_ask("c1"))
    await floor.matcher.settle(match.offer, Outcome.DECLINED)
    assert await floor.run_ms(29_900) == ()
    [again] = await floor.run_ms(200)
    assert (again.call, again.rep) == ("c1", match.rep)


async def test_the_only_rep_gets_a_declined_call_again_after_ten_seconds(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1"))
    await floor.matcher.settle(match.offer, Outcome.DECLINED)
    assert await floor.run_ms(9900) == ()
    [again] = await floor.run_ms(200)
    assert (again.call, again.rep) == ("c1", "ana")


async def test_a_rep_who_declined_takes_other_calls_meanwhile(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1"))
    await floor.matcher.settle(match.offer, Outcome.DECLINED)
    assert (await floor.claim(an_ask("c2"))).rep == "ana"


async def test_a_freed_rep_walks_past_the_call_they_declined(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1"))
    await floor.wait(an_ask("c2", at=START_MS + 5))
    [other] = await floor.matcher.settle(match.offer, Outcome.DECLINED)
    assert (other.call, other.rep) == ("c2", "ana")


async def test_marks_fall_when_the_last_unmarked_rep_leaves_duty(floor: Floor) -> None:
    await floor.staff("ana")
    await floor.staff("bo")
    talk = await floor.talk(an_ask("c0"))
    match = await floor.claim(an_ask("c1"))
    await floor.matcher.settle(match.offer, Outcome.DECLINED)
    await floor.run_ms(12_000)
    await floor.matcher.set_status(RepId("ana"), RepStatus.OFFLINE)
    [again] = await floor.matcher.finish(talk.offer, wrap_up=False)
    assert (talk.rep, again.call, again.rep) == ("ana", "c1", "bo")


async def test_marks_fall_when_the_last_unmarked_rep_loses_the_skill(floor: Floor) -> None:
    await floor.staff("ana")
    await floor.staff("bo")
    talk = await floor.talk(an_ask("c0"))
    match = await floor.claim(an_ask("c1"))
    await floor.matcher.settle(match.offer, Outcome.DECLINED)
    await floor.run_ms(12_000)
    [again] = await floor.matcher.set_profile(a_profile("ana", {SALES: 1}), version=VERSION)
    assert (talk.rep, again.call, again.rep) == ("ana", "c1", "bo")


async def test_a_missed_offer_makes_the_rep_not_responding_and_the_call_keeps_its_place(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1", at=START_MS))
    await floor.wait(an_ask("c2", at=START_MS + 1))
    await floor.matcher.settle(match.offer, Outcome.EXPIRED)
    state = await floor.state("ana")
    assert (state.status, state.reason, state.offer) == (RepStatus.NOT_RESPONDING, "missed", None)
    [other] = await floor.staff("bo")
    assert other.call == "c1"


async def test_a_rep_who_missed_comes_back_with_one_click_but_not_to_that_call_at_once(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1"))
    await floor.matcher.settle(match.offer, Outcome.EXPIRED)
    await floor.run_ms(3000)
    assert await floor.matcher.set_status(RepId("ana"), RepStatus.AVAILABLE) == ()
    [again] = await floor.run_ms(7100)
    assert again.rep == "ana"


async def test_a_leg_that_never_came_is_a_miss_with_its_own_reason(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1", at=START_MS))
    await floor.staff("bo")
    [other] = await floor.matcher.settle(match.offer, Outcome.SOFTPHONE)
    state = await floor.state("ana")
    assert (state.status, state.reason, other.call, other.rep) == (RepStatus.NOT_RESPONDING, "softphone", "c1", "bo")


async def test_a_leg_lost_in_the_talk_leaves_no_mark_and_that_rep_preferred(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1"))
    assert await floor.matcher.settle(match.offer, Outcome.LOST_LEG) == ()
    assert await floor.status("ana") == RepStatus.NOT_RESPONDING
    [again] = await floor.matcher.set_status(RepId("ana"), RepStatus.AVAILABLE)
    assert (again.call, again.rep, again.decision.prefer) == ("c1", "ana", "taken")


@pytest.mark.parametrize("outcome", [Outcome.DECLINED, Outcome.WITHDRAWN, Outcome.CALLER_LEFT, Outcome.VANISHED])
async def test_an_offer_that_came_to_nothing_keeps_the_reps_idle_time(floor: Floor, outcome: Outcome) -> None:
    await floor.staff("ana")
    idle = (await floor.state("ana")).idle_since_ms
    match = await floor.claim(an_ask("c1", prefer="ana"))
    await floor.pass_ms(4000)
    await floor.matcher.settle(match.offer, outcome)
    assert (await floor.state("ana")).idle_since_ms == idle


async def test_a_withdrawn_offer_leaves_no_mark(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1"))
    [again] = await floor.matcher.settle(match.offer, Outcome.WITHDRAWN)
    assert (again.call, again.rep) == ("c1", "ana")
    assert again.offer != match.offer


async def test_a_caller_who_left_before_talking_is_gone_and_the_next_is_served(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1"))
    await floor.wait(an_ask("c2"))
    [other] = await floor.matcher.settle(match.offer, Outcome.CALLER_LEFT)
    assert (other.call, other.rep) == ("c2", "ana")


async def test_idle_time_starts_when_after_call_work_ends(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1"))
    await floor.pass_ms(60_000)
    await floor.matcher.finish(match.offer, wrap_up=True)
    assert (await floor.state("ana")).status == RepStatus.WRAP_UP
    await floor.pass_ms(10_000)
    await floor.matcher.free(RepId("ana"), CallId("c1"))
    state = await floor.state("ana")
    assert (state.status, state.idle_since_ms, state.since_ms) == (RepStatus.AVAILABLE, floor.now, floor.now)


async def test_without_after_call_work_idle_time_starts_when_the_call_ends(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1"))
    await floor.pass_ms(60_000)
    await floor.matcher.finish(match.offer, wrap_up=False)
    assert (await floor.state("ana")).idle_since_ms == floor.now


async def test_freeing_for_another_call_or_too_late_changes_nothing(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1"))
    await floor.matcher.finish(match.offer, wrap_up=True)
    await floor.matcher.free(RepId("ana"), CallId("c9"))
    assert await floor.status("ana") == RepStatus.WRAP_UP
    await floor.matcher.set_status(RepId("ana"), RepStatus.AVAILABLE)
    second = await floor.talk(an_ask("c2"))
    await floor.matcher.free(RepId("ana"), CallId("c1"))
    assert (await floor.state("ana")).offer == second.offer


async def test_away_after_this_call(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1"))
    await floor.matcher.set_status(RepId("ana"), RepStatus.AWAY, reason="lunch")
    state = await floor.state("ana")
    assert (state.status, state.next_status) == (RepStatus.ON_CALL, RepStatus.AWAY)
    await floor.wait(an_ask("c2"))
    assert await floor.matcher.finish(match.offer, wrap_up=True) == ()
    assert await floor.matcher.free(RepId("ana"), CallId("c1")) == ()
    state = await floor.state("ana")
    assert (state.status, state.reason, state.next_status) == (RepStatus.AWAY, "lunch", None)


async def test_away_asked_for_while_offered_holds_when_the_offer_is_declined(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1"))
    await floor.matcher.set_status(RepId("ana"), RepStatus.AWAY)
    await floor.matcher.settle(match.offer, Outcome.DECLINED)
    assert await floor.status("ana") == RepStatus.AWAY


async def test_available_during_wrap_up_ends_it_and_takes_the_next_call(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1"))
    await floor.wait(an_ask("c2"))
    await floor.matcher.finish(match.offer, wrap_up=True)
    [other] = await floor.matcher.set_status(RepId("ana"), RepStatus.AVAILABLE)
    assert other.call == "c2"


async def test_a_match_nobody_took_up_is_released_after_two_seconds_and_matched_again(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.matcher.claim(an_ask("c1"), version=1)
    assert await floor.release_unconfirmed(CallId("c1")) == ()
    made = await floor.run_ms(2100)
    assert [each.call for each in made] == ["c1"]
    assert made[0].offer != getattr(match, "offer", None)


async def test_a_confirmed_match_stays(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1"))
    assert await floor.run_ms(5000) == ()
    assert await floor.release_unconfirmed(CallId("c1")) == ()
    assert (await floor.state("ana")).offer == match.offer


async def test_a_call_that_comes_back_after_talking_stands_at_its_old_place(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1", at=START_MS))
    await floor.wait(an_ask("c2", at=START_MS + 100))
    await floor.matcher.set_status(RepId("ana"), RepStatus.AWAY)
    await floor.matcher.finish(match.offer, wrap_up=False)
    await floor.wait(an_ask("c1", at=START_MS))
    [again] = await floor.matcher.set_status(RepId("ana"), RepStatus.AVAILABLE)
    assert again.call == "c1"
