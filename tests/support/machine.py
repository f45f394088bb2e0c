"""Calls in every state for tests of the machine: each is reached by the events that lead there, at fixed instants.

``a_call(CallState.TALKING)`` talks to ana; ``told(call, event)`` is the step that the event makes.
"""

from __future__ import annotations

from dataclasses import replace

from crm_adapter.model import Contact
from cti.calls import events
from cti.calls.arrivals import new_call
from cti.calls.effects import LineEffect
from cti.calls.events import CallArrived, Event
from cti.calls.machine import step
from cti.calls.model import Call, Caller, CallerMatch, CallState
from cti.calls.step import Limits, Step
from cti.telephony.model import CallSid, LegStatus, RecordingSid
from routing.model import Decision, DemandId, Match, OfferId, QueueId, RepId, SkillName
from routing.plan import Plan, PlannedPreference, PlanStep, Question

ARRIVED_MS = 1_790_000_000_000
LATER_MS = ARRIVED_MS + 100_000
"""After everything that leads to a state; before ``max_wait``."""
LIMITS = Limits(offer_ms=20_000, wrap_up_ms=30_000, connect_ms=10_000, refused_ms=15_000, return_ms=20_000)
CALLER_LEG = CallSid(f"CA{1:032x}")
REP_LEG = CallSid(f"CA{2:032x}")
OTHER_LEG = CallSid(f"CA{3:032x}")
CUSTOMER_LEG = CallSid(f"CA{4:032x}")
"""Of a caller who is called back."""
RECORDING = RecordingSid(f"RE{1:032x}")
ANA, BO = RepId("ana"), RepId("bo")
OFFER, NEXT_OFFER = OfferId("o1-1"), OfferId("o1-2")
CALLER = Caller(match=CallerMatch.ONE, number="+48600100200", contacts=(Contact(id="7", name="Ewa Nowak"),))


def a_plan(*steps: PlanStep, prefer: PlannedPreference | None = None, max_wait_ms: int = 900_000) -> Plan:
    """Everybody's plan: the support queue, one need."""
    return Plan(
        rule="everyone",
        version=3,
        queue=QueueId("support"),
        needs=((SkillName("support"), 1),),
        steps=steps,
        prefer=prefer,
        max_wait_ms=max_wait_ms,
    )


def a_match(call: Call | None = None, rep: RepId = ANA, offer: OfferId = OFFER) -> Match:
    """That rep is reserved for the call."""
    call = call or a_fresh_call()
    decision = Decision(demand=DemandId("d"), queue=QueueId("support"), chosen=rep, how="only_one", fit=3)
    return Match(call=call.id, rep=rep, offer=offer, decision=decision)


A_MENU = Question(
    rule="menu",
    version=3,
    say="Press 1 for support, 2 for sales.",
    language="en",
    keys={"1": "support", "2": "sales"},
    speech={"support": ("help", "support"), "sales": ("buy", "support contract")},
)


def a_fresh_call() -> Call:
    """Just opened: the caller is being looked up."""
    arrived = CallArrived(sid=CALLER_LEG, from_="+48600100200", to="+15550100", facts={"country": "PL"})
    return new_call(arrived, arrived_ms=ARRIVED_MS, now_ms=ARRIVED_MS, region=None)


def the_way(plan: Plan) -> tuple[tuple[int, Event], ...]:
    """The ordinary life of a call: what happens to it, and how many ms after its arrival."""
    return (
        (100, events.Routed(caller=CALLER, plan=plan)),
        (200, events.RepMatched(match=a_match())),
        (1_000, events.OfferAccepted(offer=OFFER, rep=ANA, client_id="tab")),
        (1_500, events.RepLegArrived(offer=OFFER, rep=ANA, leg=REP_LEG)),
        (1_600, events.JoinFetched(attempt=1)),
        (1_700, events.ParticipantJoined(leg=REP_LEG)),
        (1_800, events.ParticipantJoined(leg=CALLER_LEG)),
        (61_000, events.ParticipantLeft(leg=CALLER_LEG)),
        (70_000, events.WrapUpFiled(rep=ANA, disposition="resolved", notes="all well")),
    )


