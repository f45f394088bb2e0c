"""What TwiML each intention becomes: golden files, and that nothing in a text can break a document.

``UPDATE_GOLDEN=1`` writes the files anew; read the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.telephony.model import (
    Announce,
    AskCaller,
    ConferenceName,
    ConnectOutside,
    HangUp,
    HoldAndRetry,
    Intention,
    JoinConference,
    KeepWaiting,
    LeaveQueue,
    Nothing,
    RejectCall,
    TakeMessage,
    WaitInQueue,
    WaitSound,
)
from cti.telephony.twiml import SAY_LIMIT, render

GOLDEN = Path(__file__).parent / "golden" / "twiml"
URL = "https://cti.example.com/webhooks/twilio"
CALL = "c" + "0" * 31 + "1"


def join(role: str, *, ends: bool) -> JoinConference:
    return JoinConference(
        conference=ConferenceName(f"conference-{CALL}"),
        ends_on_exit=ends,
        action_url=f"{URL}/dial-action?call={CALL}&role={role}",
        events_url=f"{URL}/conference-events?call={CALL}",
        wait_url=f"{URL}/conference-wait",
        label=role,
    )


INTENTIONS: dict[str, Intention] = {
    "wait_in_queue": WaitInQueue(
        queue_name="line-support",
        wait_url=f"{URL}/wait?call={CALL}&arrived=1790000000000&version=3",
        action_url=f"{URL}/queue-action?call={CALL}",
    ),
    "keep_waiting_with_words": KeepWaiting(
        sound=WaitSound.RINGING, sound_url=f"{URL}/sound/ringing-0-2.wav", seconds=2, say="Please hold."
    ),
    "keep_waiting_in_silence": KeepWaiting(sound=WaitSound.MUSIC, sound_url=f"{URL}/sound/music-4-10.wav", seconds=10),
    "keep_waiting_with_a_key": KeepWaiting(
        sound=WaitSound.MUSIC,
        sound_url=f"{URL}/sound/music-3-7.wav",
        seconds=7,
        say="To be called back, press 1.",
        language="en",
        key_url=f"{URL}/callback?call={CALL}",
    ),
    "take_message": TakeMessage(
        say="Please leave a message.",
        language="en",
        action_url=f"{URL}/voicemail?call={CALL}",
        most_s=180,
        thanks="Thank you.",
    ),
    "connect_outside": ConnectOutside(number="+15550123", action_url=f"{URL}/outside-action?call={CALL}", ring_s=30),
    "wait_in_a_large_queue": WaitInQueue(
        queue_name="line-support", wait_url=f"{URL}/wait", action_url=f"{URL}/queue-action", most=5_000
    ),
    "leave_queue": LeaveQueue(),
    "ask_for_keys": AskCaller(
        say="Press 1 or 2.", language="en", action_url=f"{URL}/answer?call={CALL}&turn=1", keys=True, digits=1
    ),
    "ask_for_keys_or_speech": AskCaller(
        say="Wybierz 1 albo powiedz: sprzedaż.",
        language="pl",
        action_url=f"{URL}/answer?call={CALL}&turn=2",
        keys=True,
        digits=None,
        hints=("sprzedaż", "pomoc"),
        timeout_s=8,
    ),
    "reject": RejectCall(reason="busy"),
    "join_caller": join("caller", ends=True),
    "join_rep": join("rep", ends=False),
    "hang_up": HangUp(),
    "hang_up_with_words": HangUp(say="Do widzenia.", language="pl-PL"),
    "hold_and_retry": HoldAndRetry(say="One moment, please.", pause_s=3, url=f"{URL}/voice"),
    "hold_in_silence": HoldAndRetry(say="", pause_s=10, url=f"{URL}/conference-wait"),
    "announce": Announce(say='Tom & Jerry say: 1 < 2 "now"'),
    "nothing": Nothing(),
}


def pretty(document: str) -> str:
    root = ElementTree.fromstring(document)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


@pytest.mark.parametrize("name", INTENTIONS)
def test_an_intention_becomes_its_golden_document(name: str) -> None:
    document = pretty(render(INTENTIONS[name]))
    file = GOLDEN / f"{name}.xml"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(document)
    assert document == file.read_text()


def test_every_intention_and_every_golden_file_is_tested() -> None:
    assert {type(intention) for intention in INTENTIONS.values()} == set(get_args(Intention))
    assert {file.stem for file in GOLDEN.glob("*.xml")} == set(INTENTIONS)


def test_a_document_begins_with_its_xml_declaration() -> None:
    assert render(Nothing()).startswith('<?xml version="1.0" encoding="UTF-8"?>')


@given(text=st.text(min_size=1))
def test_no_text_can_break_a_document(text: str) -> None:
    root = ElementTree.fromstring(render(Announce(say=text)).encode())
    assert [element.tag for element in root] == ["Say"]
    assert len(root[0]) == 0


def test_more_words_than_twilio_speaks_are_cut() -> None:
    root = ElementTree.fromstring(render(Announce(say="a" * 5_000)))
    assert len(root[0].text or "") == SAY_LIMIT
