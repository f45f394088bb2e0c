"""A call before anybody is asked: routed, in line, moved on by its plan, given up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm_adapter.model import Contact
from cti.calls import events
from cti.calls.effects import EndConference, EndLeg, EnterLine, LeaveLine, ReturnCaller, RouteCall
from cti.calls.model import Call, CallerMatch, CallState, EndReason
from cti.calls.step import Step, Verdict, demands_ahead
from routing.model import Preference, QueueId
from routing.plan import PlannedPreference, PlanStep
from tests.support.machine import (
    ANA,
    ARRIVED_MS,
    BO,
    CALLER,
    CALLER_LEG,
    LATER_MS,
    REP_LEG,
    a_call,
    a_fresh_call,
    a_lost_leg,
    a_match,
    a_plan,
    an_admitted_rep,
    effect_id,
    pending,
    told,
    when_due,
)

EASIER = PlanStep(after_ms=30_000, needs=())
ELSEWHERE = PlanStep(after_ms=60_000, then="queue:sales")
GIVE_UP = PlanStep(after_ms=90_000, then="hang_up")


def ask(made: Step) -> EnterLine:
    """The one thing that the step asks of the floor."""
    (effect,) = made.effects
    assert isinstance(effect, EnterLine)
    return effect


def test_a_routed_call_looks_for_a_rep_and_has_the_deadlines_of_its_plan() -> None:
    made = told(a_fresh_call(), events.Routed(caller=CALLER, plan=a_plan(EASIER, ELSEWHERE)))
    assert made.call.deadlines == {"step": ARRIVED_MS + 30_000, "max_wait": ARRIVED_MS + 900_000}
    assert made.call.caller.match is CallerMatch.ONE
    assert pending(made.call) == ()
    assert ask(made).ask.demand.queue == "support"
    assert [note.kind for note in made.notes] == ["routed"]


def test_a_look_up_is_pending_until_there_is_a_plan_whatever_its_run_says() -> None:
    call = a_fresh_call()
    made = told(call, events.EffectSettled(id=effect_id(call, RouteCall)))
    assert pending(made.call) == (RouteCall(),)


def test_who_waits_is_counted_from_the_arrival_less_the_head_start() -> None:
    made = told(a_call(), events.FloorForgot())
    assert (ask(made).ask.counted_from_ms, ask(made).ask.arrived_ms) == (ARRIVED_MS, ARRIVED_MS)


@pytest.mark.parametrize(("must_qualify", "waived"), [(True, False), (False, True)])
def test_the_plans_preferred_rep_is_asked_for_until_their_wait_is_over(must_qualify: bool, waived: bool) -> None:
    prefer = PlannedPreference(who="owner", rep=BO, wait_ms=15_000, must_qualify=must_qualify)
    made = told(a_fresh_call(), events.Routed(caller=CALLER, plan=a_plan(prefer=prefer)))
    assert ask(made).ask.prefer == Preference(rep=BO, until_ms=ARRIVED_MS + 15_000, waived=waived)


def test_a_preference_for_nobody_is_none() -> None:
    plan = a_plan(prefer=PlannedPreference(who="owner", rep=None, wait_ms=15_000))
    assert ask(told(a_fresh_call(), events.Routed(caller=CALLER, plan=plan))).ask.prefer is None


def test_each_step_of_the_plan_comes_when_it_is_due_and_asks_anew() -> None:
    easier = when_due(a_call(plan=a_plan(EASIER, ELSEWHERE)), "step")
    assert (easier.call.step, ask(easier).ask.demand.needs) == (1, ())
    assert easier.call.deadlines["step"] == ARRIVED_MS + 60_000
    moved = when_due(easier.call, "step")
    assert (moved.call.queue, ask(moved).ask.demand.queue) == (QueueId("sales"), "sales")
    assert "step" not in moved.call.deadlines


@pytest.mark.parametrize(("kind", "plan"), [("step", a_plan(GIVE_UP)), ("max_wait", a_plan())])
def test_a_wait_that_may_go_on_no_longer_ends_the_call(kind: events.DeadlineKind, plan: object) -> None:
    made = when_due(a_call(plan=plan), kind)
    assert (made.call.state, made.call.end_reason, made.call.ended_by) == ("ended", EndReason.NOBODY_FREE, "system")
    assert made.call.deadlines == {}
    assert made.effects == (LeaveLine(),)
    assert [note.kind for note in made.notes] == ["ended"]


def test_a_deadline_before_its_time_is_an_old_alarm() -> None:
    call = a_call()
    made = told(call, events.DeadlinePassed(kind="max_wait"), at_ms=call.deadlines["max_wait"] - 1_000)
    assert (made.verdict, made.call) == (Verdict.IGNORED, call)


def test_a_deadline_that_redis_handed_out_is_due_though_our_clock_is_a_little_behind() -> None:
    call = a_call()
    made = told(call, events.DeadlinePassed(kind="max_wait"), at_ms=call.deadlines["max_wait"] - 100)
    assert made.call.state is CallState.ENDED


def test_a_caller_who_leaves_was_never_answered() -> None:
    made = told(a_call(), events.QueueLeft(result="hangup"))
    assert (made.call.end_reason, made.call.ended_by) == (EndReason.ABANDONED, "caller")
    assert made.call.ended_ms == LATER_MS


@pytest.mark.parametrize("result", ["redirected", "leave", "bridged", "error", "system-error", "queue-full", ""])
def test_any_other_way_out_of_the_queue_is_answered_by_the_state_alone(result: str) -> None:
    assert told(a_call(), events.QueueLeft(result=result)).verdict is Verdict.IGNORED


def test_a_record_that_comes_late_makes_the_rules_run_once_more_at_the_old_place() -> None:
    call = a_call(plan=a_plan(EASIER, ELSEWHERE))
    plan = a_plan(EASIER, PlanStep(after_ms=200_000, then="queue:sales"))
    made = told(call, events.CallerLearned(caller=CALLER, plan=plan))
    assert (made.call.step, made.call.deadlines["step"]) == (1, ARRIVED_MS + 200_000)
    assert ask(made).ask.counted_from_ms == ARRIVED_MS
    assert made.notes[0].data["again"] is True


def test_a_new_plan_whose_end_has_passed_ends_the_call_at_once() -> None:
    made = told(a_call(), events.CallerLearned(caller=CALLER, plan=a_plan(GIVE_UP)))
    assert made.call.deadlines["step"] <= LATER_MS
    assert when_due(made.call, "step").call.state is CallState.ENDED


def test_more_about_the_caller_without_a_plan_changes_only_the_record() -> None:
    call = a_call()
    made = told(call, events.CallerLearned(caller=CALLER))
    assert (made.effects, made.call.plan) == ((), call.plan)


@pytest.mark.parametrize("state", [CallState.WAITING, CallState.OFFERED, CallState.TALKING, CallState.WRAP_UP])
def test_what_the_rep_said_about_the_caller_outlives_a_late_look_up(state: CallState) -> None:
    chosen = replace(CALLER, contacts=(Contact(id="8", name="Jan Nowak"),), chosen=True)
    named = told(a_call(state), events.CallerLearned(caller=chosen)).call
    assert named.caller == chosen
    assert told(named, events.CallerLearned(caller=CALLER, plan=a_plan())).verdict is Verdict.IGNORED
    other = replace(chosen, contacts=(Contact(id="9", name="Adam Nowak"),))
    assert told(named, events.CallerLearned(caller=other)).call.caller == other


def test_a_match_becomes_an_offer_and_the_pop_comes_before_the_state() -> None:
    made = told(a_call(), events.RepMatched(match=a_match()))
    assert made.call.deadlines["offer"] == LATER_MS + 20_000
    assert made.call.rang == (ANA,)
    assert [type(effect).__name__ for effect in made.effects] == ["ConfirmOffer", "ShowScreenPop", "TellCallState"]


def alone_in_a_conference() -> Call:
    """A caller on the way back to the line, whose rep did not come back."""
    return when_due(a_lost_leg(), "return").call


def test_a_caller_still_in_a_conference_when_the_wait_ends_is_let_out_of_it() -> None:
    call = alone_in_a_conference()
    assert ReturnCaller() in pending(call)
    made = when_due(call, "max_wait")
    assert made.call.state is CallState.ENDED
    assert pending(made.call) == (EndConference(),)


def test_a_caller_who_could_not_be_brought_back_is_let_out_when_the_wait_ends() -> None:
    call = alone_in_a_conference()
    back = told(call, events.EffectSettled(id=effect_id(call, ReturnCaller)))
    assert pending(when_due(back.call, "max_wait").call) == (EndConference(),)


def test_a_reps_leg_that_is_to_end_still_ends_when_the_caller_leaves() -> None:
    late = when_due(an_admitted_rep(), "connect")
    assert EndLeg(sid=REP_LEG) in pending(late.call)
    made = told(late.call, events.LegEnded(leg=CALLER_LEG))
    assert EndLeg(sid=REP_LEG) in pending(made.call)


def kinds(made: Step) -> list[str]:
    return [note.kind for note in made.notes]


def test_a_call_that_nobody_on_duty_could_take_takes_its_next_step_at_once() -> None:
    made = told(a_call(plan=a_plan(EASIER, ELSEWHERE)), events.ShortStaffed(step=0))
    assert (made.call.step, ask(made).ask.demand.needs) == (1, ())
    assert made.call.deadlines["step"] == ARRIVED_MS + 60_000
    assert kinds(made) == ["short_staffed", "step"]


def test_where_everybody_has_gone_the_last_step_is_taken() -> None:
    made = told(a_call(plan=a_plan(EASIER, ELSEWHERE, GIVE_UP)), events.ShortStaffed(step=0, gone=True))
    assert (made.call.state, made.call.end_reason) == ("ended", EndReason.NOBODY_FREE)
    assert kinds(made) == ["short_staffed", "ended"]
    moved = told(a_call(plan=a_plan(EASIER, ELSEWHERE)), events.ShortStaffed(step=0, gone=True))
    assert (moved.call.step, moved.call.queue) == (2, "sales")


@pytest.mark.parametrize("event", [events.ShortStaffed(step=1), events.ShortStaffed(step=0)])
def test_who_has_taken_that_step_already_or_has_none_left_waits_on(event: events.ShortStaffed) -> None:
    call = a_call(plan=a_plan(EASIER) if event.step else a_plan())
    assert told(call, event).verdict is Verdict.IGNORED


def test_a_step_that_would_help_nobody_is_passed_over_and_the_next_one_keeps_its_time() -> None:
    call = a_call(plan=a_plan(EASIER, ELSEWHERE))
    made = when_due(call, "step", skip=True)
    assert made.call.plan is not None
    assert (made.call.step, made.call.plan.steps) == (0, (ELSEWHERE,))
    assert made.call.deadlines["step"] == ARRIVED_MS + 60_000
    assert ask(made).ask.demand.needs == a_plan().needs
    assert kinds(made) == ["step_skipped"]
    at_once = told(call, events.ShortStaffed(step=0, skip=True))
    assert (at_once.call, kinds(at_once)) == (made.call, ["short_staffed", "step_skipped"])


IN_TEAM = PlannedPreference(who="owner", rep=BO, wait_ms=15_000, team="east", team_until_ms=45_000)


def test_the_preferred_reps_team_is_the_next_circle_and_then_everybody() -> None:
    first = told(a_fresh_call(), events.Routed(caller=CALLER, plan=a_plan(GIVE_UP, prefer=IN_TEAM)))
    assert (ask(first).ask.demand.team, ask(first).ask.prefer) == (
        "east",
        Preference(rep=BO, until_ms=ARRIVED_MS + 15_000),
    )
    assert first.call.deadlines["team"] == ARRIVED_MS + 45_000
    opened = when_due(first.call, "team")
    assert ask(opened).ask.demand.team is None
    assert (opened.call.step, set(opened.call.deadlines), kinds(opened)) == (0, {"step", "max_wait"}, ["team_over"])


def test_a_team_of_which_nobody_is_on_duty_is_not_waited_for() -> None:
    call = told(a_fresh_call(), events.Routed(caller=CALLER, plan=a_plan(GIVE_UP, prefer=IN_TEAM))).call
    opened = told(call, events.ShortStaffed(step=0))
    assert (opened.call.state, ask(opened).ask.demand.team, kinds(opened)) == ("waiting", None, ["team_over"])


def test_both_what_the_team_is_asked_and_what_all_are_is_ahead_of_a_call() -> None:
    call = told(a_fresh_call(), events.Routed(caller=CALLER, plan=a_plan(EASIER, prefer=IN_TEAM))).call
    assert {(demand.team, demand.needs) for demand in demands_ahead(call)} >= {
        ("east", a_plan().needs),
        (None, a_plan().needs),
        (None, ()),
    }
