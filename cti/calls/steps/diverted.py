"""Off the floor, the caller still on the line: a message, or an outside number."""

from __future__ import annotations

from dataclasses import replace

from cti.calls.endings import end, promise
from cti.calls.events import LegEnded, OutsideEnded, QueueLeft, VoicemailLeft
from cti.calls.model import Call, CallState, EndReason, Voicemail
from cti.calls.step import At, Note, Step, enter, ignored, is_callers


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


def voicemail_meanwhile(call: Call, event: VoicemailLeft, at: At) -> Step:
    """Who is to be called back had left a message before hanging up: that is enough, unless a rep is asked already."""
    if call.diversion != "voicemail" or call.voicemail is not None:
        return ignored(call)
    left = replace(call, voicemail=Voicemail(recording=event.recording, seconds=event.seconds))
    if call.state is not CallState.WAITING:
        return Step(call=left, notes=(_voicemail(event),))
    ended = end(left, at, EndReason.VOICEMAIL, by="caller")
    return replace(ended, notes=(_voicemail(event), *ended.notes))


def _voicemail(event: VoicemailLeft) -> Note:
    return Note(kind="voicemail", data={"seconds": event.seconds})


def outside_ended(call: Call, event: OutsideEnded, at: At) -> Step:
    """Talked with somebody outside; or there was nobody, and the caller hears the apology. The promise of an earlier
    call stands then."""
    if not event.answered and _was_promised(call):
        promised = promise(enter(call, CallState.WAITING, at), at, "plan")
        return replace(promised, notes=(_outside(event), *promised.notes))
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
    return _caller_gone(call, at) if event.leg == call.caller_leg else ignored(call)


def left_queue(call: Call, event: QueueLeft, at: At) -> Step:
    """Hung up before the message, or the outside number, was reached."""
    if event.result != "hangup" or not is_callers(call, event):
        return ignored(call)
    return _caller_gone(call, at)


def _caller_gone(call: Call, at: At) -> Step:
    """Without a message, as far as is known, the promise of an earlier call stands. Whether somebody outside has
    talked with the caller is only told later."""
    if call.diversion == "voicemail" and _was_promised(call):
        return promise(enter(call, CallState.WAITING, at), at, "hang_up")
    return replace(end(call, at, EndReason.ABANDONED, by="caller"), effects=())


def _was_promised(call: Call) -> bool:
    return call.place_ms is not None and call.callback is None and call.caller.number is not None
