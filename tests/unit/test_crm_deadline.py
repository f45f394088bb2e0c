"""Look-ups under a deadline whose late answers still arrive."""

from __future__ import annotations

import asyncio
import time

import pytest

from crm_adapter.deadline import NO_ANSWER_IN_TIME, Lookups
from crm_adapter.model import Answer, Found, Unavailable, Unknown
from tests.support.directories import a_person, as_contact
from tests.support.eventually import eventually
from tests.support.fake_crm import FakeCrm

JAN = "+48600100200"
SOON_S = 0.02


def a_crm() -> FakeCrm:
    return FakeCrm([as_contact(a_person("Jan"), "c1")])


async def test_an_answer_in_time_is_the_answer():
    async with Lookups(a_crm()) as lookups:
        lookup = lookups.start(JAN)
        assert isinstance(await lookup.answer_in_time(), Found)
        assert not lookup.is_late
        assert await lookups.find_by_phone("+15550199") == Unknown()


async def test_at_the_deadline_the_call_goes_on_and_the_late_answer_still_comes():
    crm = a_crm()
    crm.fall_silent()
    late: list[Answer] = []
    async with Lookups(crm, deadline_s=SOON_S) as lookups:
        lookup = lookups.start(JAN, on_late=late.append)
        assert await lookup.answer_in_time() == NO_ANSWER_IN_TIME
        assert lookup.is_late
        crm.speak_again()
        answer = await lookup.later()
        assert isinstance(answer, Found)
        assert not lookup.is_late
        assert await lookup.answer_in_time() == answer
        assert late == [answer]
    assert crm.asked == [JAN]


async def test_a_slow_crm_delays_no_more_than_the_deadline():
    crm = a_crm()
    crm.fall_silent()
    began = time.monotonic()
    async with Lookups(crm, deadline_s=0.05) as lookups:
        assert await lookups.find_by_phone(JAN) == NO_ANSWER_IN_TIME
    assert 0.04 < time.monotonic() - began < 1.0


async def test_the_deadline_counts_from_the_start_of_the_look_up():
    crm = a_crm()
    crm.fall_silent()
    async with Lookups(crm, deadline_s=SOON_S) as lookups:
        lookup = lookups.start(JAN)
        await eventually(lambda: lookup.is_late)
        assert await lookup.answer_in_time() == NO_ANSWER_IN_TIME
        assert await lookup.answer_within(0.0) == NO_ANSWER_IN_TIME


async def test_whoever_would_not_wait_for_the_deadline_is_told_of_the_late_answer_too():
    crm = a_crm()
    crm.fall_silent()
    late: list[Answer] = []
    async with Lookups(crm, deadline_s=60.0) as lookups:
        lookup = lookups.start(JAN, on_late=late.append)
        assert await lookup.answer_within(0.0) == NO_ANSWER_IN_TIME
        assert lookup.is_late
        crm.speak_again()
        answer = await lookup.later()
        assert late == [answer]


async def test_nobody_is_told_of_a_late_answer_when_it_was_in_time():
    late: list[Answer] = []
    async with Lookups(a_crm()) as lookups:
        await lookups.start(JAN, on_late=late.append).later()
    assert late == []


async def test_a_crm_that_raises_is_unavailable_and_harms_no_other_look_up():
    crm = a_crm()
    async with Lookups(crm) as lookups:
        crm.fall_silent()
        other = lookups.start(JAN)
        crm.raises = RuntimeError(f"no such number {JAN}")
        bad = lookups.start(JAN)
        crm.speak_again()
        answer = await bad.later()
        assert answer == Unavailable(reason="the CRM failed: RuntimeError")
        assert isinstance(await other.later(), Unavailable)
        crm.raises = None
        assert isinstance(await lookups.find_by_phone(JAN), Found)


async def test_a_look_up_ends_some_day():
    crm = a_crm()
    crm.fall_silent()
    async with Lookups(crm, deadline_s=0.0, give_up_s=SOON_S) as lookups:
        assert await lookups.start(JAN).later() == Unavailable(reason="the CRM did not answer")
        assert await lookups.health() == "the CRM did not answer within 0.02 s"
        with pytest.raises(TimeoutError):
            await lookups.search("jan")


async def test_giving_up_the_wait_leaves_the_look_up_running():
    crm = a_crm()
    crm.fall_silent()
    async with Lookups(crm) as lookups:
        lookup = lookups.start(JAN)
        waiter = asyncio.ensure_future(lookup.later())
        await asyncio.sleep(0)
        waiter.cancel()
        crm.speak_again()
        assert isinstance(await lookup.later(), Found)


async def test_closing_ends_what_still_runs_and_says_so():
    crm = a_crm()
    crm.fall_silent()
    async with Lookups(crm) as lookups:
        lookup, not_begun = lookups.start(JAN), lookups.start(JAN)
        await asyncio.sleep(0)
    assert await lookup.later() == Unavailable(reason="the service is stopping")
    assert await not_begun.later() == Unavailable(reason="the service is stopping")


async def test_an_exception_of_the_owner_passes_through():
    async def an_owner_that_fails() -> None:
        crm = a_crm()
        crm.fall_silent()
        async with Lookups(crm) as lookups:
            lookups.start(JAN)
            raise LookupError("ours")

    with pytest.raises(LookupError):
        await an_owner_that_fails()
