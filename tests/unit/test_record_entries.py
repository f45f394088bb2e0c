"""Reading an entry of the record stream: what fits the tables is an Entry, everything else is Poison with a reason."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.record.entries import Entry, Missed, Poison, read_entry
from tests.support.transitions import a_summary, a_transition


def read(fields: dict[bytes, bytes]) -> Entry | Poison:
    return read_entry("7-0", fields)


def test_a_whole_transition_is_read() -> None:
    entry = read(a_transition(call="c1", epoch=3, seq=9, at=123, kind="answered", data={"rep": "ana"}))
    assert isinstance(entry, Entry)
    assert (entry.entry_id, entry.call, entry.epoch, entry.seq, entry.at_ms) == ("7-0", "c1", 3, 9, 123)
    assert entry.data == {"rep": "ana"}
    assert entry.summary == a_summary()


def test_a_transition_without_a_summary_moves_no_row() -> None:
    entry = read(a_transition() | {b"summary": b""})
    assert isinstance(entry, Entry)
    assert entry.summary == {}


def test_the_call_may_be_named_again_in_its_summary_but_no_other() -> None:
    assert isinstance(read(a_transition(call="c1", summary=a_summary(id="c1"))), Entry)
    assert isinstance(read(a_transition(call="c1", summary=a_summary(id="c2"))), Poison)


@pytest.mark.parametrize("outcome", ["expired", "declined", "caller_left"])
def test_an_offer_that_ended_without_an_accept_is_missed_by_its_rep(outcome: str) -> None:
    entry = read(a_transition(kind="offer_ended", data={"rep": "bo", "outcome": outcome}))
    assert isinstance(entry, Entry)
    assert entry.missed == Missed(rep="bo", outcome=outcome)


def test_an_accepted_offer_is_missed_by_nobody() -> None:
    entry = read(a_transition(kind="offer_ended", data={"rep": "bo", "outcome": "accepted"}))
    assert isinstance(entry, Entry)
    assert entry.missed is None


def test_nul_characters_that_a_caller_sent_are_dropped() -> None:
    text = "a\0b"
    entry = read(a_transition(data={text: [text]}, summary=a_summary(from_number=text)))
    assert isinstance(entry, Entry)
    assert entry.data == {"ab": ["ab"]}
    assert entry.summary["from_number"] == "ab"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({b"seq": b"x"}, "invalid literal"),
        ({b"seq": b"99999999999999999999"}, "seq does not fit"),
        ({b"call": b"c" * 65}, "call_id does not fit"),
        ({b"data": b"[1]"}, "data is not an object"),
        ({b"data": b"{"}, "JSON"),
        ({b"kind": b"\xff"}, "UnicodeDecodeError"),
        ({b"summary": b'{"nonsense": 1}'}, "no column nonsense"),
        ({b"summary": b'{"sid": "CA1"}'}, "lacks"),
        ({b"summary": json.dumps(a_summary(arrived_ms="soon")).encode()}, "arrived_ms does not fit"),
        ({b"summary": json.dumps(a_summary(state="s" * 17)).encode()}, "state does not fit"),
        ({b"summary": json.dumps(a_summary(sid=None)).encode()}, "sid does not fit"),
        ({b"kind": b"offer_ended", b"data": b"{}"}, "rep does not fit"),
    ],
)
def test_what_does_not_fit_is_poison_that_says_why(fields: dict[bytes, bytes], problem: str) -> None:
    letter = read(a_transition() | fields)
    assert isinstance(letter, Poison)
    assert problem in letter.problem
    assert orjson.loads(letter.fields)["at"] == "1"


def test_a_missing_field_is_named() -> None:
    fields = a_transition()
    del fields[b"epoch"]
    letter = read(fields)
    assert isinstance(letter, Poison)
    assert letter.problem == "epoch is missing"


@given(st.dictionaries(st.sampled_from([*a_transition()]), st.binary(max_size=40)))
def test_no_bytes_at_all_make_reading_raise(changed: dict[bytes, bytes]) -> None:
    assert isinstance(read(a_transition() | changed), Entry | Poison)
