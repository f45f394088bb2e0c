"""The conversation, a browser's leg that is lost in it, and what is filed after it."""

from __future__ import annotations

import pytest

from cti.calls import events
from cti.calls.effects import (
    AnnounceOneMoment,
    AskTwilio,
    EndLeg,
    EnterLine,
    FinishOffer,
    FreeRep,
    ReturnCaller,
    SettleOffer,
    TellCallState,
)
from cti.calls.model import Call, CallState, EndReason, WrapUp
from cti.calls.step import Verdict
from cti.telephony.model import CallSid, NotInProgress
from routing.model import Outcome
from routing.plan import PlanStep
from tests.support.machine import (
    ANA,
    ARRIVED_MS,
    BO,
    CALLER_LEG,
    LATER_MS,
    NEXT_OFFER,
    OFFER,
    OTHER_LEG,
    REP_LEG,
    a_call,
    a_lost_leg,
    a_match,
    a_plan,
    effect_id,
    pending,
    told,
    when_due,
)

CALLER_GONE: list[events.Event] = [events.LegEnded(leg=CALLER_LEG), events.ParticipantLeft(leg=CALLER_LEG)]
REP_GONE: list[events.Event] = [events.LegEnded(leg=REP_LEG), events.ParticipantLeft(leg=REP_LEG)]
BACK = (
    events.RepLegArrived(offer=OFFER, rep=ANA, leg=OTHER_LEG),
    events.ParticipantJoined(leg=OTHER_LEG),
)


@pytest.mark.parametrize("event", CALLER_GONE)
def test_a_caller_who_hangs_up_starts_the_after_call_work(event: events.Event) -> None:
    made = told(a_call(CallState.TALKING), event)
    assert (made.call.state, made.call.end_reason, made.call.ended_by) == ("wrap_up", EndReason.COMPLETED, "caller")
    assert made.effects == (TellCallState(rep=ANA), FinishOffer(offer=OFFER))
    assert made.call.deadlines == {"wrap_up": LATER_MS + 30_000}
    assert pending(made.call) == (EndLeg(sid=REP_LEG),)


def test_end_ends_the_callers_leg_too() -> None:
    made = told(a_call(CallState.TALKING), events.HangUpAsked(rep=ANA))
    assert (made.call.ended_by, made.call.ended_ms) == ("rep", LATER_MS)
    assert pending(made.call) == (EndLeg(sid=CALLER_LEG), EndLeg(sid=REP_LEG))


@pytest.mark.parametrize("event", REP_GONE)
def test_a_browser_that_goes_without_end_is_waited_for(event: events.Event) -> None:
    made = told(a_call(CallState.TALKING), event)
    assert (made.call.state, made.call.returning, made.call.caller_in) == (CallState.CONNECTING, True, True)
    assert made.call.deadlines == {"return": LATER_MS + 20_000}
    assert (made.effects, pending(made.call)) == ((TellCallState(rep=ANA),), (AnnounceOneMoment(),))
    assert made.call.gone_legs == (REP_LEG,)


@pytest.mark.parametrize("leg", [CALLER_LEG, REP_LEG])
def test_late_news_of_an_earlier_conference_changes_nothing(leg: CallSid) -> None:
    call = a_call(CallState.TALKING)
    assert told(call, events.ParticipantLeft(leg=leg, offer=NEXT_OFFER)).verdict is Verdict.IGNORED
    assert told(call, events.ParticipantLeft(leg=leg, offer=OFFER)).verdict is Verdict.DONE


def test_a_rep_who_comes_back_talks_on_in_the_same_talk() -> None:
    lost = a_lost_leg()
    made = told(lost, *BACK)
    assert (made.call.state, made.call.returning, made.call.deadlines) == (CallState.TALKING, False, {})
    assert made.call.answered_ms == lost.answered_ms
    assert [note.kind for note in made.notes] == ["back_together"]


def test_what_still_arrives_about_the_lost_leg_is_old_news() -> None:
    together = told(a_lost_leg(), *BACK).call
    for late in (*REP_GONE, events.ParticipantJoined(leg=REP_LEG)):
        assert told(together, late).verdict is Verdict.IGNORED


@pytest.mark.parametrize("event", [*CALLER_GONE, events.QueueLeft(result="hangup")])
def test_a_caller_who_does_not_wait_for_the_rep_has_talked(event: events.Event) -> None:
    made = told(a_lost_leg(), event)
    assert (made.call.state, made.call.end_reason) == (CallState.WRAP_UP, EndReason.COMPLETED)
    assert made.call.deadlines == {"wrap_up": LATER_MS + 30_000}


def test_a_rep_on_the_way_back_when_the_caller_leaves_does_not_sit_alone() -> None:
    made = told(a_lost_leg(), BACK[0], events.LegEnded(leg=CALLER_LEG))
    assert pending(made.call) == (EndLeg(sid=OTHER_LEG),)


