"""Off the floor, the caller still on the line: a message, or an outside number."""

from __future__ import annotations

from dataclasses import replace

from cti.calls.endings import end
from cti.calls.events import LegEnded, OutsideEnded, QueueLeft, VoicemailLeft
from cti.calls.model import Call, EndReason, Voicemail
from cti.calls.step import At, Note, Step, ignored, is_callers


def voicemail_left(call: Call, event: VoicemailLeft, at: At) -> Step:
    """The message is there, and the call over."""
    kept = replace(call, voicemail=Voicemail(recording=event.recording, seconds=event.seconds))
    ended = end(kept, at, EndReason.VOICEMAIL, by="caller")
    return replace(ended, effects=(), notes=(_voicemail(event), *ended.notes))


def voicemail_late(call: Call, event: VoicemailLeft, at: At) -> Step:
    """Who hung up after the message had left one."""
    if call.diversion != "voicemail" or call.voicemail is not None:
        return ignored(call)
    left = replace(call, voicemail=Voicemail(recording=event.recording, seconds=event.seconds))
    return Step(call=replace(left, end_reason=EndReason.VOICEMAIL), notes=(_voicemail(event),))


def _voicemail(event: VoicemailLeft) -> Note:
    return Note(kind="voicemail", data={"seconds": event.seconds})


def outside_ended(call: Call, event: OutsideEnded, at: At) -> Step:
    """Talked with somebody outside; or there was nobody, and the caller hears the apology."""
    reason = EndReason.FORWARDED if event.answered else EndReason.NOBODY_FREE
    ended = end(call, at, reason, by="caller" if event.answered else "system")
    return replace(ended, effects=(), notes=(_outside(event), *ended.notes))


def outside_late(call: Call, event: OutsideEnded, at: At) -> Step:
    """Whoever hung up: they had talked."""
    is_news = event.answered and call.end_reason is EndReason.ABANDONED and (call.diversion or "").startswith("dial:")
    if not is_news:
        return ignored(call)
    return Step(call=replace(call, end_reason=EndReason.FORWARDED), notes=(_outside(event),))


def _outside(event: OutsideEnded) -> Note:
    return Note(kind="outside", data={"answered": event.answered})


def leg_ended(call: Call, event: LegEnded, at: At) -> Step:
    """The caller hung up; a message may still be reported."""
    if event.leg != call.caller_leg:
        return ignored(call)
    return replace(end(call, at, EndReason.ABANDONED, by="caller"), effects=())


def left_queue(call: Call, event: QueueLeft, at: At) -> Step:
    """Hung up before the message, or the outside number, was reached."""
    if event.result != "hangup" or not is_callers(call, event):
        return ignored(call)
    return replace(end(call, at, EndReason.ABANDONED, by="caller"), effects=())
