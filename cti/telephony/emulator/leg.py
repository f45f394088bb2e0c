"""One leg as the emulator knows it. Frozen; every change is a function from leg to leg. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from cti.telephony.emulator.twiml_model import InputKind, Subscription, Target
from cti.telephony.model import CallSid, LegStatus

Place = Literal["queue", "conference", "dial", "document", "none"]
NOBODY = CallSid("")
HEARD_LIMIT = 500
"""Lines kept of what a leg heard; older ones are forgotten."""


class HeardKind(StrEnum):
    """What a line of the transcript is."""

    SPEECH = "speech"
    SOUND = "sound"
    NOTICE = "notice"
    OWN = "own"
    """A key or words of the person with the leg, taken by a verb that listened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Something that a leg heard, or did."""

    at: datetime
    text: str
    kind: HeardKind
    language: str = "en-US"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSetup:
    """Where a leg's webhooks go: from its number, its TwiML App, or a REST update."""

    voice: Target | None = None
    fallback: Target | None = None
    status_callback: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One leg. ``sid`` never changes; a leg never leaves a status that is over."""

    sid: CallSid
    from_: str
    to: str
    created_at: datetime
    status: LegStatus = LegStatus.RINGING
    direction: str = "inbound"
    setup: VoiceSetup = field(default_factory=VoiceSetup)
    progress: Subscription | None = None
    """Where the steps of a leg that was dialled are told."""
    steps_told: int = 0
    extra_callbacks: tuple[Target, ...] = ()
    """Status callbacks given by REST updates."""
    number_sid: str = ""
    application_sid: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    """A device's own connect parameters."""
    updated_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ended_reason: str = ""
    queue: str = ""
    """Name of the queue it waits in."""
    conference: str = ""
    """Sid of the conference it is in."""
    queue_ms: int = 0
    """How long it waits before it is dialled; line time."""
    parent_sid: CallSid = NOBODY
    """The leg whose ``<Dial>`` called this one."""
    dialled: CallSid = NOBODY
    """The leg that its ``<Dial>`` calls."""
    bridged: bool = False
    """True while it talks with the leg that it called."""
    recording: str = ""
    """Sid of the recording that runs."""
    listening: tuple[InputKind, ...] = ()
    """What a verb of its document waits for: keys, words."""
    heard: tuple[Heard, ...] = ()
    errors: tuple[int, ...] = ()
    """Codes of the documents that failed, as Twilio's debugger would list them."""

    @property
    def over(self) -> bool:
        """True once the leg has ended."""
        return self.status.over

    @property
    def place(self) -> Place:
        """Where the leg is: in a queue, in a conference, on either side of a call to a number, in a document's sounds,
        or nowhere any more."""
        if self.over:
            return "none"
        if self.conference:
            return "conference"
        if self.dialled or self.parent_sid or self.is_called_now:
            return "dial"
        return "queue" if self.queue else "document"

    @property
    def is_device(self) -> bool:
        """True for a browser's own leg."""
        return self.from_.startswith("client:")

    @property
    def is_called_now(self) -> bool:
        """True while it waits to be dialled, or rings, and nobody has answered."""
        return self.direction != "inbound" and self.answered_at is None and not self.over

    @property
    def duration_s(self) -> int:
        """Whole seconds between answer and end; 0 while it lives or was never answered."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return round((self.ended_at - self.answered_at).total_seconds())


def answer(leg: Leg, at: datetime) -> Leg:
    """The leg is in progress; harmless when it was already."""
    if leg.status is not LegStatus.RINGING:
        return leg
    return replace(leg, status=LegStatus.IN_PROGRESS, answered_at=at, updated_at=at)


def end(leg: Leg, at: datetime, *, reason: str, unanswered: LegStatus = LegStatus.CANCELED) -> Leg:
    """The leg is over: ``completed`` when it was answered, else ``unanswered``. A leg that is over stays as it is."""
    if leg.over:
        return leg
    status = LegStatus.COMPLETED if leg.answered_at else unanswered
    over = replace(leg, status=status, ended_at=at, updated_at=at, ended_reason=reason)
    return vacant(over)


def dial(leg: Leg, at: datetime) -> Leg:
    """The leg's turn to be dialled has come; harmless when it had already."""
    if leg.status is not LegStatus.QUEUED:
        return leg
    return replace(leg, status=LegStatus.INITIATED, updated_at=at)


def ring(leg: Leg, at: datetime) -> Leg:
    """The telephone that it calls rings; harmless when it did already."""
    if leg.status is not LegStatus.INITIATED:
        return leg
    return replace(leg, status=LegStatus.RINGING, updated_at=at)


def vacant(leg: Leg) -> Leg:
    """The leg in no queue, conference, call or recording."""
    return replace(leg, queue="", conference="", dialled=NOBODY, bridged=False, recording="", listening=())


def hear(leg: Leg, line: Heard) -> Leg:
    """The leg hears one more line."""
    return replace(leg, heard=(*leg.heard[1 - HEARD_LIMIT :], line))
