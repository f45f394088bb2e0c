"""Any sequence of events, repeated and shuffled, keeps a call legal and never leaves anybody behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cti.calls import events
from cti.calls.events import Event
from cti.calls.machine import step
from cti.calls.model import Call, CallState
from cti.telephony.model import CallSid, CommandResult, Done, LegStatus, NotInProgress, Refused
from routing.model import OfferId, RepId
from routing.plan import CallbackTerms, PlannedPreference, PlanStep, Refusal
from tests.support.machine import (
    A_MENU,
    ARRIVED_MS,
    CALLER,
    CALLER_LEG,
    LIMITS,
    OTHER_LEG,
    RECORDING,
    REP_LEG,
    a_fresh_call,
    a_match,
    a_plan,
    the_way,
)
from tests.support.machine_rules import Floor, check_call

PROVING = os.environ.get("CTI_PROVE") == "1"
EXAMPLES = settings(
    max_examples=3_000 if PROVING else 150,
    derandomize=not PROVING,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
PLANS = (
    a_plan(),
    a_plan(PlanStep(after_ms=1_000, needs=()), PlanStep(after_ms=5_000, then="queue:sales")),
    a_plan(PlanStep(after_ms=3_000, then="hang_up"), max_wait_ms=10_000),
    a_plan(PlanStep(after_ms=1_000, offer_callback=True), PlanStep(after_ms=9_000, then="hang_up")),
    a_plan(PlanStep(after_ms=500, then="callback")),
    a_plan(PlanStep(after_ms=3_000, then="voicemail")),
    replace(a_plan(), callback=CallbackTerms(on_hang_up_ms=0, tries=2)),
    a_plan(prefer=PlannedPreference(who="owner", rep=RepId("bo"), wait_ms=4_000, must_qualify=False)),
)
REPS = tuple(map(RepId, ("ana", "bo")))
LEGS = (CALLER_LEG, REP_LEG, OTHER_LEG, CallSid(f"CA{4:032x}"))
RESULTS: tuple[CommandResult | None, ...] = (
    None,
    Done(),
    NotInProgress(status=None),
    NotInProgress(status=LegStatus.COMPLETED),
    NotInProgress(status=LegStatus.QUEUED),
    Refused(code=500, reason="internal error", sent=True),
)
Happening = Callable[[Call], Event]
"""What happens may depend on the call: most of what arrives is about its own offer, legs and effects."""

reps, legs, tabs = st.sampled_from(REPS), st.sampled_from(LEGS), st.sampled_from(("tab", "other", None))
plans = st.sampled_from(PLANS)
stale_offers = st.sampled_from([OfferId(f"o1-{n}") for n in range(1, 4)])


def own_offer(call: Call) -> tuple[OfferId, RepId]:
    return (call.offer.id, call.offer.rep) if call.offer else (OfferId("o0-0"), REPS[0])


def a_new_match(rep: RepId) -> Happening:
    return lambda call: events.RepMatched(match=a_match(call, rep, OfferId(f"o1-{len(call.rang) + 1}")))


def an_accept(tab: str | None) -> Happening:
    def made(call: Call) -> Event:
        offer, rep = own_offer(call)
        return events.OfferAccepted(offer=offer, rep=rep, client_id=tab)

    return made


def a_decline() -> Happening:
    return lambda call: events.OfferDeclined(offer=own_offer(call)[0], rep=own_offer(call)[1])


def a_rep_leg(leg: CallSid) -> Happening:
    return lambda call: events.RepLegArrived(offer=own_offer(call)[0], rep=own_offer(call)[1], leg=leg)


def a_result(which: int, result: CommandResult | None) -> Happening:
    def made(call: Call) -> Event:
        return events.EffectSettled(id=call.effects[which % len(call.effects)].id if call.effects else 1, result=result)

    return made


def an_answer(digits: str, late: int) -> Happening:
    return lambda call: events.MenuAnswered(turn=call.turn - late, digits=digits)


def a_shortage(gone: bool, skip: bool) -> Happening:
    return lambda call: events.ShortStaffed(step=call.step, gone=gone, skip=skip)


def a_dialling(leg: CallSid, late: int) -> Happening:
    return lambda call: events.CustomerDialled(attempt=(call.callback.attempts if call.callback else 1) - late, leg=leg)


def plainly(event: Event) -> Happening:
    return lambda _: event


happenings: st.SearchStrategy[Happening] = st.one_of(
    plans.map(lambda plan: plainly(events.Routed(caller=CALLER, plan=plan))),
    plans.map(lambda plan: plainly(events.Routed(caller=CALLER, plan=plan, place_ms=ARRIVED_MS - 60_000))),
    (st.none() | plans).map(lambda plan: plainly(events.CallerLearned(caller=CALLER, plan=plan))),
    reps.map(a_new_match),
    tabs.map(an_accept),
    st.builds(a_decline),
    st.builds(lambda offer, rep: plainly(events.OfferAccepted(offer=offer, rep=rep)), stale_offers, reps),
    stale_offers.map(lambda offer: plainly(events.RepVanished(offer=offer))),
    st.just(lambda call: events.RepVanished(offer=own_offer(call)[0])),
    legs.map(a_rep_leg),
    st.just(plainly(events.JoinFetched(attempt=1))),
    legs.map(lambda leg: plainly(events.ParticipantJoined(leg=leg))),
    legs.map(lambda leg: plainly(events.ParticipantLeft(leg=leg))),
    legs.map(lambda leg: plainly(events.LegEnded(leg=leg))),
    st.sampled_from(("hangup", "leave", "redirected")).map(lambda result: plainly(events.QueueLeft(result=result))),
    st.just(plainly(events.FloorForgot())),
    st.just(plainly(events.Asked(caller=CALLER, question=A_MENU))),
    st.just(plainly(events.Blocked(caller=CALLER, refusal=Refusal(rule="no", version=3, reject="busy")))),
    st.builds(an_answer, st.sampled_from(("1", "9", "")), st.integers(0, 1)),
    st.builds(a_shortage, st.booleans(), st.booleans()),
    st.just(plainly(events.CallbackAsked())),
    st.just(plainly(events.CallbackCancelled(by="admin"))),
    st.just(plainly(events.NumberTaken())),
    st.just(plainly(events.CallerCameBack())),
    st.builds(a_dialling, legs, st.integers(0, 1)),
    legs.map(lambda leg: plainly(events.CustomerAnswered(leg=leg))),
    legs.map(lambda leg: plainly(events.CustomerRings(leg=leg))),
    st.just(lambda call: events.LegEnded(leg=call.caller_leg or CALLER_LEG, status=LegStatus.BUSY)),
    st.just(lambda call: events.ParticipantJoined(leg=call.caller_leg or CALLER_LEG)),
    st.just(lambda call: events.QueueFull(step=call.step)),
    st.just(plainly(events.VoicemailLeft(recording=RECORDING, seconds=3))),
    st.booleans().map(lambda answered: plainly(events.OutsideEnded(answered=answered))),
    reps.map(lambda rep: plainly(events.HangUpAsked(rep=rep))),
    reps.map(lambda rep: plainly(events.WrapUpFiled(rep=rep, disposition="sold", notes=""))),
    reps.map(lambda rep: plainly(events.WrapUpSkipped(rep=rep))),
    st.sampled_from(get_args(events.DeadlineKind)).map(lambda kind: plainly(events.DeadlinePassed(kind=kind))),
    st.builds(a_result, st.integers(0, 3), st.sampled_from(RESULTS)),
)
pauses = st.none() | st.sampled_from((0, 1, 400, 4_000, 25_000))
"""ms before it; null: until the call's next deadline."""
Script = list[tuple[int | None, Happening]]
surprises = st.lists(st.tuples(pauses, happenings), max_size=25)


