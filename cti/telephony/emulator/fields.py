"""The form fields of every webhook, as Twilio names and fills them. Pure: blanks are sent, not left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

import phonenumbers

from cti.telephony.emulator.conference import Conference, ConferenceEvent
from cti.telephony.emulator.leg import Leg
from cti.telephony.emulator.line_queue import LineQueue, QueueResult, position
from cti.telephony.emulator.recording import Recording
from cti.telephony.model import CallSid, LegStatus

API_VERSION = "2010-04-01"
_SIP_CODES: Mapping[LegStatus, str] = {LegStatus.BUSY: "486", LegStatus.FAILED: "404"}
"""Of a leg that was never answered; 487 for every other end."""


def rfc2822(at: datetime) -> str:
    """``Tue, 24 Nov 2026 09:00:00 +0000``"""
    return format_datetime(at)


def voice_fields(leg: Leg, account_sid: str) -> dict[str, str]:
    """What every request about a leg carries."""
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": API_VERSION,
        "CallSid": leg.sid,
        "CallStatus": leg.status.value,
        "Called": leg.to,
        "Caller": leg.from_,
        "Direction": leg.direction,
        "From": leg.from_,
        "To": leg.to,
    }
    if leg.parent_sid:
        fields["ParentCallSid"] = leg.parent_sid
    if leg.is_device:
        own_to = leg.params.get("To", leg.to)
        return {**leg.params, **fields, "ApplicationSid": leg.application_sid, "To": own_to}
    for prefixes, number in ((("Called", "To"), leg.to), (("Caller", "From"), leg.from_)):
        for prefix in prefixes:
            fields |= _whereabouts(prefix, number)
    if leg.direction != "inbound":
        return fields
    fields["CallToken"] = _call_token(leg.sid)
    if _country(leg.from_):
        fields["StirVerstat"] = "TN-Validation-Passed-A" if leg.from_.startswith("+1") else "No-TN-Validation"
    return fields


def queue_wait_fields(leg: Leg, queue: LineQueue, at: datetime, account_sid: str) -> dict[str, str]:
    """A wait document's request."""
    return voice_fields(leg, account_sid) | {
        "QueueSid": queue.sid,
        "QueuePosition": str(position(queue, leg.sid)),
        "QueueTime": str(_waited_s(queue, leg.sid, at)),
        "AvgQueueTime": str(queue.average_wait_s),
        "CurrentQueueSize": str(len(queue.members)),
        "MaxQueueSize": str(queue.max_size),
    }


def queue_action_fields(
    leg: Leg, queue: LineQueue, at: datetime, result: QueueResult, account_sid: str
) -> dict[str, str]:
    """An ``<Enqueue>``'s action; the queue is the one that the leg is still in."""
    fields = voice_fields(leg, account_sid) | {"QueueResult": result}
    if result != "queue-full":
        fields |= {"QueueSid": queue.sid, "QueueTime": str(_waited_s(queue, leg.sid, at))}
    return fields


def dial_action_fields(leg: Leg, dial_status: str, account_sid: str) -> dict[str, str]:
    """A ``<Dial>``'s action after a conference, or where nobody was called: no DialCallSid, no DialCallDuration."""
    return voice_fields(leg, account_sid) | {"DialCallStatus": dial_status}


def dial_leg_action_fields(leg: Leg, child: Leg, account_sid: str) -> dict[str, str]:
    """A ``<Dial>``'s action after a number was called; ``child`` is its leg, over."""
    return dial_action_fields(leg, child.status.value, account_sid) | {
        "DialBridged": _word(child.answered_at is not None),
        "DialCallDuration": str(child.duration_s),
        "DialCallSid": child.sid,
    }


def gathered_digits_fields(digits: str, finished_on: str) -> dict[str, str]:
    """What ``<Gather>`` adds to its action for keys; the finishing key is not one of the digits. The last two are not
    documented, but Twilio sends them."""
    return {"Digits": digits, "FinishedOnKey": finished_on, "msg": "Gather End"}


