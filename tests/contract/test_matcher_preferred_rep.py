"""The rep a call would rather have: the owner whose prospect calls the support line."""

from __future__ import annotations

from routing.model import Outcome, RepId, RepStatus
from tests.support.matchers import START_MS, VERSION, Floor, a_demand, a_profile, an_ask

SUPPORT = a_demand()
SALES = a_demand("sales", needs={"sell": 1})


async def test_a_ready_preferred_rep_goes_before_a_fitter_one(floor: Floor) -> None:
    await floor.staff("ana", {SUPPORT: 1})
    await floor.staff("bo", {SUPPORT: 9})
    match = await floor.claim(an_ask("c1", prefer="ana", wait_ms=5000))
    assert (match.rep, match.decision.how, match.decision.prefer) == ("ana", "preferred", "taken")
    assert match.decision.preferred == "ana"


async def test_an_owner_who_does_not_qualify_is_passed_over(floor: Floor) -> None:
    await floor.staff("ana", {SALES: 1})
    await floor.staff("bo", {SUPPORT: 1})
    match = await floor.claim(an_ask("c1", prefer="ana", wait_ms=5000))
    assert (match.rep, match.decision.prefer) == ("bo", "not_qualified")
    assert match.decision.preferred == "ana"


async def test_an_owner_for_whom_needs_are_waived_takes_the_unplanned_hand_off(floor: Floor) -> None:
    await floor.staff("ana", {SALES: 1})
    await floor.staff("bo", {SUPPORT: 1})
    match = await floor.claim(an_ask("c1", prefer="ana", wait_ms=5000, waived=True))
    assert (match.rep, match.decision.fit, match.decision.prefer) == ("ana", None, "taken")


async def test_a_busy_owner_is_waited_for_and_takes_the_call_when_free(floor: Floor) -> None:
    await floor.staff("ana")
    talk = await floor.talk(an_ask("c1"))
    decision = await floor.wait(an_ask("c2", at=floor.now, prefer="ana", wait_ms=15_000))
    assert decision.prefer == "waiting"
    assert await floor.staff("bo") == ()
    await floor.run_ms(3000)
    [match] = await floor.matcher.finish(talk.offer, wrap_up=False)
    assert (match.call, match.rep, match.decision.prefer) == ("c2", "ana", "taken")


async def test_the_wait_for_a_busy_owner_ends_at_its_deadline(floor: Floor) -> None:
    await floor.staff("ana")
    await floor.talk(an_ask("c1"))
    await floor.wait(an_ask("c2", at=floor.now, prefer="ana", wait_ms=5000))
    await floor.staff("bo")
    assert await floor.run_ms(4900) == ()
    [match] = await floor.run_ms(200)
    assert (match.rep, match.decision.prefer) == ("bo", "busy")


async def test_when_the_owner_goes_away_the_call_is_open_to_all_at_once(floor: Floor) -> None:
    await floor.staff("ana")
    talk = await floor.talk(an_ask("c1"))
    await floor.wait(an_ask("c2", at=floor.now, prefer="ana", wait_ms=15_000))
    await floor.staff("bo")
    await floor.matcher.set_status(RepId("ana"), RepStatus.AWAY)
    [match] = await floor.matcher.finish(talk.offer, wrap_up=False)
    assert (match.call, match.rep, match.decision.prefer) == ("c2", "bo", "away")


async def test_when_the_owner_misses_another_offer_the_call_is_open_to_all_at_once(floor: Floor) -> None:
    await floor.staff("ana", {SALES: 1, SUPPORT: 1})
    other = await floor.claim(an_ask("c1", SALES))
    await floor.wait(an_ask("c2", at=floor.now, prefer="ana", wait_ms=15_000))
    await floor.staff("bo", {SUPPORT: 1})
    [match] = await floor.matcher.settle(other.offer, Outcome.EXPIRED)
    assert (match.call, match.rep) == ("c2", "bo")


async def test_an_owner_who_is_off_or_unknown_is_not_waited_for(floor: Floor) -> None:
    await floor.staff("bo")
    await floor.matcher.set_profile(a_profile("ana"), version=VERSION)
    match = await floor.claim(an_ask("c1", prefer="ana", wait_ms=15_000))
    assert (match.rep, match.decision.prefer) == ("bo", "offline")
    decision = await floor.wait(an_ask("c2", prefer="nobody", wait_ms=15_000))
    assert decision.prefer == "unknown"


async def test_an_owner_who_declined_the_call_is_not_waited_for(floor: Floor) -> None:
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1", prefer="ana", wait_ms=60_000))
    await floor.staff("bo")
    [other] = await floor.matcher.settle(match.offer, Outcome.DECLINED)
    assert (other.rep, other.decision.prefer, other.decision.declined) == ("bo", "declined", 1)


async def test_their_own_callers_are_treated_like_any_other(floor: Floor) -> None:
    await floor.staff("ana")
    talk = await floor.talk(an_ask("c1"))
    await floor.wait(an_ask("c2", at=floor.now, prefer="ana", wait_ms=15_000))
    await floor.wait(an_ask("c3", at=floor.now + 1, priority=5))
    [match] = await floor.matcher.finish(talk.offer, wrap_up=False)
    assert match.call == "c3"


async def test_a_call_that_waives_needs_is_open_to_all_and_still_to_its_owner(floor: Floor) -> None:
    await floor.wait(an_ask("c1", SUPPORT, prefer="ana", wait_ms=0, waived=True))
    [match] = await floor.staff("ana", {SALES: 1})
    assert (match.call, match.decision.prefer) == ("c1", "taken")


async def test_a_call_keeps_its_place_when_the_wait_for_its_owner_ends(floor: Floor) -> None:
    await floor.staff("ana")
    await floor.talk(an_ask("c1"))
    await floor.wait(an_ask("c2", at=START_MS, prefer="ana", wait_ms=3000))
    await floor.wait(an_ask("c3", at=START_MS + 1))
    await floor.run_ms(3100)
    [match] = await floor.staff("bo")
    assert match.call == "c2"


async def test_an_owner_who_loses_the_needed_skill_is_waited_for_no_longer(floor: Floor) -> None:
    await floor.staff("ana")
    await floor.talk(an_ask("c1"))
    await floor.wait(an_ask("c2", at=floor.now, prefer="ana", wait_ms=60_000))
    await floor.staff("bo")
    [match] = await floor.matcher.set_profile(a_profile("ana", {SALES: 1}), version=VERSION)
    assert (match.call, match.rep) == ("c2", "bo")