def test_a_caller_who_is_not_there_to_be_told_to_wait_is_looked_up() -> None:
    lost = a_lost_leg()
    settled = events.EffectSettled(id=effect_id(lost, AnnounceOneMoment), result=NotInProgress(status=None))
    assert pending(told(lost, settled).call) == (AskTwilio(),)


def test_a_rep_who_does_not_come_back_loses_the_caller_to_the_old_place_in_line() -> None:
    made = when_due(a_lost_leg(), "return")
    assert made.effects == (TellCallState(rep=ANA), SettleOffer(offer=OFFER, outcome=Outcome.LOST_LEG))
    assert (made.call.state, made.call.returning, made.call.caller_in) == (CallState.WAITING, False, False)
    assert pending(made.call)[-1] == ReturnCaller()


def back_in_line(*steps: PlanStep) -> Call:
    """Answered 1.8 s after arrival, the leg lost 20 min later, and the rep not back in time."""
    talked = a_call(CallState.TALKING, plan=a_plan(*steps))
    return when_due(a_lost_leg(talked, at_ms=ARRIVED_MS + 1_200_000), "return").call


def test_the_rep_who_was_lost_stays_preferred_whatever_is_asked_next() -> None:
    (effect,) = told(back_in_line(), events.FloorForgot()).effects
    assert isinstance(effect, EnterLine)
    assert effect.ask.prefer is not None
    assert (effect.ask.prefer.rep, effect.ask.prefer.until_ms) == (ANA, 0)
    assert effect.ask.counted_from_ms == ARRIVED_MS


def test_the_rep_who_was_lost_stays_preferred_after_another_who_never_connected() -> None:
    taken = told(
        back_in_line(),
        events.RepMatched(match=a_match(rep=BO, offer=NEXT_OFFER)),
        events.OfferAccepted(offer=NEXT_OFFER, rep=BO),
    )
    assert taken.call.state is CallState.CONNECTING
    (effect,) = told(when_due(taken.call, "connect").call, events.FloorForgot()).effects
    assert isinstance(effect, EnterLine)
    assert effect.ask.prefer is not None
    assert effect.ask.prefer.rep == ANA


def test_a_talk_does_not_use_up_the_wait() -> None:
    call = back_in_line(PlanStep(after_ms=60_000, then="queue:sales"), PlanStep(after_ms=300_000, then="hang_up"))
    waited_ms = 1_800
    assert call.deadlines["step"] == call.since_ms + 60_000 - waited_ms
    assert call.deadlines["max_wait"] == call.since_ms + 900_000 - waited_ms


def test_a_caller_who_leaves_the_line_after_a_talk_did_not_go_unheard() -> None:
    made = told(back_in_line(), events.LegEnded(leg=CALLER_LEG))
    assert (made.call.state, made.call.end_reason) == (CallState.ENDED, EndReason.COMPLETED)


def test_end_while_waiting_for_the_own_browser_ends_the_call() -> None:
    made = told(a_lost_leg(), events.HangUpAsked(rep=ANA))
    assert (made.call.state, made.call.ended_by) == (CallState.WRAP_UP, "rep")
    assert EndLeg(sid=CALLER_LEG) in pending(made.call)


def test_filing_stores_the_form_and_frees_the_rep_after_the_calls_end_is_told() -> None:
    made = told(a_call(CallState.WRAP_UP), events.WrapUpFiled(rep=ANA, disposition="sold", notes="call back"))
    assert made.effects == (TellCallState(rep=ANA), FreeRep(rep=ANA))
    assert (made.call.state, made.call.deadlines) == (CallState.ENDED, {})
    assert made.call.wrap_up == WrapUp(disposition="sold", notes="call back")


def test_the_deadline_frees_the_rep_and_not_the_form() -> None:
    over = when_due(a_call(CallState.WRAP_UP), "wrap_up")
    assert over.effects == (TellCallState(rep=ANA), FreeRep(rep=ANA))
    late = told(over.call, events.WrapUpFiled(rep=ANA, disposition="sold", notes="late"))
    assert (late.verdict, late.effects, late.notes[0].data["late"]) == (Verdict.DONE, (), True)
    assert late.call.wrap_up == WrapUp(disposition="sold", notes="late")


def test_a_form_filed_twice_is_answered_alike() -> None:
    over = when_due(a_call(CallState.WRAP_UP), "wrap_up").call
    form = events.WrapUpFiled(rep=ANA, disposition="sold", notes="late")
    assert told(over, form, form).verdict is Verdict.REPEATED


def test_somebody_elses_form_is_refused() -> None:
    form = events.WrapUpFiled(rep=BO, disposition="sold", notes="")
    assert told(a_call(CallState.WRAP_UP), form).verdict is Verdict.TOO_LATE


def test_becoming_available_ends_the_after_call_work_and_the_form_may_follow() -> None:
    made = told(a_call(CallState.WRAP_UP), events.WrapUpSkipped(rep=ANA))
    assert (made.call.state, made.call.wrap_up) == (CallState.ENDED, None)
    form = events.WrapUpFiled(rep=ANA, disposition="sold", notes="")
    assert told(made.call, form).verdict is Verdict.DONE
