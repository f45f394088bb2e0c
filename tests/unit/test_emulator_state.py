"""Queues, legs, playing times, pages and dice: the emulator's small pure parts."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta

import pytest

from cti.telephony.emulator import line_queue
from cti.telephony.emulator.faults import Delivery, FaultPlan, Faults
from cti.telephony.emulator.fields import status_fields, voice_fields
from cti.telephony.emulator.leg import HEARD_LIMIT, Heard, HeardKind, Leg, answer, end, hear
from cti.telephony.emulator.leg_book import LegBook
from cti.telephony.emulator.line_queue import LineQueue, Member
from cti.telephony.emulator.paging import page_asked, page_json
from cti.telephony.emulator.playback import sound_s, speech_s
from cti.telephony.model import CallSid, LegStatus

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _leg(**changes: object) -> Leg:
    return Leg(**{"sid": CallSid("CA1"), "from_": "+48600100200", "to": "+15550100", "created_at": AT, **changes})


def _later(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def test_a_leg_that_was_answered_completes_and_one_that_was_not_does_not():
    talked = end(answer(_leg(), AT), _later(61), reason="x")
    assert (talked.status, talked.duration_s, talked.place) == (LegStatus.COMPLETED, 61, "none")
    assert end(_leg(), AT, reason="x").status is LegStatus.CANCELED
    assert end(talked, _later(99), reason="y") is talked


def test_a_leg_that_is_over_cannot_live_again():
    book = LegBook()
    alive = book.put(_leg())
    book.put(end(alive, AT, reason="x"))
    with pytest.raises(ValueError, match="live again"):
        book.put(alive)
    assert book.live(alive.sid) is None


def test_watchers_are_told_until_the_leg_is_over():
    book, seen = LegBook(), []
    leg = _leg()
    book.watch(leg.sid, lambda state: seen.append(state.status))
    book.put(leg)
    over = book.put(end(leg, AT, reason="x"))
    book.put(over)
    assert seen == [LegStatus.RINGING, LegStatus.CANCELED]


def test_the_transcript_is_bounded():
    leg = _leg()
    for number in range(HEARD_LIMIT + 10):
        leg = hear(leg, Heard(at=AT, text=str(number), kind=HeardKind.SPEECH))
    assert len(leg.heard) == HEARD_LIMIT
    assert leg.heard[-1].text == str(HEARD_LIMIT + 9)


def test_a_queue_is_first_in_first_out_and_refuses_when_full():
    queue = LineQueue(sid="QU1", name="q", created_at=AT, max_size=2)
    for sid in ("CA1", "CA2"):
        queue = line_queue.enter(queue, Member(call_sid=CallSid(sid), enqueued_at=AT))
    assert queue.full
    with pytest.raises(ValueError, match="full"):
        line_queue.enter(queue, Member(call_sid=CallSid("CA3"), enqueued_at=AT))
    queue = line_queue.depart(queue, CallSid("CA1"), _later(30))
    assert line_queue.position(queue, CallSid("CA2")) == 1
    assert line_queue.position(queue, CallSid("CA1")) == 0
    assert queue.average_wait_s == 30
    assert line_queue.depart(queue, CallSid("CA1"), AT) == queue


def test_every_field_of_a_call_is_there_blanks_included():
    fields = voice_fields(_leg(from_="anonymous"), "AC1")
    places = {
        f"{who}{what}" for who in ("From", "To", "Caller", "Called") for what in ("City", "State", "Zip", "Country")
    }
    assert places <= set(fields)
    assert fields["FromCountry"] == fields["ToZip"] == ""
    assert "StirVerstat" not in fields
    assert voice_fields(_leg(), "AC1")["FromCountry"] == "PL"


def test_a_browsers_leg_has_no_place_and_cannot_pretend_to_be_somebody_else():
    leg = _leg(from_="client:ana", to="", application_sid="AP1", params={"offer_id": "o1", "From": "client:bo"})
    fields = voice_fields(leg, "AC1")
    assert (fields["From"], fields["To"], fields["offer_id"]) == ("client:ana", "", "o1")
    assert fields["ApplicationSid"] == "AP1"
    assert "FromCity" not in fields
    assert "CallToken" not in fields


def test_a_status_callback_counts_seconds_and_begun_minutes():
    fields = status_fields(end(answer(_leg(from_="+12025550123"), AT), _later(61), reason="x"), AT, "AC1")
    assert (fields["CallDuration"], fields["Duration"], fields["SequenceNumber"]) == ("61", "2", "0")
    assert fields["StirStatus"] == "A"
    assert fields["Timestamp"] == "Tue, 24 Nov 2026 09:00:00 +0000"


def test_speech_takes_time_by_its_words_and_sound_by_its_bytes():
    assert speech_s("one two three four five six seven") == 2.5
    header = b"RIFF" + struct.pack("<I", 0) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    assert sound_s(header + b"data", 44 + 32_000) == 2.0
    assert sound_s(b"ID3", 32_000) == 2.0


def _page(rows: list[str], query: dict[str, str]) -> dict[str, object]:
    asked = page_asked("/x.json", query)
    assert asked is not None
    return page_json(asked, "rows", rows, sid=str, show=lambda row: {"sid": row}, keep=lambda row: row != "hidden")


def _query(link: object) -> dict[str, str]:
    return dict(pair.split("=") for pair in str(link).partition("?")[2].split("&"))


def test_pages_follow_each_other_although_rows_come_and_go():
    first = _page(["e", "d", "hidden", "c", "b", "a"], {"PageSize": "2"})
    assert first["rows"] == [{"sid": "e"}, {"sid": "d"}]
    second = _page(["g", "f", "e", "d", "hidden", "c", "b", "a"], _query(first["next_page_uri"]))
    assert second["rows"] == [{"sid": "c"}, {"sid": "b"}]
    third = _page(["d", "c", "b", "a"], _query(second["next_page_uri"]))
    assert (third["rows"], third["next_page_uri"]) == ([{"sid": "a"}], None)


@pytest.mark.parametrize("query", [{"PageSize": "0"}, {"PageSize": "1001"}, {"Page": "-1"}, {"Page": "x"}])
def test_a_page_that_cannot_be_is_not_asked_for(query):
    assert page_asked("/x.json", query) is None


def _draw(plan: FaultPlan) -> list[object]:
    faults = Faults()
    faults.follow(plan)
    webhooks = [faults.delivery("POST", "http://x/status", is_callback=True) for _ in range(50)]
    return [*webhooks, *(faults.rest("POST", "/2010-04-01/x") for _ in range(50))]


def test_the_same_seed_makes_the_same_trouble():
    plan = FaultPlan.model_validate({"seed": 7, "webhooks": {"repeat": 0.5, "lose": 0.2}, "rest": {"reset": 0.3}})
    assert _draw(plan) == _draw(plan)
    assert _draw(plan) != _draw(plan.model_copy(update={"seed": 8}))


def test_trouble_stays_within_its_bounds():
    faults = Faults()
    faults.follow(FaultPlan.model_validate({"rest": {"reject_429": 1, "match": "POST .*Calls", "times": 2}}))
    assert faults.rest("GET", "/Calls.json") is None
    assert [faults.rest("POST", "/Calls/CA1.json") for _ in range(3)] == ["reject_429", "reject_429", None]
    assert faults.delivery("POST", "http://x", is_callback=True) == Delivery()


def test_a_document_is_never_lost():
    faults = Faults()
    faults.follow(FaultPlan.model_validate({"webhooks": {"lose": 1}}))
    assert not faults.delivery("POST", "http://x", is_callback=False).lost
    assert faults.delivery("POST", "http://x", is_callback=True).lost
