"""A TwiML document as typed, frozen verbs. Pure values; defaults are Twilio's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Where the events of a leg or a recording go, and which."""

    target: Target
    events: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DialNumber:
    """``<Dial><Number>``: an outside number is rung and, when somebody answers, talks with the leg."""

    number: str
    """E.164."""
    action: Target | None = None
    timeout_s: int = 30
    time_limit_s: int = 14400
    caller_id: str = ""
    """What the number sees; empty: the leg's own From."""
    hangup_on_star: bool = False
    progress: Subscription | None = None


Sound = Say | Play | Pause
InputKind = Literal["dtmf", "speech"]
ANY_KEY = "1234567890*#"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gather:
    """Keys or words are asked for while the prompts play; the action gets them."""

    action: Target
    inputs: tuple[InputKind, ...] = ("dtmf",)
    prompts: tuple[Sound, ...] = ()
    timeout_s: int = 5
    """Of silence: before the first input, and after each key."""
    speech_timeout_s: float = 5
    """Of silence after words, before they count as said."""
    finish_on_key: str = "#"
    """Empty: no key ends it."""
    num_digits: int | None = None
    action_on_empty_result: bool = False
    barge_in: bool = True
    """False: words do not stop a prompt. A key always does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the person says is recorded; the action gets where it is."""

    action: Target
    timeout_s: int = 5
    """Of silence, which ends it."""
    finish_on_key: str = ANY_KEY
    max_length_s: int = 3600
    play_beep: bool = True
    trim: bool = True
    """Silence before and after the words is left out."""
    status: Subscription | None = None


AnsweringVerb = Sound | Hangup | Enqueue | DialConference | DialNumber | Gather | Record
"""Verbs that answer a ringing call."""
Verb = AnsweringVerb | Redirect | Leave | Reject


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
