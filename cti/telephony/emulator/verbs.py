"""Which TwiML verbs, nouns and attributes there are, which values they take, and where each may stand. Pure tables.

A closed world: an attribute is either carried out (in ``attributes``), or named in ``not_carried_out`` because Twilio
has it and the emulator does not; a document that uses the latter is refused aloud instead of being half obeyed. A
test holds both sets together equal to what the ``twilio`` package's own classes offer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

Check = Callable[[str], bool]

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_INTEGER = re.compile(r"[0-9]{1,9}")
_KEYS = re.compile(r"[0-9*#]*")
_CALLER_ID = re.compile(r"\+[0-9]{3,15}")
LONGEST_S = 86_400
CONFERENCE_EVENTS = ("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement")
LEG_EVENTS = ("initiated", "ringing", "answered", "completed")
RECORDING_EVENTS = ("in-progress", "completed", "absent")
RING_TONES = (
    "automatic at au be bg br ch cl cn cz de dk ee es fi fr gr hu il in it jp lt mx my nl no nz ph pl pt ru se sg th "
    "tw uk us us-old ve za"
)
SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})


class Context(StrEnum):
    """What a document is fetched for; decides which verbs it may use."""

    CALL = "call"
    QUEUE_WAIT = "queue_wait"
    CONFERENCE_WAIT = "conference_wait"
    ANNOUNCEMENT = "announcement"


def is_url(value: str) -> bool:
    """Relative, or absolute http(s) with a host that has no underscore (Twilio refuses those)."""
    if any(character.isspace() for character in value):
        return False
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return False
    if not parts.scheme and not parts.netloc:
        return True
    return parts.scheme in {"http", "https"} and bool(host) and "_" not in (host or "")


def is_absolute_url(value: str) -> bool:
    """What a REST parameter that names a URL must be."""
    return is_url(value) and bool(urlsplit(value).scheme)


def one_of(*allowed: str) -> Check:
    """The value is one of these words, as spelt."""
    words = frozenset(allowed)
    return lambda value: value in words


def some_of(*allowed: str) -> Check:
    """Space-separated words, each one of these, at least one."""
    words = frozenset(allowed)
    return lambda value: bool(value.split()) and set(value.split()) <= words


def integer(low: int, high: int) -> Check:
    """A whole number from low to high."""
    return lambda value: _INTEGER.fullmatch(value) is not None and low <= int(value) <= high


def text(limit: int) -> Check:
    """Any text up to that many characters."""
    return lambda value: len(value) <= limit


def _is_language(value: str) -> bool:
    return _LANGUAGE.fullmatch(value) is not None


def _is_keys(value: str) -> bool:
    return _KEYS.fullmatch(value) is not None


def _is_some_key(value: str) -> bool:
    return bool(value) and _is_keys(value)


def _is_caller_id(value: str) -> bool:
    return _CALLER_ID.fullmatch(value) is not None


def _is_speech_timeout(value: str) -> bool:
    return value == "auto" or SECONDS(value)


def _are_hints(value: str) -> bool:
    """Up to 500 entries of up to 100 characters, between commas."""
    entries = value.split(",")
    return len(entries) <= 500 and all(len(entry.strip()) <= 100 for entry in entries)


SECONDS: Check = integer(1, LONGEST_S)
METHOD: Check = one_of("GET", "POST")
BOOLEAN: Check = one_of("true", "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbRule:
    """What one verb or noun may look like."""

    attributes: Mapping[str, Check] = field(default_factory=dict)
    not_carried_out: frozenset[str] = frozenset()
    """Attributes that Twilio has and the emulator refuses."""
    codes: Mapping[str, int] = field(default_factory=dict)
    """Twilio's own code for a bad value of an attribute; 12200 where it has none."""
    child_code: int = 12200
    """Twilio's code for a child that may not stand here."""
    children: frozenset[str] = frozenset()
    refused_children: frozenset[str] = frozenset()
    """Children that Twilio has and the emulator refuses."""


_CONFERENCE = VerbRule(
    attributes={
        "muted": BOOLEAN,
        "beep": one_of("true", "false", "onEnter", "onExit"),
        "startConferenceOnEnter": BOOLEAN,
        "endConferenceOnExit": BOOLEAN,
        "waitUrl": is_url,
        "waitMethod": METHOD,
        "maxParticipants": integer(2, 250),
        "record": one_of("do-not-record"),
        "region": text(32),
        "trim": one_of("trim-silence", "do-not-trim"),
        "statusCallbackEvent": some_of(*CONFERENCE_EVENTS),
        "statusCallback": is_url,
        "statusCallbackMethod": METHOD,
        "jitterBufferSize": one_of("off", "small", "medium", "large"),
        "participantLabel": text(128),
    },
    not_carried_out=frozenset(
        {
            "coach",
            "eventCallbackUrl",
            "recordingConfigurationId",
            "recordingStatusCallback",
            "recordingStatusCallbackEvent",
            "recordingStatusCallbackMethod",
        }
    ),
)

