"""``<Record>`` on the emulated line, and the Recordings of the REST API."""

from __future__ import annotations

import io
import wave

import pytest

from tests.integration.emulator_world import CALLER, LINE, World, a_world
from tests.support.eventually import eventually
from tests.support.scripted_service import response

WORDS = "please call me back about the broken lift in our house thank you very much"
"""15 words: 5.4 seconds of the line."""
EMPTY = "<Say>We heard nothing.</Say>"


async def _asked(world: World, attributes: str = "") -> str:
    """A caller who is asked to leave a message."""
    world.service.on(
        "/voice",
        response(
            f'<Record action="/message" recordingStatusCallback="/recording" '
            f'recordingStatusCallbackEvent="in-progress completed absent" {attributes}/>',
            EMPTY,
        ),
    )
    world.service.on("/message", response("<Say>Thank you.</Say>"))
    return await world.emulator.place_call(CALLER, LINE)


async def _message(world: World) -> dict[str, str]:
    (asked,) = await world.asked("/message")
    assert asked.signed
    return dict(asked.fields)


async def _statuses(world: World, *statuses: str) -> list[dict[str, str]]:
    def look() -> list[dict[str, str]]:
        told = [dict(one.fields) for one in world.service.at("/recording")]
        assert sorted(one["RecordingStatus"] for one in told) == sorted(statuses)
        return told

    return await eventually(look)


def _texts(call: dict[str, object]) -> list[str]:
    return [line["text"] for line in call["heard"] if line["kind"] != "own"]


async def test_a_message_is_recorded_until_a_key_and_can_be_fetched():
    async with a_world() as world, world.emulator.rest() as rest:
        sid = await _asked(world)
        await world.emulator.speak(sid, WORDS)
        await world.emulator.press(sid, "#")
        message = await _message(world)
        assert (message["Digits"], message["RecordingDuration"]) == ("#", "5")
        assert _texts(await world.until(sid, status="completed")) == ["beep", "Thank you."]
        began, ended = sorted(await _statuses(world, "in-progress", "completed"), key=len)
        assert "RecordingDuration" not in began
        assert {name: ended[name] for name in ended if name not in ("AccountSid", "RecordingStartTime")} == {
            "CallSid": sid,
            "ErrorCode": "0",
            "RecordingChannels": "1",
            "RecordingDuration": "5",
            "RecordingSid": message["RecordingSid"],
            "RecordingSource": "RecordVerb",
            "RecordingStatus": "completed",
            "RecordingUrl": message["RecordingUrl"],
        }
        for url in (message["RecordingUrl"], f"{message['RecordingUrl']}.wav"):
            sound = await rest.get(url)
            assert sound.headers["content-type"] == "audio/x-wav"
            with wave.open(io.BytesIO(sound.content)) as opened:
                assert opened.getnframes() / opened.getframerate() == 5


async def test_hanging_up_ends_the_recording_and_the_action_is_told():
    async with a_world() as world:
        sid = await _asked(world, 'timeout="600"')
        await world.emulator.speak(sid, WORDS * 10)
        await eventually(lambda: _says_something(world, sid))
        began = (await _statuses(world, "in-progress"))[0]
        assert (await world.emulator.call(sid))["recording"] == began["RecordingSid"]
        await world.emulator.hang_up(sid)
        message = await _message(world)
        assert (message["Digits"], message["CallStatus"]) == ("hangup", "completed")
        assert 1 <= int(message["RecordingDuration"]) < 100
        await world.until(sid, status="completed", recording=None, listening=[])
        await _statuses(world, "in-progress", "completed")


async def _says_something(world: World, sid: str) -> bool:
    return any(line["kind"] == "own" for line in (await world.emulator.call(sid))["heard"])


