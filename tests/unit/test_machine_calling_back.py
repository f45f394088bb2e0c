"""Callers who need not wait on the line: the promise, the dialling, what goes wrong, and the next try."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti.calls import events
from cti.calls.effects import (
    DialCustomer,
    EndConference,
    EndLeg,
    EnterLine,
    LeaveLine,
    MoveCaller,
    RouteCall,
    SettleOffer,
)
from cti.calls.model import Call, Callback, CallState, EndReason
from cti.calls.step import Verdict
from cti.telephony.model import LegStatus, Refused
from routing.model import Outcome, QueueId
from routing.plan import CallbackTerms, PlanStep
from tests.support.machine import (
    ANA,
    ARRIVED_MS,
    CALLER,
    CALLER_LEG,
    CUSTOMER_LEG,
    LATER_MS,
    OFFER,
    OTHER_LEG,
    RECORDING,
    REP_LEG,
    a_call,
    a_call_for_later,
    a_dialling_rep,
    a_fresh_call,
    a_match,
    a_plan,
    a_promise,
    effect_id,
    pending,
    told,
    when_due,
)

RINGS = events.CustomerDialled(attempt=1, leg=CUSTOMER_LEG)
ANSWERS = events.CustomerAnswered(leg=CUSTOMER_LEG)
OFFERS = PlanStep(after_ms=60_000, offer_callback=True)
ENDS = PlanStep(after_ms=90_000, then="hang_up")


def a_talk() -> Call:
    """With a caller who was called back."""
    joined = (events.ParticipantJoined(leg=REP_LEG), events.ParticipantJoined(leg=CUSTOMER_LEG))
    return told(a_dialling_rep(), RINGS, ANSWERS, *joined).call


def test_the_key_keeps_the_place_and_the_end_of_the_plan_no_longer_counts() -> None:
    made = told(a_call(plan=a_plan(OFFERS, ENDS)), events.CallbackAsked())
    assert made.verdict is Verdict.IGNORED
    offering = when_due(a_call(plan=a_plan(OFFERS, ENDS)), "step").call
    made = told(offering, events.CallbackAsked())
    assert made.call.callback == Callback(number="+48600100200", promised_ms=LATER_MS, why="key")
    assert made.call.deadlines == {"max_wait": LATER_MS + 259_200_000}
    [enters] = made.effects
    assert isinstance(enters, EnterLine)
    assert enters.ask.counted_from_ms == ARRIVED_MS


@pytest.mark.parametrize("event", [events.LegEnded(leg=CALLER_LEG), events.QueueLeft(result="hangup", leg=CALLER_LEG)])
def test_hanging_up_after_the_promise_changes_nothing(event: events.Event) -> None:
    assert told(a_promise(), event).verdict is Verdict.IGNORED


def test_nobody_without_a_number_is_promised_anything() -> None:
    withheld = replace(a_call(plan=a_plan(replace(OFFERS, then="callback"))), caller=replace(CALLER, number=None))
    made = when_due(withheld, "step")
    assert (made.call.state, made.call.end_reason) == (CallState.ENDED, EndReason.NOBODY_FREE)


@pytest.mark.parametrize(("waited_ms", "becomes"), [(29_999, CallState.ENDED), (30_000, CallState.WAITING)])
def test_hanging_up_is_enough_where_the_queue_says_so_and_the_wait_was_long(waited_ms: int, becomes: CallState) -> None:
    plan = replace(a_plan(), callback=CallbackTerms(on_hang_up_ms=30_000))
    made = told(a_call(plan=plan), events.LegEnded(leg=CALLER_LEG), at_ms=ARRIVED_MS + waited_ms)
    assert made.call.state is becomes
    assert (made.call.callback is not None) == (becomes is CallState.WAITING)


def test_steps_still_widen_what_the_promised_call_asks_for() -> None:
    wider = PlanStep(after_ms=120_000, queues=(QueueId("sales"),))
    made = when_due(a_promise(plan=a_plan(OFFERS, wider, replace(ENDS, after_ms=150_000))), "step")
    assert made.call.plan is not None
    assert (made.call.step, "step" in made.call.deadlines) == (2, False)


def test_only_when_the_rep_is_there_does_the_telephone_ring_and_only_once() -> None:
    dialling = a_dialling_rep()
    assert pending(dialling) == (DialCustomer(attempt=1),)
    assert dialling.deadlines == {"connect": LATER_MS - 5_000 + 60_000 + 25_000 + 10_000}
    gone = told(dialling, events.LegEnded(leg=REP_LEG)).call
    again = told(gone, events.RepLegArrived(offer=OFFER, rep=ANA, leg=OTHER_LEG)).call
    assert [type(effect) for effect in pending(again)] == [DialCustomer]


def test_both_in_are_talking_and_the_caller_hanging_up_ends_it() -> None:
    talking = a_talk()
    assert talking.state is CallState.TALKING
    over = told(talking, events.ParticipantLeft(leg=CUSTOMER_LEG)).call
    assert (over.state, over.end_reason, over.ended_by) == (CallState.WRAP_UP, EndReason.COMPLETED, "caller")


def test_an_answer_whose_command_was_not_acknowledged_counts() -> None:
    there = told(a_dialling_rep(), ANSWERS).call
    assert there.caller_leg == CUSTOMER_LEG
    assert pending(there) == ()
    assert there.callback is not None
    assert there.callback.tries == 1
    assert pending(told(there, RINGS).call) == ()


@pytest.mark.parametrize("status", [LegStatus.BUSY, LegStatus.NO_ANSWER, LegStatus.FAILED])
def test_who_does_not_answer_is_tried_again_and_the_rep_is_free(status: LegStatus) -> None:
    ringing = told(a_dialling_rep(), RINGS).call
    made = told(ringing, events.LegEnded(leg=CUSTOMER_LEG, status=status))
    assert made.call.state is CallState.LATER
    assert made.call.deadlines == {"callback": LATER_MS + 900_000}
    assert SettleOffer(offer=OFFER, outcome=Outcome.WITHDRAWN, leaves=True) in made.effects
    assert {EndConference(), EndLeg(sid=REP_LEG)} <= set(pending(made.call))
    due = when_due(made.call, "callback")
    assert due.call.state is CallState.WAITING
    [enters] = due.effects
    assert isinstance(enters, EnterLine)
    assert enters.ask.counted_from_ms == ARRIVED_MS


def test_it_ends_after_as_many_tries_as_the_queue_allows() -> None:
    plan = replace(a_plan(OFFERS), callback=CallbackTerms(tries=1))
    ringing = told(a_dialling_rep(plan=plan), RINGS).call
    made = told(ringing, events.LegEnded(leg=CUSTOMER_LEG, status=LegStatus.BUSY))
    assert (made.call.state, made.call.end_reason) == (CallState.ENDED, EndReason.UNREACHED)
    assert SettleOffer(offer=OFFER, outcome=Outcome.WITHDRAWN, leaves=True) in made.effects


def test_a_refused_command_is_no_try_of_the_callers_and_is_repeated_soon() -> None:
    plan = replace(a_plan(OFFERS), callback=CallbackTerms(tries=1))
    dialling = a_dialling_rep(plan=plan)
    refused = Refused(code=20429, reason="HTTP 429", sent=False)
    made = told(dialling, events.EffectSettled(id=effect_id(dialling, DialCustomer), result=refused)).call
    assert (made.state, made.deadlines) == (CallState.LATER, {"callback": LATER_MS + 60_000})
    assert made.callback is not None
    assert (made.callback.tries, made.callback.attempts) == (0, 1)
    worn = replace(dialling, callback=replace(made.callback, attempts=5))
    given_up = told(worn, events.EffectSettled(id=effect_id(worn, DialCustomer), result=refused)).call
    assert given_up.end_reason is EndReason.UNREACHED


def test_the_time_to_answer_begins_when_it_rings() -> None:
    ringing = told(a_dialling_rep(), RINGS, events.CustomerRings(leg=CUSTOMER_LEG))
    assert ringing.call.deadlines == {"connect": LATER_MS + 25_000 + 10_000}
    assert told(ringing.call, events.CustomerRings(leg=REP_LEG)).verdict is Verdict.IGNORED


def test_a_promise_outlives_a_second_call_that_nobody_answers() -> None:
    taken_over = told(a_fresh_call(), events.Routed(caller=CALLER, plan=a_plan(), place_ms=ARRIVED_MS - 300_000)).call
    for ended in (told(taken_over, events.LegEnded(leg=CALLER_LEG)), when_due(taken_over, "max_wait")):
        assert ended.call.state is CallState.WAITING
        assert ended.call.callback is not None
        [enters] = ended.effects
        assert isinstance(enters, EnterLine)
        assert (enters.ask.counted_from_ms, enters.ask.off_line) == (ARRIVED_MS - 300_000, True)


def a_kept_place_that_ran_out(then: str) -> Call:
    """Somebody who was promised a call has called again, and the plan's end has come."""
    plan = a_plan(PlanStep(after_ms=60_000, then=then))
    taken_over = told(a_fresh_call(), events.Routed(caller=CALLER, plan=plan, place_ms=ARRIVED_MS - 300_000)).call
    return when_due(taken_over, "step").call


