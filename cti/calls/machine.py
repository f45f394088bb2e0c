"""The life of a call as one table: what each event does in each state.

Pure: the same call, event and instant always give the same step. What the table does not list is ignored, and the
step's verdict says so; late, repeated and out-of-order events are normal input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cti.calls import events
from cti.calls.events import DeadlinePassed, EffectSettled, Event
from cti.calls.model import Call, CallState
from cti.calls.step import At, Limits, Step, Verdict, ignored, settled
from cti.calls.steps import asking, calling_back, connecting, diverted, offered, talking, waiting

Handler = Callable[[Call, Any, At], Step]
DeadlineHandler = Callable[[Call, At], Step]

_TABLE: Mapping[CallState, Mapping[type[object], Handler]] = {
    CallState.ARRIVING: {
        events.Routed: waiting.routed,
        events.Asked: asking.asked,
        events.Blocked: asking.blocked,
        events.LegEnded: waiting.leg_ended,
        events.QueueLeft: waiting.left_queue,
        events.CallbackCancelled: calling_back.cancelled,
        events.CallerCameBack: calling_back.came_back,
        events.NumberTaken: calling_back.number_taken,
    },
    CallState.ASKING: {
        events.MenuAnswered: asking.answered,
        events.CallerLearned: asking.caller_learned,
        events.LegEnded: waiting.leg_ended,
        events.QueueLeft: waiting.left_queue,
    },
    CallState.WAITING: {
        events.RepMatched: waiting.matched,
        events.CallerLearned: waiting.caller_learned,
        events.FloorForgot: waiting.forgotten,
        events.ShortStaffed: waiting.short_staffed,
        events.QueueFull: waiting.queue_full,
        events.CallbackAsked: calling_back.asked,
        events.CallbackCancelled: calling_back.cancelled,
        events.NumberTaken: calling_back.number_taken,
        events.CallerCameBack: calling_back.came_back,
        events.CustomerDialled: calling_back.dialled_too_late,
        events.CustomerAnswered: calling_back.answered_alone,
        events.WaitTold: waiting.wait_told,
        events.QueueLeft: waiting.left_queue,
        events.LegEnded: waiting.leg_ended,
        events.VoicemailLeft: diverted.voicemail_meanwhile,
    },
    CallState.OFFERED: {
        events.OfferAccepted: offered.accepted,
        events.OfferDeclined: offered.declined,
        events.RepVanished: offered.vanished,
        events.CallerLearned: waiting.caller_learned_late,
        events.QueueLeft: offered.left_queue,
        events.LegEnded: offered.caller_left,
        events.CallbackAsked: calling_back.asked,
        events.CallbackCancelled: calling_back.offer_cancelled,
        events.NumberTaken: calling_back.number_taken_while_offered,
        events.CallerCameBack: calling_back.came_back_while_offered,
        events.CustomerDialled: calling_back.dialled_too_late,
        events.CustomerAnswered: calling_back.answered_alone,
        events.VoicemailLeft: diverted.voicemail_meanwhile,
    },
    CallState.CONNECTING: {
        events.OfferAccepted: connecting.accepted_again,
        events.RepLegArrived: connecting.rep_arrived,
        events.JoinFetched: connecting.join_fetched,
        events.ParticipantJoined: connecting.joined,
        events.ParticipantLeft: connecting.left,
        events.LegEnded: connecting.leg_ended,
        events.QueueLeft: connecting.left_queue,
        events.CallerLearned: waiting.caller_learned_late,
        events.HangUpAsked: connecting.hang_up_asked,
        events.EffectSettled: connecting.move_settled,
        events.CallerCameBack: calling_back.came_back_meanwhile,
        events.NumberTaken: connecting.number_taken,
        events.CustomerDialled: calling_back.dialled,
        events.CustomerRings: calling_back.rings,
        events.CustomerAnswered: calling_back.answered,
        events.VoicemailLeft: diverted.voicemail_meanwhile,
    },
    CallState.TALKING: {
        events.OfferAccepted: connecting.accepted_again,
        events.RepLegArrived: connecting.rep_arrived,
        events.ParticipantLeft: talking.left,
        events.LegEnded: talking.leg_ended,
        events.CallerLearned: waiting.caller_learned_late,
        events.HangUpAsked: talking.hang_up_asked,
    },
    CallState.WRAP_UP: {
        events.HangUpAsked: talking.hang_up_again,
        events.CallerLearned: waiting.caller_learned_late,
        events.WrapUpFiled: talking.filed,
        events.WrapUpSkipped: talking.skipped,
        events.CustomerDialled: calling_back.dialled_too_late,
    },
    CallState.LATER: {
        events.CallbackCancelled: calling_back.cancelled,
        events.CallerCameBack: calling_back.came_back,
        events.NumberTaken: calling_back.number_taken,
        events.CustomerDialled: calling_back.dialled_too_late,
        events.CustomerAnswered: calling_back.answered_alone,
        events.VoicemailLeft: diverted.voicemail_meanwhile,
    },
    CallState.DIVERTED: {
        events.VoicemailLeft: diverted.voicemail_left,
        events.OutsideEnded: diverted.outside_ended,
        events.LegEnded: diverted.leg_ended,
        events.QueueLeft: diverted.left_queue,
        events.NumberTaken: calling_back.number_taken,
    },
    CallState.ENDED: {
        events.WrapUpFiled: talking.filed_late,
        events.VoicemailLeft: diverted.voicemail_late,
        events.OutsideEnded: diverted.outside_late,
        events.CustomerDialled: calling_back.dialled_too_late,
    },
}

_DEADLINES: Mapping[tuple[CallState, events.DeadlineKind], DeadlineHandler] = {
    (CallState.ASKING, "menu"): asking.overdue,
    (CallState.WAITING, "step"): waiting.step_due,
    (CallState.WAITING, "team"): waiting.team_over,
    (CallState.WAITING, "max_wait"): waiting.max_wait,
    (CallState.OFFERED, "offer"): offered.expired,
    (CallState.OFFERED, "step"): offered.step_due,
    (CallState.OFFERED, "team"): waiting.team_over,
    (CallState.OFFERED, "max_wait"): offered.max_wait,
    (CallState.CONNECTING, "connect"): connecting.connect_overdue,
    (CallState.CONNECTING, "return"): connecting.return_overdue,
    (CallState.CONNECTING, "look"): connecting.look_due,
    (CallState.WRAP_UP, "wrap_up"): talking.overdue,
    (CallState.LATER, "callback"): calling_back.later_due,
}

_MEANT_FOR_ONE_STATE = (
    events.OfferAccepted,
    events.OfferDeclined,
    events.HangUpAsked,
    events.WrapUpFiled,
    events.RepLegArrived,
)
"""Commands of a person: where the table does not list them they came too late, and the person is told."""


_CLOCK_SLACK_MS = 250
"""Redis says when a deadline is due; this process's idea of Redis's time may be a round trip behind."""


def step(call: Call, event: Event, now_ms: int, limits: Limits) -> Step:
    """What the event makes of the call. Never raises for an event that is late, repeated or out of order."""
    at = At(now_ms=now_ms, limits=limits)
    if isinstance(event, DeadlinePassed):
        return _deadline(call, event, at)
    handler = _TABLE[call.state].get(type(event))
    if handler is not None:
        return handler(call, event, at)
    if isinstance(event, EffectSettled):
        return settled(call, event)
    return ignored(call, Verdict.TOO_LATE if isinstance(event, _MEANT_FOR_ONE_STATE) else Verdict.IGNORED)


def _deadline(call: Call, event: DeadlinePassed, at: At) -> Step:
    """A deadline that the call no longer has, or that is not due yet, is an old alarm."""
    handler = _DEADLINES.get((call.state, event.kind))
    due_ms = call.deadlines.get(event.kind)
    if handler is None or due_ms is None or due_ms > at.now_ms + _CLOCK_SLACK_MS:
        return ignored(call)
    if event.skip and event.kind == "step":
        return waiting.step_skipped(call)
    return handler(call, at)
