"""What can happen to a call: past-tense facts, a closed union. Late, repeated and out-of-order ones are normal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cti.calls.model import Caller
from cti.telephony.model import CallSid, CommandResult, LegStatus, RecordingSid
from routing.expected_wait import WaitRange
from routing.model import Match, OfferId, RepId
from routing.plan import Plan, Question, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived:
    """Twilio asks what to do with a new call. Opens the call; not an input of ``step``."""

    sid: CallSid
    from_: str
    to: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """The caller was looked up (or not, in time) and the rules gave a plan."""

    caller: Caller
    plan: Plan
    language: str | None = None
    place_ms: int | None = None
    """The arrival of an earlier call whose place this one takes over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The rules want to know something from the caller first."""

    caller: Caller
    question: Question
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """The rules refuse the call."""

    caller: Caller
    refusal: Refusal
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuAnswered:
    """The caller pressed keys or spoke, or did neither in time."""

    turn: int
    """Of the question that was heard: a late or repeated one is old news."""
    digits: str = ""
    speech: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerLearned:
    """The CRM answered late, or the rep chose among several contacts. ``plan``: the rules run once more, for a call
    that still waits."""

    caller: Caller
    plan: Plan | None = None
    language: str | None = None
    """The caller's, where the rules have run once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepMatched:
    """The matcher reserved a rep for this call."""

    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorForgot:
    """The wait document was fetched for a waiting call that stands in no line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortStaffed:
    """Nobody on duty could ever take the call as it is."""

    step: int
    """How many steps had been applied when that was found."""
    gone: bool = False
    """Nobody who serves its queues is on duty, or at least away."""
    skip: bool = False
    """As of a step that is due, for the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFull:
    """As many callers wait as the queue takes."""

    step: int
    """As of ``ShortStaffed``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitTold:
    """The wait document is about to tell the caller how long the wait will probably be."""

    range: WaitRange
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft:
    """Twilio's queue let the caller go; its word for why."""

    result: str
    leg: CallSid | None = None
    """Whose leg; null: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackAsked:
    """The caller pressed the key: to be called back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackCancelled:
    """Somebody of ours says that the caller need not be called back; ``by``: who."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTaken:
    """Another call of that caller is to be called back: one is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerCameBack:
    """Who was to be called back has called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDialled:
    """Twilio has taken the call to the caller's telephone."""

    attempt: int
    leg: CallSid


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRings:
    """The telephone of a caller who is called back rings: Twilio has not kept the call back any longer."""

    leg: CallSid


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAnswered:
    """The caller has answered, and the leg asks what to do."""

    leg: CallSid


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailLeft:
    """The caller's message is there."""

    recording: RecordingSid
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideEnded:
    """The connection to an outside number is over, or did not come about."""

    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted:
    """A rep's tab (``client_id``) accepted."""

    offer: OfferId
    rep: RepId
    client_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined:
    """A rep declined."""

    offer: OfferId
    rep: RepId
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepVanished:
    """A rep with an open offer has been disconnected for 5 s."""

    offer: OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class RepLegArrived:
    """An accepted rep's browser connected: its leg asks what to do."""

    offer: OfferId
    rep: RepId
    leg: CallSid


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinFetched:
    """Twilio fetched the join document for the caller's leg: the update was carried out."""

    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantJoined:
    """A leg is in the call's conference."""

    leg: CallSid
    offer: OfferId | None = None
    """As of ``ParticipantLeft``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantLeft:
    """A leg is no longer in the call's conference."""

    leg: CallSid
    offer: OfferId | None = None
    """The offer that the conference was opened for; null: not known. Late news of an earlier one is old news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded:
    """A leg is over: a status callback, the end of its ``<Dial>``, or the reconciler's look at Twilio."""

    leg: CallSid
    status: LegStatus | None = None
    """How; null: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpAsked:
    """The rep pressed End."""

    rep: RepId


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpFiled:
    """The rep filed the after-call work; also after its deadline."""

    rep: RepId
    disposition: str
    notes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpSkipped:
    """The rep became available before the after-call work was filed."""

    rep: RepId


DeadlineKind = Literal["menu", "team", "offer", "connect", "return", "look", "wrap_up", "step", "max_wait", "callback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePassed:
    """One of the call's own deadlines is due."""

    kind: DeadlineKind
    skip: bool = False
    """A step whose ``skip_if`` is true now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSettled:
    """A line effect came to this; ``None`` where there is nothing more to say than that it is over."""

    id: int
    result: CommandResult | None = None


Event = (
    Routed
    | Asked
    | Blocked
    | MenuAnswered
    | CallerLearned
    | RepMatched
    | FloorForgot
    | ShortStaffed
    | QueueFull
    | WaitTold
    | QueueLeft
    | CallbackAsked
    | CallbackCancelled
    | NumberTaken
    | CallerCameBack
    | CustomerDialled
    | CustomerRings
    | CustomerAnswered
    | VoicemailLeft
    | OutsideEnded
    | OfferAccepted
    | OfferDeclined
    | RepVanished
    | RepLegArrived
    | JoinFetched
    | ParticipantJoined
    | ParticipantLeft
    | LegEnded
    | HangUpAsked
    | WrapUpFiled
    | WrapUpSkipped
    | DeadlinePassed
    | EffectSettled
)
