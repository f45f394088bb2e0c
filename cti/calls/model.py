"""What a call is. Frozen values; times are Redis time in ms since the Unix epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from crm_adapter.model import Contact, Quality
from cti.calls.effects import Pending
from cti.telephony.model import CallSid, ConferenceName, RecordingSid
from routing.expected_wait import Truth, WaitRange
from routing.model import CallId, Decision, OfferId, QueueId, RepId
from routing.plan import Plan, Question, Refusal

CONFERENCE_PREFIX = "conference-"
"""Of the names of our conferences: the account may have others."""


class CallState(StrEnum):
    """Where a call is in its life. A call never leaves ENDED."""

    ARRIVING = "arriving"
    """Answered with nothing yet: the caller is being looked up."""
    ASKING = "asking"
    """The caller hears a menu."""
    WAITING = "waiting"
    OFFERED = "offered"
    CONNECTING = "connecting"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    LATER = "later"
    """To be called back, and not in line until then."""
    DIVERTED = "diverted"
    """Off the floor, the caller still on the line: leaves a message, or is connected to an outside number."""
    ENDED = "ended"


class CallerMatch(StrEnum):
    """What the CRM made of the caller's number."""

    ONE = "one"
    MANY = "many"
    NONE = "none"
    UNAVAILABLE = "unavailable"
    WITHHELD = "withheld"


class EndReason(StrEnum):
    """Why a call ended."""

    COMPLETED = "completed"
    """Talked, then somebody hung up."""
    ABANDONED = "abandoned"
    """The caller left before talking to anybody."""
    NOBODY_FREE = "nobody_free"
    """``max_wait`` was reached, or the plan said ``hang_up``."""
    LOST = "lost"
    """Twilio ended it and told us late or never."""
    BLOCKED = "blocked"
    """A rule refused the call."""
    FAILED = "failed"
    """Ended on our side before anybody talked."""
    VOICEMAIL = "voicemail"
    """The caller left a message."""
    FORWARDED = "forwarded"
    """The caller was connected to an outside number."""
    UNREACHED = "unreached"
    """To be called back, and did not answer as often as was tried, or nobody was free in time."""
    MERGED = "merged"
    """Another call of the same caller has this one's place."""
    CANCELLED = "cancelled"
    """Somebody of ours said that the caller need not be called back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who is calling, as far as is known."""

    match: CallerMatch
    number: str | None = None
    """E.164; null when withheld or not a number."""
    contacts: tuple[Contact, ...] = ()
    chosen: bool = False
    """The rep said who it is: a look-up that ends later does not change it."""

    @property
    def sure(self) -> tuple[Contact, ...]:
        """Without suggestions, which are only shown; what the rep has chosen is sure."""
        if self.chosen:
            return self.contacts
        return tuple(one for one in self.contacts if one.quality is not Quality.SUGGESTION)

    @property
    def contact(self) -> Contact | None:
        """Who it is, where that is known."""
        return self.sure[0] if len(self.sure) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One rep asked, or talking, or wrapping up."""

    id: OfferId
    rep: RepId
    decision: Decision
    made_ms: int
    expires_ms: int
    client_id: str | None = None
    """The tab that accepted."""
    accepted_ms: int | None = None
    rep_leg: CallSid | None = None
    rep_in: bool = False
    """The rep's leg is in the conference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The one REST update that takes the caller's leg to the conference: which attempt, and how far it has got."""

    attempt: int
    """Counted over the call's life, so that the document of an earlier connection is told from this one's."""
    fetched: bool = False
    """The join document was fetched: Twilio has carried an update out."""
    refused: bool = False
    """REST stays refused: the next wait document answers ``<Leave/>``, and the queue's action joins."""


