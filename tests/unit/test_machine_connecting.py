"""After the accept: the rep's leg comes first, then the caller is moved; nobody sits alone in a conference."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti.calls import events
from cti.calls.effects import (
    AskTwilio,
    EndConference,
    EndLeg,
    FinishOffer,
    LeaveLine,
    LookInside,
    MoveCaller,
    ReturnCaller,
    SettleOffer,
    TellCallState,
)
from cti.calls.model import Call, CallState, EndReason, Move
from cti.calls.step import Step, Verdict
from cti.telephony.model import CommandResult, Done, LegStatus, NotInProgress, Refused
from routing.model import Outcome
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
    a_match,
    an_admitted_rep,
    effect_id,
    pending,
    told,
    when_due,
)

FETCHED = events.JoinFetched(attempt=1)
REP_JOINED = events.ParticipantJoined(leg=REP_LEG)
CALLER_JOINED = events.ParticipantJoined(leg=CALLER_LEG)
REFUSED = Refused(code=500, reason="internal error", sent=True)


def move_settled(call: Call, result: CommandResult | None, *, at_ms: int = LATER_MS) -> Step:
    """The update of the caller's leg came to that."""
    return told(call, events.EffectSettled(id=effect_id(call, MoveCaller), result=result), at_ms=at_ms)


def settled(made: Step) -> Outcome | None:
    return next((effect.outcome for effect in made.effects if isinstance(effect, SettleOffer)), None)


def test_the_caller_stays_in_the_queue_until_the_reps_leg_is_there() -> None:
    call = a_call(CallState.CONNECTING)
    assert (pending(call), call.move) == ((), None)
    admitted = an_admitted_rep(call)
    assert (pending(admitted), admitted.move) == ((MoveCaller(attempt=1),), Move(attempt=1))


def test_a_second_leg_of_the_same_rep_is_not_admitted() -> None:
    second = events.RepLegArrived(offer=OFFER, rep=ANA, leg=OTHER_LEG)
    assert told(an_admitted_rep(), second).verdict is Verdict.ELSEWHERE


def test_the_callers_own_leg_is_nobodys_browser() -> None:
    as_rep = events.RepLegArrived(offer=OFFER, rep=ANA, leg=CALLER_LEG)
    assert told(a_call(CallState.CONNECTING), as_rep).verdict is Verdict.TOO_LATE


def test_the_same_leg_again_is_answered_alike() -> None:
    assert told(an_admitted_rep(), events.RepLegArrived(offer=OFFER, rep=ANA, leg=REP_LEG)).verdict is Verdict.REPEATED


def test_a_leg_that_is_over_is_old_news_and_another_may_come_until_the_deadline() -> None:
    gone = told(an_admitted_rep(), events.LegEnded(leg=REP_LEG)).call
    assert gone.gone_legs == (REP_LEG,)
    assert told(gone, events.RepLegArrived(offer=OFFER, rep=ANA, leg=REP_LEG)).verdict is Verdict.TOO_LATE
    again = told(gone, events.RepLegArrived(offer=OFFER, rep=ANA, leg=OTHER_LEG))
    assert again.call.offer is not None
    assert again.call.offer.rep_leg == OTHER_LEG
    assert pending(again.call) == (MoveCaller(attempt=1),)


def test_the_fetch_of_the_join_document_acknowledges_the_move() -> None:
    made = told(an_admitted_rep(), FETCHED)
    assert (pending(made.call), made.call.move) == ((), Move(attempt=1, fetched=True))
    assert told(made.call, FETCHED).verdict is Verdict.REPEATED


def test_the_documents_and_joins_of_an_earlier_connection_are_old_news() -> None:
    back = when_due(an_admitted_rep(), "connect").call
    again = told(back, events.RepMatched(match=a_match(rep=BO, offer=NEXT_OFFER)))
    accepted = told(again.call, events.OfferAccepted(offer=NEXT_OFFER, rep=BO)).call
    second = told(accepted, events.RepLegArrived(offer=NEXT_OFFER, rep=BO, leg=OTHER_LEG)).call
    assert second.move == Move(attempt=2)
    assert told(second, FETCHED).verdict is Verdict.REPEATED
    for leg in (CALLER_LEG, OTHER_LEG):
        assert told(second, events.ParticipantJoined(leg=leg, offer=OFFER)).verdict is Verdict.IGNORED
        assert told(second, events.ParticipantJoined(leg=leg, offer=NEXT_OFFER)).verdict is Verdict.DONE
        assert told(second, events.ParticipantJoined(leg=leg)).verdict is Verdict.DONE


