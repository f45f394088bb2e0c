"""Which events mean something in which state, and what is said about those that do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import get_args

import pytest

from cti.calls import events
from cti.calls.events import Event
from cti.calls.model import Call, CallState
from cti.calls.step import Verdict
from routing.expected_wait import WaitRange
from routing.plan import Refusal
from tests.support.machine import (
    A_MENU,
    ANA,
    BO,
    CALLER,
    CALLER_LEG,
    CUSTOMER_LEG,
    NEXT_OFFER,
    OFFER,
    OTHER_LEG,
    RECORDING,
    REP_LEG,
    a_call,
    a_call_for_later,
    a_dialling_rep,
    a_diverted_call,
    a_lost_leg,
    a_match,
    a_plan,
    a_promise,
    told,
)

EVENTS: dict[str, Event] = {
    "routed": events.Routed(caller=CALLER, plan=a_plan()),
    "asked": events.Asked(caller=CALLER, question=A_MENU),
    "blocked": events.Blocked(caller=CALLER, refusal=Refusal(rule="blocked", version=3, reject="busy")),
    "answer": events.MenuAnswered(turn=1, digits="1"),
    "no answer": events.MenuAnswered(turn=1),
    "answer to another question": events.MenuAnswered(turn=2, digits="1"),
    "learned": events.CallerLearned(caller=CALLER),
    "matched": events.RepMatched(match=a_match(offer=NEXT_OFFER)),
    "forgotten": events.FloorForgot(),
    "short-staffed": events.ShortStaffed(step=0),
    "queue full": events.QueueFull(step=0),
    "key pressed": events.CallbackAsked(),
    "cancelled": events.CallbackCancelled(by="admin"),
    "number taken": events.NumberTaken(),
    "came back": events.CallerCameBack(),
    "dialled": events.CustomerDialled(attempt=1, leg=CUSTOMER_LEG),
    "dialled for another try": events.CustomerDialled(attempt=7, leg=CUSTOMER_LEG),
    "customer's telephone rings": events.CustomerRings(leg=CUSTOMER_LEG),
    "customer answered": events.CustomerAnswered(leg=CUSTOMER_LEG),
    "customer ended": events.LegEnded(leg=CUSTOMER_LEG),
    "message left": events.VoicemailLeft(recording=RECORDING, seconds=7),
    "outside ended": events.OutsideEnded(answered=True),
    "wait told": events.WaitTold(range=WaitRange(least_ms=0, most_ms=60_000), place=1),
    "left the queue": events.QueueLeft(result="hangup"),
    "redirected": events.QueueLeft(result="redirected"),
    "accepted": events.OfferAccepted(offer=OFFER, rep=ANA, client_id="tab"),
    "accepted by another": events.OfferAccepted(offer=OFFER, rep=BO, client_id="tab"),
    "declined": events.OfferDeclined(offer=OFFER, rep=ANA),
    "declined by another": events.OfferDeclined(offer=OFFER, rep=BO),
    "vanished": events.RepVanished(offer=OFFER),
    "vanished from another offer": events.RepVanished(offer=NEXT_OFFER),
    "rep's leg": events.RepLegArrived(offer=OFFER, rep=ANA, leg=REP_LEG),
    "another's leg": events.RepLegArrived(offer=OFFER, rep=BO, leg=OTHER_LEG),
    "join fetched": events.JoinFetched(attempt=1),
    "rep joined": events.ParticipantJoined(leg=REP_LEG),
    "stranger joined": events.ParticipantJoined(leg=OTHER_LEG),
    "caller left": events.ParticipantLeft(leg=CALLER_LEG),
    "rep left": events.ParticipantLeft(leg=REP_LEG),
    "stranger left": events.ParticipantLeft(leg=OTHER_LEG),
    "caller ended": events.LegEnded(leg=CALLER_LEG),
    "rep ended": events.LegEnded(leg=REP_LEG),
    "stranger ended": events.LegEnded(leg=OTHER_LEG),
    "hang up": events.HangUpAsked(rep=ANA),
    "hang up by another": events.HangUpAsked(rep=BO),
    "filed": events.WrapUpFiled(rep=ANA, disposition="sold", notes=""),
    "filed by another": events.WrapUpFiled(rep=BO, disposition="sold", notes=""),
    "skipped": events.WrapUpSkipped(rep=ANA),
    "skipped by another": events.WrapUpSkipped(rep=BO),
    "effect": events.EffectSettled(id=99),
    **{f"{kind} due": events.DeadlinePassed(kind=kind) for kind in get_args(events.DeadlineKind)},
}
COMMANDS = {
    *("accepted", "accepted by another", "declined", "declined by another", "rep's leg", "another's leg"),
    *("hang up", "hang up by another", "filed", "filed by another"),
}
"""Of a person, who is told when they came too late."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What events do in one state; those not named are ignored, and commands too late."""

    leads_to: dict[str, CallState]
    said: dict[str, Verdict] = field(default_factory=dict)


