"""A rep is asked: the first writer ends the offer, and the caller hears no seam."""

from __future__ import annotations

import pytest

from cti.calls import events
from cti.calls.effects import AcceptOffer, LeaveLine, SettleOffer, TellCallerUpdated, TellCallState, TellOfferEnded
from cti.calls.model import Call, CallState, EndReason
from cti.calls.step import Step, Verdict
from routing.model import Outcome, QueueId
from routing.plan import PlanStep
from tests.support.machine import (
    ANA,
    ARRIVED_MS,
    BO,
    CALLER,
    CALLER_LEG,
    LATER_MS,
    NEXT_OFFER,
    OFFER,
    a_call,
    a_match,
    a_plan,
    told,
    when_due,
)

ACCEPT = events.OfferAccepted(offer=OFFER, rep=ANA, client_id="tab")
DECLINE = events.OfferDeclined(offer=OFFER, rep=ANA, reason="lunch")
VANISH = events.RepVanished(offer=OFFER)


def offered(*steps: PlanStep) -> Call:
    return a_call(CallState.OFFERED, plan=a_plan(*steps))


def over(outcome: str, settled: Outcome) -> tuple[object, ...]:
    """What the floor is told about an offer that goes on to the next rep."""
    return (
        TellOfferEnded(rep=ANA, offer=OFFER, outcome=outcome),
        SettleOffer(offer=OFFER, outcome=settled),
    )


def test_an_accept_ends_the_offer_then_takes_the_rep_then_tells_the_calls_state() -> None:
    made = told(offered(), ACCEPT)
    assert made.effects == (
        TellOfferEnded(rep=ANA, offer=OFFER, outcome="accepted"),
        AcceptOffer(offer=OFFER),
        TellCallState(rep=ANA),
    )
    assert made.call.deadlines == {"connect": LATER_MS + 10_000}
    assert made.call.offer is not None
    assert (made.call.offer.client_id, made.call.offer.accepted_ms) == ("tab", LATER_MS)


def test_an_accept_does_not_look_at_the_clock() -> None:
    call = offered()
    assert told(call, ACCEPT, at_ms=call.deadlines["offer"] + 60_000).call.state is CallState.CONNECTING


def test_an_accept_after_the_expiry_is_too_late() -> None:
    expired = when_due(offered(), "offer").call
    assert told(expired, ACCEPT).verdict is Verdict.TOO_LATE


@pytest.mark.parametrize("state", [CallState.CONNECTING, CallState.TALKING])
@pytest.mark.parametrize(
    ("event", "verdict"),
    [
        (ACCEPT, Verdict.REPEATED),
        (events.OfferAccepted(offer=OFFER, rep=ANA, client_id="other tab"), Verdict.ELSEWHERE),
        (events.OfferAccepted(offer=OFFER, rep=ANA), Verdict.ELSEWHERE),
        (events.OfferAccepted(offer=OFFER, rep=BO, client_id="tab"), Verdict.TOO_LATE),
        (events.OfferAccepted(offer=NEXT_OFFER, rep=ANA, client_id="tab"), Verdict.TOO_LATE),
    ],
)
def test_a_second_accept_is_answered_by_who_asks(
    state: CallState, event: events.OfferAccepted, verdict: Verdict
) -> None:
    assert told(a_call(state), event).verdict is verdict


def test_a_declined_offer_goes_on_to_the_next() -> None:
    made = told(offered(), DECLINE)
    assert made.effects == over("declined", Outcome.DECLINED)
    assert (made.call.state, made.call.offer) == (CallState.WAITING, None)
    assert made.call.deadlines == {"max_wait": ARRIVED_MS + 900_000}
    assert made.notes[0].data["reason"] == "lunch"


def test_a_missed_offer_goes_on_to_the_next() -> None:
    assert when_due(offered(), "offer").effects == over("expired", Outcome.EXPIRED)


def test_the_offer_of_a_rep_whose_browser_went_goes_on_to_the_next() -> None:
    assert told(offered(), VANISH).effects == over("expired", Outcome.VANISHED)


@pytest.mark.parametrize("event", [events.LegEnded(leg=CALLER_LEG), events.QueueLeft(result="hangup")])
def test_a_caller_who_leaves_takes_the_offer_with_them(event: events.Event) -> None:
    made = told(offered(), event)
    assert made.effects == (
        TellOfferEnded(rep=ANA, offer=OFFER, outcome="caller_left"),
        TellCallState(rep=ANA),
        SettleOffer(offer=OFFER, outcome=Outcome.CALLER_LEFT),
        LeaveLine(),
    )
    assert (made.call.state, made.call.end_reason, made.call.deadlines) == ("ended", EndReason.ABANDONED, {})
    assert [note.kind for note in made.notes] == ["offer_ended", "ended"]


def test_a_step_changes_what_is_asked_next_and_leaves_the_offer_alone() -> None:
    call = offered(PlanStep(after_ms=5_000, then="queue:sales"))
    made = when_due(call, "step")
    assert (made.call.state, made.call.offer, made.call.queue) == (CallState.OFFERED, call.offer, QueueId("sales"))
    assert [effect.ask.demand.queue for effect in made.effects] == ["sales"]


def exhausted(by: str) -> Step:
    """The plan runs out while the rep is asked."""
    if by == "hang_up":
        return when_due(offered(PlanStep(after_ms=5_000, then="hang_up")), "step")
    return when_due(offered(), "max_wait")


@pytest.mark.parametrize("by", ["hang_up", "max_wait"])
def test_an_end_of_the_plan_waits_for_the_end_of_the_offer(by: str) -> None:
    made = exhausted(by)
    assert (made.call.state, made.call.exhausted, made.effects) == (CallState.OFFERED, True, ())
    assert "offer" in made.call.deadlines


@pytest.mark.parametrize("by", ["hang_up", "max_wait"])
@pytest.mark.parametrize("event", [DECLINE, VANISH])
def test_an_offer_that_ends_after_the_plan_ends_the_call(by: str, event: events.Event) -> None:
    made = told(exhausted(by).call, event)
    assert (made.call.state, made.call.end_reason) == (CallState.ENDED, EndReason.NOBODY_FREE)
    assert [type(effect) for effect in made.effects] == [TellOfferEnded, SettleOffer, LeaveLine]
    assert [effect.leaves for effect in made.effects if isinstance(effect, SettleOffer)] == [True]


@pytest.mark.parametrize("by", ["hang_up", "max_wait"])
def test_an_accept_drops_the_end_of_the_plan(by: str) -> None:
    made = told(exhausted(by).call, ACCEPT)
    assert (made.call.exhausted, made.call.deadlines) == (False, {"connect": LATER_MS + 10_000})


@pytest.mark.parametrize("state", [CallState.OFFERED, CallState.CONNECTING, CallState.TALKING, CallState.WRAP_UP])
def test_a_record_that_comes_after_the_offer_only_fills_in(state: CallState) -> None:
    made = told(a_call(state), events.CallerLearned(caller=CALLER, plan=a_plan(PlanStep(after_ms=1))))
    assert made.effects == (TellCallerUpdated(rep=ANA),)
    assert made.call.plan == a_plan()


def test_everybody_asked_is_remembered_in_order() -> None:
    made = told(offered(), DECLINE, events.RepMatched(match=a_match(rep=BO, offer=NEXT_OFFER)))
    assert made.call.rang == (ANA, BO)
