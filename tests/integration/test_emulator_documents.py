"""How documents are asked for, and what happens when one is no good."""

from __future__ import annotations

import struct
from datetime import datetime

import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response

from tests.integration.emulator_world import CALLER, LINE, World, a_world
from tests.support.scripted_service import Asked, response

SORRY = "We are sorry, an application error has occurred. Goodbye."


def _texts(call: dict[str, object]) -> list[str]:
    return [line["text"] for line in call["heard"]]


async def _call_ends(world: World) -> dict[str, object]:
    sid = await world.emulator.place_call(CALLER, LINE)
    return await world.until(sid, status="completed")


async def test_the_first_request_carries_everything_and_is_signed():
    async with a_world() as world:
        sid = await world.emulator.place_call("anonymous", LINE)
        (asked,) = await world.asked("/voice")
        assert asked.signed
        assert len(asked.token) == 36
        assert {name: asked.fields[name] for name in ("CallSid", "CallStatus", "Direction", "From", "Caller")} == {
            "CallSid": sid,
            "CallStatus": "ringing",
            "Direction": "inbound",
            "From": "anonymous",
            "Caller": "anonymous",
        }
        assert asked.fields["ToZip"] == ""


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response(status_code=500), 11200),
        (Response(status_code=404), 11200),
        (JSONResponse({}), 12300),
        (Response("", media_type="text/xml"), 12100),
        (response("<Speak/>"), 12200),
        (Response("<Response>" + " " * 70_000, media_type="text/xml"), 11750),
    ],
)
async def test_a_bad_document_ends_in_an_application_error(answer, code):
    async with a_world() as world:
        world.service.on("/voice", answer)
        call = await _call_ends(world)
        assert _texts(call)[-1] == SORRY
        assert call["errors"] == [code]
        assert call["ended_reason"] == "application error"


async def test_a_bad_document_is_replaced_by_the_fallback():
    async with a_world() as world:
        emulator, service = world.emulator, world.service
        async with emulator.rest() as rest:
            number = (await rest.get("IncomingPhoneNumbers.json")).json()["incoming_phone_numbers"][0]
            fallback = {"VoiceFallbackUrl": f"{service.base}/fallback"}
            await rest.post(f"IncomingPhoneNumbers/{number['sid']}.json", data=fallback)
        service.on("/voice", Response(status_code=503))
        service.on("/fallback", response("<Say>One moment.</Say>", "<Redirect>/again</Redirect>"))
        service.on("/again", response("<Say>Here we are.</Say>"))
        call = await _call_ends(world)
        assert [text for text in _texts(call) if not text.startswith("Error")] == ["One moment.", "Here we are."]
        (asked,) = service.at("/fallback")
        assert (asked.fields["ErrorCode"], asked.fields["ErrorUrl"]) == ("11200", f"{service.base}/voice")
        service.on("/fallback", Response(status_code=503))
        failed = await _call_ends(world)
        assert _texts(failed)[-1] == SORRY
        assert failed["errors"] == [11200, 11200]


async def test_a_service_that_is_away_is_tried_once_more():
    async with a_world() as world:
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue")
        async with world.emulator.rest() as rest:
            await rest.post(f"Calls/{sid}.json", data={"Url": "http://127.0.0.1:9/x"})
        assert (await world.until(sid, status="completed"))["errors"] == [11205]


async def test_redirects_are_followed_and_lose_the_form_where_http_says_so():
    async with a_world() as world:
        service = world.service
        service.on("/voice", RedirectResponse("/moved", 307))
        service.on("/moved", RedirectResponse("/found", 302))
        service.on("/found", response("<Say>There.</Say>"))
        assert _texts(await _call_ends(world)) == ["There."]
        (moved,) = service.at("/moved")
        (found,) = service.at("/found")
        assert (moved.method, "CallSid" in moved.fields, moved.signed) == ("POST", True, True)
        assert (found.method, found.fields, found.signed) == ("GET", {}, True)
        service.on("/voice", RedirectResponse("/voice", 307))
        assert (await _call_ends(world))["errors"] == [11215]


