"""The words of the line: identifiers, what a leg is doing, and what a document should make Twilio do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

CallSid = NewType("CallSid", str)
"""``CA`` and 32 hex digits: one leg at Twilio."""
ConferenceName = NewType("ConferenceName", str)
RecordingSid = NewType("RecordingSid", str)
"""Made from our call id; holds no personal data."""


class LegStatus(StrEnum):
    """A leg's ``CallStatus`` in Twilio's words."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"

    @property
    def over(self) -> bool:
        """True for a status that a leg never leaves."""
        return self in _OVER


_OVER = frozenset({LegStatus.COMPLETED, LegStatus.BUSY, LegStatus.FAILED, LegStatus.NO_ANSWER, LegStatus.CANCELED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg as Twilio's REST API shows it."""

    sid: CallSid
    status: LegStatus
    from_: str
    """A number, raw text, or ``client:{rep}``."""
    to: str
    direction: str
    """``inbound`` · ``outbound-api`` · ``outbound-dial``. A browser's own leg is ``inbound`` too, from ``client:…``."""
    started_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveConference:
    """One conference in progress and the legs in it."""

    sid: str
    name: ConferenceName
    legs: frozenset[CallSid]


# What a REST command came to. Expected outcomes are values.


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Twilio carried the command out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialled:
    """Twilio took a call to a number; it may still wait in line there."""

    sid: CallSid


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInProgress:
    """21220 or 404: the leg is not in a state that the command needs. Not yet "gone": read the call."""

    status: LegStatus | None
    """What the call resource says; null when Twilio does not know it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Twilio said no, or nothing, and repeating within the time allowed did not help."""

    code: int
    """Twilio's error code, else the HTTP status, else 0 for a lost reply."""
    reason: str
    """One line without personal data."""
    sent: bool
    """True when the command may have been carried out all the same (a lost reply, a 5xx)."""


CommandResult = Done | NotInProgress | Refused


# What a TwiML document should make Twilio do: rendered by ``twiml.py``, which is pure.


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitInQueue:
    """The caller is put into (or back into) Twilio's queue, with our wait document and action."""

    queue_name: str
    wait_url: str
    action_url: str
    most: int | None = None
    """How many callers Twilio is to hold there; null: its own default, 1,000."""
    say: str | None = None
    """Before the wait."""
    language: str = "en-US"


class WaitSound(StrEnum):
    """What a caller in the queue hears."""

    RINGING = "ringing"
    MUSIC = "music"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepWaiting:
    """One turn of the wait document: perhaps some words, then ringing or music for ``seconds``; then fetched again."""

    sound: WaitSound
    sound_url: str
    seconds: int
    say: str | None = None
    language: str = "en-US"
    key_url: str | None = None
    """Where one key goes that is pressed meanwhile; null: keys do nothing."""
    again_url: str | None = None
    """Fetched afterwards; null: the document itself, as a queue does and a conference does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMessage:
    """The caller hears words and a tone, and leaves a message."""

    say: str
    language: str
    action_url: str
    """Told when the message is over, and again when its recording is there."""
    most_s: int
    thanks: str
    """Said where nothing was left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectOutside:
    """The caller is connected to a number that is not ours."""

    number: str
    action_url: str
    ring_s: int
    from_: str | None = None
    """The number that is shown there; null: the caller's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveQueue:
    """The caller leaves the queue; the queue's ``action`` says what next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinConference:
    """The leg enters the call's conference."""

    conference: ConferenceName
    ends_on_exit: bool
    """True for the caller's leg, false for a rep's."""
    action_url: str
    events_url: str
    """The same for every leg: Twilio takes it from the first participant only."""
    wait_url: str
    label: str
    say: str | None = None
    """Before it enters."""
    language: str = "en-US"


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """The leg ends, perhaps after some words."""

    say: str | None = None
    language: str = "en-US"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCaller:
    """Words, and keys or speech for an answer; none in time is an answer too."""

    say: str
    language: str
    action_url: str
    keys: bool
    digits: int | None
    """How many keys end the answer; null: # or a pause does."""
    hints: tuple[str, ...] = ()
    """Words that may be said; none: speech is not listened to."""
    timeout_s: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectCall:
    """A call that rings is not answered: ``rejected`` or ``busy``."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldAndRetry:
    """A holding message, a pause, and the URL again: for when we cannot do better (Redis away, a fallback)."""

    say: str
    pause_s: int
    url: str
    language: str = "en-US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Words for one participant of a conference."""

    say: str
    language: str = "en-US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """An empty document: only where Twilio ignores the answer (``redirected``, status callbacks)."""


Intention = (
    AskCaller
    | RejectCall
    | WaitInQueue
    | KeepWaiting
    | TakeMessage
    | ConnectOutside
    | LeaveQueue
    | JoinConference
    | HangUp
    | HoldAndRetry
    | Announce
    | Nothing
)
