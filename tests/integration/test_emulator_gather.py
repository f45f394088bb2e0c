"""``<Gather>`` on the emulated line: what callers press and say, and what the service is asked."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.responses import Response

from tests.integration.emulator_world import CALLER, LINE, World, a_world
from tests.support.scripted_service import response

MENU = "<Say>For billing press one.</Say>"
NOBODY = "<Say>Nobody pressed.</Say>"
LONG_PROMPT = f"<Say>{'word ' * 400}</Say>"
"""143 seconds of the line: 7 at the speed of these tests, more than they wait for anything."""


def _menu(attributes: str, *prompts: str) -> str:
    return response(f'<Gather action="/got" {attributes}>{"".join(prompts)}</Gather>', NOBODY)


async def _asked(world: World, document: str) -> str:
    """A caller whose call is answered with that document."""
    world.service.on("/voice", document)
    world.service.on("/got", response("<Say>Thank you.</Say>"))
    return await world.emulator.place_call(CALLER, LINE)


async def _got(world: World) -> dict[str, str]:
    (asked,) = await world.asked("/got")
    assert asked.signed
    assert asked.fields["CallStatus"] == "in-progress"
    names = ("Digits", "FinishedOnKey", "SpeechResult", "Confidence")
    return {name: asked.fields[name] for name in names if name in asked.fields}


def _texts(call: dict[str, object]) -> list[str]:
    return [line["text"] for line in call["heard"] if line["kind"] != "own"]


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits", "finished_on"),
    [
        ('numDigits="1"', "42", "4", ""),
        ("", "1234#", "1234", "#"),
        ('finishOnKey="*"', "12#*", "12#", "*"),
        ('finishOnKey="" timeout="2"', "12#", "12#", ""),
        ('timeout="2"', "12", "12", ""),
        ('numDigits="4"', "1#2", "1", "#"),
    ],
)
async def test_keys_are_collected_until_one_ends_them_or_enough_or_silence(attributes, pressed, digits, finished_on):
    async with a_world() as world:
        sid = await _asked(world, _menu(attributes, MENU))
        await world.emulator.press(sid, pressed)
        assert await _got(world) == {"Digits": digits, "FinishedOnKey": finished_on}
        assert _texts(await world.until(sid, status="completed"))[-1] == "Thank you."


@pytest.mark.parametrize("pressed", ["", "#"])
async def test_no_input_or_a_finishing_key_alone_goes_on_with_the_next_verb(pressed):
    async with a_world() as world:
        sid = await _asked(world, _menu('timeout="2"', MENU))
        if pressed:
            await world.emulator.press(sid, pressed)
        assert _texts(await world.until(sid, status="completed")) == ["For billing press one.", "Nobody pressed."]
        assert world.service.at("/got") == []


@pytest.mark.parametrize(
    ("kinds", "fields"),
    [
        ("dtmf", {"Digits": "", "FinishedOnKey": ""}),
        ("speech", {"SpeechResult": "", "Confidence": "0.0"}),
        ("dtmf speech", {"Digits": "", "FinishedOnKey": "", "SpeechResult": "", "Confidence": "0.0"}),
    ],
)
async def test_the_action_is_asked_without_input_where_the_document_wants_it(kinds, fields):
    async with a_world() as world:
        await _asked(world, _menu(f'input="{kinds}" timeout="1" actionOnEmptyResult="true"'))
        assert await _got(world) == fields


async def test_silence_is_waited_for_as_long_as_the_document_says():
    async with a_world(speed=4) as world:
        clock = asyncio.get_running_loop().time
        began = clock()
        sid = await _asked(world, _menu('timeout="6"'))
        await world.until(sid, listening=["dtmf"])
        await world.until(sid, listening=[])
        assert clock() - began > 1.49  # 6 s of the line at four times the speed; waiting not at all takes 0.1 s


async def test_a_key_stops_the_prompt():
    async with a_world() as world:
        sid = await _asked(world, _menu('numDigits="1"', LONG_PROMPT, MENU))
        await world.until(sid, listening=["dtmf"])
        await world.emulator.press(sid, "7", keep=False)
        assert (await _got(world))["Digits"] == "7"
        assert "For billing press one." not in _texts(await world.emulator.call(sid))


async def test_keys_that_nothing_listens_to_are_lost():
    async with a_world() as world, world.emulator.rest() as rest:
        sid = await _asked(world, response("<Say>Hello.</Say>", '<Pause length="600"/>'))
        world.service.on("/menu", _menu('numDigits="1" timeout="2"'))
        await world.until(sid, status="in-progress")
        await world.emulator.press(sid, "5", keep=False)
        await rest.post(f"Calls/{sid}.json", data={"Url": f"{world.service.base}/menu"})
        await world.until(sid, status="completed")
        assert world.service.at("/menu")
        assert world.service.at("/got") == []


async def test_words_become_the_result_with_their_confidence():
    async with a_world() as world:
        sid = await _asked(world, _menu('input="speech" speechTimeout="auto" hints="billing"', LONG_PROMPT))
        await world.until(sid, listening=["speech"])
        await world.emulator.press(sid, "1", keep=False)
        await world.emulator.speak(sid, "I would like", confidence=0.9)
        await world.emulator.speak(sid, "an invoice", confidence=0.8)
        assert await _got(world) == {"SpeechResult": "I would like an invoice", "Confidence": "0.8"}


async def test_the_first_kind_of_input_decides():
    async with a_world() as world:
        sid = await _asked(world, _menu('input="dtmf speech" timeout="2"'))
        await world.emulator.press(sid, "9", keep=True)
        await world.emulator.speak(sid, "operator", keep=True)
        assert await _got(world) == {"Digits": "9", "FinishedOnKey": ""}


async def test_words_do_not_stop_a_prompt_that_does_not_let_them():
    async with a_world() as world:
        sid = await _asked(world, _menu('input="speech" bargeIn="false" timeout="2"', MENU, "<Say>Or say so.</Say>"))
        await world.emulator.speak(sid, "billing")
        assert (await _got(world))["SpeechResult"] == "billing"
        assert _texts(await world.emulator.call(sid))[:2] == ["For billing press one.", "Or say so."]


async def test_without_an_action_the_document_itself_is_asked_again():
    async with a_world() as world:
        sid = await _asked(world, response('<Gather numDigits="1" method="GET"/>', NOBODY))
        await world.emulator.press(sid, "3")
        _, again = await world.asked("/voice", 2)
        assert (again.method, again.fields["Digits"], again.signed) == ("GET", "3", True)


async def test_an_action_that_fails_is_replaced_by_the_fallback():
    async with a_world() as world, world.emulator.rest() as rest:
        number = (await rest.get("IncomingPhoneNumbers.json")).json()["incoming_phone_numbers"][0]
        fallback = {"VoiceFallbackUrl": f"{world.service.base}/fallback"}
        await rest.post(f"IncomingPhoneNumbers/{number['sid']}.json", data=fallback)
        world.service.on("/fallback", response("<Say>One moment.</Say>"))
        sid = await _asked(world, _menu('numDigits="1"'))
        world.service.on("/got", Response(status_code=500))
        await world.emulator.press(sid, "1")
        (asked,) = await world.asked("/fallback")
        assert (asked.fields["ErrorCode"], asked.fields["ErrorUrl"]) == ("11200", f"{world.service.base}/got")


async def test_hanging_up_while_asked_asks_nothing_more():
    async with a_world() as world:
        sid = await _asked(world, _menu('timeout="600" actionOnEmptyResult="true"'))
        await world.until(sid, listening=["dtmf"])
        await world.emulator.press(sid, "12")
        await world.emulator.hang_up(sid)
        await world.until(sid, status="completed", listening=[])
        await world.asked("/status")
        assert world.service.at("/got") == []


async def test_a_caller_in_line_leaves_it_by_a_key():
    async with a_world() as world:
        world.service.on("/wait", response('<Gather numDigits="1" action="/chosen"><Say>Press one.</Say></Gather>'))
        world.service.on("/chosen", response("<Say>We call you back.</Say>", "<Leave/>"))
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue", listening=["dtmf"])
        await world.asked("/wait", 2)
        await world.emulator.press(sid, "1")
        (chosen,) = await world.asked("/chosen")
        assert (chosen.fields["Digits"], chosen.fields["QueuePosition"], chosen.signed) == ("1", "1", True)
        await world.until(sid, status="completed")
        assert [one.fields["QueueResult"] for one in world.service.at("/queue-left")] == ["leave"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("digits", {"digits": ""}),
        ("digits", {"digits": "1w2"}),
        ("digits", {"digits": "1" * 65}),
        ("speech", {"text": ""}),
        ("speech", {"text": "x", "confidence": 2}),
        ("speech", {"text": "x" * 1001}),
    ],
)
async def test_the_control_api_refuses_what_nobody_can_press_or_say(path, body):
    async with a_world() as world, httpx.AsyncClient(base_url=world.emulator.url, trust_env=False) as http:
        sid = await world.emulator.place_call(CALLER, LINE)
        assert (await http.post(f"/emulator/calls/{sid}/{path}", json=body)).status_code == 422
        good = {"digits": "1"} if path == "digits" else {"text": "x"}
        assert (await http.post(f"/emulator/calls/CA{'0' * 32}/{path}", json=good)).status_code == 404
        assert (await http.post(f"/emulator/calls/{sid}/{path}", json=good)).status_code == 200
