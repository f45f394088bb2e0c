"""The end of a wait that is not a hang-up: a message, an outside number; and a queue that is full."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from cti.calls import events
from cti.calls.effects import LeaveLine, SettleOffer
from cti.calls.model import CallState, EndReason, Voicemail
from routing.model import Outcome
from routing.plan import PlanStep
from tests.support.machine import (
    ANA,
    CALLER_LEG,
    LATER_MS,
    OFFER,
    RECORDING,
    a_call,
    a_diverted_call,
    a_match,
    a_plan,
    told,
    when_due,
)

LEFT = events.VoicemailLeft(recording=RECORDING, seconds=7)
HUNG_UP = events.LegEnded(leg=CALLER_LEG)
MESSAGE = PlanStep(after_ms=60_000, then="voicemail")


@pytest.mark.parametrize("then", ["voicemail", "dial:+15550123"])
def test_the_call_leaves_the_floor_and_the_caller_stays_on_the_line(then: str) -> None:
    made = when_due(a_call(plan=a_plan(PlanStep(after_ms=60_000, then=then))), "step")
    assert (made.call.state, made.call.diversion, made.call.deadlines) == (CallState.DIVERTED, then, {})
    assert made.effects == (LeaveLine(),)


def test_an_offer_that_is_open_goes_on_and_the_message_comes_after_it() -> None:
    plan = a_plan(PlanStep(after_ms=5_000, then="voicemail"))
    asked = when_due(told(a_call(plan=plan), events.RepMatched(match=a_match()), at_ms=LATER_MS).call, "step").call
    assert (asked.state, asked.exhausted, asked.ending) == (CallState.OFFERED, True, "voicemail")
    declined = told(asked, events.OfferDeclined(offer=OFFER, rep=ANA))
    assert (declined.call.state, declined.call.diversion) == (CallState.DIVERTED, "voicemail")
    assert SettleOffer(offer=OFFER, outcome=Outcome.DECLINED, leaves=True) in declined.effects
    accepted = told(asked, events.OfferAccepted(offer=OFFER, rep=ANA)).call
    assert (accepted.state, accepted.ending) == (CallState.CONNECTING, None)


@pytest.mark.parametrize("order", [(LEFT, HUNG_UP), (HUNG_UP, LEFT), (LEFT, LEFT, HUNG_UP)], ids=str)
def test_a_message_counts_whatever_is_told_first(order: tuple[events.Event, ...]) -> None:
    over = told(a_diverted_call(), *order).call
    assert (over.state, over.end_reason) == (CallState.ENDED, EndReason.VOICEMAIL)
    assert over.voicemail == Voicemail(recording=RECORDING, seconds=7)


def test_hanging_up_without_a_message_is_giving_up() -> None:
    assert told(a_diverted_call(), HUNG_UP).call.end_reason is EndReason.ABANDONED


TALKED, NOBODY = events.OutsideEnded(answered=True), events.OutsideEnded(answered=False)


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ((TALKED, HUNG_UP), EndReason.FORWARDED),
        ((HUNG_UP, TALKED), EndReason.FORWARDED),
        ((NOBODY, HUNG_UP), EndReason.NOBODY_FREE),
        ((HUNG_UP, NOBODY), EndReason.ABANDONED),
    ],
    ids=str,
)
def test_an_outside_number_answered_or_not(order: tuple[events.Event, ...], reason: EndReason) -> None:
    assert told(a_diverted_call("dial:+15550123"), *order).call.end_reason is reason


@pytest.mark.parametrize(
    ("steps", "state", "reason"),
    [
        ((), CallState.ENDED, EndReason.NOBODY_FREE),
        ((PlanStep(after_ms=9_000, needs=()), MESSAGE), CallState.DIVERTED, None),
        ((PlanStep(after_ms=9_000, priority=5),), CallState.WAITING, None),
    ],
    ids=["no steps", "a message at the end", "a step that waits on"],
)
def test_a_full_queue_takes_the_last_step_at_once(
    steps: tuple[PlanStep, ...], state: CallState, reason: EndReason | None
) -> None:
    made = told(a_call(plan=a_plan(*steps)), events.QueueFull(step=0)).call
    assert (made.state, made.end_reason, made.step) == (state, reason, len(steps))


def test_a_step_that_was_taken_meanwhile_makes_the_news_old() -> None:
    stepped = when_due(a_call(plan=a_plan(PlanStep(after_ms=9_000, priority=5), MESSAGE)), "step").call
    assert told(stepped, events.QueueFull(step=0)).call is stepped


@pytest.mark.parametrize("then", ["voicemail", "callback"])
def test_the_longest_wait_ends_as_the_plan_does_whichever_deadline_comes_first(then: str) -> None:
    plan = replace(a_plan(PlanStep(after_ms=60_000, then=then)), max_wait_ms=60_000)
    both: tuple[Literal["step", "max_wait"], ...] = ("step", "max_wait")
    for first in both:
        over = when_due(a_call(plan=plan), first).call
        assert (over.diversion, over.callback is not None) == (None if then == "callback" else then, then == "callback")
    asked = told(a_call(plan=plan), events.RepMatched(match=a_match())).call
    assert when_due(asked, "max_wait").call.ending == then
