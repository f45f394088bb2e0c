"""Callers who are asked something first, on real servers: keys, words, silence, hanging up; and who is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from cti.calls.model import Call
from cti.embedded import EmbeddedServer
from tests.support.callers import call_id, call_of, events_of, go_home, offer_of
from tests.support.eventually import eventually
from tests.support.history import is_recorded
from tests.support.house import Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

MENU = """
skills: [support, sales]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
  - {id: bo, name: Bo Lind, skills: {sales: 4}}
queues:
  - {id: support, offer_timeout: 20s, wrap_up: 0.2s}
lists: {blocked: ["+15551230666"], busy: ["+15551230667"]}
rules:
  - {name: blocked, when: '"blocked" in call.lists', block: {say: Goodbye then.}}
  - {name: engaged, when: '"busy" in call.lists', block: busy}
  - {name: withheld, when: call.from == null, block: {say: Show your number.}}
  - name: menu
    ask:
      say: {en: "For sales press 1, or say what you need.", pl: "Sprzedaż: jeden."}
      keys: {1: sales, 2: support}
      speech: {support: [help, broken]}
      timeout: 2s
  - {name: sales, when: '"sales" in call.answers', route: {queue: support, needs: {sales: 1}}}
  - {name: everyone else, route: {queue: support, needs: {support: 1}}}
"""
Heard = list[dict[str, Any]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    path = tmp_path_factory.mktemp("house")
    async with a_house(valkey=valkey, tmp_path=path, config=MENU) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


async def spoken(running: Running, sid: str) -> list[str]:
    heard: Heard = (await running.emulator.call(sid))["heard"]
    return [line["text"] for line in heard if line["kind"] == "speech"]


async def asked(running: Running, from_: str = "+15551230001") -> str:
    """A caller who is hearing the menu."""
    sid = await running.call_in(from_)
    await running.comes_to(sid, "asking")
    return sid


async def routed(running: Running, sid: str) -> Call:
    await running.comes_to(sid, "waiting", "offered")
    return await call_of(running, sid)


async def test_a_key_routes_the_call_and_the_rep_sees_the_answer(running: Running) -> None:
    await running.sits_down("bo")
    sid = await asked(running)
    await running.emulator.press(sid, "1")
    assert (await offer_of(running, sid))[1] == "bo"
    call = await routed(running, sid)
    assert call.plan is not None
    assert (call.plan.rule, call.answers) == ("sales", ("sales",))
    [pop] = (await events_of(running, "bo", "screen_pop"))[-1:]
    assert pop["call"]["answers"] == ["sales"]


async def test_words_are_an_answer_too(running: Running) -> None:
    await running.sits_down("ana")
    sid = await asked(running)
    await running.emulator.speak(sid, "My phone is broken.")
    assert (await offer_of(running, sid))[1] == "ana"
    assert (await call_of(running, sid)).answers == ("support",)


async def test_a_wrong_key_is_asked_again_and_silence_then_goes_on(running: Running) -> None:
    sid = await asked(running)
    await running.emulator.press(sid, "9")
    call = await routed(running, sid)
    assert call.plan is not None
    assert (call.plan.rule, call.answers, call.tries) == ("everyone else", (), 2)
    assert (await spoken(running, sid))[:2] == ["For sales press 1, or say what you need."] * 2


async def test_a_caller_is_asked_in_their_language(running: Running) -> None:
    sid = await asked(running, "+48600100298")
    assert (await spoken(running, sid))[:1] == ["Sprzedaż: jeden."]
    await running.emulator.press(sid, "2")
    await routed(running, sid)


async def test_who_hangs_up_in_the_menu_is_gone(running: Running) -> None:
    sid = await asked(running)
    await running.emulator.hang_up(sid)
    await running.comes_to(sid, "ended")
    assert (await call_of(running, sid)).end_reason == "abandoned"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+15551230666", ["Goodbye then."]),
        ("+15551230667", []),
        ("+266696687", ["Show your number."]),
        ("anonymous", ["Show your number."]),
    ],
)
async def test_a_refused_caller_reaches_nobody_and_the_record_says_why(
    running: Running, number: str, words: list[str]
) -> None:
    await running.sits_down("ana")
    sid = await running.call_in(number)

    async def over() -> bool:
        return (await running.emulator.call(sid))["status"] in {"completed", "busy"}

    await eventually(over)
    assert await spoken(running, sid) == words
    await is_recorded(running, sid, ["arrived", "blocked", "ended system blocked"])
    row = await running.house.recorded.call(call_id(sid))
    assert row is not None
    assert (row.state, row.end_reason, row.rep) == ("ended", "blocked", None)
    assert row.rule in {"blocked", "engaged", "withheld"}
