"""What the floor can be asked: ``redis_matcher.py`` answers by scripts, ``matcher.py`` in plain Python, by one set of
rules."""

from __future__ import annotations

from typing import Protocol

from routing.model import (
    Ask,
    CallId,
    Consideration,
    InLine,
    Match,
    OfferId,
    Outcome,
    Profile,
    RepId,
    RepState,
    RepStatus,
    Staffing,
)


class Matcher(Protocol):
    """Lines, reservations and reps' readiness. Every method is one atomic step; the matches it made are returned, and
    whoever called takes them up at once. Those of ``drop_socket`` and ``check_presence``, which return none, have their
    ``match:`` deadline due at once instead. Raises NotReady (the floor is being rebuilt) and StaleVersion."""

    async def set_profile(self, profile: Profile, *, version: int) -> tuple[Match, ...]:
        """What a rep meets, from the active configuration; a ready rep is re-ranked and may take a waiting call."""

    async def set_status(self, rep: RepId, status: RepStatus, *, reason: str | None = None) -> tuple[Match, ...]:
        """AVAILABLE, AWAY or OFFLINE as the rep asks. While reserved, on a call or in wrap-up it is kept as
        ``next_status``; AVAILABLE during wrap-up ends the wrap-up."""

    async def touch_socket(self, rep: RepId, socket: str) -> tuple[Match, ...]:
        """A tab's socket answered: the rep is connected until 10 s from now at least."""

    async def drop_socket(self, rep: RepId, socket: str) -> None:
        """A tab's socket closed. Without another live one the rep is disconnected."""

    async def check_presence(self, rep: RepId) -> RepState | None:
        """A ``presence`` deadline is due: lost sockets, the 30 s to offline. Returns the state when an *offered* rep
        has been disconnected for 5 s, and the offer must move on."""

    async def claim(self, ask: Ask, *, version: int) -> Match | InLine:
        """Reserves the best ready rep for the call, or puts it in line. Asked again, it replaces the first ask; a call
        that is reserved already keeps its reservation (the Match is returned again)."""

    async def accept(self, offer: OfferId) -> bool:
        """The rep goes from reserved to on_call. False: the token is not this reservation's any more."""

    async def settle(self, offer: OfferId, outcome: Outcome) -> tuple[Match, ...]:
        """Ends a reservation (see Outcome) or, from on_call, an accepted one that never connected."""

    async def finish(self, offer: OfferId, *, wrap_up: bool) -> tuple[Match, ...]:
        """The conversation is over: the rep goes to wrap_up, or is free at once."""

    async def free(self, rep: RepId, call: CallId) -> tuple[Match, ...]:
        """After-call work for that call is over: the rep becomes what they asked for, or available (idle from now)."""

    async def leave(self, call: CallId) -> tuple[Match, ...]:
        """The call is gone from the floor; a rep reserved for it is available again with idle time kept."""

    async def wake(self, call: CallId) -> tuple[Match, ...]:
        """A ``wake`` deadline is due: the wait for a preferred rep, or a mark, may be over."""

    async def staffing(self, call: CallId) -> Staffing | None:
        """An ``unmet`` deadline is due: whether anybody on duty could take the call; null: it waits no more."""

    async def consider(self, ask: Ask, *, about: RepId | None = None) -> Consideration:
        """Who a claim would reserve now, with no effect; and how it stands with one rep."""

    async def rep(self, rep: RepId) -> RepState | None:
        """One rep's floor state; null for a rep never seen."""
