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
    CustomerRings,
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
from cti.telephony.model import CallSid, LegStatus, Refused
from routing.model import Outcome

SOON_MS = 60_000
"""Where Twilio would not dial: until it is asked again."""
MOST_REFUSALS = 5
"""For each try of the caller's, so many times a rep is asked at most."""


def asked(call: Call, event: CallbackAsked, at: At) -> Step:
    """The caller pressed the key. A rep who is being asked goes on being asked, and calls back."""
    if not is_callback_offered(call):
        return ignored(call)
    made = promise(call, at, "key")
    if call.offer is None:
        return made
    return replace(made, effects=(*made.effects, TellCallState(rep=call.offer.rep)))


def may_follow_hang_up(call: Call, now_ms: int) -> bool:
    """Whether hanging up after so long a wait is enough to be called back; who was promised a call before, and called
    again, is called back in any case."""
    if call.callback is not None or call.caller.number is None or call.answered_ms is not None:
        return False
    least_ms = call.plan.callback.on_hang_up_ms if call.plan else None
    return call.place_ms is not None or (least_ms is not None and now_ms - call.arrived_ms >= least_ms)


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


def number_taken_while_offered(call: Call, event: NumberTaken, at: At) -> Step:
    """As above, while a rep is asked."""
    return _withdrawn(call, end(call, at, EndReason.MERGED, by="system"))


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
    """A rep was about to call: the caller has the kept place now, and the rep is free for it."""
    if call.on_line:
        return ignored(call)
    return _apart(call, at, end(call, at, EndReason.MERGED, by="caller"))


def cancelled(call: Call, event: CallbackCancelled, at: At) -> Step:
    """Nobody needs to be called back any more."""
    return ignored(call) if call.on_line else end(call, at, EndReason.CANCELLED, by=event.by)


def dial(call: Call, at: At, note: Note) -> Step:
    """The rep's browser is there: the caller's telephone rings, unless it does already."""
    callback = _callback_of(call)
    if callback.leg is not None or any(isinstance(one.effect, DialCustomer) for one in call.effects):
        return Step(call=call, notes=(note,))
    attempt = callback.attempts + 1
    ring_ms = _ring_ms(call)
    dialling = replace(call, callback=replace(callback, attempts=attempt))
    dialling = due(dialling, connect=at.now_ms + at.limits.queued_ms + ring_ms + at.limits.dial_ms, look=None)
    note_dial = Note(kind="callback_dialled", data={"try": callback.tries + 1})
    return Step(call=wants(dialling, DialCustomer(attempt=attempt)), notes=(note, note_dial))


def _ring_ms(call: Call) -> int:
    return call.plan.callback.ring_ms if call.plan else 0


def dialled(call: Call, event: CustomerDialled, at: At) -> Step:
    """Twilio has taken the call. SQL is told the leg, so that it is known after any loss."""
    callback = call.callback
    if callback is None or callback.leg == event.leg or callback.attempts != event.attempt:
        return dialled_too_late(call, event, at)
    taken = replace(callback, leg=event.leg, tries=callback.tries + 1)
    note = Note(kind="callback_taken", data={"leg": event.leg})
    return Step(call=replace(without(call, DialCustomer), callback=taken), notes=(note,))


def rings(call: Call, event: CustomerRings, at: At) -> Step:
    """The caller's telephone rings at last."""
    if call.callback is None or call.callback.answered or event.leg != call.caller_leg:
        return ignored(call)
    return Step(call=due(call, connect=at.now_ms + _ring_ms(call) + at.limits.dial_ms))


def dialled_too_late(call: Call, event: CustomerDialled, at: At) -> Step:
    """Nobody is there any more to talk to the caller: it rings no longer."""
    if call.callback is not None and call.callback.leg == event.leg:
        return ignored(call)
    return Step(call=wants(call, EndLeg(sid=event.leg)))


def answered(call: Call, event: CustomerAnswered, at: At) -> Step:
    """The caller has answered, and the rep is there. First the caller hears who calls."""
    callback = call.callback
    if callback is None or callback.answered:
        return ignored(call)
    there = replace(without(call, DialCustomer), callback=_answered(callback, event.leg))
    there = due(there, connect=at.now_ms + at.limits.connect_ms + at.limits.dial_ms, look=at.now_ms + at.limits.look_ms)
    return Step(call=there, notes=(Note(kind="callback_answered"),))


def answered_alone(call: Call, event: CustomerAnswered, at: At) -> Step:
    """The caller has answered, and the rep is gone: the next one, at the old place."""
    callback = call.callback
    if callback is None or callback.answered:
        return ignored(call)
    there = replace(call, callback=_answered(callback, event.leg))
    note = Note(kind="callback_answered", data={"alone": True})
    if call.state is not CallState.LATER:
        return Step(call=there, notes=(note,))
    return _in_line(there, at, note)


def _answered(callback: Callback, leg: CallSid) -> Callback:
    """Also where the reply to the command was lost, so that this is the first that is heard of the leg."""
    tries = callback.tries if callback.leg is not None else callback.tries + 1
    return replace(callback, leg=leg, answered=True, tries=tries)


def dial_settled(call: Call, event: EffectSettled, at: At) -> Step:
    """The line would not dial: no try of the caller's."""
    if isinstance(event.result, Refused):
        return not_reached(call, at, "refused")
    return Step(call=replace(call, effects=tuple(one for one in call.effects if one.id != event.id)))


def leg_ended(call: Call, event: LegEnded, at: At) -> Step:
    """The telephone that rang is busy, was not answered, or cannot be reached."""
    status = event.status or LegStatus.NO_ANSWER
    return not_reached(call, at, status.value)


def not_reached(call: Call, at: At, why: str) -> Step:
    """The rep is free again; the caller is tried again later, or was tried often enough."""
    callback, plan = _callback_of(call), call.plan
    tried = Note(kind="callback_not_reached", data={"try": callback.tries, "why": why})
    gone = replace(call, callback=replace(callback, leg=None))
    most = plan.callback.tries if plan else 0
    if plan is None or callback.tries >= most or callback.attempts >= most * MOST_REFUSALS:
        made = _apart(call, at, end(gone, at, EndReason.UNREACHED, by="system"))
    else:
        pause_ms = plan.callback.spacing_ms if callback.leg is not None else SOON_MS
        due_ms = at.now_ms + min(pause_ms, plan.callback.spacing_ms)
        later = enter(only_ends(gone), CallState.LATER, at, deadlines={"callback": due_ms}, move=None, offer=None)
        made = _apart(call, at, Step(call=wants(later, EndConference())))
    return replace(made, notes=(tried, *made.notes))


def _apart(call: Call, at: At, over: Step) -> Step:
    """The rep is free, and no telephone rings any more."""
    callback, offer = _callback_of(call), offer_of(call)
    legs = [leg for leg in (callback.leg, offer.rep_leg) if leg is not None]
    settle = SettleOffer(offer=offer.id, outcome=Outcome.WITHDRAWN, leaves=True)
    ends = wants(replace(over.call, callback=replace(callback, leg=None)), *(EndLeg(sid=leg) for leg in legs))
    return replace(over, call=ends, effects=(TellCallState(rep=offer.rep), settle))


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