def a_call(state: CallState = CallState.WAITING, *, plan: Plan | None = None) -> Call:
    """A call that has just come to that state, its line effects all done."""
    call = a_fresh_call()
    if state is CallState.ASKING:
        asked = step(call, events.Asked(caller=CALLER, question=A_MENU), ARRIVED_MS + 100, LIMITS)
        return replace(asked.call, effects=())
    for after_ms, event in the_way(plan or a_plan()):
        if call.state is state:
            break
        call = step(call, event, ARRIVED_MS + after_ms, LIMITS).call
    return call if call.state is CallState.ARRIVING else replace(call, effects=())


def a_lost_leg(call: Call | None = None, *, at_ms: int = ARRIVED_MS + 30_000) -> Call:
    """A talk whose rep's browser went without a word."""
    call = call or a_call(CallState.TALKING)
    return step(call, events.LegEnded(leg=REP_LEG), at_ms, LIMITS).call


def an_admitted_rep(call: Call | None = None) -> Call:
    """The rep's browser has connected; the caller is about to be moved."""
    call = call or a_call(CallState.CONNECTING)
    return told(call, events.RepLegArrived(offer=OFFER, rep=ANA, leg=REP_LEG), at_ms=ARRIVED_MS + 1_500).call


def a_promise(*, plan: Plan | None = None) -> Call:
    """A caller who has pressed the key, hung up, and waits to be called back."""
    waiting = a_call(plan=plan or a_plan(PlanStep(after_ms=60_000, offer_callback=True)))
    offering = when_due(waiting, "step").call
    promised = told(offering, events.CallbackAsked(), at_ms=LATER_MS - 10_000).call
    return replace(promised, effects=())


def a_dialling_rep(*, plan: Plan | None = None) -> Call:
    """A rep has accepted the call-back and is there; the caller's telephone is about to ring."""
    happened: tuple[Event, ...] = (
        events.RepMatched(match=a_match()),
        events.OfferAccepted(offer=OFFER, rep=ANA, client_id="tab"),
        events.RepLegArrived(offer=OFFER, rep=ANA, leg=REP_LEG),
    )
    return told(a_promise(plan=plan), *happened, at_ms=LATER_MS - 5_000).call


def a_call_for_later() -> Call:
    """A call-back that nobody answered, to be tried again."""
    ringing = told(a_dialling_rep(), events.CustomerDialled(attempt=1, leg=CUSTOMER_LEG), at_ms=LATER_MS - 4_000).call
    return replace(told(ringing, events.LegEnded(leg=CUSTOMER_LEG, status=LegStatus.BUSY)).call, effects=())


def a_diverted_call(then: str = "voicemail") -> Call:
    """The wait is over, the caller still on the line."""
    return when_due(a_call(plan=a_plan(PlanStep(after_ms=60_000, then=then))), "step").call


def told(call: Call, *happened: Event, at_ms: int = LATER_MS) -> Step:
    """The last of the steps that these events make."""
    made = Step(call=call)
    for event in happened:
        made = step(made.call, event, at_ms, LIMITS)
    return made


def when_due(call: Call, kind: events.DeadlineKind, *, skip: bool = False) -> Step:
    """The step that this deadline makes at its instant."""
    return step(call, events.DeadlinePassed(kind=kind, skip=skip), call.deadlines[kind], LIMITS)


def pending(call: Call) -> tuple[LineEffect, ...]:
    """What is wanted of the line."""
    return tuple(one.effect for one in call.effects)


def effect_id(call: Call, kind: type[object]) -> int:
    """The id under which such a line effect is pending."""
    return next(one.id for one in call.effects if isinstance(one.effect, kind))
