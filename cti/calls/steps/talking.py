"""The conversation, and what is filed after it."""

from __future__ import annotations

from dataclasses import replace

from cti.calls.effects import AnnounceOneMoment, EndConference, EndLeg, FinishOffer, FreeRep, TellCallState
from cti.calls.events import HangUpAsked, LegEnded, ParticipantLeft, WrapUpFiled, WrapUpSkipped
from cti.calls.model import Call, CallState, EndReason, WrapUp
from cti.calls.step import At, Note, Step, Verdict, due, enter, ignored, offer_of, only_ends, rep_leg_gone, wants


def left(call: Call, event: ParticipantLeft, at: At) -> Step:
    """A leg left the conference."""
    return ignored(call) if event.offer not in {None, offer_of(call).id} else _gone(call, event.leg, at)


def leg_ended(call: Call, event: LegEnded, at: At) -> Step:
    """A leg is over."""
    return _gone(call, event.leg, at)


def _gone(call: Call, leg: str, at: At) -> Step:
    if leg == call.caller_leg:
        return wrap_up(call, at, by="caller")
    return _lost_leg(call, at) if leg == offer_of(call).rep_leg else ignored(call)


def _lost_leg(call: Call, at: At) -> Step:
    """A browser's leg that went without End (reload, crash, sleep): the caller is asked to wait a moment."""
    offer = offer_of(call)
    apart = rep_leg_gone(enter(call, CallState.CONNECTING, at, returning=True))
    apart = due(apart, **{"return": at.now_ms + at.limits.return_ms})
    return Step(
        call=wants(apart, AnnounceOneMoment()),
        effects=(TellCallState(rep=offer.rep),),
        notes=(Note(kind="leg_lost", data={"rep": offer.rep}),),
    )


def hang_up_asked(call: Call, event: HangUpAsked, at: At) -> Step:
    """The rep pressed End."""
    if event.rep != offer_of(call).rep:
        return ignored(call, Verdict.TOO_LATE)
    return wrap_up(call, at, by="rep")


def hang_up_again(call: Call, event: HangUpAsked, at: At) -> Step:
    """The conversation is over already: asked once more, answered alike."""
    return ignored(call, Verdict.REPEATED if event.rep == offer_of(call).rep else Verdict.TOO_LATE)


def wrap_up(call: Call, at: At, *, by: str) -> Step:
    """The conversation is over; after-call work begins."""
    offer = offer_of(call)
    over = enter(
        call,
        CallState.WRAP_UP,
        at,
        ended_ms=at.now_ms,
        ended_by=by,
        end_reason=EndReason.COMPLETED,
        caller_in=False,
        returning=False,
        offer=replace(offer, rep_in=False),
    )
    over = only_ends(due(over, wrap_up=at.now_ms + at.limits.wrap_up_ms, connect=None, look=None, **{"return": None}))
    if by != "caller" and call.caller_leg is not None:
        over = wants(over, EndLeg(sid=call.caller_leg))
    over = wants(over, EndLeg(sid=offer.rep_leg) if offer.rep_leg else EndConference())
    return Step(
        call=over,
        effects=(TellCallState(rep=offer.rep), FinishOffer(offer=offer.id)),
        notes=(Note(kind="hung_up", data={"by": by}),),
    )


def filed(call: Call, event: WrapUpFiled, at: At) -> Step:
    """Disposition and notes are in: the rep is free."""
    if event.rep != offer_of(call).rep:
        return ignored(call, Verdict.TOO_LATE)
    filed = replace(call, wrap_up=WrapUp(disposition=event.disposition, notes=event.notes))
    return _free(filed, at, Note(kind="filed", data={"disposition": event.disposition}))


def skipped(call: Call, event: WrapUpSkipped, at: At) -> Step:
    """The rep became available; the form may still be filed."""
    if event.rep != offer_of(call).rep:
        return ignored(call, Verdict.TOO_LATE)
    return _free(call, at, Note(kind="wrap_up_skipped"))


def overdue(call: Call, at: At) -> Step:
    """The longest after-call work is over: the rep is free, the form is not lost."""
    return _free(call, at, Note(kind="wrap_up_over"))


def _free(call: Call, at: At, note: Note) -> Step:
    offer = offer_of(call)
    ended = due(enter(call, CallState.ENDED, at), wrap_up=None)
    return Step(call=ended, effects=(TellCallState(rep=offer.rep), FreeRep(rep=offer.rep)), notes=(note,))


def filed_late(call: Call, event: WrapUpFiled, at: At) -> Step:
    """After its deadline the form is stored, and the rep's status left alone."""
    if call.offer is None or event.rep != call.offer.rep:
        return ignored(call, Verdict.TOO_LATE)
    wrap_up = WrapUp(disposition=event.disposition, notes=event.notes)
    if call.wrap_up == wrap_up:
        return ignored(call, Verdict.REPEATED)
    note = Note(kind="filed", data={"disposition": event.disposition, "late": True})
    return Step(call=replace(call, wrap_up=wrap_up), notes=(note,))
