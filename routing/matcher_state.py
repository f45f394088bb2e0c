"""What the pure matcher remembers of reps and calls, and the definitions that scan it. Pure.

Never changes anything but its own records; never reads a clock: ``now`` is an argument, in ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from routing.model import (
    Ask,
    CallId,
    Decision,
    Demand,
    DemandId,
    OfferId,
    Profile,
    QueueId,
    RepId,
    RepStatus,
    SkillName,
    Standing,
    Strategy,
)

COOL_MS = 10_000
"""The same rep gets the same call no sooner after declining or missing it."""
BUSY_COUNTS_MS = 30_000
"""A busy unmarked rep is waited for no longer than this after the last mark."""
GRACE_MS = 30_000
"""Available without a socket for this long: offline."""
LOOK_BACK_MS = 3_600_000
"""How far back a rep's occupation counts."""

BUSY = frozenset({RepStatus.RESERVED, RepStatus.ON_CALL, RepStatus.WRAP_UP})
ON_DUTY = BUSY | {RepStatus.AVAILABLE}
ABSENT = frozenset({RepStatus.AWAY, RepStatus.NOT_RESPONDING})
TALKING = frozenset({RepStatus.ON_CALL, RepStatus.WRAP_UP})


@dataclass(slots=True, kw_only=True)
class RepRecord:
    """One rep."""

    id: RepId
    status: RepStatus = RepStatus.OFFLINE
    since_ms: int
    connected: bool = False
    reason: str | None = None
    next_status: RepStatus | None = None
    next_reason: str | None = None
    idle_since_ms: int | None = None
    offer: OfferId | None = None
    call: CallId | None = None
    lost_since_ms: int = 0
    sockets: dict[str, int] = field(default_factory=dict)
    """socket → ms at which it counts as lost."""
    fits: Mapping[DemandId, int] = field(default_factory=dict)
    tallies: frozenset[str] = frozenset()
    flexibility: int = 0
    levels: Mapping[SkillName, int] = field(default_factory=dict)
    ready_since_ms: int = 0
    """When the rep last became available and connected."""
    asked_ms: dict[QueueId, int] = field(default_factory=dict)
    """queue → when the rep was last offered one of its calls."""
    statuses: list[tuple[int, RepStatus]] = field(default_factory=list)
    """Every change of status: from when, which."""

    @property
    def ready(self) -> bool:
        return self.status is RepStatus.AVAILABLE and self.connected

    def adopt(self, profile: Profile) -> None:
        self.fits, self.tallies, self.flexibility = dict(profile.fits), profile.tallies, profile.flexibility
        self.levels = profile.levels

    @property
    def occupied(self) -> int:
        """(talk + wrap-up) / time on duty over the hour before the rep last became ready, in whole per mille."""
        ends = [since for since, _ in self.statuses[1:]] + [self.ready_since_ms]
        spans = [
            (status, min(end, self.ready_since_ms) - max(since, self.ready_since_ms - LOOK_BACK_MS))
            for (since, status), end in zip(self.statuses, ends, strict=True)
        ]
        on_duty = sum(ms for status, ms in spans if status in ON_DUTY and ms > 0)
        busy = sum(ms for status, ms in spans if status in TALKING and ms > 0)
        return busy * 1000 // on_duty if on_duty else 0

    def compared(self, demand: Demand) -> tuple[tuple[str, int], ...]:
        """What the demand's strategy compares, in order; less is better."""
        fit, idle = ("best_fit", -self.fits[demand.id]), ("longest_idle", self.idle_since_ms or 0)
        match demand.strategy:
            case Strategy.BEST_FIT:
                return (fit, idle)
            case Strategy.LONGEST_IDLE:
                return (idle,)
            case Strategy.ROUND_ROBIN:
                return (("round_robin", self.asked_ms.get(demand.queue, 0)),)
            case Strategy.LEAST_OCCUPIED:
                return (("least_occupied", self.occupied), idle)
            case Strategy.LEAST_FLEXIBLE:
                return (("least_flexible", self.flexibility), fit, idle)

    def is_gone(self, now: int) -> bool:
        return not self.connected and now >= self.lost_since_ms + GRACE_MS


