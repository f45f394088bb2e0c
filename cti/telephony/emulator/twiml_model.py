"""A TwiML document as typed, frozen verbs. Pure values; defaults are Twilio's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL to request and how. Absolute once it stands in a document that was read."""

    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Words, spoken ``loop`` times; 0 is until interrupted."""

    text: str
    language: str = "en-US"
    loop: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """A sound file, played ``loop`` times; 0 is until interrupted."""

    url: str
    loop: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Silence, seconds. As the first verb it leaves the call ringing."""

    length: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Control passes to another document."""

    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup:
    """The leg ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """The leg leaves its queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """An unanswered call is refused; ``rejected`` or ``busy``."""

    reason: str = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueue:
    """The leg waits in a queue."""

    name: str
    action: Target | None = None
    wait: Target | None = None
    max_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceCallback:
    """Where a conference's events go, and which; taken from its first participant only."""

    target: Target
    events: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DialConference:
    """``<Dial><Conference>``: the leg talks in a conference."""

    name: str
    action: Target | None = None
    time_limit_s: int = 14400
    muted: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    wait: Target | None = None
    silent: bool = False
    """``waitUrl=""``: nothing is played while waiting."""
    max_participants: int = 250
    callback: ConferenceCallback | None = None
    label: str | None = None


Sound = Say | Play | Pause
Verb = Sound | Redirect | Hangup | Leave | Reject | Enqueue | DialConference


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that keeps all of Twilio's rules for what it was fetched for."""

    verbs: tuple[Verb, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a document cannot be carried out: Twilio's error code, where, and one line for the person who mends it."""

    code: int
    url: str
    message: str
