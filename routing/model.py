"""The words of routing as frozen values. Nothing here reads a clock, a network or a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NewType

RepId = NewType("RepId", str)
QueueId = NewType("QueueId", str)
SkillName = NewType("SkillName", str)
CallId = NewType("CallId", str)
"""Names a call for the matcher; chosen by whoever asks. Also breaks the last tie, by code point."""
OfferId = NewType("OfferId", str)
"""Names one reservation of one rep for one call, and is its token: whoever accepts, declines or expires shows it."""
DemandId = NewType("DemandId", str)


class RepStatus(StrEnum):
    """What a rep is doing. The first four are *on duty*; only a connected AVAILABLE rep is *ready*."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    AWAY = "away"
    NOT_RESPONDING = "not_responding"
    OFFLINE = "offline"


class Strategy(StrEnum):
    """Who of the free and qualified is asked first. Equal in all that is compared: the lower rep id by code point."""

    BEST_FIT = "best_fit"
    """The highest fit, then the longest idle."""
    LONGEST_IDLE = "longest_idle"
    ROUND_ROBIN = "round_robin"
    """The longest since the last offer of a call of this queue; never asked goes first."""
    LEAST_OCCUPIED = "least_occupied"
    """The lowest (talk + wrap-up) / time on duty over the 60 minutes before the rep last became ready, in whole per
    mille, then the longest idle."""
    LEAST_FLEXIBLE = "least_flexible"
    """Meets the fewest demands of the configuration, then the highest fit, then the longest idle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a call asks of a rep at one moment: a queue, needs (least levels) and prefers (weights)."""

    queue: QueueId
    also: tuple[QueueId, ...] = ()
    """Further queues whose reps may take the call, sorted; the line and the strategy stay the first one's."""
    needs: tuple[tuple[SkillName, int], ...] = ()
    """(skill, least level 1 to 10), sorted by skill."""
    prefers: tuple[tuple[SkillName, int], ...] = ()
    """(skill, weight 1 to 100), sorted by skill."""
    strategy: Strategy = Strategy.BEST_FIT
    team: str | None = None
    """Only reps of that team may take the call."""

    @property
    def wanted(self) -> tuple[str, ...]:
        """Names what a rep must have, for counters and explanations: ``support>=3``, ``team=sales-pl``."""
        skills = (f"{skill}>={least}" for skill, least in self.needs)
        return (*skills, *(() if self.team is None else (f"team={self.team}",)))

    @property
    def queues(self) -> tuple[QueueId, ...]:
        """Whose reps may take the call."""
        return (self.queue, *self.also)

    @property
    def served(self) -> str:
        """Names these queues in counters: ``support``, ``support+sales``."""
        return "+".join(self.queues)

    @property
    def id(self) -> DemandId:
        """The same words give the same id in every process and version: 16 hex digits of their SHA-256."""
        words: tuple[object, ...] = (self.queue, self.needs, self.prefers)
        if self.also or self.strategy is not Strategy.BEST_FIT:
            words = (*words, self.also, self.strategy.value)
        if self.team is not None:
            words = (*words, "team", self.team)
        return DemandId(hashlib.sha256(repr(words).encode()).hexdigest()[:16])


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Which demands one rep meets and how well: computed once per configuration, stored with the rep's floor state."""

    rep: RepId
    fits: Mapping[DemandId, int]
    """demand → fit, a whole number from 0 to 999,999; a demand that the rep does not meet is absent."""
    ranked: Mapping[DemandId, tuple[Strategy, QueueId]] = field(default_factory=dict)
    """Of the demands above, those whose strategy is not the best fit: it, and the queue whose offers it looks at."""
    flexibility: int = 0
    """How many demands of the configuration the rep meets."""
    tallies: frozenset[str] = frozenset()
    """Counters this rep adds to while on duty, for explanations: ``queue`` and ``queue/skill>=level``."""
    levels: Mapping[SkillName, int] = field(default_factory=dict)
    """Of the skills that these demands ask for, those that the rep has: what the fits are made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """The rep a call would rather have, already resolved to an id."""

    rep: RepId
    until_ms: int
    """Until then (Redis time, ms) only this rep may take the call, while on duty and busy."""
    waived: bool = False
    """True: queue and needs are waived for this rep alone (``must_qualify: false``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One call's request for a rep; entering the line twice with the same call replaces the first."""

    call: CallId
    demand: Demand
    priority: int = 0
    """Strict, 0 to 1,000; higher first."""
    counted_from_ms: int
    """Arrival minus head start, ms since the Unix epoch: the order within a priority."""
    arrived_ms: int | None = None
    """When the call arrived, for views; null: it counts from its first ask."""
    prefer: Preference | None = None
    max_size: int | None = None
    """With this many others in its queue that no rep has taken, a call that comes anew is told that the queue is full;
    null: any number."""
    off_line: bool = False
    """The caller is to be called back, and so takes no room in the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """Who could take a waiting call."""

    unmet: bool
    """Nobody on duty ever could."""
    gone: bool
    """Nobody who serves its queues is on duty, or at least away for a while."""


class Outcome(StrEnum):
    """How an offer (or the connection after it) ended without a conversation, and so what becomes of the rep."""

    DECLINED = "declined"
    """Rep available again, idle time kept, marked for this call; the call is matched again."""
    EXPIRED = "expired"
    """Rep not_responding, marked for this call; the call is matched again."""
    VANISHED = "vanished"
    """The rep's browsers went away: as DECLINED, but the rep stays disconnected."""
    SOFTPHONE = "softphone"
    """The rep's leg never came: not_responding with reason ``softphone``, marked; the call is matched again."""
    LOST_LEG = "lost_leg"
    """The rep's leg was lost in the middle of the talk and did not come back: not_responding with reason ``softphone``,
    no mark; the call is matched again, this rep preferred."""
    WITHDRAWN = "withdrawn"
    """Rep available again, idle time kept, no mark; the call is matched again."""
    CALLER_LEFT = "caller_left"
    """Rep available again, idle time kept; the call is gone from the floor."""


def shallow(value: Any) -> dict[str, Any]:
    """A dataclass with slots as a dictionary, one level deep: ``asdict`` copies all that is below, at ten times the
    cost."""
    return {name: getattr(value, name) for name in value.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why a call went where it went, from the very values the claim used."""

    demand: DemandId
    queue: QueueId
    chosen: RepId | None = None
    how: str
    """``preferred`` · ``only_one`` · what told the first from the second: ``best_fit`` · ``longest_idle`` ·
    ``round_robin`` · ``least_occupied`` · ``least_flexible`` · ``lowest_id`` · ``freed`` (a rep became ready and took
    this call) · ``in_line`` (nobody)."""
    version: int = 0
    """Of the demand table: the skills and queues that counted."""
    strategy: Strategy = Strategy.BEST_FIT
    fit: int | None = None
    idle_ms: int | None = None
    rank: int | None = None
    """What the strategy looked at beyond those two, where it chose: ms since the last offer in the queue (null: never
    asked) · per mille occupied · demands met."""
    on_duty: int = 0
    """Reps on duty who serve the queue."""
    qualified: int = 0
    """Of these, how many meet the needs."""
    free: int = 0
    """Of these, how many were ready at that moment."""
    away: int = 0
    """Reps who would meet the demand but are away or not responding."""
    declined: int = 0
    """Reps passed over because they declined or missed this call."""
    lacking: Mapping[str, int] = field(default_factory=dict)
    """need (``skill>=level``) → reps on duty in the queue who lack it."""
    prefer: str | None = None
    """What became of the preferred rep: ``taken`` · ``waiting`` · ``offline`` · ``away`` · ``busy`` · ``declined`` ·
    ``not_qualified`` · ``unknown``; null when none was named."""
    served: str = ""
    """As of the demand, like what follows: the queues whose reps counted. Empty: not recorded."""
    needs: tuple[tuple[SkillName, int], ...] = ()
    prefers: tuple[tuple[SkillName, int], ...] = ()
    team: str | None = None
    levels: Mapping[SkillName, int] = field(default_factory=dict)
    """The chosen rep's, of the skills that these name; one that is not there is 0."""
    second: RepId | None = None
    """Who would have been chosen else, where a strategy chose."""
    preferred: RepId | None = None
    """Whom the call would rather have had; ``prefer`` says what became of them."""

    @property
    def queues(self) -> tuple[QueueId, ...]:
        """Whose reps could take the call."""
        return tuple(map(QueueId, self.served.split("+"))) if self.served else ()

    @property
    def asked(self) -> Demand | None:
        """What the call asked; null where an earlier release did not record it."""
        if not self.served:
            return None
        return Demand(
            queue=self.queue,
            also=self.queues[1:],
            needs=self.needs,
            prefers=self.prefers,
            strategy=self.strategy,
            team=self.team,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands with one rep for one call."""

    status: RepStatus
    reason: str | None
    connected: bool
    fit: int | None
    """Null: does not meet what the call asks."""
    barred: bool
    """Declined or missed this call."""
    held: bool
    """The call is kept for another rep."""
    rank: int | None
    """Place among the free who meet it, 0 first; null: not free, or does not meet it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consideration:
    """Who would get a call now."""

    decision: Decision
    rep: Standing | None = None
    """Of the rep that was asked about; null: nobody was, or the floor has never seen them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A rep reserved for a call by one script. Unconfirmed, it is taken over after 1 s and released after 2 s."""

    call: CallId
    rep: RepId
    offer: OfferId
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class InLine:
    """The call stands in a line; some later event of the floor will match it."""

    call: CallId
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class RepState:
    """One rep's floor state as the matcher holds it. Times are Redis time in ms since the Unix epoch."""

    rep: RepId
    status: RepStatus
    since_ms: int
    connected: bool
    reason: str | None = None
    """Why: ``lunch``…, ``missed``, ``softphone``, ``disconnected``; null when it explains itself."""
    next_status: RepStatus | None = None
    """What the rep asked to become after this call (AVAILABLE, AWAY or OFFLINE)."""
    idle_since_ms: int | None = None
    offer: OfferId | None = None
    call: CallId | None = None
