"""The main path on real servers: a call comes in, a rep gets it, they talk, somebody hangs up."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from crm_adapter.importer import import_contacts
from cti.calls.events import HangUpAsked, OfferDeclined, WrapUpFiled
from cti.calls.model import CallerMatch, CallState
from cti.embedded import EmbeddedServer
from routing.model import RepId, RepStatus
from routing.prompts import USUAL
from tests.support.callers import call_id, call_of, go_home, offer_of, status_of, talking, told_to
from tests.support.eventually import eventually
from tests.support.history import is_recorded, nobody_is_left
from tests.support.house import ONE_QUEUE, Running, a_house
from tests.support.programs import a_program

pytestmark = pytest.mark.asyncio(loop_scope="module")


WORDS = """
prompts:
  greeting: Good day, this is the mill.
  all_busy: Everybody is grinding.
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    path = tmp_path_factory.mktemp("house")
    async with a_house(valkey=valkey, tmp_path=path, config=ONE_QUEUE + WORDS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


async def test_a_call_is_offered_answered_and_wrapped_up(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid) as (device, _, rep):
        assert rep == "ana"
        leg = (await call_of(running, sid)).offer.rep_leg
        assert leg in (await running.emulator.call(sid))["conference_peers"]
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "wrap_up")
        await device.disconnected(leg)
    filed = WrapUpFiled(rep=RepId("ana"), disposition="resolved", notes="all well")
    told = await running.house.conductor.tell(call_id(sid), filed)
    assert told.call is not None
    assert told.call.state is CallState.ENDED
    assert (await told_to(running, "ana"))[-12:] == [
        "rep available",
        "rep reserved",
        "screen_pop",
        "call offered",
        "offer accepted",
        "rep on_call",
        "call connecting",
        "call talking",
        "call wrap_up",
        "rep wrap_up",
        "call ended",
        "rep available",
    ]
    await eventually(lambda: _recorded_as(running, sid, "ended"))
    row = await running.house.recorded.call(call_id(sid))
    assert row is not None
    assert (row.rep, row.disposition, row.notes) == ("ana", "resolved", "all well")


async def _recorded_as(running: Running, sid: str, state: str) -> bool:
    row = await running.house.recorded.call(call_id(sid))
    return row is not None and row.state == state


async def test_the_rep_ends_the_call_and_the_callers_leg_ends_with_it(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid) as (_, _, rep):
        await running.house.conductor.tell(call_id(sid), HangUpAsked(rep=rep))
        await running.comes_to(sid, "wrap_up")

        async def over() -> bool:
            return (await running.emulator.call(sid))["status"] == "completed"

        await eventually(over)


async def test_a_caller_waits_and_hears_so_until_a_rep_becomes_available_and_gets_the_pop_within_a_second(
    running: Running,
) -> None:
    sid = await running.call_in()
    await eventually(lambda: _has_heard(running, sid, "Everybody is grinding. You are number 1 in line."), 9.0)
    assert await running.state(sid) == "waiting"
    assert (await _spoken_to(running, sid))[0] == "Good day, this is the mill."
    async with a_program(running, "bo") as desk:
        await desk.next("snapshot")
        began_s = time.monotonic()
        await desk.becomes("available")
        pop, came_s = await desk.next("screen_pop")
        assert (pop["call"]["call_sid"], pop["call"]["from"]) == (sid, "+15551230001")
        assert came_s - began_s < 1.0


@pytest.mark.parametrize(
    ("number", "language"), [("+48600100298", "pl"), ("+62215551234", "id"), ("+60355551234", "ms")]
)
async def test_a_caller_is_greeted_in_the_language_of_their_country(
    running: Running, number: str, language: str
) -> None:
    sid = await running.call_in(number)

    async def greeted() -> bool:
        heard = (await running.emulator.call(sid))["heard"]
        said = [(line["text"], line["language"].split("-")[0]) for line in heard if line["kind"] == "speech"]
        return said[:1] == [(USUAL[language].greeting, language)]

    await eventually(greeted)


async def _spoken_to(running: Running, sid: str) -> list[str]:
    heard = (await running.emulator.call(sid))["heard"]
    return [line["text"] for line in heard if line["kind"] == "speech"]


async def _has_heard(running: Running, sid: str, words: str) -> bool:
    return words in await _spoken_to(running, sid)


async def test_an_imported_contact_is_known_at_the_next_call(running: Running, tmp_path: Path) -> None:
    number, file = "+48600100299", tmp_path / "contacts.csv"
    stranger = await running.call_in(number)
    await running.comes_to(stranger, "waiting")
    assert (await call_of(running, stranger)).caller.match is CallerMatch.NONE
    file.write_text(f"name,phone\nJan Kowalski,{number}\n")
    await import_contacts(running.house.database, file, region=None)
    known = await running.call_in(number)
    await running.comes_to(known, "waiting")
    assert [contact.name for contact in (await call_of(running, known)).caller.contacts] == ["Jan Kowalski"]


async def test_a_declined_offer_goes_to_the_next_best_at_once(running: Running) -> None:
    await running.sits_down("ana")
    await running.sits_down("bo")
    sid = await running.call_in()
    offer, rep = await offer_of(running, sid)
    assert rep == "ana"
    await running.house.conductor.tell(call_id(sid), OfferDeclined(offer=offer, rep=rep))
    assert (await offer_of(running, sid))[1] == "bo"
    assert await status_of(running, "ana") is RepStatus.AVAILABLE


async def test_a_caller_who_hangs_up_while_waiting_leaves_nothing_behind(running: Running) -> None:
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")
    await running.emulator.hang_up(sid)
    await running.comes_to(sid, "ended")
    await is_recorded(running, sid, ["arrived", "routed", "ended caller abandoned"])
    await nobody_is_left(running)


async def test_a_caller_who_hangs_up_while_offered_frees_the_rep(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    await offer_of(running, sid)
    await running.emulator.hang_up(sid)
    await running.comes_to(sid, "ended")
    assert await status_of(running, "ana") is RepStatus.AVAILABLE
    told = ["arrived", "routed", "offered ana", "offer_ended ana caller_left", "ended caller abandoned"]
    await is_recorded(running, sid, told)
    await nobody_is_left(running)