def gathered_speech_fields(text: str, confidence: float) -> dict[str, str]:
    """What ``<Gather>`` adds to its action for words; ``Confidence`` from 0 to 1."""
    return {"SpeechResult": text, "Confidence": str(confidence)}


def recording_action_fields(recording: Recording, url: str, digits: str) -> dict[str, str]:
    """What ``<Record>`` adds to its action; ``digits`` is the key that ended it, or ``hangup``."""
    return {
        "Digits": digits,
        "RecordingDuration": str(recording.duration_s),
        "RecordingSid": recording.sid,
        "RecordingUrl": url,
    }


def recording_status_fields(recording: Recording, url: str, account_sid: str) -> dict[str, str]:
    """A recording's status callback; the duration only once it has ended."""
    fields = {
        "AccountSid": account_sid,
        "CallSid": recording.call_sid,
        "ErrorCode": str(recording.error_code),
        "RecordingChannels": "1",
        "RecordingSid": recording.sid,
        "RecordingSource": "RecordVerb",
        "RecordingStartTime": rfc2822(recording.started_at),
        "RecordingStatus": recording.status,
        "RecordingUrl": url,
    }
    if recording.ended_at is not None:
        fields["RecordingDuration"] = str(recording.duration_s)
    return fields


def status_fields(leg: Leg, at: datetime, account_sid: str, sequence: int = 0) -> dict[str, str]:
    """A status callback. Durations and the SIP code only at the leg's end; ``Duration`` is in minutes, begun ones
    counted."""
    fields = voice_fields(leg, account_sid)
    fields.pop("CallToken", None)
    stir = fields.pop("StirVerstat", "")
    if stir.startswith("TN-Validation-Passed-"):
        fields["StirStatus"] = stir[-1]
    fields |= {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(sequence),
        "Timestamp": rfc2822(at),
    }
    if not leg.over:
        return fields
    return fields | {
        "CallDuration": str(leg.duration_s),
        "Duration": str(-(-leg.duration_s // 60)),
        "SipResponseCode": "200" if leg.answered_at else _SIP_CODES.get(leg.status, "487"),
    }


def conference_wait_fields(leg: Leg, conference: Conference, account_sid: str) -> dict[str, str]:
    """A conference's wait document's request."""
    return voice_fields(leg, account_sid) | {"ConferenceSid": conference.sid, "FriendlyName": conference.name}


def conference_event_fields(
    conference: Conference, event: ConferenceEvent, at: datetime, account_sid: str
) -> dict[str, str]:
    """A conference's status callback."""
    fields = {
        "AccountSid": account_sid,
        "ConferenceSid": conference.sid,
        "FriendlyName": conference.name,
        "SequenceNumber": str(event.sequence),
        "StatusCallbackEvent": event.kind,
        "Timestamp": rfc2822(at),
    }
    if event.participant is not None:
        who = event.participant
        fields |= {
            "CallSid": who.call_sid,
            "Muted": _word(who.muted),
            "Hold": _word(who.hold),
            "Coaching": "false",
            "EndConferenceOnExit": _word(who.end_on_exit),
            "StartConferenceOnEnter": _word(who.start_on_enter),
        }
        if who.label:
            fields["ParticipantLabel"] = who.label
    return fields | dict(event.fields)


def _word(truth: bool) -> str:
    return "true" if truth else "false"


def _waited_s(queue: LineQueue, sid: CallSid, at: datetime) -> int:
    for member in queue.members:
        if member.call_sid == sid:
            return int((at - member.enqueued_at).total_seconds())
    return 0


def _whereabouts(prefix: str, number: str) -> dict[str, str]:
    return {
        f"{prefix}City": "",
        f"{prefix}State": "",
        f"{prefix}Zip": "",
        f"{prefix}Country": _country(number),
    }


@lru_cache(maxsize=4096)
def _country(number: str) -> str:
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _call_token(sid: CallSid) -> str:
    return quote(json.dumps({"parentCallInfoToken": f"emulated-{sid}", "identityHeaderTokens": []}))