@pytest.mark.parametrize("ended_by", ["silence", "key", "hang-up"])
async def test_an_empty_recording_goes_on_with_the_next_verb(ended_by):
    async with a_world() as world, world.emulator.rest() as rest:
        sid = await _asked(world, 'timeout="600"' if ended_by == "hang-up" else 'timeout="2"')
        if ended_by == "key":
            await world.emulator.press(sid, "1")
        if ended_by == "hang-up":
            await world.until(sid, listening=["dtmf", "speech"])
            await world.emulator.hang_up(sid)
        heard = _texts(await world.until(sid, status="completed"))
        assert heard == (["beep"] if ended_by == "hang-up" else ["beep", "We heard nothing."])
        told = await _statuses(world, "in-progress", "absent")
        assert {one["ErrorCode"] for one in told if one["RecordingStatus"] == "absent"} == {"16102"}
        assert world.service.at("/message") == []
        assert (await rest.get(f"Recordings/{told[0]['RecordingSid']}")).status_code == 404


async def test_a_recording_ends_at_its_longest():
    async with a_world() as world:
        sid = await _asked(world, 'maxLength="3" playBeep="false"')
        await world.emulator.speak(sid, WORDS)
        message = await _message(world)
        assert (message["Digits"], message["RecordingDuration"]) == ("", "3")
        assert "beep" not in _texts(await world.emulator.call(sid))


async def test_only_the_keys_that_the_document_names_end_it():
    async with a_world() as world:
        sid = await _asked(world, 'finishOnKey="*#" timeout="3"')
        await world.emulator.speak(sid, WORDS)
        await world.emulator.press(sid, "12*")
        assert (await _message(world))["Digits"] == "*"


async def test_silence_at_the_ends_is_kept_where_the_document_wants_it():
    async with a_world() as world:
        sid = await _asked(world, 'trim="do-not-trim" timeout="40"')
        await world.emulator.speak(sid, WORDS)
        message = await _message(world)
        # 5.4 s of words, 40 s of silence, and what the machine adds
        assert int(message["RecordingDuration"]) >= 45


async def test_a_call_that_is_moved_keeps_its_recording_but_asks_no_action():
    async with a_world() as world, world.emulator.rest() as rest:
        sid = await _asked(world, 'timeout="600"')
        world.service.on("/moved", response('<Pause length="600"/>'))
        await world.emulator.speak(sid, "hello")
        await eventually(lambda: _says_something(world, sid))
        moved = await rest.post(f"Calls/{sid}.json", data={"Url": f"{world.service.base}/moved"})
        assert moved.status_code == 200
        await world.asked("/moved")
        await world.until(sid, listening=[], recording=None)
        await _statuses(world, "in-progress", "completed")
        assert world.service.at("/message") == []


async def test_recordings_are_listed_fetched_and_deleted_as_twilio_does():
    async with a_world() as world, world.emulator.rest() as rest:
        sids = []
        for _ in range(2):
            sid = await _asked(world)
            await world.emulator.speak(sid, WORDS)
            await world.until(sid, status="completed")
            sids.append(sid)
        listed = (await rest.get("Recordings.json")).json()["recordings"]
        assert [one["call_sid"] for one in listed] == list(reversed(sids))
        for query in (f"Recordings.json?CallSid={sids[0]}", f"Calls/{sids[0]}/Recordings.json"):
            (one,) = (await rest.get(query)).json()["recordings"]
            assert (one["call_sid"], one["source"], one["status"], one["duration"]) == (
                sids[0],
                "RecordVerb",
                "completed",
                "5",
            )
        assert (await rest.get(f"Recordings/{one['sid']}.json")).json() == one
        assert (await rest.get(one["media_url"], auth=("nobody", "x"))).status_code == 401
        assert (await rest.get(f"Recordings/{one['sid']}.mp3")).status_code == 404
        assert (await rest.delete(f"Recordings/{one['sid']}.json")).status_code == 204
        for path in (f"Recordings/{one['sid']}.json", f"Recordings/{one['sid']}.wav"):
            gone = await rest.get(path)
            assert (gone.status_code, gone.json()["code"]) == (404, 20404)
        assert len((await rest.get("Recordings.json")).json()["recordings"]) == 1
        assert (await rest.get(f"Calls/CA{'0' * 32}/Recordings.json")).status_code == 404