@pytest.mark.parametrize(
    ("then", "event"),
    [
        ("voicemail", events.LegEnded(leg=CALLER_LEG)),
        ("voicemail", events.QueueLeft(result="hangup", leg=CALLER_LEG)),
        ("dial:+15550177", events.OutsideEnded(answered=False)),
    ],
)
def test_a_promise_outlives_a_second_call_that_leaves_no_message_and_reaches_nobody_outside(
    then: str, event: events.Event
) -> None:
    left = told(a_kept_place_that_ran_out(then), event)
    assert (left.call.state, left.call.on_line, left.call.deadlines.keys()) == (CallState.WAITING, False, {"max_wait"})
    [enters] = left.effects
    assert isinstance(enters, EnterLine)
    assert enters.ask.counted_from_ms == ARRIVED_MS - 300_000


def test_a_message_that_is_reported_after_the_hang_up_is_enough_unless_a_rep_is_asked_already() -> None:
    message = events.VoicemailLeft(recording=RECORDING, seconds=9)
    promised = told(a_kept_place_that_ran_out("voicemail"), events.LegEnded(leg=CALLER_LEG)).call
    left = told(promised, message)
    assert (left.call.state, left.call.end_reason) == (CallState.ENDED, EndReason.VOICEMAIL)
    assert left.effects == (LeaveLine(),)
    asked = told(promised, events.RepMatched(match=a_match()), message).call
    assert (asked.state, asked.voicemail is not None) == (CallState.OFFERED, True)
    assert told(asked, message).verdict is Verdict.IGNORED
    assert told(a_promise(), message).verdict is Verdict.IGNORED


