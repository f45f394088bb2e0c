"""While a rep is asked. An offer ends by the first writer: none of these looks at the clock."""

from __future__ import annotations

from dataclasses import replace

from cti.calls.effects import (
    AcceptOffer,
    EndConference,
    FloorEffect,
    ReturnCaller,
    SettleOffer,
    TellCallState,
    TellOfferEnded,
)
from cti.calls.endings import back_in_line, end, promise
from cti.calls.events import LegEnded, OfferAccepted, OfferDeclined, QueueLeft, RepVanished
from cti.calls.model import Call, CallState, EndReason
from cti.calls.step import (
    At,
    Note,
    Step,
    Verdict,
    due,
    end_of_plan,
    enter,
    ignored,
    is_callers,
    look_for_rep,
    offer_of,
    take_step,
    without,
)
from cti.calls.steps.calling_back import may_follow_hang_up
from routing.model import Outcome


def accepted(call: Call, event: OfferAccepted, at: At) -> Step:
    """First accept wins. The caller stays where he is until the rep's leg is there."""
    offer = offer_of(call)
    if (event.offer, event.rep) != (offer.id, offer.rep):
        return ignored(call, Verdict.TOO_LATE)
    taken = replace(offer, client_id=event.client_id, accepted_ms=at.now_ms)
    fresh = without(call, EndConference, ReturnCaller)  # of the last connection, and would break this one
    connecting = enter(fresh, CallState.CONNECTING, at, offer=taken, exhausted=False, ending=None)
    connecting = due(
        connecting, offer=None, step=None, team=None, max_wait=None, connect=at.now_ms + at.limits.connect_ms
    )
    return Step(
        call=connecting,
        effects=(
            TellOfferEnded(rep=offer.rep, offer=offer.id, outcome="accepted"),
            AcceptOffer(offer=offer.id),
            TellCallState(rep=offer.rep),
        ),
        notes=(Note(kind="accepted", data={"rep": offer.rep, "offer": offer.id}),),
    )


def declined(call: Call, event: OfferDeclined, at: At) -> Step:
    """The next best rep at once."""
    offer = offer_of(call)
    if (event.offer, event.rep) != (offer.id, offer.rep):
        return ignored(call, Verdict.TOO_LATE)
    return _over(call, at, Outcome.DECLINED, "declined", reason=event.reason)


def expired(call: Call, at: At) -> Step:
    """Nobody answered in time."""
    return _over(call, at, Outcome.EXPIRED, "expired")


def vanished(call: Call, event: RepVanished, at: At) -> Step:
    """The rep's browsers are gone."""
    if event.offer != offer_of(call).id:
        return ignored(call, Verdict.TOO_LATE)
    return _over(call, at, Outcome.VANISHED, "expired", reason="disconnected")


def _over(call: Call, at: At, outcome: Outcome, told: str, *, reason: str | None = None) -> Step:
    offer = offer_of(call)
    back = back_in_line(call, at, outcome)
    said: FloorEffect = TellOfferEnded(
        rep=offer.rep, offer=offer.id, outcome="declined" if told == "declined" else "expired"
    )
    note = Note(kind="offer_ended", data={"rep": offer.rep, "offer": offer.id, "outcome": outcome, "reason": reason})
    return replace(back, effects=(said, *back.effects), notes=(note, *back.notes))


def caller_left(call: Call, event: LegEnded, at: At) -> Step:
    """The caller hung up while a rep was asked."""
    return _caller_left(call, at) if event.leg == call.caller_leg else ignored(call)


def left_queue(call: Call, event: QueueLeft, at: At) -> Step:
    """As above, seen by the queue."""
    is_over = event.result == "hangup" and is_callers(call, event)
    return _caller_left(call, at) if is_over else ignored(call)


def _caller_left(call: Call, at: At) -> Step:
    offer = offer_of(call)
    ended = end(call, at, EndReason.ABANDONED, by="caller")
    if may_follow_hang_up(call, at.now_ms):
        ended = promise(enter(due(call, offer=None), CallState.WAITING, at, offer=None), at, "hang_up")
    effects: tuple[FloorEffect, ...] = (
        TellOfferEnded(rep=offer.rep, offer=offer.id, outcome="caller_left"),
        TellCallState(rep=offer.rep),
        SettleOffer(offer=offer.id, outcome=Outcome.CALLER_LEFT),
    )
    note = Note(kind="offer_ended", data={"rep": offer.rep, "offer": offer.id, "outcome": Outcome.CALLER_LEFT})
    return replace(ended, effects=(*effects, *ended.effects), notes=(note, *ended.notes))


def step_due(call: Call, at: At) -> Step:
    """A step does not withdraw a live offer: the demand changes for the next one, an end waits for this one's."""
    moved, ending = take_step(call)
    if ending is not None:
        return Step(call=replace(moved, exhausted=True, ending=ending))
    note = Note(kind="step", data={"step": moved.step, "queue": moved.queue})
    return Step(call=moved, effects=(look_for_rep(moved),), notes=(note,))


def max_wait(call: Call, at: At) -> Step:
    """The longest wait is over, but somebody is being asked."""
    return Step(call=due(replace(call, exhausted=True, ending=end_of_plan(call)), max_wait=None))