@dataclass(slots=True, kw_only=True)
class CallRecord:
    """One call: waiting, reserved (``offer`` set) or taken."""

    ask: Ask
    arrived_ms: int
    state: str = "waiting"
    exclusive: bool = False
    rep: RepId | None = None
    offer: OfferId | None = None
    made_ms: int = 0
    confirmed: bool = False
    decision: Decision | None = None
    marks: dict[RepId, int] = field(default_factory=dict)
    cools: dict[RepId, int] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, int, str]:
        return (-self.ask.priority, self.ask.counted_from_ms, self.ask.call)

    def bars(self, rep: RepId, now: int) -> bool:
        return rep in self.marks or self.cools.get(rep, 0) > now

    def barred(self, now: int) -> int:
        return len(self.marks.keys() | {rep for rep, until in self.cools.items() if until > now})

    def mark(self, rep: RepId, now: int) -> None:
        self.marks[rep] = now
        self.cools[rep] = now + COOL_MS

    def next_wake(self, now: int) -> int | None:
        moments = list(self.cools.values())
        if self.marks:
            moments.append(max(self.marks.values()) + BUSY_COUNTS_MS)
        if self.exclusive and self.ask.prefer:
            moments.append(self.ask.prefer.until_ms)
        return min((each for each in moments if each > now), default=None)