@pytest.mark.parametrize("order", [(REP_JOINED, CALLER_JOINED), (CALLER_JOINED, REP_JOINED)])
def test_both_in_is_the_answer_in_either_order(order: tuple[events.Event, ...]) -> None:
    made = told(an_admitted_rep(), *order)
    assert (made.call.state, made.call.answered_ms, made.call.deadlines) == (CallState.TALKING, LATER_MS, {})
    assert made.effects == (TellCallState(rep=ANA),)
    assert pending(made.call) == ()
    assert [note.kind for note in made.notes] == ["answered"]


def test_a_lost_reply_is_healed_by_the_callers_arrival() -> None:
    made = told(an_admitted_rep(), CALLER_JOINED)
    assert (made.call.caller_in, pending(made.call)) == (True, ())


def test_a_move_that_was_done_waits_for_the_caller_to_arrive() -> None:
    made = move_settled(an_admitted_rep(), Done())
    assert (made.call.state, pending(made.call)) == (CallState.CONNECTING, ())


@pytest.mark.parametrize("status", [LegStatus.QUEUED, LegStatus.RINGING, LegStatus.IN_PROGRESS])
def test_a_leg_that_is_not_in_progress_yet_is_moved_again(status: LegStatus) -> None:
    call = an_admitted_rep()
    made = move_settled(call, NotInProgress(status=status))
    assert pending(made.call) == (MoveCaller(attempt=1),)
    assert effect_id(made.call, MoveCaller) != effect_id(call, MoveCaller)


@pytest.mark.parametrize("status", [LegStatus.COMPLETED, LegStatus.CANCELED, None])
def test_a_leg_that_is_over_when_it_should_move_is_a_caller_who_left(status: LegStatus | None) -> None:
    made = move_settled(an_admitted_rep(), NotInProgress(status=status))
    assert (made.call.state, made.call.end_reason) == (CallState.ENDED, EndReason.ABANDONED)
    assert settled(made) is Outcome.CALLER_LEFT


def test_a_refused_move_is_left_to_the_wait_document_and_given_more_time() -> None:
    made = move_settled(an_admitted_rep(), REFUSED)
    assert made.call.move == Move(attempt=1, refused=True)
    assert made.call.deadlines["connect"] == LATER_MS + 15_000
    assert [note.kind for note in made.notes] == ["move_refused"]


def test_a_move_that_settled_before_is_old_news() -> None:
    call = an_admitted_rep()
    late = events.EffectSettled(id=effect_id(call, MoveCaller), result=REFUSED)
    assert told(told(call, FETCHED).call, late).verdict is Verdict.IGNORED


@pytest.mark.parametrize(
    "event",
    [events.LegEnded(leg=CALLER_LEG), events.QueueLeft(result="hangup"), events.ParticipantLeft(leg=CALLER_LEG)],
)
def test_a_caller_who_leaves_while_connecting_frees_the_rep_and_the_reps_leg(event: events.Event) -> None:
    made = told(told(an_admitted_rep(), CALLER_JOINED).call, event)
    assert made.effects == (
        TellCallState(rep=ANA),
        SettleOffer(offer=OFFER, outcome=Outcome.CALLER_LEFT),
        LeaveLine(),
    )
    assert (made.call.state, made.call.deadlines) == (CallState.ENDED, {})
    assert pending(made.call) == (EndConference(), EndLeg(sid=REP_LEG))


def test_a_leave_of_a_caller_who_never_joined_is_old_news() -> None:
    assert told(an_admitted_rep(), events.ParticipantLeft(leg=CALLER_LEG)).verdict is Verdict.IGNORED


def test_a_leave_from_an_earlier_conference_is_old_news() -> None:
    together = told(an_admitted_rep(), CALLER_JOINED).call
    for leg in (CALLER_LEG, REP_LEG):
        assert told(together, events.ParticipantLeft(leg=leg, offer=NEXT_OFFER)).verdict is Verdict.IGNORED


def test_joins_that_nobody_reported_are_looked_for_again_and_again() -> None:
    call = an_admitted_rep()
    looked = when_due(call, "look")
    assert pending(looked.call) == (MoveCaller(attempt=1), LookInside())
    again = when_due(looked.call, "look")
    assert pending(again.call) == pending(looked.call)
    assert again.call.deadlines["look"] > looked.call.deadlines["look"] > call.deadlines["look"]
    done = told(again.call, events.EffectSettled(id=effect_id(again.call, LookInside)))
    assert LookInside() in pending(when_due(done.call, "look").call)