async def test_a_pause_that_comes_first_does_not_answer():
    async with a_world() as world:
        world.service.on("/voice", response('<Pause length="10"/>', "<Say>Hello.</Say>"))
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.asked("/voice")
        assert (await world.emulator.call(sid))["status"] == "ringing"
        await world.until(sid, status="completed")


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
async def test_a_rejected_call_was_never_answered(reason, status):
    async with a_world() as world:
        world.service.on("/voice", response(f'<Reject reason="{reason}"/>'))
        sid = await world.emulator.place_call(CALLER, LINE)
        assert (await world.until(sid, status=status))["answered_at"] is None
        (told,) = await world.asked("/status")
        assert (told.fields["CallStatus"], told.fields["CallDuration"]) == (status, "0")


async def test_a_caller_who_hangs_up_while_it_rings_was_never_answered():
    async with a_world() as world:
        world.service.delays_s["/voice"] = 1
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.asked("/voice")
        await world.emulator.hang_up(sid)
        await world.until(sid, status="canceled")
        assert len(await world.asked("/status")) == 1


async def test_the_end_is_told_once_whoever_asks_for_it():
    async with a_world() as world, world.emulator.rest() as rest:
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue")
        callback = {"StatusCallback": f"{world.service.base}/leg-status"}
        assert (await rest.post(f"Calls/{sid}.json", data=callback)).status_code == 200
        await world.emulator.hang_up(sid)
        await world.emulator.hang_up(sid)
        for path in ("/status", "/leg-status"):
            (told,) = await world.asked(path)
            assert told.fields["CallStatus"] == "completed"
            assert told.fields["CallbackSource"] == "call-progress-events"
            assert told.signed


async def test_a_sound_lasts_as_long_as_its_file():
    async with a_world(speed=1) as world:
        rates = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
        sound = b"RIFF" + bytes(4) + b"WAVEfmt " + rates + b"data" + bytes(4) + bytes(8000)
        world.service.on("/tune.wav", Response(sound, media_type="audio/wav"))
        world.service.on("/voice", response("<Play>/tune.wav</Play>", "<Play>/tune.wav</Play>"))
        call = await _call_ends(world)
        assert _texts(call) == ["tune", "tune"]
        began, ended = (datetime.fromisoformat(str(call[name])) for name in ("answered_at", "ended_at"))
        assert 1.0 <= (ended - began).total_seconds() < 5.0  # a busy machine adds; a file ignored would take 0 or 10
        assert len(world.service.at("/tune.wav")) == 1


async def test_a_sound_that_is_not_there_is_a_failing_document():
    async with a_world() as world:
        world.service.on("/voice", response("<Play>/missing.wav</Play>"))
        world.service.on("/missing.wav", Response(status_code=404))
        assert (await _call_ends(world))["errors"] == [11200]


async def test_a_number_without_a_voice_url_gives_an_application_error():
    async with a_world() as world, world.emulator.rest() as rest:
        number = (await rest.get("IncomingPhoneNumbers.json")).json()["incoming_phone_numbers"][0]
        await rest.post(f"IncomingPhoneNumbers/{number['sid']}.json", data={"VoiceUrl": ""})
        assert _texts(await _call_ends(world)) == [SORRY]


async def test_documents_that_redirect_in_circles_do_not_starve_the_others():
    async with a_world(speed=1) as world:
        world.service.on("/voice", lambda _asked: response("<Redirect></Redirect>"))
        await world.emulator.place_call(CALLER, LINE)
        await world.asked("/voice", 3)
        assert len(world.service.at("/voice")) < 10


async def test_every_request_of_a_call_shows_its_status_as_it_is():
    async with a_world() as world:
        seen: list[str] = []

        def remember(asked: Asked) -> str:
            seen.append(asked.fields["CallStatus"])
            return response("<Leave/>")

        world.service.on("/wait", remember)
        await _call_ends(world)
        assert seen == ["in-progress"]
        assert world.service.at("/queue-left")[0].fields["CallStatus"] == "in-progress"