CallbackReason = Literal["key", "hang_up", "plan", "scheduled"]
"""Why a caller is called back: pressed a key, hung up where that is enough, the plan said so, or somebody of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """The caller is called back: the place in line stays, and a rep who accepts has the caller's telephone ring."""

    number: str
    """E.164."""
    promised_ms: int
    """When, or for when, it was promised."""
    why: CallbackReason
    attempts: int = 0
    """How often a rep was there and the number was to be dialled."""
    tries: int = 0
    """How often it has rung, or would have: Twilio took the call."""
    leg: CallSid | None = None
    """The leg that rings, or that the caller has answered; null: none."""
    answered: bool = False
    """The caller is on that leg."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voicemail:
    """A message that the caller left."""

    recording: RecordingSid
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldWait:
    """How long the caller was told that the wait will probably be."""

    at_ms: int
    queue: QueueId
    """Where the call stood."""
    range: WaitRange

    def truth(self, answered_ms: int) -> Truth:
        """Where the answer fell."""
        return self.range.truth(answered_ms - self.at_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    """What the rep filed."""

    disposition: str
    notes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One caller's visit, from the first webhook to the filed wrap-up."""

    id: CallId
    sid: CallSid
    from_: str
    """As Twilio sent it: a number, or any text."""
    to: str
    arrived_ms: int
    state: CallState
    since_ms: int
    caller: Caller
    facts: Mapping[str, str] = field(default_factory=dict)
    """Further facts of the arrival that rules may use (``stir``, ``country``, ``forwarded_from``)."""
    language: str | None = None
    """The caller's, BCP 47: what prompts are spoken in. Null: not known."""
    question: Question | None = None
    """What the caller is being asked."""
    tries: int = 0
    """How often that was asked."""
    turn: int = 0
    """Of the last question that the caller heard, counted over the call's life."""
    asked: tuple[str, ...] = ()
    """The rules whose question is over, answered or not."""
    asked_by: int | None = None
    """The version of the configuration that asked."""
    answers: tuple[str, ...] = ()
    """What the caller chose in menus, first answer first."""
    refusal: Refusal | None = None
    """How the call was refused."""
    plan: Plan | None = None
    step: int = 0
    """How many of the plan's steps have been applied."""
    team_over: bool = False
    """The time in which only the preferred rep's team may take the call is over."""
    queue: QueueId | None = None
    """Where it waits or waited: the plan's queue, or where a step moved it."""
    exhausted: bool = False
    """The plan has run out while an offer was open: the call ends unless that offer is accepted."""
    ending: str | None = None
    """How it ends then, as of a step's ``then``; null: with the apology."""
    callback: Callback | None = None
    diversion: str | None = None
    """What the caller does off the floor, as of a step's ``then``: ``voicemail`` or ``dial:{E.164}``."""
    voicemail: Voicemail | None = None
    place_ms: int | None = None
    """The arrival that counts for the place in line, where the caller has waited before; null: this call's."""
    told: ToldWait | None = None
    """The first range that the caller was told before anybody answered; each is in the time line."""
    offer: Offer | None = None
    move: Move | None = None
    moves: int = 0
    """How many times the caller was to be moved: the number of the last attempt."""
    caller_in: bool = False
    """The caller's leg is in the conference."""
    answered_ms: int | None = None
    """When both legs were in for the first time: *the answer* for every figure."""
    returning: bool = False
    """CONNECTING again because a browser's leg was lost in the middle of the talk."""
    talked_with: RepId | None = None
    """The rep whose leg was lost in the middle of the talk and did not come back: preferred from then on."""
    talked_ms: int = 0
    """How long that talk was: the wait's clock stood still meanwhile."""
    deadlines: Mapping[str, int] = field(default_factory=dict)
    """kind → due ms; kept in the floor's sorted set by the script that saves the call."""
    effects: tuple[Pending, ...] = ()
    """Commands beyond the floor that are not known to be done."""
    next_effect: int = 1
    end_reason: EndReason | None = None
    ended_by: str | None = None
    """``caller`` · ``rep`` · ``system``."""
    ended_ms: int | None = None
    """When the conversation, or the waiting, was over (before after-call work)."""
    wrap_up: WrapUp | None = None
    gone_legs: tuple[CallSid, ...] = ()
    """Rep legs that are over: what still arrives about them is old news."""
    rang: tuple[RepId, ...] = ()
    """Reps the call was offered to, in order."""

    @property
    def caller_leg(self) -> CallSid | None:
        """Where the caller is, or rings; null: to be called back, and not dialled now."""
        return self.sid if self.callback is None else self.callback.leg

    @property
    def on_line(self) -> bool:
        """The caller is there, and need not be dialled."""
        return self.callback is None or self.callback.answered

    @property
    def conference(self) -> ConferenceName:
        """The conference this call talks in."""
        return ConferenceName(f"{CONFERENCE_PREFIX}{self.id}")


def call_id_of(sid: CallSid) -> CallId:
    """The call's id derives from its first leg's CallSid, so that opening it twice is harmless."""
    return CallId("c" + sid[2:].lower())


def sid_of(call: CallId) -> CallSid:
    """The first leg of a call: the inverse of ``call_id_of``."""
    return CallSid("CA" + call[1:])
