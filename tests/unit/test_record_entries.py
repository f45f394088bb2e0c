"""Reading an entry of the record stream: what fits the tables is an Entry, everything else is Poison with a reason."""

from __future__ import annotations

import json
from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_adapter.model import Contact
from cti.calls.model import Caller, CallerMatch, CallState
from cti.calls.views import summary
from cti.record.entries import Entry, Missed, Poison, read_batch, read_entry
from cti.record.tables import calls
from tests.support.machine import a_call
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


def batch(*transitions: dict[bytes, bytes]) -> list[Entry | Poison]:
    return read_batch([(f"{n}-0", fields) for n, fields in enumerate(transitions)])


def rows(read: list[Entry | Poison]) -> list[object]:
    """The state that each entry moves its call to; null: it moves nothing."""
    return [entry.summary.get("state") if isinstance(entry, Entry) else "poison" for entry in read]


def whole(state: str) -> dict[str, object]:
    """A row that says all, as the service's own do."""
    return dict.fromkeys(set(calls.c.keys()) - {"id", "epoch", "seq"}) | a_summary(state=state)


def test_the_services_own_rows_say_all() -> None:
    assert summary(a_call(CallState.WAITING), "{}").keys() - {"id"} == whole("waiting").keys()


def test_a_calls_row_names_the_owner_of_the_one_contact_that_matches() -> None:
    jan, ewa = Contact(id="c-1", name="Jan", owner="bo"), Contact(id="c-2", name="Ewa", owner="ana")

    def owner(*contacts: Contact) -> object:
        caller = Caller(match=CallerMatch.ONE if len(contacts) == 1 else CallerMatch.MANY, contacts=contacts)
        return summary(replace(a_call(CallState.WAITING), caller=caller), "{}")["owner"]

    assert (owner(jan), owner(jan, ewa), owner()) == ("bo", None, None)


def test_of_a_calls_rows_in_a_batch_only_the_last_is_read() -> None:
    each = [a_transition(call=call, seq=seq, summary=whole(f"s{seq}")) for seq in (1, 2) for call in "ab"]
    read = batch(*each)
    assert [entry.entry_id for entry in read] == ["0-0", "1-0", "2-0", "3-0"]
    assert rows(read) == [None, None, "s2", "s2"]


def test_a_last_row_that_does_not_say_all_replaces_nothing() -> None:
    part = {name: value for name, value in a_summary(state="s2").items() if name not in {"notes", "disposition"}}
    assert rows(batch(a_transition(seq=1, summary=a_summary(state="s1")), a_transition(seq=2, summary=part))) == [
        "s1",
        "s2",
    ]


def test_a_row_that_is_newer_than_the_one_behind_it_is_read() -> None:
    each = [a_transition(epoch=epoch, seq=1, summary=whole(f"s{epoch}")) for epoch in (2, 1)]
    assert rows(batch(*each)) == ["s2", "s1"]


def test_an_entry_that_cannot_be_read_replaces_nothing() -> None:
    broken = a_transition(seq=2, summary=whole("s2")) | {b"data": b"["}
    assert rows(batch(a_transition(seq=1, summary=whole("s1")), broken)) == ["s1", "poison"]
