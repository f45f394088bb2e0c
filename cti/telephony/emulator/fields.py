"""The form fields of every webhook, as Twilio names and fills them. Pure: blanks are sent, not left out."""

from __future__ import annotations

import json
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

import phonenumbers

from cti.telephony.emulator.conference import Conference, ConferenceEvent
from cti.telephony.emulator.leg import Leg
from cti.telephony.emulator.line_queue import LineQueue, QueueResult, position
from cti.telephony.model import CallSid

API_VERSION = "2010-04-01"


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
    if leg.is_device:
        own_to = leg.params.get("To", leg.to)
        return {**leg.params, **fields, "ApplicationSid": leg.application_sid, "To": own_to}
    for prefixes, number in ((("Called", "To"), leg.to), (("Caller", "From"), leg.from_)):
        for prefix in prefixes:
            fields |= _whereabouts(prefix, number)
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
    """A ``<Dial>``'s action after a conference: no DialCallSid, no DialCallDuration."""
    return voice_fields(leg, account_sid) | {"DialCallStatus": dial_status}


def status_fields(leg: Leg, at: datetime, account_sid: str) -> dict[str, str]:
    """The status callback at a leg's end, the only one it has; ``Duration`` is in minutes, begun ones counted."""
    fields = voice_fields(leg, account_sid)
    fields.pop("CallToken", None)
    stir = fields.pop("StirVerstat", "")
    if stir.startswith("TN-Validation-Passed-"):
        fields["StirStatus"] = stir[-1]
    seconds = leg.duration_s
    return fields | {
        "CallbackSource": "call-progress-events",
        "CallDuration": str(seconds),
        "Duration": str(-(-seconds // 60)),
        "SequenceNumber": "0",
        "SipResponseCode": "200" if leg.answered_at else "487",
        "Timestamp": rfc2822(at),
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