ROWS: dict[str, Callable[[], Call]] = {
    "lost leg": a_lost_leg,
    "to be called back": a_promise,
    "dialling": a_dialling_rep,
    "later": a_call_for_later,
    "diverted": a_diverted_call,
}
"""Beyond what the state alone says."""
S, V = CallState, Verdict
TABLE = {
    "arriving": Row(
        leads_to={
            "routed": S.WAITING,
            "asked": S.ASKING,
            "blocked": S.ENDED,
            "number taken": S.ENDED,
            "left the queue": S.ENDED,
            "caller ended": S.ENDED,
        },
    ),
    "asking": Row(
        leads_to={
            "answer": S.ARRIVING,
            "no answer": S.ASKING,
            "learned": S.ASKING,
            "left the queue": S.ENDED,
            "caller ended": S.ENDED,
        },
    ),
    "waiting": Row(
        leads_to={
            "learned": S.WAITING,
            "matched": S.OFFERED,
            "forgotten": S.WAITING,
            "wait told": S.WAITING,
            "queue full": S.ENDED,
            "number taken": S.ENDED,
            "dialled": S.WAITING,
            "dialled for another try": S.WAITING,
            "left the queue": S.ENDED,
            "caller ended": S.ENDED,
        },
    ),
    "to be called back": Row(
        leads_to={
            "learned": S.WAITING,
            "matched": S.OFFERED,
            "forgotten": S.WAITING,
            "cancelled": S.ENDED,
            "number taken": S.ENDED,
            "came back": S.ENDED,
            "customer answered": S.WAITING,
            "dialled": S.WAITING,
            "dialled for another try": S.WAITING,
        },
    ),
    "dialling": Row(
        leads_to={
            "learned": S.CONNECTING,
            "rep joined": S.CONNECTING,
            "rep left": S.CONNECTING,
            "rep ended": S.CONNECTING,
            "came back": S.ENDED,
            "dialled": S.CONNECTING,
            "dialled for another try": S.CONNECTING,
            "customer answered": S.CONNECTING,
            "hang up": S.LATER,
        },
        said={"accepted": V.REPEATED, "join fetched": V.REPEATED, "rep's leg": V.REPEATED},
    ),
    "later": Row(
        leads_to={
            "cancelled": S.ENDED,
            "number taken": S.ENDED,
            "came back": S.ENDED,
            "dialled": S.LATER,
            "dialled for another try": S.LATER,
            "customer answered": S.WAITING,
        },
    ),
    "diverted": Row(
        leads_to={
            "message left": S.ENDED,
            "number taken": S.ENDED,
            "outside ended": S.ENDED,
            "left the queue": S.ENDED,
            "caller ended": S.ENDED,
        },
    ),
    "offered": Row(
        leads_to={
            "number taken": S.ENDED,
            "dialled": S.OFFERED,
            "dialled for another try": S.OFFERED,
            "learned": S.OFFERED,
            "accepted": S.CONNECTING,
            "declined": S.WAITING,
            "vanished": S.WAITING,
            "left the queue": S.ENDED,
            "caller ended": S.ENDED,
            "offer due": S.WAITING,
        },
        said={"vanished from another offer": V.TOO_LATE},
    ),
    "connecting": Row(
        leads_to={
            "number taken": S.ENDED,
            "dialled": S.CONNECTING,
            "dialled for another try": S.CONNECTING,
            "learned": S.CONNECTING,
            "rep's leg": S.CONNECTING,
            "left the queue": S.ENDED,
            "caller ended": S.ENDED,
            "hang up": S.WRAP_UP,
            "connect due": S.WAITING,
        },
        said={"accepted": V.REPEATED, "join fetched": V.REPEATED},
    ),
    "talking": Row(
        leads_to={
            "learned": S.TALKING,
            "caller left": S.WRAP_UP,
            "caller ended": S.WRAP_UP,
            "rep left": S.CONNECTING,
            "rep ended": S.CONNECTING,
            "hang up": S.WRAP_UP,
        },
        said={"accepted": V.REPEATED, "rep's leg": V.REPEATED},
    ),
    "lost leg": Row(
        leads_to={
            "dialled": S.CONNECTING,
            "dialled for another try": S.CONNECTING,
            "learned": S.CONNECTING,
            "caller left": S.WRAP_UP,
            "caller ended": S.WRAP_UP,
            "left the queue": S.WRAP_UP,
            "hang up": S.WRAP_UP,
            "return due": S.WAITING,
        },
        said={"accepted": V.REPEATED, "join fetched": V.REPEATED, "rep's leg": V.TOO_LATE},
    ),
    "wrap_up": Row(
        leads_to={
            "dialled": S.WRAP_UP,
            "dialled for another try": S.WRAP_UP,
            "learned": S.WRAP_UP,
            "filed": S.ENDED,
            "skipped": S.ENDED,
            "wrap_up due": S.ENDED,
        },
        said={"hang up": V.REPEATED, "skipped by another": V.TOO_LATE},
    ),
    "ended": Row(leads_to={"filed": S.ENDED, "dialled": S.ENDED, "dialled for another try": S.ENDED}),
}


@pytest.mark.parametrize("row", TABLE)
@pytest.mark.parametrize("name", EVENTS)
def test_every_event_does_in_every_state_what_the_table_says(row: str, name: str) -> None:
    call = ROWS[row]() if row in ROWS else a_call(CallState(row))
    made = told(call, EVENTS[name])
    listed = TABLE[row]
    if name in listed.leads_to:
        assert (made.verdict, made.call.state) == (Verdict.DONE, listed.leads_to[name])
        return
    assert made.call is call
    assert (made.effects, made.notes) == ((), ())
    assert made.verdict is listed.said.get(name, Verdict.TOO_LATE if name in COMMANDS else Verdict.IGNORED)


def test_the_table_is_asked_about_every_kind_of_event() -> None:
    assert {type(event) for event in EVENTS.values()} == set(get_args(Event))
