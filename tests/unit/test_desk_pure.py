"""The pure parts of the doors: cursors, wishes, the time line's sentences, and open calls merged into a page."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from cti.admin.call_list import as_recorded, merge_page
from cti.admin.timeline import sentence
from cti.calls.model import Call, CallState
from cti.desk.cursors import Cursor, read_cursor
from cti.desk.wishes import Wish, to_restore, wish_of
from cti.record.call_model import CallFilters, CallPage, TimelineEntry, place_of
from routing.model import RepId, RepState, RepStatus
from tests.support.calls_by_hand import a_call, a_sid

ROOT = Path(__file__).parents[2]


def test_a_cursor_is_read_as_it_was_written() -> None:
    cursor = Cursor(epoch="12", id="1790000000000-3")
    assert read_cursor(str(cursor)) == cursor


@pytest.mark.parametrize("text", [None, "", "1", "1-2", "1-2-", "1-2-3-4", "-1-2", "1-2-3\n", "1-" + "9" * 19 + "-0"])
def test_anything_else_is_no_cursor(text: str | None) -> None:
    assert read_cursor(text) is None


def a_state(status: RepStatus, **changes: object) -> RepState:
    state = RepState(rep=RepId("ana"), status=status, since_ms=0, connected=True)
    return replace(state, **changes)


def test_whoever_is_busy_wants_what_they_wanted_before() -> None:
    lunch = Wish(status=RepStatus.AWAY, reason="lunch")
    assert wish_of(a_state(RepStatus.ON_CALL), lunch) == lunch
    assert wish_of(a_state(RepStatus.RESERVED), None) == Wish(status=RepStatus.AVAILABLE)
    assert wish_of(a_state(RepStatus.WRAP_UP, next_status=RepStatus.OFFLINE), lunch) == Wish(status=RepStatus.OFFLINE)


def test_whoever_missed_a_call_does_not_become_available_by_a_flush() -> None:
    missed = wish_of(a_state(RepStatus.NOT_RESPONDING, reason="missed"), Wish(status=RepStatus.AVAILABLE))
    assert missed == Wish(status=RepStatus.AWAY, reason="missed")


def test_only_a_rep_who_has_said_nothing_since_is_restored() -> None:
    wish = Wish(status=RepStatus.AVAILABLE)
    assert to_restore(wish, None) == wish
    assert to_restore(wish, a_state(RepStatus.OFFLINE)) == wish
    assert to_restore(wish, a_state(RepStatus.AWAY)) is None
    assert to_restore(wish, a_state(RepStatus.ON_CALL)) is None
    assert to_restore(Wish(status=RepStatus.OFFLINE), None) is None
    assert to_restore(None, None) is None


def note_kinds() -> set[str]:
    """Every kind of note that the calls' code writes."""
    found = set()
    for path in (ROOT / "cti" / "calls").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Note":
                kinds = [keyword.value for keyword in node.keywords if keyword.arg == "kind"]
                found |= {one.value for kind in kinds for one in ast.walk(kind) if isinstance(one, ast.Constant)}
    return {str(kind) for kind in found if isinstance(kind, str)}


def an_entry(kind: str, **data: object) -> TimelineEntry:
    return TimelineEntry(epoch=1, seq=1, at_ms=0, kind=kind, data=data)


def test_every_kind_of_note_has_its_sentence() -> None:
    kinds = note_kinds()
    assert len(kinds) > 15
    for kind in kinds:
        text = sentence(an_entry(kind, rep="ana", reason="completed"), {"ana": "Ana"})
        assert text != f"{kind.replace('_', ' ').capitalize()}."
        assert text.endswith(".")


def test_a_kind_of_another_release_is_shown_by_its_name() -> None:
    assert sentence(an_entry("call_parked"), {}) == "Call parked."


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        ("declined", "Ana declined (lunch)."),
        ("expired", "Ana did not answer in time."),
        ("vanished", "Ana's browser was gone; the offer moved on."),
        ("caller_left", "The caller hung up while Ana was being asked."),
    ],
)
def test_how_an_offer_ended_is_said(outcome: str, text: str) -> None:
    assert sentence(an_entry("offer_ended", rep="ana", outcome=outcome, reason="lunch"), {"ana": "Ana"}) == text


def a_page(*calls: Call, more: bool = False) -> CallPage:
    rows = tuple(as_recorded(call) for call in calls)
    return CallPage(calls=rows, next=place_of(rows[-1]) if more else None)


def a_call_at(number: int, state: CallState = CallState.WAITING) -> Call:
    return replace(a_call(a_sid(number), state), arrived_ms=1_000 * number)


def ids(page: CallPage) -> list[int]:
    return [int(call.id[1:], 16) for call in page.calls]


def test_an_open_call_stands_on_the_page_where_it_belongs() -> None:
    everything = CallFilters()
    open_calls = [a_call_at(number) for number in (1, 4, 6)]
    first = merge_page(a_page(a_call_at(5), a_call_at(3), more=True), open_calls, everything, None)
    assert ids(first) == [6, 5, 4, 3]
    second = merge_page(a_page(a_call_at(2)), open_calls, everything, first.next)
    assert ids(second) == [2, 1]


def test_an_open_call_is_as_redis_says_and_leaves_a_list_that_it_does_not_fit() -> None:
    now = replace(a_call_at(1), state=CallState.OFFERED)
    assert merge_page(a_page(a_call_at(1)), [now], CallFilters(), None).calls[0].state == "offered"
    assert ids(merge_page(a_page(a_call_at(1)), [now], CallFilters(state="waiting"), None)) == []
    assert ids(merge_page(a_page(), [now], CallFilters(state="offered"), None)) == [1]
    assert ids(merge_page(a_page(), [now], CallFilters(q="+48 600"), None)) == [1]
    assert ids(merge_page(a_page(), [now], CallFilters(q="nobody"), None)) == []