def test_nobody_is_looked_for_once_both_are_in() -> None:
    made = told(when_due(an_admitted_rep(), "look").call, REP_JOINED, CALLER_JOINED)
    assert (made.call.state, made.call.deadlines, pending(made.call)) == (CallState.TALKING, {}, ())


def test_nobody_is_looked_for_after_the_reps_leg_has_gone() -> None:
    gone = told(an_admitted_rep(), events.LegEnded(leg=REP_LEG)).call
    assert when_due(gone, "connect").call.state is CallState.WAITING
    assert "look" not in gone.deadlines


def test_a_rep_whose_leg_never_comes_is_not_responding_and_the_caller_untouched() -> None:
    made = when_due(a_call(CallState.CONNECTING), "connect")
    assert made.effects == (TellCallState(rep=ANA), SettleOffer(offer=OFFER, outcome=Outcome.SOFTPHONE))
    assert (made.call.state, made.call.offer, made.call.move) == (CallState.WAITING, None, None)
    assert made.call.deadlines == {"max_wait": ARRIVED_MS + 900_000}
    assert ReturnCaller() not in pending(made.call)


def test_a_caller_whose_leg_never_comes_lets_the_rep_go_and_is_looked_up() -> None:
    made = when_due(an_admitted_rep(), "connect")
    assert settled(made) is Outcome.WITHDRAWN
    assert set(pending(made.call)) == {EndConference(), AskTwilio(), EndLeg(sid=REP_LEG)}


def test_a_caller_alone_in_the_conference_goes_back_to_the_old_place() -> None:
    moved = told(an_admitted_rep(), FETCHED, CALLER_JOINED, events.LegEnded(leg=REP_LEG)).call
    made = when_due(moved, "connect")
    assert (made.call.state, made.call.caller_in) == (CallState.WAITING, False)
    assert settled(made) is Outcome.SOFTPHONE
    assert pending(made.call) == (ReturnCaller(),)


def test_end_pressed_before_both_are_in_ends_every_leg() -> None:
    made = told(an_admitted_rep(), events.HangUpAsked(rep=ANA))
    assert (made.call.state, made.call.end_reason, made.call.ended_by) == ("wrap_up", EndReason.FAILED, "rep")
    assert made.effects == (TellCallState(rep=ANA), FinishOffer(offer=OFFER))
    assert set(pending(made.call)) == {EndLeg(sid=CALLER_LEG), EndLeg(sid=REP_LEG), EndConference()}
    assert made.call.deadlines == {"wrap_up": LATER_MS + 30_000}


@pytest.mark.parametrize("kind", [EndLeg, EndConference])
def test_an_end_that_twilio_refused_is_tried_again_and_not_for_ever(kind: type[object]) -> None:
    call = told(an_admitted_rep(), events.HangUpAsked(rep=ANA)).call
    id_ = effect_id(call, kind)
    tries = 0
    while any(one.id == id_ for one in call.effects):
        call = told(call, events.EffectSettled(id=id_, result=REFUSED)).call
        tries += 1
        assert tries < 20
    assert tries >= 3


def test_a_return_that_twilio_refused_is_tried_again() -> None:
    moved = told(an_admitted_rep(), FETCHED, CALLER_JOINED, events.LegEnded(leg=REP_LEG)).call
    waiting = when_due(moved, "connect").call
    made = told(waiting, events.EffectSettled(id=effect_id(waiting, ReturnCaller), result=REFUSED))
    assert pending(made.call) == (ReturnCaller(),)


def test_an_end_of_the_last_conference_cannot_reach_the_next_one() -> None:
    waiting = when_due(an_admitted_rep(), "connect").call
    refused = told(waiting, events.EffectSettled(id=effect_id(waiting, EndConference), result=REFUSED)).call
    assert EndConference() in pending(refused)
    taken = told(
        refused,
        events.RepMatched(match=a_match(rep=BO, offer=NEXT_OFFER)),
        events.OfferAccepted(offer=NEXT_OFFER, rep=BO),
    )
    assert EndConference() not in pending(taken.call)


def test_an_end_that_is_done_is_not_tried_again() -> None:
    call = told(an_admitted_rep(), events.HangUpAsked(rep=ANA)).call
    for one in call.effects:
        call = told(call, events.EffectSettled(id=one.id, result=NotInProgress(status=LegStatus.COMPLETED))).call
    assert call.effects == ()


def test_a_call_that_lost_its_offer_is_a_broken_promise_and_says_so() -> None:
    with pytest.raises(ValueError, match="has an offer"):
        told(replace(a_call(CallState.CONNECTING), offer=None), events.HangUpAsked(rep=ANA))
