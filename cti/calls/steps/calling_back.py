"""A caller who is called back: the wait without a leg, the dialling once a rep has accepted, and the next try."""

from __future__ import annotations

from dataclasses import replace

from cti.calls.effects import (
    DialCustomer,
    EndConference,
    EndLeg,
    FloorEffect,
    RouteCall,
    SettleOffer,
    TellCallState,
    TellOfferEnded,
)
from cti.calls.endings import end, promise
from cti.calls.events import (
    CallbackAsked,
    CallbackCancelled,
    CallerCameBack,
    CustomerAnswered,
    CustomerDialled,
    EffectSettled,
    LegEnded,
    NumberTaken,
)
from cti.calls.model import Call, Callback, CallState, EndReason
from cti.calls.step import (
    At,
    Note,
    Step,
    due,
    enter,
    ignored,
    is_callback_offered,
    look_for_rep,
    offer_of,
    only_ends,
    plan_deadlines,
    wants,
    without,
)
from cti.telephony.model import LegStatus, Refused
from routing.model import Outcome


def asked(call: Call, event: CallbackAsked, at: At) -> Step:
    """The caller pressed the key."""
    return promise(call, at, "key") if is_callback_offered(call) else ignored(call)


def may_follow_hang_up(call: Call, at: At) -> bool:
    """Whether hanging up after so long a wait is enough to be called back."""
    least_ms = call.plan.callback.on_hang_up_ms if call.plan else None
    if least_ms is None or call.callback is not None or call.caller.number is None:
        return False
    return call.answered_ms is None and at.now_ms - call.arrived_ms >= least_ms


def number_taken(call: Call, event: NumberTaken, at: At) -> Step:
    """The promise of another call of this caller is kept; this one ends."""
    return end(call, at, EndReason.MERGED, by="system")


def came_back(call: Call, event: CallerCameBack, at: At) -> Step:
    """The caller is on the line again, with a call that takes the place over."""
    return ignored(call) if call.on_line else end(call, at, EndReason.MERGED, by="caller")


def offer_cancelled(call: Call, event: CallbackCancelled, at: At) -> Step:
    """As above, while a rep is asked."""
    return ignored(call) if call.on_line else _withdrawn(call, end(call, at, EndReason.CANCELLED, by=event.by))


def came_back_while_offered(call: Call, event: CallerCameBack, at: At) -> Step:
    """The rep who is asked may as well talk to the caller now."""
    return ignored(call) if call.on_line else _withdrawn(call, end(call, at, EndReason.MERGED, by="caller"))


def _withdrawn(call: Call, ended: Step) -> Step:
    """The offer is taken back, since its call has ended."""
    offer = offer_of(call)
    effects: tuple[FloorEffect, ...] = (
        TellOfferEnded(rep=offer.rep, offer=offer.id, outcome="withdrawn"),
        TellCallState(rep=offer.rep),
        SettleOffer(offer=offer.id, outcome=Outcome.WITHDRAWN, leaves=True),
    )
    note = Note(kind="offer_ended", data={"rep": offer.rep, "offer": offer.id, "outcome": Outcome.WITHDRAWN})
    return replace(ended, effects=(*effects, *ended.effects), notes=(note, *ended.notes))


def came_back_meanwhile(call: Call, event: CallerCameBack, at: At) -> Step:
    """A rep has the call-back already: it goes on, and is not tried again."""
    if call.on_line or call.callback is None:
        return ignored(call)
    return Step(call=replace(call, callback=replace(call.callback, superseded=True)))


def cancelled(call: Call, event: CallbackCancelled, at: At) -> Step:
    """Nobody needs to be called back any more."""
    return ignored(call) if call.on_line else end(call, at, EndReason.CANCELLED, by=event.by)


def dial(call: Call, at: At, note: Note) -> Step:
    """The rep's browser is there: the caller's telephone rings, unless it does already."""
    callback = _callback_of(call)
    if callback.leg is not None or any(isinstance(one.effect, DialCustomer) for one in call.effects):
        return Step(call=call, notes=(note,))
    attempt = callback.tries + 1
    ring_ms = call.plan.callback.ring_ms if call.plan else 0
    dialling = replace(call, callback=replace(callback, tries=attempt))
    dialling = due(dialling, connect=at.now_ms + ring_ms + at.limits.dial_ms, look=None)
    return Step(
        call=wants(dialling, DialCustomer(attempt=attempt)),
        notes=(note, Note(kind="callback_dialled", data={"try": attempt})),
    )


