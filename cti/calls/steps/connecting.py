"""After the accept: the rep's browser connects, then the caller is moved, then both are in. Also a lost leg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cti.calls.effects import (
    AnnounceOneMoment,
    AskTwilio,
    DialCustomer,
    EndConference,
    EndLeg,
    FinishOffer,
    LookInside,
    MoveCaller,
    ReturnCaller,
    SettleOffer,
    TellCallState,
)
from cti.calls.endings import back_in_line, end, promise
from cti.calls.events import (
    EffectSettled,
    HangUpAsked,
    JoinFetched,
    LegEnded,
    NumberTaken,
    OfferAccepted,
    ParticipantJoined,
    ParticipantLeft,
    QueueLeft,
    RepLegArrived,
)
from cti.calls.model import Call, CallState, EndReason, Move
from cti.calls.step import (
    At,
    Note,
    Step,
    Verdict,
    due,
    enter,
    ignored,
    is_callers,
    offer_of,
    only_ends,
    rep_leg_gone,
    settled,
    wants,
    without,
)
from cti.calls.steps import calling_back
from cti.calls.steps.talking import wrap_up
from cti.telephony.model import CallSid, NotInProgress, Refused
from routing.model import Outcome


def accepted_again(call: Call, event: OfferAccepted, at: At) -> Step:
    """The same tab again is answered alike; another tab was too late."""
    offer = offer_of(call)
    if (event.offer, event.rep) != (offer.id, offer.rep):
        return ignored(call, Verdict.TOO_LATE)
    return ignored(call, Verdict.REPEATED if event.client_id == offer.client_id else Verdict.ELSEWHERE)


def rep_arrived(call: Call, event: RepLegArrived, at: At) -> Step:
    """One live leg per offer is admitted. Only now is the caller moved."""
    offer = offer_of(call)
    if (event.offer, event.rep) != (offer.id, offer.rep):
        return ignored(call, Verdict.TOO_LATE)
    if event.leg in {call.sid, call.caller_leg} or event.leg in call.gone_legs:
        return ignored(call, Verdict.TOO_LATE)
    if offer.rep_leg is not None:
        return ignored(call, Verdict.REPEATED if event.leg == offer.rep_leg else Verdict.ELSEWHERE)
    admitted = due(replace(call, offer=replace(offer, rep_leg=event.leg)), look=at.now_ms + at.limits.look_ms)
    note = Note(kind="rep_connects", data={"rep": offer.rep, "leg": event.leg})
    if call.caller_in or call.move is not None:
        return Step(call=admitted, notes=(note,))
    if not call.on_line:
        return calling_back.dial(admitted, at, note)
    attempt = call.moves + 1
    moving = wants(replace(admitted, move=Move(attempt=attempt), moves=attempt), MoveCaller(attempt=attempt))
    return Step(call=moving, notes=(note,))


def join_fetched(call: Call, event: JoinFetched, at: At) -> Step:
    """Twilio has carried the update out, whatever its reply was. The document of an earlier connection says nothing."""
    move = call.move
    if move is None or move.fetched or event.attempt != move.attempt:
        return ignored(call, Verdict.REPEATED)
    return Step(call=replace(without(call, MoveCaller), move=replace(move, fetched=True)))


def move_settled(call: Call, event: EffectSettled, at: At) -> Step:
    """What the update came to: done, "not in progress" (read the call, perhaps again later), or refused for good."""
    pending = next((one for one in call.effects if one.id == event.id), None)
    if pending is None:
        return ignored(call)
    if isinstance(pending.effect, DialCustomer):
        return calling_back.dial_settled(call, event, at)
    if not isinstance(pending.effect, MoveCaller):
        return settled(call, event)
    left = replace(call, effects=tuple(one for one in call.effects if one is not pending))
    match event.result:
        case NotInProgress(status=status) if status is not None and not status.over:
            return Step(call=wants(left, MoveCaller(attempt=pending.effect.attempt)))
        case NotInProgress():
            return caller_gone(left, at)
        case Refused() if left.move is not None:
            refused = replace(left, move=replace(left.move, refused=True))
            longer_ms = at.now_ms + at.limits.refused_ms
            return Step(call=due(refused, connect=longer_ms), notes=(Note(kind="move_refused"),))
    return Step(call=left)


def joined(call: Call, event: ParticipantJoined, at: At) -> Step:
    """Both in: they are talking."""
    offer = offer_of(call)
    if event.offer not in {None, offer.id}:
        return ignored(call)
    if event.leg == call.caller_leg:
        call = replace(without(call, MoveCaller), caller_in=True)
    elif event.leg == offer.rep_leg:
        call = replace(call, offer=replace(offer, rep_in=True))
    else:
        return ignored(call)
    offer = offer_of(call)
    if not (call.caller_in and offer.rep_in):
        return Step(call=call)
    note = Note(kind="back_together" if call.returning else "answered", data={"rep": offer.rep, **_told(call, at)})
    answered_ms = at.now_ms if call.answered_ms is None else call.answered_ms
    talking = enter(
        without(call, AnnounceOneMoment, LookInside), CallState.TALKING, at, answered_ms=answered_ms, returning=False
    )
    talking = due(talking, connect=None, look=None, **{"return": None})
    return Step(call=talking, effects=(TellCallState(rep=offer.rep),), notes=(note,))


def _told(call: Call, at: At) -> Mapping[str, object]:
    """For the time line: whether the wait was as the caller was told first."""
    told = call.told
    if told is None or call.answered_ms is not None or call.callback is not None:
        return {}
    said = {"least_minutes": told.range.least_minutes, "most_minutes": told.range.most_minutes}
    return {"told": {"truth": told.truth(at.now_ms), **said}}


def left(call: Call, event: ParticipantLeft, at: At) -> Step:
    """A leg went before both were in."""
    offer = offer_of(call)
    if event.offer not in {None, offer.id}:
        return ignored(call)
    if event.leg == offer.rep_leg:
        return Step(call=rep_leg_gone(call))
    if event.leg == call.caller_leg and call.caller_in:
        return caller_gone(call, at)
    return ignored(call)


def leg_ended(call: Call, event: LegEnded, at: At) -> Step:
    """The rep's browser may come again until the deadline; a caller who is gone ends the call."""
    offer = offer_of(call)
    if event.leg == offer.rep_leg:
        return Step(call=rep_leg_gone(call))
    if event.leg != call.caller_leg:
        return ignored(call)
    return caller_gone(call, at) if call.on_line else calling_back.leg_ended(call, event, at)


