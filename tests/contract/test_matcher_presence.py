"""A rep is connected while any tab's socket answers; what happens to readiness, offers and status when none does."""

from __future__ import annotations

from routing.model import Outcome, RepId, RepStatus
from tests.support.matchers import STEADY, VERSION, Floor, a_demand, a_profile, an_ask

ANA = RepId("ana")
SUPPORT = a_demand()


async def lose(floor: Floor, rep: RepId = ANA) -> None:
    await floor.matcher.drop_socket(rep, STEADY)


async def test_another_reason_for_the_same_status_does_not_start_it_anew(floor: Floor) -> None:
    await floor.staff("ana")
    await floor.matcher.set_status(ANA, RepStatus.AWAY, reason="lunch")
    since = floor.now
    await floor.pass_ms(700)
    await floor.matcher.set_status(ANA, RepStatus.AWAY, reason="meeting")
    state = await floor.state("ana")
    assert (state.since_ms, state.reason) == (since, "meeting")


async def test_a_rep_seen_for_the_first_time_is_offline(floor: Floor) -> None:
    assert await floor.matcher.rep(ANA) is None
    await floor.matcher.touch_socket(ANA, "tab")
    state = await floor.state("ana")
    assert (state.status, state.connected) == (RepStatus.OFFLINE, True)


async def test_available_without_a_socket_is_not_ready_until_one_is_there(floor: Floor) -> None:
    await floor.matcher.set_profile(a_profile("ana"), version=VERSION)
    await floor.matcher.set_status(ANA, RepStatus.AVAILABLE)
    await floor.wait(an_ask("c1"))
    [match] = await floor.matcher.touch_socket(ANA, "tab")
    assert match.rep == "ana"


async def test_available_without_a_socket_is_offline_after_thirty_seconds(floor: Floor) -> None:
    await floor.matcher.set_profile(a_profile("ana"), version=VERSION)
    await floor.matcher.set_status(ANA, RepStatus.AVAILABLE)
    await floor.run_ms(29_900)
    assert await floor.status("ana") == RepStatus.AVAILABLE
    await floor.run_ms(200)
    assert await floor.status("ana") == RepStatus.OFFLINE


async def test_a_rep_who_lost_the_socket_gets_no_new_offers_at_once(floor: Floor) -> None:
    await floor.staff("ana")
    await lose(floor)
    decision = await floor.wait(an_ask("c1"))
    assert (decision.on_duty, decision.free) == (1, 0)


async def test_back_within_thirty_seconds_keeps_status_and_idle_time(floor: Floor) -> None:
    await floor.staff("ana")
    before = await floor.state("ana")
    await lose(floor)
    await floor.run_ms(29_000)
    await floor.matcher.touch_socket(ANA, "tab")
    assert await floor.state("ana") == before


async def test_away_for_longer_is_offline_with_the_reason(floor: Floor) -> None:
    await floor.staff("ana")
    await lose(floor)
    await floor.run_ms(30_100)
    await floor.matcher.touch_socket(ANA, "tab")
    state = await floor.state("ana")
    assert (state.status, state.reason, state.connected) == (RepStatus.OFFLINE, "disconnected", True)


async def test_a_late_deadline_does_not_stretch_the_thirty_seconds(floor: Floor) -> None:
    await floor.staff("ana")
    await lose(floor)
    await floor.pass_ms(31_000)
    await floor.matcher.touch_socket(ANA, "tab")
    assert await floor.status("ana") == RepStatus.OFFLINE


async def test_a_socket_that_stops_answering_counts_as_lost_after_ten_seconds(floor: Floor) -> None:
    await floor.staff("ana")
    await floor.matcher.touch_socket(ANA, "tab")
    await lose(floor)
    await floor.run_ms(9900)
    assert (await floor.state("ana")).connected
    await floor.run_ms(200)
    assert not (await floor.state("ana")).connected


async def test_one_of_two_tabs_is_enough(floor: Floor) -> None:
    await floor.staff("ana")
    await floor.matcher.touch_socket(ANA, "other")
    await floor.matcher.drop_socket(ANA, "other")
    assert (await floor.state("ana")).connected
    assert (await floor.claim(an_ask("c1"))).rep == "ana"


async def test_an_offer_to_a_lost_rep_must_move_on_after_five_seconds(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1"))
    await lose(floor)
    await floor.pass_ms(4900)
    assert await floor.matcher.check_presence(ANA) is None
    await floor.pass_ms(100)
    state = await floor.matcher.check_presence(ANA)
    assert state is not None
    assert (state.offer, state.connected) == (match.offer, False)
    await floor.staff("bo")
    [other] = await floor.matcher.settle(match.offer, Outcome.VANISHED)
    assert (other.rep, await floor.status("ana")) == ("bo", RepStatus.AVAILABLE)
    await floor.run_ms(25_100)
    assert await floor.status("ana") == RepStatus.OFFLINE


async def test_a_rep_on_a_call_is_left_alone(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1"))
    await lose(floor)
    await floor.run_ms(60_000)
    assert await floor.matcher.check_presence(ANA) is None
    state = await floor.state("ana")
    assert (state.status, state.offer, state.connected) == (RepStatus.ON_CALL, match.offer, False)


async def test_a_call_that_ends_long_after_the_socket_went_leaves_the_rep_offline(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.talk(an_ask("c1"))
    await lose(floor)
    await floor.pass_ms(60_000)
    await floor.matcher.finish(match.offer, wrap_up=False)
    state = await floor.state("ana")
    assert (state.status, state.reason) == (RepStatus.OFFLINE, "disconnected")


async def test_a_lost_rep_going_offline_frees_the_callers_who_counted_on_them(floor: Floor) -> None:
    await floor.staff("ana")
    await floor.staff("bo")
    await lose(floor)
    match = await floor.claim(an_ask("c1"))
    await floor.matcher.settle(match.offer, Outcome.DECLINED)
    await floor.run_ms(12_000)
    assert await floor.status("bo") == RepStatus.AVAILABLE
    await floor.matcher.set_status(ANA, RepStatus.OFFLINE)
    assert await floor.status("bo") == RepStatus.RESERVED


async def test_an_owner_whose_socket_is_gone_is_not_waited_for(floor: Floor) -> None:
    await floor.staff("ana")
    await floor.staff("bo")
    await lose(floor)
    match = await floor.claim(an_ask("c1", prefer="ana", wait_ms=60_000))
    assert (match.rep, match.decision.prefer) == ("bo", "offline")