def dialled(call: Call, event: CustomerDialled, at: At) -> Step:
    """It rings."""
    callback = call.callback
    if callback is None or callback.leg == event.leg or callback.tries != event.attempt:
        return dialled_too_late(call, event, at)
    return Step(call=replace(without(call, DialCustomer), callback=replace(callback, leg=event.leg)))


def dialled_too_late(call: Call, event: CustomerDialled, at: At) -> Step:
    """Nobody is there any more to talk to the caller: it rings no longer."""
    if call.callback is not None and call.callback.leg == event.leg:
        return ignored(call)
    return Step(call=wants(call, EndLeg(sid=event.leg)))


def answered(call: Call, event: CustomerAnswered, at: At) -> Step:
    """The caller has answered, and the rep is there."""
    callback = call.callback
    if callback is None or callback.answered or callback.tries != event.attempt:
        return ignored(call)
    there = replace(without(call, DialCustomer), callback=replace(callback, leg=event.leg, answered=True))
    there = due(there, connect=at.now_ms + at.limits.connect_ms, look=at.now_ms + at.limits.look_ms)
    return Step(call=there, notes=(Note(kind="callback_answered"),))


def answered_alone(call: Call, event: CustomerAnswered, at: At) -> Step:
    """The caller has answered, and the rep is gone: the next one, at the old place."""
    callback = call.callback
    if callback is None or callback.answered or callback.tries != event.attempt:
        return ignored(call)
    there = replace(call, callback=replace(callback, leg=event.leg, answered=True))
    note = Note(kind="callback_answered", data={"alone": True})
    if call.state is not CallState.LATER:
        return Step(call=there, notes=(note,))
    return _in_line(there, at, note)


def dial_settled(call: Call, event: EffectSettled, at: At) -> Step:
    """The line would not dial, or the telephone rings."""
    if isinstance(event.result, Refused):
        return not_reached(call, at, "refused")
    return Step(call=replace(call, effects=tuple(one for one in call.effects if one.id != event.id)))


def leg_ended(call: Call, event: LegEnded, at: At) -> Step:
    """The telephone that rang is busy, was not answered, or cannot be reached."""
    status = event.status or LegStatus.NO_ANSWER
    return not_reached(call, at, status.value)


def not_reached(call: Call, at: At, why: str) -> Step:
    """The rep is free again; the caller is tried again later, or was tried often enough."""
    callback, offer, plan = _callback_of(call), offer_of(call), call.plan
    legs = [leg for leg in (callback.leg, offer.rep_leg) if leg is not None]
    gone = replace(only_ends(call), callback=replace(callback, leg=None), move=None, offer=None)
    tried = Note(kind="callback_not_reached", data={"try": callback.tries, "why": why})
    if callback.superseded or plan is None or callback.tries >= plan.callback.tries:
        reason = EndReason.MERGED if callback.superseded else EndReason.UNREACHED
        over = end(gone, at, reason, by="system")
    else:
        later = enter(gone, CallState.LATER, at, deadlines={"callback": at.now_ms + plan.callback.spacing_ms})
        over = Step(call=wants(later, EndConference()))
    settle = SettleOffer(offer=offer.id, outcome=Outcome.WITHDRAWN, leaves=True)
    return Step(
        call=wants(over.call, *(EndLeg(sid=leg) for leg in legs)),
        effects=(TellCallState(rep=offer.rep), settle),
        notes=(tried, *over.notes),
    )


def later_due(call: Call, at: At) -> Step:
    """The time has come: to the old place in line, or first to the rules."""
    if call.plan is not None:
        return _in_line(call, at, Note(kind="callback_due"))
    arriving = enter(due(call, callback=None), CallState.ARRIVING, at)
    return Step(call=wants(arriving, RouteCall()), notes=(Note(kind="callback_due"),))


def _in_line(call: Call, at: At, note: Note) -> Step:
    waiting = plan_deadlines(enter(due(call, callback=None), CallState.WAITING, at))
    return Step(call=waiting, effects=(look_for_rep(waiting),), notes=(note,))


def _callback_of(call: Call) -> Callback:
    if call.callback is None:
        raise ValueError("nobody is to be called back")
    return call.callback
