"""A range that a caller was told stays with the call, and the answer says whether it was true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti.admin.timeline import sentence
from cti.calls import codec, events
from cti.calls.announcing import range_to_tell
from cti.calls.model import Call, Callback, CallState
from cti.record.call_model import TimelineEntry
from routing.expected_wait import Departure, LineFlow, WaitRange
from routing.plan import PlanStep
from tests.support.machine import (
    ARRIVED_MS,
    CALLER_LEG,
    LATER_MS,
    REP_LEG,
    a_call,
    a_plan,
    an_admitted_rep,
    told,
    when_due,
)

MINUTE = 60_000
RANGE = WaitRange(least_ms=2 * MINUTE, most_ms=5 * MINUTE)
TOLD = events.WaitTold(range=RANGE, place=4)
TOLD_MS = ARRIVED_MS + 9_000


def told_and_offered(call: Call | None = None) -> Call:
    """A waiting call whose caller was told the range, and for whom a rep connects."""
    waiting = told(call or a_call(CallState.WAITING), TOLD, at_ms=TOLD_MS).call
    return an_admitted_rep(replace(a_call(CallState.CONNECTING), told=waiting.told))


def answered(call: Call, *, after_ms: int) -> tuple[Call, dict[str, object]]:
    """Both legs are in, so long after the range was told; the call, and what its time line says."""
    both = (events.ParticipantJoined(leg=REP_LEG), events.ParticipantJoined(leg=CALLER_LEG))
    made = told(call, *both, at_ms=TOLD_MS + after_ms)
    [note] = made.notes
    return made.call, dict(note.data)


def test_the_first_range_is_kept_with_the_call_and_each_is_in_the_time_line() -> None:
    made = told(a_call(CallState.WAITING), TOLD, at_ms=TOLD_MS)
    assert made.call.told is not None
    assert (made.call.told.at_ms, made.call.told.queue, made.call.told.range) == (TOLD_MS, "support", RANGE)
    [note] = made.notes
    assert (note.kind, note.data) == ("wait_told", {"place": 4, "least_minutes": 2, "most_minutes": 5})
    later = events.WaitTold(range=WaitRange(least_ms=0, most_ms=MINUTE), place=1)
    again = told(made.call, later)
    assert again.call.told == made.call.told
    assert [note.kind for note in again.notes] == ["wait_told"]
    assert codec.load(codec.dump(again.call)) == again.call


@pytest.mark.parametrize("state", [state for state in CallState if state is not CallState.WAITING])
def test_only_a_caller_who_waits_is_told(state: CallState) -> None:
    call = a_call(state)
    assert told(call, TOLD).call is call


@pytest.mark.parametrize(
    ("after_ms", "truth"), [(MINUTE, "shorter"), (2 * MINUTE, "inside"), (5 * MINUTE, "inside"), (6 * MINUTE, "longer")]
)
def test_the_answer_says_whether_the_first_range_was_true(after_ms: int, truth: str) -> None:
    call, data = answered(told_and_offered(), after_ms=after_ms)
    assert data == {"rep": "ana", "told": {"truth": truth, "least_minutes": 2, "most_minutes": 5}}
    assert call.told is not None
    assert call.answered_ms is not None
    assert call.told.truth(call.answered_ms) == truth


def test_an_answer_of_which_nothing_was_told_says_nothing() -> None:
    assert answered(an_admitted_rep(), after_ms=MINUTE)[1] == {"rep": "ana"}


def test_a_caller_who_comes_back_from_a_lost_talk_is_told_and_not_counted_again() -> None:
    talked = replace(a_call(CallState.WAITING), answered_ms=ARRIVED_MS)
    made = told(talked, TOLD)
    assert made.call.told is None
    assert [note.kind for note in made.notes] == ["wait_told"]


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        (
            "wait_told",
            {"place": 4, "least_minutes": 2, "most_minutes": 5},
            "The caller was told: place 4, a wait between 2 and 5 minutes.",
        ),
        (
            "wait_told",
            {"place": 1, "least_minutes": 0, "most_minutes": 1},
            "The caller was told: place 1, a wait of less than a minute.",
        ),
        (
            "wait_told",
            {"place": 1, "least_minutes": 0, "most_minutes": 3},
            "The caller was told: place 1, a wait of less than 3 minutes.",
        ),
        ("answered", {"rep": "ana"}, "Both are in: the caller talks with Ana Perez."),
        (
            "answered",
            {"rep": "ana", "told": {"truth": "inside", "least_minutes": 2, "most_minutes": 5}},
            "Both are in: the caller talks with Ana Perez. The wait was as first told, between 2 and 5 minutes.",
        ),
        (
            "answered",
            {"rep": "ana", "told": {"truth": "longer", "least_minutes": 0, "most_minutes": 1}},
            "Both are in: the caller talks with Ana Perez. The wait was longer than first told, less than a minute.",
        ),
    ],
)
def test_the_time_line_says_what_was_told_and_what_came(kind: str, data: dict[str, object], said: str) -> None:
    entry = TimelineEntry(epoch=1, seq=1, at_ms=LATER_MS, kind=kind, data=data)
    assert sentence(entry, {"ana": "Ana Perez"}) == said


# What keeps a range from being told


def a_flow(place: int = 3) -> LineFlow:
    """A line out of which somebody is taken each minute: the third in it waits 1 to 6 minutes."""
    taken = tuple(Departure(stood_ms=-n * MINUTE, at_ms=LATER_MS - n * MINUTE, priority=0) for n in range(1, 21))
    return LineFlow(now_ms=LATER_MS, stood_ms=0, place=place, priority=0, on_duty=2, taken=taken)


def told_with(*steps: PlanStep, max_wait_ms: int = 3_600_000) -> WaitRange | None:
    call = a_call(CallState.WAITING, plan=a_plan(*steps, max_wait_ms=max_wait_ms))
    return range_to_tell(call, a_flow(), LATER_MS)


def test_a_caller_in_line_is_told_what_the_flow_says() -> None:
    assert told_with() == WaitRange(least_ms=MINUTE, most_ms=6 * MINUTE)


def test_nothing_is_told_without_a_place_in_a_line_or_to_a_caller_who_does_not_wait() -> None:
    assert range_to_tell(a_call(CallState.WAITING), None, LATER_MS) is None
    assert range_to_tell(a_call(CallState.OFFERED), a_flow(), LATER_MS) is None


def test_a_caller_who_is_to_be_called_back_is_told_nothing_and_counts_for_nothing() -> None:
    promised = Callback(number="+48600100200", promised_ms=TOLD_MS, why="key", leg=CALLER_LEG, answered=True)
    waiting = replace(a_call(CallState.WAITING), callback=promised)
    assert range_to_tell(waiting, a_flow(), LATER_MS) is None
    assert told(waiting, TOLD).call is waiting
    assert answered(replace(told_and_offered(), callback=promised), after_ms=MINUTE)[1] == {"rep": "ana"}


@pytest.mark.parametrize(
    "step",
    [
        PlanStep(after_ms=4 * MINUTE, needs=()),
        PlanStep(after_ms=4 * MINUTE, then="queue:sales"),
        PlanStep(after_ms=4 * MINUTE, then="hang_up"),
        PlanStep(after_ms=4 * MINUTE, priority=9),
    ],
    ids=["needs", "queue", "hang up", "priority"],
)
def test_nothing_is_told_where_the_plan_changes_before_the_range_is_over(step: PlanStep) -> None:
    assert told_with(step) is None
    assert told_with(replace(step, after_ms=30 * MINUTE)) is not None
    assert told_with(PlanStep(after_ms=3 * MINUTE), step) is None


def test_a_step_that_changes_nothing_of_what_is_asked_does_no_harm() -> None:
    assert told_with(PlanStep(after_ms=4 * MINUTE, offer_callback=True)) is not None


def test_nothing_is_told_where_the_longest_wait_may_end_before_the_range_does() -> None:
    assert told_with(max_wait_ms=7 * MINUTE) is None


def test_a_step_that_was_taken_is_no_reason_any_more() -> None:
    plan = a_plan(PlanStep(after_ms=4 * MINUTE, needs=()), max_wait_ms=3_600_000)
    moved = when_due(a_call(CallState.WAITING, plan=plan), "step").call
    assert range_to_tell(moved, a_flow(), LATER_MS) is not None