def left_queue(call: Call, event: QueueLeft, at: At) -> Step:
    """The caller hung up in the queue."""
    is_over = event.result == "hangup" and is_callers(call, event)
    return caller_gone(call, at) if is_over else ignored(call)


def number_taken(call: Call, event: NumberTaken, at: At) -> Step:
    """The caller hung up, and would be called back, but another call of this caller is that already."""
    if call.returning or not call.on_line:
        return ignored(call)
    return _free_of(call, end(call, at, EndReason.MERGED, by="caller"))


def caller_gone(call: Call, at: At) -> Step:
    """The caller hung up. Who has talked already goes to after-call work; else the rep is free as before."""
    if call.returning:
        return wrap_up(call, at, by="caller")
    ended = end(call, at, EndReason.ABANDONED, by="caller")
    if calling_back.may_follow_hang_up(call, at.now_ms):
        apart = due(without(call, MoveCaller, LookInside), connect=None, look=None)
        ended = promise(enter(apart, CallState.WAITING, at, offer=None, move=None, caller_in=False), at, "hang_up")
    return _free_of(call, ended)


def _free_of(call: Call, ended: Step) -> Step:
    """The rep, whom the caller never reached, is free; nobody sits alone in the conference."""
    offer = offer_of(call)
    over = wants(ended.call, EndConference(), *_end_of(offer.rep_leg))
    settle = SettleOffer(offer=offer.id, outcome=Outcome.CALLER_LEFT)
    return Step(call=over, effects=(TellCallState(rep=offer.rep), settle, *ended.effects), notes=ended.notes)


def hang_up_asked(call: Call, event: HangUpAsked, at: At) -> Step:
    """The rep pressed End before both were in: the caller is not left alone in the line."""
    offer = offer_of(call)
    if event.rep != offer.rep:
        return ignored(call, Verdict.TOO_LATE)
    if call.returning:
        return wrap_up(call, at, by="rep")
    if not call.on_line:
        return calling_back.not_reached(call, at, "rep_hung_up")
    finished = enter(
        only_ends(call), CallState.WRAP_UP, at, ended_ms=at.now_ms, ended_by="rep", end_reason=EndReason.FAILED
    )
    finished = due(finished, connect=None, look=None, wrap_up=at.now_ms + at.limits.wrap_up_ms)
    finished = wants(finished, *_end_of(call.caller_leg), EndConference(), *_end_of(offer.rep_leg))
    return Step(
        call=finished,
        effects=(TellCallState(rep=offer.rep), FinishOffer(offer=offer.id)),
        notes=(Note(kind="hung_up", data={"by": "rep"}),),
    )


def look_due(call: Call, at: At) -> Step:
    """Somebody's join has not been reported: perhaps they talk, and only the callback was lost."""
    looking = call if any(isinstance(one.effect, LookInside) for one in call.effects) else wants(call, LookInside())
    return Step(call=due(looking, look=at.now_ms + at.limits.look_ms))


def connect_overdue(call: Call, at: At) -> Step:
    """Nobody sits alone in a conference: whose leg is missing decides who is to blame."""
    offer = offer_of(call)
    if not call.on_line and offer.rep_leg is not None:
        return calling_back.not_reached(call, at, "no-answer")
    blame = Outcome.WITHDRAWN if offer.rep_leg else Outcome.SOFTPHONE
    return _apart(call, at, blame)


def return_overdue(call: Call, at: At) -> Step:
    """The browser's leg did not come back: the caller goes to the old place in line, this rep preferred."""
    talked_ms = 0 if call.answered_ms is None else at.now_ms - call.answered_ms
    return _apart(replace(call, talked_with=offer_of(call).rep, talked_ms=talked_ms), at, Outcome.LOST_LEG)


def _end_of(leg: CallSid | None) -> tuple[EndLeg, ...]:
    return (EndLeg(sid=leg),) if leg else ()


def _apart(call: Call, at: At, outcome: Outcome) -> Step:
    offer = offer_of(call)
    back = back_in_line(without(call, MoveCaller, DialCustomer, AnnounceOneMoment, LookInside), at, outcome)
    waiting = replace(back.call, caller_in=False, returning=False)
    if not call.on_line:
        waiting = wants(waiting, EndConference(), *_end_of(call.caller_leg))
        waiting = replace(waiting, callback=replace(call.callback, leg=None) if call.callback else None)
    elif call.caller_in or (call.move is not None and call.move.fetched) or call.callback is not None:
        waiting = wants(waiting, ReturnCaller())
    else:
        waiting = wants(waiting, EndConference(), AskTwilio())
    waiting = wants(waiting, *_end_of(offer.rep_leg))
    note = Note(kind="not_connected", data={"rep": offer.rep, "outcome": outcome})
    told = TellCallState(rep=offer.rep)
    return Step(call=waiting, effects=(told, *back.effects), notes=(note, *back.notes))