_DIAL = VerbRule(
    attributes={
        "action": is_url,
        "method": METHOD,
        "timeout": integer(1, 600),
        "timeLimit": integer(1, 86400),
        "answerOnBridge": one_of("false"),
        "callerId": _is_caller_id,
        "hangupOnStar": BOOLEAN,
        "ringTone": one_of(*RING_TONES.split()),
    },
    codes={
        "method": 13210,
        "timeout": 13212,
        "hangupOnStar": 13213,
        "callerId": 13214,
        "timeLimit": 13216,
        "ringTone": 13220,
    },
    child_code=13215,
    not_carried_out=frozenset(
        {
            "events",
            "passports",
            "record",
            "recordingConfigurationId",
            "recordingStatusCallback",
            "recordingStatusCallbackEvent",
            "recordingStatusCallbackMethod",
            "recordingTrack",
            "referMethod",
            "referUrl",
            "sequential",
            "trim",
        }
    ),
    children=frozenset({"Conference", "Number"}),
    refused_children=frozenset({"Application", "Client", "Queue", "Sim", "Sip", "WhatsApp"}),
)

_NUMBER = VerbRule(
    attributes={
        "statusCallbackEvent": some_of(*LEG_EVENTS),
        "statusCallback": is_url,
        "statusCallbackMethod": METHOD,
    },
    not_carried_out=frozenset(
        {
            "amdStatusCallback",
            "amdStatusCallbackMethod",
            "byoc",
            "machineDetection",
            "machineDetectionSilenceTimeout",
            "machineDetectionSpeechEndThreshold",
            "machineDetectionSpeechThreshold",
            "machineDetectionTimeout",
            "method",
            "sendDigits",
            "url",
        }
    ),
)

_GATHER = VerbRule(
    attributes={
        "input": one_of("dtmf", "speech", "dtmf speech", "speech dtmf"),
        "action": is_url,
        "method": METHOD,
        "timeout": SECONDS,
        "speechTimeout": _is_speech_timeout,
        "finishOnKey": _is_keys,
        "numDigits": integer(1, 1000),
        "language": _is_language,
        "hints": _are_hints,
        "bargeIn": BOOLEAN,
        "actionOnEmptyResult": BOOLEAN,
    },
    codes={
        "finishOnKey": 13310,
        "method": 13312,
        "timeout": 13313,
        "numDigits": 13314,
        "input": 13326,
        "speechTimeout": 13327,
        "hints": 13330,
        "language": 13331,
        "bargeIn": 13332,
        "actionOnEmptyResult": 13338,
    },
    child_code=13320,
    not_carried_out=frozenset(
        {
            "debug",
            "enhanced",
            "maxSpeechTime",
            "partialResultCallback",
            "partialResultCallbackMethod",
            "profanityFilter",
            "speechModel",
        }
    ),
    children=frozenset({"Say", "Play", "Pause"}),
)

_RECORD = VerbRule(
    attributes={
        "action": is_url,
        "method": METHOD,
        "timeout": SECONDS,
        "finishOnKey": _is_some_key,
        "maxLength": integer(2, LONGEST_S),
        "playBeep": BOOLEAN,
        "trim": one_of("trim-silence", "do-not-trim"),
        "recordingStatusCallback": is_url,
        "recordingStatusCallbackMethod": METHOD,
        "recordingStatusCallbackEvent": some_of(*RECORDING_EVENTS),
    },
    codes={
        "method": 13610,
        "timeout": 13611,
        "maxLength": 13612,
        "finishOnKey": 13613,
        "playBeep": 13616,
        "recordingStatusCallback": 13256,
    },
    not_carried_out=frozenset({"recordingConfigurationId", "transcribe", "transcribeCallback"}),
)

VERBS: Mapping[str, VerbRule] = {
    "Dial": _DIAL,
    "Enqueue": VerbRule(
        attributes={
            "action": is_url,
            "method": METHOD,
            "waitUrl": is_url,
            "waitUrlMethod": METHOD,
            "maxQueueSize": integer(1, 5000),
        },
        not_carried_out=frozenset({"workflowSid"}),
        refused_children=frozenset({"Task"}),
    ),
    "Gather": _GATHER,
    "Hangup": VerbRule(refused_children=frozenset({"Parameter"})),
    "Leave": VerbRule(),
    "Pause": VerbRule(attributes={"length": integer(0, 86400)}),
    "Play": VerbRule(attributes={"loop": integer(0, 1000)}, not_carried_out=frozenset({"digits"})),
    "Record": _RECORD,
    "Redirect": VerbRule(attributes={"method": METHOD}),
    "Reject": VerbRule(attributes={"reason": one_of("rejected", "busy")}, refused_children=frozenset({"Parameter"})),
    "Say": VerbRule(attributes={"voice": text(128), "loop": integer(0, 1000), "language": _is_language}, children=SSML),
}
"""Verbs that the emulator carries out."""

NOUNS: Mapping[str, VerbRule] = {"Conference": _CONFERENCE, "Number": _NUMBER}

REFUSED_VERBS = frozenset(
    {
        "Connect",
        "Echo",
        "Pay",
        "Prompt",
        "Queue",
        "Refer",
        "Sms",
        "Start",
        "Stop",
    }
)
"""Verbs that Twilio has and the emulator refuses."""

ALLOWED: Mapping[Context, frozenset[str]] = {
    Context.CALL: frozenset(VERBS),
    Context.QUEUE_WAIT: frozenset({"Play", "Say", "Pause", "Gather", "Hangup", "Redirect", "Leave"}),
    Context.CONFERENCE_WAIT: frozenset({"Play", "Say", "Pause", "Redirect"}),
    Context.ANNOUNCEMENT: frozenset({"Play", "Say", "Pause"}),
}
FORBIDDEN_CODE: Mapping[Context, int] = {Context.CONFERENCE_WAIT: 13238, Context.ANNOUNCEMENT: 13238}
"""Twilio's own code for a verb that may not stand there; 12200 where it has none."""
