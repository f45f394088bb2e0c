"""What Twilio's door needs from the house: somebody who handles calls, and a ledger of answers already given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from cti.calls.events import CallArrived
from cti.calls.line_events import WaitView
from cti.calls.model import Call
from cti.telephony.model import CallSid, LegStatus, RecordingSid
from routing.model import CallId, OfferId, RepId

ParticipantChange = Literal["join", "leave", "end"]
"""``end`` is the whole conference's; its leg is the one that ended it, when Twilio says."""


class CallHandler(Protocol):
    """Turns Twilio's requests into events of calls. Every method is idempotent by the call's state, and may raise: the
    caller then hears a holding message and is tried again, and a status callback is answered 503."""

    async def arrive(self, arrived: CallArrived) -> Call:
        """Opens the call or finds it; returns after the look-up or its deadline, whichever is first."""

    async def called_leg(self, leg: CallSid) -> Call | None:
        """The call that a leg which we dialled belongs to; null: none."""

    async def called(self, call: CallId, leg: CallSid) -> Call | None:
        """A caller who was called back has answered, and that leg asks what to do. Null: the call is unknown."""

    async def callback_asked(self, call: CallId) -> Call | None:
        """The caller pressed the key to be called back. Null: the call is unknown."""

    async def voicemail(self, call: CallId, recording: RecordingSid, seconds: int) -> Call | None:
        """The caller left a message. Null: the call is unknown."""

    async def outside_ended(self, call: CallId, *, answered: bool) -> Call | None:
        """The connection to an outside number is over (``answered``), or did not come about. Null: the call is
        unknown."""

    async def wait_turn(self, call: CallId, arrived_ms: int, version: int, leg: CallSid) -> WaitView:
        """The wait document is fetched by that leg: re-asserts the call (``arrived_ms`` and ``version`` are vouched for
        by Twilio's signature of the URL)."""

    async def menu_answered(self, call: CallId, turn: int, digits: str, speech: str) -> Call | None:
        """The caller answered the menu that they heard as that turn; both empty: not in time. Null: the call is
        unknown."""

    async def queue_left(self, call: CallId, result: str, leg: CallSid) -> Call | None:
        """Twilio's queue let the caller go; its word for why. Never asked about ``redirected``, our own doing. The
        answer is by the state returned; null: the call is unknown."""

    async def join_fetched(self, call: CallId, attempt: int) -> Call | None:
        """The join document is fetched: acknowledges the REST update of that attempt. Null: the call is unknown."""

    async def rep_connects(self, offer: OfferId, rep: RepId, leg: CallSid) -> Call | None:
        """A rep's browser connects. Null: no accepted offer of this rep, or another live leg has it: hung up."""

    async def participant(
        self, call: CallId, offer: OfferId | None, what: ParticipantChange, leg: CallSid | None, reason: str | None
    ) -> None:
        """A leg entered or left the conference that was opened for that offer, or the conference ended; Twilio's word
        for why."""

    async def leg_status(self, leg: CallSid, status: LegStatus, seq: int | None) -> None:
        """A leg's status callback (a number's own carries no SequenceNumber)."""

    async def dial_ended(self, call: CallId, leg: CallSid, status: LegStatus) -> Call | None:
        """A leg's ``<Dial>`` is over, and the leg with it or not; what a live one does next is by the state returned.
        Null: the call is unknown."""


# What the ledger says about a request.


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """Nobody has answered this request; the asker does now, and must ``finish`` or ``abandon``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """This request was answered: the same again."""

    text: str


Entry = New | Answered


class Ledger(Protocol):
    """Remembers the answers given, so that a repeated delivery gets the stored one. Raises LedgerUnavailable."""

    async def begin(self, key: str) -> Entry:
        """Claims the request for a few seconds. While another holds it, waits for that answer; a holder that died
        is succeeded when its claim has run out."""

    async def finish(self, key: str, text: str, *, keep_s: int) -> None:
        """Stores the answer for ``keep_s`` seconds, and lets those go on who wait for it."""

    async def abandon(self, key: str) -> None:
        """Gives the claim back: there is no answer worth repeating."""
