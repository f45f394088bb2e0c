"""What can be done to a call while it lives. Adapters: ``twilio_line.py`` (Twilio, or its emulator by base URL)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from cti.telephony.model import (
    CallSid,
    CommandResult,
    ConferenceName,
    Dialled,
    Leg,
    LiveConference,
    RecordingSid,
    Refused,
)


class Line(Protocol):
    """Every command is bounded by ``within_s`` (seconds, retries included) and returns a value, never an HTTP error."""

    async def move_call(self, sid: CallSid, url: str, *, within_s: float) -> CommandResult:
        """Makes the leg fetch ``url`` now, whatever it is doing (one REST update). Not repeated after a lost reply or
        5xx (``Refused.sent``): the caller of this method reads the conference first. 429 is repeated with jitter."""

    async def dial(
        self, to: str, from_: str, *, url: str, fallback_url: str, status_url: str, ring_s: int, within_s: float
    ) -> Dialled | Refused:
        """Calls a number (E.164) from one of ours; it rings for ``ring_s`` (5 to 600) at most, whoever answers fetches
        ``url`` (``fallback_url`` where that fails), and ``status_url`` is told each step: initiated, ringing,
        in-progress, and how it ended. Never repeated after a lost reply or 5xx (``Refused.sent``): the caller of this
        method looks at ``legs_to`` first. 429 is repeated with jitter."""

    async def end_call(self, sid: CallSid, *, within_s: float) -> CommandResult:
        """Hangs the leg up. Harmless when it is over: NotInProgress."""

    async def end_conference(self, name: ConferenceName, *, within_s: float) -> CommandResult:
        """Ends the conference by that name, if it is in progress; else NotInProgress."""

    async def announce(self, name: ConferenceName, sid: CallSid, url: str, *, within_s: float) -> CommandResult:
        """Plays a document to one participant."""

    async def leg(self, sid: CallSid) -> Leg | None:
        """The leg as Twilio sees it now; null when Twilio does not know it. Raises LineUnavailable."""

    async def legs_to(self, number: str) -> tuple[Leg, ...]:
        """Legs to that number (E.164) that are queued, ringing or in progress, each once; empty when there are none.
        Raises LineUnavailable."""

    async def recording(self, sid: RecordingSid) -> bytes | None:
        """A recording's sound, as WAV; null: Twilio has none by that name (any more). Raises LineUnavailable."""

    async def participants(self, name: ConferenceName) -> frozenset[CallSid]:
        """Legs in the live conference by that name; empty when there is none. Raises LineUnavailable."""

    def live_legs(self) -> AsyncIterator[Leg]:
        """Every leg that Twilio has in progress, queued or ringing, read in pages. Raises LineUnavailable."""

    def live_conferences(self, prefix: str) -> AsyncIterator[LiveConference]:
        """The conferences in progress whose names begin so, with their legs, read in pages. Raises LineUnavailable."""
