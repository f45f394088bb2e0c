"""What a call's life needs from outside, beyond the matcher, the line and the CRM."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from cti.calls.step import Limits
from cti.calls.views import Staff
from routing.config import Announcing
from routing.facts import CallerFacts, CallFacts
from routing.model import CallId, Demand, Match, QueueId, RepId
from routing.plan import Course


class CallUrls(Protocol):
    """Where Twilio is sent; absolute URLs under the public one."""

    def join(self, call: CallId, attempt: int) -> str:
        """The caller's way into the conference."""

    def back(self, call: CallId) -> str:
        """The caller's way back into the queue."""

    def called(self, call: CallId) -> str:
        """What a caller hears who was called back and has answered."""

    def fallback(self) -> str:
        """Where a leg goes whose document could not be had."""

    def status(self) -> str:
        """Where a leg's status is told."""

    def one_moment(self, language: str | None) -> str:
        """Words for a caller whose rep is coming back."""


class Rules(Protocol):
    """The active configuration, as a call needs it."""

    @property
    def version(self) -> int:
        """Of the demand table: what claims are computed for."""

    @property
    def asks_for_last(self) -> bool:
        """A rule or a preference wants to know who last spoke with the caller."""

    @property
    def asks_for_attempts(self) -> bool:
        """A rule wants to know how often the caller has tried in vain."""

    def line_language(self, to: str) -> str | None:
        """Of callers of that number of whom none is known; null: that of the country of theirs."""

    def decide(
        self,
        call: CallFacts,
        caller: CallerFacts,
        now_ms: int,
        *,
        arrived_ms: int,
        asked: Collection[str] = (),
        version: int | None = None,
    ) -> Course:
        """The first rule that is true, resolved; steps are measured from ``arrived_ms``; ``asked``: the rules whose
        question the caller has heard; ``version``: that the call began with, null: it begins. Pure."""

    def limits(self, queue: QueueId | None) -> Limits:
        """Offer and wrap-up time of a queue in the active version."""

    def announcing(self, queue: QueueId | None, language: str | None) -> Announcing:
        """What a caller of that language who waits in that queue is told, in the active version."""

    def staff(self) -> Staff:
        """What views need to know of the reps."""

    async def refresh(self) -> None:
        """The floor has another version: read it again."""

    async def register(self, demands: Iterable[Demand]) -> tuple[Match, ...]:
        """Puts those that the table lacks into it; what came of it."""


class Memory(Protocol):
    """What SQL remembers about earlier calls, for rules that ask."""

    async def last_rep(self, number: str) -> RepId | None:
        """Who last spoke with that caller."""

    async def attempts(self, number: str, since_ms: int) -> int:
        """How often that number has called since then without reaching anybody."""
