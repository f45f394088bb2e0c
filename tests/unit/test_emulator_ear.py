"""What a person presses and says, and what a recording makes of it."""

from __future__ import annotations

import asyncio
import io
import wave
from datetime import UTC, datetime, timedelta

import pytest

from cti.telephony.emulator import recording as rules
from cti.telephony.emulator.ear import MOST_PENDING, Ear, Input, Pressed, Spoken
from cti.telephony.emulator.outside import MOST, Outside, OutsideLine
from cti.telephony.emulator.playback import LONGEST_WAV_S, sound_s, wav
from cti.telephony.emulator.recording import Recording
from cti.telephony.emulator.twiml_model import InputKind, Record, Target
from cti.telephony.model import CallSid

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _ear() -> tuple[Ear, list[tuple[InputKind, ...]], list[Input]]:
    told: list[tuple[InputKind, ...]] = []
    taken: list[Input] = []
    return Ear(told.append, taken.append), told, taken


async def _nothing_comes(ear: Ear, *kinds: InputKind) -> bool:
    waiting = asyncio.ensure_future(ear.next(*kinds))
    await asyncio.sleep(0)
    came = waiting.done()
    waiting.cancel()
    await asyncio.wait({waiting})
    return not came


async def test_what_is_listened_to_is_told_and_what_is_not_is_lost():
    ear, told, taken = _ear()
    ear.put(Pressed(key="1"), keep=False)
    with ear.listening("dtmf"):
        ear.put(Spoken(text="hello"), keep=False)
        ear.put(Pressed(key="2"), keep=False)
        assert await ear.next("dtmf", "speech") == Pressed(key="2")
        assert await _nothing_comes(ear, "dtmf", "speech")
    assert told == [("dtmf",), ()]
    assert taken == [Pressed(key="2")]


async def test_what_is_left_over_is_lost_unless_the_person_waits_until_asked():
    ear, _, _ = _ear()
    ear.put(Pressed(key="1"), keep=True)
    ear.put(Spoken(text="hello"), keep=True)
    with ear.listening("dtmf", "speech"):
        ear.put(Pressed(key="2"), keep=False)
    with ear.listening("speech"):
        assert await ear.next("speech") == Spoken(text="hello")
    with ear.listening("dtmf"):
        assert await ear.next("dtmf") == Pressed(key="1")
        assert await _nothing_comes(ear, "dtmf")


async def test_one_who_waits_is_woken_and_one_who_gives_up_loses_nothing():
    ear, _, taken = _ear()
    with ear.listening("dtmf"):
        waiting = asyncio.ensure_future(ear.next("dtmf"))
        await asyncio.sleep(0)
        ear.put(Pressed(key="1"), keep=False)
        waiting.cancel()
        await asyncio.wait({waiting})
        assert taken == []
        assert await ear.next("dtmf") == Pressed(key="1")


async def test_pending_input_is_bounded():
    ear, _, taken = _ear()
    for _ in range(MOST_PENDING + 5):
        ear.put(Pressed(key="1"), keep=True)
    with ear.listening("dtmf"):
        while not await _nothing_comes(ear, "dtmf"):
            pass
    assert len(taken) == MOST_PENDING


def _recording(**changes: object) -> Recording:
    verb = Record(action=Target(url="https://a.example/m"), **changes)
    return Recording(sid="RE1", call_sid=CallSid("CA1"), verb=verb, started_at=AT)


def _later(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def test_a_recording_lasts_from_the_first_word_to_the_last():
    said = rules.speak(rules.speak(_recording(), _later(2), 3), _later(10), 2)
    over = rules.finish(said, _later(17), speed=1)
    assert (over.status, over.duration_s, over.error_code) == ("completed", 10, 0)
    assert rules.finish(said, _later(11), speed=1).duration_s == 9
    assert rules.finish(said, _later(17), speed=2).duration_s == 20


def test_a_recording_that_keeps_its_silence_lasts_from_beep_to_end():
    said = rules.speak(_recording(trim=False), _later(2), 3)
    assert rules.finish(said, _later(10), speed=1).duration_s == 10


def test_a_recording_in_which_nobody_spoke_is_absent():
    for trim in (True, False):
        over = rules.finish(_recording(trim=trim), _later(10), speed=1)
        assert (over.status, over.duration_s, over.error_code) == ("absent", 0, 16102)


def test_a_recording_is_never_longer_than_allowed_nor_shorter_than_a_second():
    said = rules.speak(_recording(max_length_s=5), AT, 60)
    assert rules.finish(said, _later(60), speed=1).duration_s == 5
    assert rules.finish(said, _later(0.1), speed=1).duration_s == 1


@pytest.mark.parametrize(("asked", "seconds"), [(3, 3), (0, 0), (3600, LONGEST_WAV_S)])
def test_the_sound_is_a_wav_file_of_that_length(asked, seconds):
    made = wav(asked)
    assert sound_s(made, len(made)) == seconds
    with wave.open(io.BytesIO(made)) as opened:
        assert opened.getnframes() == seconds * opened.getframerate()


def test_outside_numbers_answer_unless_set_and_the_oldest_setting_is_forgotten():
    outside = Outside()
    assert outside.line("+48600") == OutsideLine(behaviour="answer", after_s=1.0)
    for number in range(MOST + 1):
        outside.set(f"+{number}", OutsideLine(behaviour="busy"))
    assert outside.line("+0").behaviour == "answer"
    assert outside.line(f"+{MOST}").behaviour == "busy"
    assert len(outside.all()) == MOST
