"""How the wait of a call ends, and what becomes of it when an offer does. Pure."""

from __future__ import annotations

from dataclasses import replace

from cti.calls.effects import EndConference, FloorEffect, LeaveLine, SettleOffer
from cti.calls.model import Call, Callback, CallbackReason, CallState, EndReason
from cti.calls.step import At, Note, Step, due, enter, look_for_rep, offer_of, only_ends, plan_deadlines, wants
from routing.model import Outcome


def end(call: Call, at: At, reason: EndReason, *, by: str) -> Step:
    """The call leaves the floor without a conversation. Its leg hears why from the next document it fetches: from the
    queue, or let out of a conference that it may sit in alone."""
    if reason is EndReason.ABANDONED and call.answered_ms is not None:
        reason = EndReason.COMPLETED
    over = enter(call, CallState.ENDED, at, end_reason=reason, ended_by=by, ended_ms=at.now_ms)
    over = replace(only_ends(over), deadlines={}, offer=None, question=None)
    if by == "system" and call.rang:
        over = wants(over, EndConference())
    return Step(call=over, effects=(LeaveLine(),), notes=(Note(kind="ended", data={"reason": reason, "by": by}),))


def run_out(call: Call, at: At, then: str | None) -> Step:
    """The wait of a waiting call is over, as a step's ``then`` says; null: by the longest time that is allowed."""
    if call.callback is not None:
        return end(call, at, EndReason.UNREACHED, by="system")
    number = call.caller.number
    if number is not None and (then == "callback" or (call.place_ms is not None and then in {None, "hang_up"})):
        return promise(call, at, "plan")
    if then is None or then in {"hang_up", "callback"}:
        return end(due(call, max_wait=None), at, EndReason.NOBODY_FREE, by="system")
    diverted = enter(call, CallState.DIVERTED, at, diversion=then, deadlines={}, offer=None)
    kind = then.partition(":")[0]
    return Step(call=diverted, effects=(LeaveLine(),), notes=(Note(kind="diverted", data={"to": kind}),))


def promise(call: Call, at: At, why: CallbackReason) -> Step:
    """The caller need not stay on the line: the place is kept, and a call back promised."""
    number = call.caller.number
    if number is None:
        raise ValueError("nobody can be called back without a number")
    kept = replace(call, callback=Callback(number=number, promised_ms=at.now_ms, why=why), exhausted=False, ending=None)
    note = Note(kind="callback_promised", data={"why": why})
    return Step(call=plan_deadlines(kept), effects=(look_for_rep(kept),), notes=(note,))


def back_in_line(call: Call, at: At, outcome: Outcome) -> Step:
    """The open offer ends by ``outcome`` and the call is matched again at its old place, or ends if its plan has."""
    offer = offer_of(call)
    waiting = enter(call, CallState.WAITING, at, offer=None, move=None)
    waiting = plan_deadlines(due(waiting, offer=None, connect=None, look=None, **{"return": None}))
    if not call.exhausted:
        return Step(call=waiting, effects=(SettleOffer(offer=offer.id, outcome=outcome),))
    over = run_out(replace(waiting, exhausted=False, ending=None), at, call.ending)
    leaves = over.call.state is not CallState.WAITING
    settle: FloorEffect = SettleOffer(offer=offer.id, outcome=outcome, leaves=leaves)
    return replace(over, effects=(settle, *over.effects))
