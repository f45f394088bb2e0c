"""Who is calling, in every way a CRM can know it, not know it, be late or break; and whose caller it is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from crm_adapter.model import Contact
from cti.app import Overrides
from cti.calls.model import CallerMatch
from cti.embedded import EmbeddedServer
from routing.model import RepStatus
from tests.support.callers import (
    accept,
    becomes,
    call_id,
    call_of,
    events_of,
    go_home,
    offer_of,
    status_of,
    talking,
)
from tests.support.eventually import eventually
from tests.support.fake_crm import FakeCrm
from tests.support.history import is_recorded
from tests.support.house import Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWNERS = """
skills: [support, sales]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
  - {id: bo, name: Bo Lind, skills: {sales: 5}, queues: [sales]}
  - {id: cy, name: Cy Ode, skills: {support: 1}}
numbers:
  - {number: "+1 555 0100", language: pl, greeting: Tu pomoc po polsku.}
queues:
  - {id: support, offer_timeout: 20s, wrap_up: 0.2s}
  - {id: sales, offer_timeout: 20s, wrap_up: 0.2s}
rules:
  - name: a prospect reaches the owner
    when: caller.stage == "opportunity"
    route:
      queue: support
      needs: {support: 1}
      prefer_rep: {who: owner, wait: 3s, must_qualify: false}
  - name: gold first
    when: caller.tier == "gold"
    route: {queue: support, priority: 10, needs: {support: 1}}
  - name: everyone
    route: {queue: support, needs: {support: 1}}