@dataclass(slots=True, kw_only=True)
class FloorState:
    """Everybody, and the definitions of ``routing.md`` over them."""

    reps: dict[RepId, RepRecord] = field(default_factory=dict)
    calls: dict[CallId, CallRecord] = field(default_factory=dict)
    deadlines: dict[str, int] = field(default_factory=dict)

    def waiting(self) -> list[CallRecord]:
        """In the order in which they are served."""
        return sorted((each for each in self.calls.values() if each.state == "waiting"), key=lambda each: each.order)

    def on_duty(self, demand: DemandId) -> Iterator[RepRecord]:
        return (each for each in self.reps.values() if each.status in ON_DUTY and demand in each.fits)

    def owner(self, call: CallRecord, now: int) -> RepRecord | None:
        """The preferred rep, if they would qualify."""
        prefer = call.ask.prefer
        rep = self.reps.get(prefer.rep) if prefer else None
        if not prefer or not rep or call.bars(rep.id, now):
            return None
        return rep if prefer.waived or call.ask.demand.id in rep.fits else None

    def is_exclusive(self, call: CallRecord, now: int) -> bool:
        """Only the preferred rep may take it now."""
        rep, prefer = self.owner(call, now), call.ask.prefer
        return rep is not None and prefer is not None and rep.status in BUSY and now < prefer.until_ms

    def is_unmet(self, call: CallRecord) -> bool:
        """Nobody on duty could ever take this waiting call."""
        if call.exclusive or any(self.on_duty(call.ask.demand.id)):
            return False
        prefer = call.ask.prefer
        owner = self.reps.get(prefer.rep) if prefer and prefer.waived else None
        return owner is None or owner.status not in ON_DUTY

    def is_full(self, call: CallRecord) -> bool:
        """As many others as may wait were in the queue before this call, which waits."""
        most, queue = call.ask.max_size, call.ask.demand.queue
        if most is None or call.state != "waiting":
            return False
        there = [
            each
            for each in self.calls.values()
            if each.state != "taken" and each.ask.demand.queue == queue and not each.ask.off_line
        ]
        return len(there) > most

    def is_gone(self, demand: Demand) -> bool:
        """Nobody who serves its queues is on duty or away."""
        return not any(rep.status in ON_DUTY | ABSENT for rep in self.reps.values() if demand.served in rep.tallies)

    def marks_are_void(self, call: CallRecord, now: int) -> bool:
        """Nobody unmarked is worth waiting for: those who are ready, and for a while the busy ones."""
        if not call.marks:
            return False
        busy_count = now < max(call.marks.values()) + BUSY_COUNTS_MS
        counts = (rep for rep in self.on_duty(call.ask.demand.id) if rep.ready or busy_count)
        return all(rep.id in call.marks for rep in counts)

    def ranked(self, call: CallRecord, now: int) -> list[RepRecord]:
        """Ready, qualified reps, as the queue's strategy has them; the last tie is the lowest id."""
        demand = call.ask.demand
        free = [each for each in self.on_duty(demand.id) if each.ready and not call.bars(each.id, now)]
        return sorted(free, key=lambda rep: (rep.compared(demand), rep.id))

    def may_take(self, rep: RepRecord, call: CallRecord, now: int) -> bool:
        """Whether a ready rep may take a waiting call."""
        own = call.ask.prefer is not None and call.ask.prefer.rep == rep.id
        if call.bars(rep.id, now) or (call.exclusive and not own):
            return False
        waived = own and call.ask.prefer is not None and call.ask.prefer.waived
        return call.exclusive or waived or call.ask.demand.id in rep.fits

    def standings(self, call: CallRecord, now: int, about: Iterable[RepId]) -> dict[RepId, Standing]:
        """How it stands with these reps for a call; who was never seen is left out."""
        demand, prefer = call.ask.demand, call.ask.prefer
        free = [each for each in self.on_duty(demand.id) if each.ready]
        free.sort(key=lambda each: (each.compared(demand), each.id))
        ranks = {rep.id: rank for rank, rep in enumerate(free)}
        exclusive = self.is_exclusive(call, now)
        reps = (rep for one in about if (rep := self.reps.get(one)) is not None)
        return {
            rep.id: Standing(
                status=rep.status,
                reason=rep.reason,
                connected=rep.connected,
                fit=rep.fits.get(demand.id),
                barred=call.bars(rep.id, now),
                held=exclusive and (prefer is None or prefer.rep != rep.id),
                rank=ranks.get(rep.id),
            )
            for rep in reps
        }

    def decision(
        self, call: CallRecord, chosen: RepRecord | None, how: str, now: int, version: int, second: RepId | None = None
    ) -> Decision:
        """Why, by counting everybody."""
        demand = call.ask.demand
        serving = [each for each in self.reps.values() if each.status in ON_DUTY and demand.served in each.tallies]
        lacking = {}
        for need in demand.wanted:
            without = sum(f"{demand.served}/{need}" not in each.tallies for each in serving)
            if without:
                lacking[need] = without
        return Decision(
            demand=demand.id,
            queue=demand.queue,
            chosen=chosen.id if chosen else None,
            how=how,
            version=version,
            strategy=demand.strategy,
            rank=_looked_at(demand, chosen, now) if chosen and how not in {"freed", "preferred"} else None,
            fit=chosen.fits.get(demand.id) if chosen else None,
            idle_ms=now - (chosen.idle_since_ms or 0) if chosen else None,
            on_duty=len(serving),
            qualified=sum(1 for _ in self.on_duty(demand.id)),
            free=sum(each.ready for each in self.on_duty(demand.id)),
            away=sum(each.status in ABSENT and demand.id in each.fits for each in self.reps.values()),
            declined=call.barred(now),
            lacking=lacking,
            prefer=self._preferred_became(call, chosen, now),
            served=demand.served,
            needs=demand.needs,
            prefers=demand.prefers,
            team=demand.team,
            levels=_levels(chosen, demand) if chosen else {},
            second=second,
            preferred=call.ask.prefer.rep if call.ask.prefer else None,
        )

    def _preferred_became(self, call: CallRecord, chosen: RepRecord | None, now: int) -> str | None:
        prefer = call.ask.prefer
        if prefer is None:
            return None
        rep = self.reps.get(prefer.rep)
        if chosen and chosen.id == prefer.rep:
            return "taken"
        if rep is None:
            return "unknown"
        if not prefer.waived and call.ask.demand.id not in rep.fits:
            return "not_qualified"
        if call.bars(rep.id, now):
            return "declined"
        if rep.status in ABSENT:
            return "away"
        if rep.status is RepStatus.OFFLINE or (rep.status is RepStatus.AVAILABLE and not rep.connected):
            return "offline"
        return "waiting" if call.exclusive else "busy"


def _levels(rep: RepRecord, demand: Demand) -> dict[SkillName, int]:
    named = (skill for skill, _ in (*demand.needs, *demand.prefers))
    return {skill: rep.levels[skill] for skill in named if skill in rep.levels}


def _looked_at(demand: Demand, rep: RepRecord, now: int) -> int | None:
    """What the strategy looked at beyond fit and idle time; null: nothing, or never asked."""
    match demand.strategy:
        case Strategy.ROUND_ROBIN if demand.queue in rep.asked_ms:
            return now - rep.asked_ms[demand.queue]
        case Strategy.LEAST_OCCUPIED:
            return rep.occupied
        case Strategy.LEAST_FLEXIBLE:
            return rep.flexibility
        case _:
            return None
