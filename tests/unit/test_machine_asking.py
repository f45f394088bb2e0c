"""A call before there is a plan: the caller is asked, answers or does not, or is refused."""

from __future__ import annotations

import pytest

from cti.calls import events
from cti.calls.effects import RouteCall
from cti.calls.model import CallState, EndReason
from cti.calls.step import Verdict
from routing.plan import Refusal
from tests.support.machine import A_MENU, CALLER, a_call, a_fresh_call, pending, told, when_due

ASKING = a_call(CallState.ASKING)


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        (events.MenuAnswered(turn=1, digits="1"), "support"),
        (events.MenuAnswered(turn=1, digits="2"), "sales"),
        (events.MenuAnswered(turn=1, speech="I need HELP, please."), "support"),
        (events.MenuAnswered(turn=1, speech="about my support contract"), "sales"),
    ],
)
def test_an_answer_becomes_a_fact_and_the_rules_run_again(event: events.MenuAnswered, answer: str) -> None:
    made = told(ASKING, event)
    assert (made.call.state, made.call.answers, made.call.asked) == ("arriving", (answer,), ("menu",))
    assert pending(made.call) == (RouteCall(),)
    assert made.call.deadlines == {}
    assert [note.kind for note in made.notes] == ["menu_answered"]


@pytest.mark.parametrize(
    "event", [events.MenuAnswered(turn=1, digits="9"), events.MenuAnswered(turn=1, speech="helpless")]
)
def test_what_is_no_answer_is_asked_again_and_then_the_call_goes_on_without(event: events.MenuAnswered) -> None:
    again = told(ASKING, event)
    assert (again.call.state, again.call.tries, again.call.turn) == ("asking", 2, 2)
    assert told(again.call, event).verdict is Verdict.IGNORED, "the same request once more"
    on = told(again.call, events.MenuAnswered(turn=2))
    assert (on.call.state, on.call.answers, on.call.asked) == ("arriving", (), ("menu",))
    assert pending(on.call) == (RouteCall(),)


def test_a_question_whose_end_nobody_reports_is_over_in_some_minutes() -> None:
    made = when_due(ASKING, "menu")
    assert (made.call.state, made.call.asked) == ("arriving", ("menu",))


def test_a_second_menu_is_another_turn() -> None:
    answered = told(ASKING, events.MenuAnswered(turn=1, digits="1")).call
    asked = told(answered, events.Asked(caller=CALLER, question=A_MENU)).call
    assert (asked.state, asked.turn, asked.tries) == ("asking", 2, 1)
    assert told(asked, events.MenuAnswered(turn=1, digits="1")).verdict is Verdict.IGNORED


def test_a_refused_call_is_over_and_was_never_in_a_line() -> None:
    refusal = Refusal(rule="blocked", version=3, say="Goodbye.")
    made = told(a_fresh_call(), events.Blocked(caller=CALLER, refusal=refusal))
    assert (made.call.state, made.call.end_reason, made.call.refusal) == ("ended", EndReason.BLOCKED, refusal)
    assert (made.effects, pending(made.call)) == ((), ())
    assert [note.kind for note in made.notes] == ["blocked", "ended"]
