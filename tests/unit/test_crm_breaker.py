"""A CRM that keeps failing is left alone for a while."""

from __future__ import annotations

import asyncio

import pytest

from crm_adapter.breaker import Breaker
from crm_adapter.model import Found, Unavailable, Unknown
from tests.support.directories import a_person, as_contact
from tests.support.eventually import eventually
from tests.support.fake_crm import FakeCrm

JAN = "+48600100200"
LEFT_ALONE = Unavailable(reason="the CRM has failed repeatedly and is left alone for a moment")


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def a_breaker(crm: FakeCrm, clock: Clock | None = None, **options: float) -> Breaker:
    return Breaker(crm, failures_to_open=3, open_s=5.0, now_s=clock or Clock(), **options)


def a_crm() -> FakeCrm:
    return FakeCrm([as_contact(a_person("Jan"), "c1")])


async def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        assert isinstance(await breaker.find_by_phone(JAN), Unavailable)


async def test_answers_pass_through():
    breaker = a_breaker(a_crm())
    assert isinstance(await breaker.find_by_phone(JAN), Found)
    assert await breaker.find_by_phone("+15550199") == Unknown()
    assert [one.name for one in await breaker.search("jan")] == ["Jan"]
    assert await breaker.health() is None


async def test_an_exception_becomes_a_value_without_personal_data():
    crm = a_crm()
    crm.raises = ValueError(f"Jan Kowalski {JAN}")
    assert await a_breaker(crm).find_by_phone(JAN) == Unavailable(reason="the CRM failed: ValueError")
    assert await a_breaker(crm).health() == "the fake CRM fails: ValueError"


async def test_after_three_failures_in_a_row_the_crm_is_not_asked():
    crm, clock = a_crm(), Clock()
    breaker = a_breaker(crm, clock)
    crm.raises = OSError()
    await fail(breaker, 3)
    assert await breaker.find_by_phone(JAN) == LEFT_ALONE
    clock.now_s += 4.9
    assert await breaker.find_by_phone(JAN) == LEFT_ALONE
    assert len(crm.asked) == 3


async def test_a_success_in_between_starts_the_count_again():
    crm = a_crm()
    breaker = a_breaker(crm)
    for _ in range(3):
        crm.raises = OSError()
        await fail(breaker, 2)
        crm.raises = None
        assert isinstance(await breaker.find_by_phone(JAN), Found)
    assert len(crm.asked) == 9


async def test_a_refusal_counts_as_a_failure():
    crm = a_crm()
    breaker = a_breaker(crm)
    crm.refuses = "over its limit"
    await fail(breaker, 3)
    assert await breaker.find_by_phone(JAN) == LEFT_ALONE


async def test_after_the_pause_one_success_closes_it():
    crm, clock = a_crm(), Clock()
    breaker = a_breaker(crm, clock)
    crm.raises = OSError()
    await fail(breaker, 3)
    clock.now_s += 5.0
    crm.raises = None
    assert isinstance(await breaker.find_by_phone(JAN), Found)
    crm.raises = OSError()
    await fail(breaker, 2)
    crm.raises = None
    assert isinstance(await breaker.find_by_phone(JAN), Found)


async def test_a_failed_trial_doubles_the_pause():
    crm, clock = a_crm(), Clock()
    breaker = a_breaker(crm, clock)
    crm.raises = OSError()
    await fail(breaker, 3)
    clock.now_s += 5.0
    assert await breaker.find_by_phone(JAN) == Unavailable(reason="the CRM failed: OSError")
    clock.now_s += 9.9
    assert await breaker.find_by_phone(JAN) == LEFT_ALONE
    clock.now_s += 0.1
    crm.raises = None
    assert isinstance(await breaker.find_by_phone(JAN), Found)


async def test_only_one_trial_runs_at_a_time():
    crm, clock = a_crm(), Clock()
    breaker = a_breaker(crm, clock)
    crm.raises = OSError()
    await fail(breaker, 3)
    clock.now_s += 5.0
    crm.raises = None
    crm.fall_silent()
    async with asyncio.TaskGroup() as group:
        trial = group.create_task(breaker.find_by_phone(JAN))
        await eventually(lambda: len(crm.asked) == 4)
        assert await breaker.find_by_phone(JAN) == LEFT_ALONE
        crm.speak_again()
    assert isinstance(trial.result(), Found)


async def test_a_cancelled_trial_lets_the_next_one_try():
    crm, clock = a_crm(), Clock()
    breaker = a_breaker(crm, clock)
    crm.raises = OSError()
    await fail(breaker, 3)
    clock.now_s += 5.0
    crm.raises = None
    crm.fall_silent()
    trial = asyncio.ensure_future(breaker.find_by_phone(JAN))
    await eventually(lambda: len(crm.asked) == 4)
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial
    crm.speak_again()
    assert isinstance(await breaker.find_by_phone(JAN), Found)


async def test_an_answer_that_takes_too_long_is_a_failure():
    crm = a_crm()
    crm.fall_silent()
    breaker = a_breaker(crm, give_up_s=0.01)
    for _ in range(3):
        assert await breaker.find_by_phone(JAN) == Unavailable(reason="the CRM did not answer")
    assert await breaker.find_by_phone(JAN) == LEFT_ALONE
    assert await breaker.health() == "the CRM did not answer within 0.01 s"