def test_of_two_second_calls_that_leave_no_message_one_is_called_back() -> None:
    merged = told(a_kept_place_that_ran_out("voicemail"), events.NumberTaken()).call
    assert (merged.state, merged.end_reason) == (CallState.ENDED, EndReason.MERGED)


def test_the_key_and_hanging_up_keep_the_place_while_a_rep_is_asked() -> None:
    plan = replace(a_plan(OFFERS), callback=CallbackTerms(on_hang_up_ms=0))
    offering = when_due(a_call(plan=plan), "step").call
    asked = told(offering, events.RepMatched(match=a_match())).call
    pressed = told(asked, events.CallbackAsked()).call
    assert (pressed.state, pressed.on_line) == (CallState.OFFERED, False)
    accepted = told(
        pressed, events.OfferAccepted(offer=OFFER, rep=ANA), events.RepLegArrived(offer=OFFER, rep=ANA, leg=REP_LEG)
    )
    assert pending(accepted.call) == (DialCustomer(attempt=1),)
    hung_up = told(asked, events.LegEnded(leg=CALLER_LEG))
    assert (hung_up.call.state, hung_up.call.on_line) == (CallState.WAITING, False)
    settle, enters = hung_up.effects[-2:]
    assert (type(settle), type(enters)) == (SettleOffer, EnterLine)


@pytest.mark.parametrize("event", [events.CallbackAsked(), events.LegEnded(leg=CALLER_LEG)], ids=["key", "hang_up"])
@pytest.mark.parametrize("ends_by", ["step", "max_wait"])
def test_a_promise_outlives_the_end_of_the_plan_that_came_while_a_rep_was_asked(
    event: events.Event, ends_by: events.DeadlineKind
) -> None:
    plan = replace(a_plan(OFFERS, *([ENDS] if ends_by == "step" else [])), callback=CallbackTerms(on_hang_up_ms=0))
    offering = when_due(a_call(plan=plan), "step").call
    exhausted = when_due(told(offering, events.RepMatched(match=a_match())).call, ends_by).call
    promised = told(exhausted, event, at_ms=exhausted.since_ms + 40_000).call
    asked = promised if promised.offer else told(promised, events.RepMatched(match=a_match())).call
    declined = told(asked, events.OfferDeclined(offer=OFFER, rep=ANA, reason="busy")).call
    assert (declined.state, declined.on_line, declined.end_reason) == (CallState.WAITING, False, None)


