"""What a step wants done, as imperatives.

*Floor effects* happen inside the one script that saves the call: with it, or not at all, in the order given.
*Line effects* need Twilio, a CRM or the rules: they are stored with the call under an id until their result is saved,
and anybody may run one again after its lease. Each therefore states the precondition that is checked first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cti.telephony.model import CallSid
from routing.model import Ask, OfferId, Outcome, RepId

# -- on the floor -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterLine:
    """Claims the best ready rep, or puts the call in line. A call that is reserved keeps its reservation."""

    ask: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveLine:
    """The call is gone from the floor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmOffer:
    """The reservation stands until the offer ends. Precondition: its token is still the call's."""

    offer: OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOffer:
    """The rep goes on the call. Precondition as above."""

    offer: OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleOffer:
    """The reservation, or the connection after it, ends without a conversation."""

    offer: OfferId
    outcome: Outcome
    leaves: bool = False
    """The call ends with it, and looks for nobody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishOffer:
    """The conversation is over; the rep goes to after-call work."""

    offer: OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeRep:
    """After-call work is over, unless the rep has left it already."""

    rep: RepId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowScreenPop:
    """Caller, call and decision go to the rep's desk."""

    rep: RepId


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOfferEnded:
    """The rep's desk learns how the offer ended."""

    rep: RepId
    offer: OfferId
    outcome: Literal["accepted", "declined", "expired", "caller_left", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCallState:
    """The rep's desk learns the call's new state."""

    rep: RepId


@dataclass(frozen=True, slots=True, kw_only=True)
class TellCallerUpdated:
    """The rep's desk learns more about the caller."""

    rep: RepId


FloorEffect = (
    EnterLine
    | LeaveLine
    | ConfirmOffer
    | AcceptOffer
    | SettleOffer
    | FinishOffer
    | FreeRep
    | ShowScreenPop
    | TellOfferEnded
    | TellCallState
    | TellCallerUpdated
)

# -- beyond the floor -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteCall:
    """Looks the caller up and runs the rules. Precondition: the call is still arriving."""

    kind: Literal["route"] = "route"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCaller:
    """Takes the caller's leg from the queue to the conference, by one REST update.

    Precondition: the call is connecting, the join document of this attempt was not fetched, and the caller is not among
    the conference's participants.
    """

    attempt: int
    kind: Literal["move"] = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialCustomer:
    """Has the telephone ring of a caller who is to be called back.

    Precondition: the call is connecting, and this is its attempt; before any repeat, too, that no leg to that number is
    ringing or answered.
    """

    attempt: int
    kind: Literal["dial"] = "dial"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCaller:
    """Takes the caller's leg out of a conference where nobody answers, back to the queue.

    Precondition: the call waits, is offered or diverted; before any repeat, too, that the caller is among the
    conference's participants.
    """

    kind: Literal["return"] = "return"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskTwilio:
    """Reads the caller's leg at Twilio: is it over? Precondition: the call has not ended."""

    kind: Literal["ask"] = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndLeg:
    """Hangs one leg up. Harmless when it is over."""

    sid: CallSid
    kind: Literal["end_leg"] = "end_leg"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndConference:
    """Ends the call's conference, and with it every leg in it. Harmless when there is none."""

    kind: Literal["end_conference"] = "end_conference"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceOneMoment:
    """Tells the caller, alone in the conference, that the rep is coming back. Precondition: still so."""

    kind: Literal["announce"] = "announce"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookInside:
    """Reads who is in the conference, for joins whose callbacks were lost. Precondition: the call is connecting."""

    kind: Literal["look"] = "look"


LineEffect = (
    RouteCall
    | MoveCaller
    | DialCustomer
    | ReturnCaller
    | AskTwilio
    | EndLeg
    | EndConference
    | AnnounceOneMoment
    | LookInside
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A line effect that is not known to be done."""

    id: int
    effect: LineEffect
    tries: int = 0
