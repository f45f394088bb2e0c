"""A CRM's answers, remembered for a while."""

from __future__ import annotations

import asyncio

import pytest

from crm_adapter.cache import Cache
from crm_adapter.model import Found, Unavailable, Unknown
from tests.support.directories import a_person, as_contact
from tests.support.eventually import eventually
from tests.support.fake_crm import FakeCrm
from tests.unit.test_crm_breaker import Clock

JAN = "+48600100200"
NOBODY = "+15550199"


def a_crm() -> FakeCrm:
    return FakeCrm([as_contact(a_person("Jan"), "c1")])


async def test_a_found_contact_is_remembered_for_minutes():
    crm, clock = a_crm(), Clock()
    cache = Cache(crm, now_s=clock)
    assert await cache.find_by_phone(JAN) == await cache.find_by_phone(JAN)
    clock.now_s += 299
    await cache.find_by_phone(JAN)
    assert crm.asked == [JAN]
    clock.now_s += 1
    await cache.find_by_phone(JAN)
    assert crm.asked == [JAN, JAN]


async def test_an_unknown_number_is_remembered_for_seconds():
    crm, clock = a_crm(), Clock()
    cache = Cache(crm, now_s=clock)
    for _ in range(3):
        assert await cache.find_by_phone(NOBODY) == Unknown()
    clock.now_s += 15
    crm.contacts.append(as_contact(a_person("New", NOBODY), "c2"))
    assert isinstance(await cache.find_by_phone(NOBODY), Found)
    assert crm.asked == [NOBODY, NOBODY]


async def test_unavailable_is_never_remembered():
    crm = a_crm()
    crm.refuses = "down"
    cache = Cache(crm)
    assert isinstance(await cache.find_by_phone(JAN), Unavailable)
    crm.refuses = None
    assert isinstance(await cache.find_by_phone(JAN), Found)


async def test_many_calls_from_one_number_are_one_look_up():
    crm = a_crm()
    cache = Cache(crm)
    crm.fall_silent()
    async with asyncio.TaskGroup() as group:
        callers = [group.create_task(cache.find_by_phone(JAN)) for _ in range(50)]
        await eventually(lambda: crm.asked)
        crm.speak_again()
    assert crm.asked == [JAN]
    assert len({id(caller.result()) for caller in callers}) == 1


async def test_a_caller_who_gives_up_does_not_take_the_answer_away():
    crm = a_crm()
    cache = Cache(crm)
    crm.fall_silent()
    first = asyncio.ensure_future(cache.find_by_phone(JAN))
    await eventually(lambda: crm.asked)
    second = asyncio.ensure_future(cache.find_by_phone(JAN))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    crm.speak_again()
    assert isinstance(await second, Found)


async def test_one_who_only_waits_for_anothers_look_up_may_give_up_too():
    crm = a_crm()
    cache = Cache(crm)
    crm.fall_silent()
    first = asyncio.ensure_future(cache.find_by_phone(JAN))
    await eventually(lambda: crm.asked)
    second = asyncio.ensure_future(cache.find_by_phone(JAN))
    await asyncio.sleep(0)
    second.cancel()
    crm.speak_again()
    assert isinstance(await first, Found)


async def test_an_exception_reaches_whoever_asked_and_is_not_remembered():
    crm = a_crm()
    crm.raises = OSError()
    cache = Cache(crm)
    with pytest.raises(OSError):
        await cache.find_by_phone(JAN)
    crm.raises = None
    assert isinstance(await cache.find_by_phone(JAN), Found)


async def test_it_holds_no_more_than_its_bound_and_drops_the_longest_unused():
    crm = a_crm()
    cache = Cache(crm, most_entries=2)
    for number in ("+15550101", "+15550102", "+15550101", "+15550103", "+15550101", "+15550102"):
        await cache.find_by_phone(number)
    assert crm.asked == ["+15550101", "+15550102", "+15550103", "+15550102"]


async def test_no_number_stands_in_its_memory():
    crm = a_crm()
    cache = Cache(crm)
    await cache.find_by_phone(NOBODY)
    assert NOBODY not in repr(vars(cache))


async def test_what_was_remembered_can_be_forgotten():
    crm = a_crm()
    cache = Cache(crm)
    await cache.find_by_phone(JAN)
    cache.forget()
    await cache.find_by_phone(JAN)
    assert crm.asked == [JAN, JAN]


async def test_searches_and_health_are_asked_each_time():
    crm = a_crm()
    cache = Cache(crm)
    assert len(await cache.search("jan")) == 1
    crm.contacts.clear()
    assert await cache.search("jan") == ()
    assert await cache.health() is None