@st.composite
def scripts(draw: st.DrawFn) -> Script:
    """From any reachable state: some of an ordinary life, and then anything at all."""
    ordinary = the_way(draw(plans))[: draw(st.integers(0, 9))]
    return [*((100, plainly(event)) for _, event in ordinary), *draw(surprises)]


@st.composite
def shuffled_lives(draw: st.DrawFn) -> Script:
    """An ordinary life, some of it twice, some early or late, with surprises in between."""
    times = draw(st.lists(st.integers(1, 2), min_size=9, max_size=9))
    life = [event for (_, event), n in zip(the_way(draw(plans)), times, strict=True) for _ in range(n)]
    for from_, to in draw(st.lists(st.tuples(st.integers(0, 17), st.integers(0, 17)), max_size=6)):
        life.insert(to, life.pop(from_ % len(life)))
    script: Script = [(100, plainly(event)) for event in life]
    for where, surprise in draw(st.lists(st.tuples(st.integers(0, 17), st.tuples(pauses, happenings)), max_size=8)):
        script.insert(where, surprise)
    return script


def play(script: Script) -> Call:
    """Everything that happens, in order; each step and each call is checked."""
    call, now_ms, floor = a_fresh_call(), ARRIVED_MS, Floor()
    for pause_ms, happening in script:
        upcoming = min(call.deadlines.values(), default=now_ms)
        now_ms = max(now_ms, upcoming) if pause_ms is None else now_ms + pause_ms
        event = happening(call)
        if isinstance(event, events.RepMatched) and event.match.offer in floor.ended:
            continue  # the script that saves a call refuses a token that is over
        made = step(call, event, now_ms, LIMITS)
        floor.take(call, made)
        check_call(made.call)
        call = made.call
    return call


@EXAMPLES
@given(script=scripts())
def test_any_sequence_of_events_keeps_the_call_legal(script: Script) -> None:
    play(script)


@EXAMPLES
@given(script=shuffled_lives())
def test_an_ordinary_life_repeated_and_shuffled_keeps_the_call_legal(script: Script) -> None:
    play(script)


@EXAMPLES
@given(script=scripts() | shuffled_lives())
def test_a_call_that_is_left_alone_comes_to_its_end_by_its_own_deadlines(script: Script) -> None:
    call = play(script)
    if call.state in {CallState.ARRIVING, CallState.TALKING, CallState.DIVERTED}:
        return
    for _ in range(40):
        if call.state is CallState.ARRIVING:  # its look-up and the rules go on, whoever does them
            call = step(call, events.Routed(caller=CALLER, plan=a_plan()), call.since_ms + 1, LIMITS).call
        if not call.deadlines:
            break
        kind, due_ms = min(call.deadlines.items(), key=lambda each: each[1])
        call = step(call, events.DeadlinePassed(kind=kind), max(due_ms, call.since_ms), LIMITS).call
        check_call(call)
    assert call.state in {CallState.ENDED, CallState.DIVERTED}  # who leaves a message ends it


@EXAMPLES
@given(script=shuffled_lives(), more=st.lists(happenings, max_size=10))
def test_an_ended_call_never_lives_again(script: Script, more: list[Happening]) -> None:
    call = play(script)
    gone = events.LegEnded(leg=call.caller_leg or CALLER_LEG)
    for event in (gone, events.CallerCameBack(), events.DeadlinePassed(kind="wrap_up")):
        call = step(call, event, call.since_ms + 60_000, LIMITS).call
    assert call.state is CallState.ENDED
    for happening in more:
        call = step(call, happening(call), call.since_ms + 60_000, LIMITS).call
        assert (call.state, call.deadlines) == (CallState.ENDED, {})