"""
DEADLINE_MS = 800
CLOCK_MS = 250
"""A worker's idea of Redis's time is a round trip wide: as much as ``machine`` allows for."""
PROSPECT, GOLD, SHARED, PLAIN = "+48600100200", "+48600100201", "+48600100202", "+48600100203"
SIMILAR = "+48600100204"
CONTACTS = (
    Contact(id="1", name="Jan Kowalski", phones=(PROSPECT,), stage="opportunity", owner="bo"),
    Contact(id="2", name="Gold Ltd", phones=(GOLD,), tier="gold"),
    Contact(id="3", name="One of two", phones=(SHARED,), tier="gold"),
    Contact(id="4", name="The other", phones=(SHARED,), tier="silver"),
    Contact(id="5", name="No country", phones=("600 100 204",), owner="bo"),
)


@pytest.fixture(scope="module")
def crm() -> FakeCrm:
    return FakeCrm(CONTACTS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(
    valkey: EmbeddedServer, crm: FakeCrm, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    overrides = Overrides(crm=lambda _: crm)
    path = tmp_path_factory.mktemp("house")
    house = a_house(valkey=valkey, tmp_path=path, config=OWNERS, overrides=overrides, crm_deadline_s=DEADLINE_MS / 1000)
    async with house as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running, crm: FakeCrm) -> AsyncIterator[Running]:
    yield service
    crm.delay_s, crm.raises, crm.refuses = 0.0, None, None
    crm.speak_again()
    await go_home(service)


@pytest.mark.parametrize(
    ("number", "match", "names"),
    [
        (PROSPECT, "one", ["Jan Kowalski"]),
        (SHARED, "many", ["One of two", "The other"]),
        (PLAIN, "none", []),
        ("anonymous", "withheld", []),
        ("+266696687", "withheld", []),
        ("+7378742833", "withheld", []),
        ("+2562533", "withheld", []),
        ("+8656696", "withheld", []),
        ("+86282452253", "withheld", []),
        ("12", "none", []),
        ("sip:somebody@example.com", "none", []),
    ],
)
async def test_every_kind_of_caller_is_an_ordinary_result(
    running: Running, number: str, match: str, names: list[str]
) -> None:
    sid = await running.call_in(number)
    await running.comes_to(sid, "waiting")
    caller = (await call_of(running, sid)).caller
    assert caller.match == match
    assert [contact.name for contact in caller.contacts] == names


async def test_a_line_speaks_its_language_to_callers_of_whom_none_is_known(running: Running) -> None:
    sid = await running.call_in("+15551230009")
    await running.comes_to(sid, "waiting")
    assert (await call_of(running, sid)).language == "pl"

    async def greeted() -> bool:
        heard = (await running.emulator.call(sid))["heard"]
        return [line["text"] for line in heard if line["kind"] == "speech"][:1] == ["Tu pomoc po polsku."]

    await eventually(greeted)


async def test_a_number_that_only_resembles_a_contacts_is_nobodys_until_the_rep_says_so(running: Running) -> None:
    sid = await running.call_in(SIMILAR)
    await running.comes_to(sid, "waiting")
    call = await call_of(running, sid)
    assert [contact.name for contact in call.caller.contacts] == ["No country"], "shown as a suggestion"
    assert call.caller.match is CallerMatch.NONE

    async def recorded() -> tuple[str | None, str | None]:
        row = await running.house.recorded.call(call_id(sid))
        assert row is not None
        assert row.state == "waiting"
        return row.caller_name, row.contact_id

    assert await eventually(recorded) == (None, None)


async def test_a_slow_crm_delays_the_call_by_no_more_than_its_deadline_and_fills_the_card_in_later(
    running: Running, crm: FakeCrm
) -> None:
    crm.fall_silent()
    await running.sits_down("ana")
    sid = await running.call_in(GOLD)
    await offer_of(running, sid)
    call = await call_of(running, sid)
    assert call.caller.match is CallerMatch.UNAVAILABLE
    assert call.offer is not None
    assert call.offer.made_ms - call.arrived_ms >= DEADLINE_MS - CLOCK_MS, "the record was waited for"
    assert [event["caller"]["contacts"] for event in await events_of(running, "ana", "screen_pop")][-1] == []
    crm.speak_again()
    updated = (await eventually(lambda: events_of(running, "ana", "caller_updated")))[-1]
    assert (updated["call_id"], updated["caller"]["match"]) == (call.id, "one")
    assert [(card["name"], card["tier"]) for card in updated["caller"]["contacts"]] == [("Gold Ltd", "gold")]
    call = await call_of(running, sid)
    assert [contact.name for contact in call.caller.contacts] == ["Gold Ltd"]
    assert call.plan is not None
    assert call.plan.rule == "everyone", "a plan is not changed once a rep is asked"


async def test_the_rules_run_again_for_a_late_record_while_the_caller_still_waits_and_the_place_is_kept(
    running: Running, crm: FakeCrm
) -> None:
    crm.fall_silent()
    sid = await running.call_in(PROSPECT)
    await running.comes_to(sid, "waiting")
    plan = (await call_of(running, sid)).plan
    assert plan is not None
    assert plan.rule == "everyone"
    later = await running.call_in("anonymous")
    await running.comes_to(later, "waiting")
    crm.speak_again()
    await eventually(lambda: _follows(running, sid, "a prospect reaches the owner"))
    assert [(await running.house.calls.turn(call_id(each))).place for each in (sid, later)] == [1, 2]
    await running.sits_down("bo")
    assert (await offer_of(running, sid))[1] == "bo", "who serves sales alone, and is the owner"
    await is_recorded(running, sid, ["arrived", "routed", "routed", "offered bo"])


async def _follows(running: Running, sid: str, rule: str) -> bool:
    plan = (await call_of(running, sid)).plan
    return plan is not None and plan.rule == rule


async def test_a_crm_that_raises_does_not_stop_the_call(running: Running, crm: FakeCrm) -> None:
    crm.raises = RuntimeError("broken")
    sid = await running.call_in("+48600100205")
    await running.comes_to(sid, "waiting")
    assert (await call_of(running, sid)).caller.match is CallerMatch.UNAVAILABLE


async def test_a_field_that_several_matches_disagree_on_is_not_used_by_rules(running: Running) -> None:
    sid = await running.call_in(SHARED)
    await running.comes_to(sid, "waiting")
    plan = (await call_of(running, sid)).plan
    assert plan is not None
    assert plan.rule == "everyone"


async def test_one_rep_and_two_waiting_callers_priority_then_arrival(running: Running) -> None:
    first = await running.call_in(PLAIN)
    await running.comes_to(first, "waiting")
    second = await running.call_in(PLAIN)
    await running.comes_to(second, "waiting")
    gold = await running.call_in(GOLD)
    await running.comes_to(gold, "waiting")
    await running.sits_down("ana")
    for sid in (gold, first, second):
        async with talking(running, sid):
            await running.emulator.hang_up(sid)
            await running.comes_to(sid, "wrap_up", "ended")


async def test_the_free_owner_gets_the_prospect_who_calls_the_support_line(running: Running) -> None:
    await running.sits_down("ana")
    await running.sits_down("bo")
    sid = await running.call_in(PROSPECT)
    assert (await offer_of(running, sid))[1] == "bo"


async def test_a_busy_owner_is_waited_for_and_gets_the_call_when_free_in_time(running: Running) -> None:
    await running.sits_down("bo")
    earlier = await running.call_in(PROSPECT)
    async with talking(running, earlier):
        await running.sits_down("ana")
        sid = await running.call_in(PROSPECT)
        await running.comes_to(sid, "waiting")
        await running.emulator.hang_up(earlier)
        assert (await offer_of(running, sid))[1] == "bo"
    assert await status_of(running, "ana") is RepStatus.AVAILABLE


async def test_an_owner_who_is_not_free_in_time_is_passed_over_and_the_decision_says_so(running: Running) -> None:
    await running.sits_down("bo")
    earlier = await running.call_in(PROSPECT)
    await accept(running, earlier)
    await running.sits_down("ana")
    sid = await running.call_in(PROSPECT)
    assert (await offer_of(running, sid, within_s=6.0))[1] == "ana"
    call = await call_of(running, sid)
    assert call.offer is not None
    assert call.offer.made_ms - call.arrived_ms >= 3_000
    assert call.offer.decision.prefer == "busy"


async def test_an_owner_who_is_away_is_not_waited_for(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in(PROSPECT)
    assert (await offer_of(running, sid))[1] == "ana"
    await becomes(running, "ana", RepStatus.RESERVED)