@pytest.mark.parametrize("at", [a_promise(), a_call_for_later()], ids=["in line", "later"])
def test_a_telephone_that_rings_for_nobody_is_hung_up(at: Call) -> None:
    late = told(at, replace(RINGS, leg=REP_LEG))
    assert pending(late.call) == (EndLeg(sid=REP_LEG),)


def test_who_answers_when_the_rep_is_gone_gets_the_next_one_at_the_old_place() -> None:
    there = told(a_call_for_later(), ANSWERS)
    assert (there.call.state, there.call.on_line, there.call.caller_leg) == (CallState.WAITING, True, CUSTOMER_LEG)
    [enters] = there.effects
    assert isinstance(enters, EnterLine)
    left = told(there.call, events.QueueLeft(result="hangup", leg=CUSTOMER_LEG)).call
    assert (left.state, left.end_reason) == (CallState.ENDED, EndReason.ABANDONED)


def test_once_on_the_line_the_caller_is_moved_and_not_dialled() -> None:
    there = told(a_promise(), ANSWERS).call
    arrives = events.RepLegArrived(offer=OFFER, rep=ANA, leg=REP_LEG)
    happened = (events.RepMatched(match=a_match()), events.OfferAccepted(offer=OFFER, rep=ANA), arrives)
    assert pending(told(there, *happened).call) == (MoveCaller(attempt=1),)


def test_a_rep_who_ends_it_while_it_rings_lets_the_caller_be_tried_again() -> None:
    ringing = told(a_dialling_rep(), RINGS).call
    made = told(ringing, events.HangUpAsked(rep=ANA)).call
    assert made.state is CallState.LATER
    assert {EndLeg(sid=CUSTOMER_LEG), EndLeg(sid=REP_LEG)} <= set(pending(made))


def test_a_caller_who_comes_back_while_it_rings_has_the_place_and_the_rep_is_free() -> None:
    back = told(a_dialling_rep(), RINGS, events.CallerCameBack())
    assert (back.call.state, back.call.end_reason) == (CallState.ENDED, EndReason.MERGED)
    assert SettleOffer(offer=OFFER, outcome=Outcome.WITHDRAWN, leaves=True) in back.effects
    assert {EndLeg(sid=CUSTOMER_LEG), EndLeg(sid=REP_LEG)} <= set(pending(back.call))


def test_one_arranged_for_a_time_goes_to_the_rules_then() -> None:
    arranged = replace(
        a_fresh_call(),
        state=CallState.LATER,
        effects=(),
        callback=Callback(number="+48600100200", promised_ms=LATER_MS, why="scheduled"),
        deadlines={"callback": LATER_MS},
    )
    due = when_due(arranged, "callback").call
    assert (due.state, pending(due)) == (CallState.ARRIVING, (RouteCall(),))
    routed = told(due, events.Routed(caller=CALLER, plan=a_plan())).call
    assert routed.state is CallState.WAITING
    assert told(routed, events.LegEnded(leg=routed.sid)).verdict is Verdict.IGNORED


def test_the_place_of_an_earlier_call_counts() -> None:
    fresh = a_fresh_call()
    made = told(fresh, events.Routed(caller=CALLER, plan=a_plan(), place_ms=ARRIVED_MS - 300_000))
    [enters] = made.effects
    assert isinstance(enters, EnterLine)
    assert (enters.ask.counted_from_ms, enters.ask.arrived_ms) == (ARRIVED_MS - 300_000, ARRIVED_MS)


def test_nobody_free_for_as_long_as_the_place_is_kept_ends_it() -> None:
    over = when_due(a_promise(), "max_wait").call
    assert (over.state, over.end_reason) == (CallState.ENDED, EndReason.UNREACHED)


@pytest.mark.parametrize("arrived", [False, True], ids=["a rep is asked", "a rep is connecting"])
def test_whose_number_is_promised_a_call_already_leaves_nobody_waiting_for_them(arrived: bool) -> None:
    offered = told(a_call(), events.RepMatched(match=a_match())).call
    happened = (events.OfferAccepted(offer=OFFER, rep=ANA), events.RepLegArrived(offer=OFFER, rep=ANA, leg=REP_LEG))
    call = told(offered, *happened).call if arrived else offered
    made = told(call, events.NumberTaken())
    assert (made.call.state, made.call.end_reason) == (CallState.ENDED, EndReason.MERGED)
    assert any(isinstance(effect, SettleOffer) and effect.offer == OFFER for effect in made.effects)
    assert (EndLeg(sid=REP_LEG) in pending(made.call)) is arrived
