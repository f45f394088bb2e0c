"""Who is chosen, by the written definition of routing and nothing else: by scanning everybody, from a log.

Never looks at the matcher, its profiles or its orders: reps have skills and queues, calls have demands, and whatever is
compared (fit, idle time, occupation, last offers, marks) is worked out anew from what happened, each time it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from routing.model import Ask, CallId, Demand, Preference, QueueId, RepId, RepStatus, SkillName, Strategy
from tests.support.written_plan import Written

AGAIN_MS = 10_000
"""The same rep gets the same call again no sooner."""
BUSY_COUNTS_MS = 30_000
"""Busy reps, and available ones without a socket, count as unmarked for at most so long after the mark."""
HOUR_MS = 3_600_000
BUSY = frozenset({RepStatus.RESERVED, RepStatus.ON_CALL, RepStatus.WRAP_UP})
WORKING = frozenset({RepStatus.ON_CALL, RepStatus.WRAP_UP})
ON_DUTY = BUSY | {RepStatus.AVAILABLE}
BACK = frozenset({RepStatus.AWAY, RepStatus.OFFLINE, RepStatus.NOT_RESPONDING})
GONE = frozenset({RepStatus.OFFLINE})
"""Away is not gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """From ``at`` (ms) on, a rep was this."""

    at: int
    status: RepStatus
    connected: bool
    work_ended: bool = False
    """It began with the end of a call's after-call work (or of the call, where there is none)."""

    @property
    def ready(self) -> bool:
        """Whether offers may be made."""
        return self.status is RepStatus.AVAILABLE and self.connected


@dataclass(slots=True, kw_only=True)
class RepLog:
    """What one rep can do now, and all that happened to them."""

    skills: Mapping[SkillName, int] = field(default_factory=dict)
    queues: frozenset[QueueId] | None = None
    """Null: every queue."""
    team: str | None = None
    written: tuple[Demand, ...] = ()
    """The demands of the configuration that these skills are of."""
    spells: list[Spell] = field(default_factory=list)
    offers: list[tuple[int, QueueId]] = field(default_factory=list)
    """(ms, queue of the call) of every offer."""

    @property
    def now(self) -> Spell:
        """The last."""
        return self.spells[-1]

    def serves(self, demand: Demand) -> bool:
        """One of the queues."""
        return self.queues is None or not self.queues.isdisjoint(demand.queues)

    def meets(self, demand: Demand) -> bool:
        """Serves one of the queues, is of the team, and has every need at its level."""
        is_asked = self.serves(demand) and demand.team in (None, self.team)
        return is_asked and all(self.skills.get(skill, 0) >= least for skill, least in demand.needs)

    def fit(self, demand: Demand) -> int:
        """Σ weight × level over the preferences had + Σ (level − least level) over the needs."""
        preferred = sum(weight * self.skills[skill] for skill, weight in demand.prefers if skill in self.skills)
        return preferred + sum(self.skills.get(skill, 0) - least for skill, least in demand.needs)

    def idle_since(self) -> int:
        """ms: the end of the last call's work, or coming back from away, offline or not responding."""
        since = 0
        for before, after in pairwise(self.spells):
            back = before.status in BACK and after.status is RepStatus.AVAILABLE
            since = after.at if back or after.work_ended else since
        return since

    def occupied(self) -> int:
        """Whole per mille of talk and wrap-up in the time on duty, in the hour before the rep last became ready."""
        became = max(n for n, each in enumerate(self.spells) if each.ready and (n == 0 or not self.spells[n - 1].ready))
        until = self.spells[became].at
        working = on_duty = 0
        for spell, after in pairwise(self.spells[: became + 1]):
            ms = max(0, after.at - max(spell.at, until - HOUR_MS))
            working += ms if spell.status in WORKING else 0
            on_duty += ms if spell.status in ON_DUTY else 0
        return working * 1000 // on_duty if on_duty else 0

    def last_offer(self, queue: QueueId) -> int:
        """ms; 0: never."""
        return max((at for at, offered in self.offers if offered == queue), default=0)

    def flexibility(self) -> int:
        """How many demands of the configuration the rep meets."""
        return sum(self.meets(demand) for demand in self.written)


@dataclass(slots=True, kw_only=True)
class CallLog:
    """What one call asks for now and will, and what happened to it."""

    call: CallId
    written: Written
    arrived: int
    """ms"""
    stage: int = 0
    """Of what is written."""
    team_over: bool = False
    """Open to all, whatever team was written."""
    ask: Ask = field(init=False)
    """Now."""
    waiting: bool = True
    """In line; else with a rep."""
    alone: bool = False
    """Stands in the line of its preferred rep, who alone may take it."""
    marks: dict[RepId, int] = field(default_factory=dict)
    """rep → ms of the decline or miss; what is cleared is gone."""
    refused: dict[RepId, int] = field(default_factory=dict)
    """rep → ms of the last decline or miss; never cleared."""

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """``ask`` is of this stage."""
        written, stage = self.written, self.written.stages[self.stage]
        until = self.arrived + written.wait_ms
        self.ask = Ask(
            call=self.call,
            demand=replace(stage.demand, team=None if self.team_over else written.team),
            priority=stage.priority,
            counted_from_ms=self.arrived - written.head_start_ms,
            arrived_ms=self.arrived,
            prefer=None if written.rep is None else Preference(rep=written.rep, until_ms=until, waived=written.waived),
        )

    def plan_again(self, written: Written) -> None:
        """The rules ran once more: the place is kept, and what happened."""
        self.written, self.stage, self.team_over = written, 0, False
        self.renew()

    def open_to_all(self) -> None:
        """The next circle after the preferred rep's team."""
        self.team_over = True
        self.renew()

    def take_steps(self, count: int = 1) -> None:
        """The next stage, or one further on."""
        self.stage += count
        self.renew()

    @property
    def in_team(self) -> bool:
        """Only one team may take it."""
        return self.ask.demand.team is not None

    @property
    def left(self) -> int:
        """How many steps the wait may still bring."""
        return len(self.written.stages) - 1 - self.stage

    @property
    def place(self) -> tuple[int, int, CallId]:
        """Calls are taken in this order."""
        return (-self.ask.priority, self.ask.counted_from_ms, self.ask.call)


@dataclass(slots=True, kw_only=True)
class Chooser:
    """The floor as a log. ``now`` is ms; whoever writes the log keeps it."""

    now: int = 0
    reps: dict[RepId, RepLog] = field(default_factory=dict)
    calls: dict[CallId, CallLog] = field(default_factory=dict)

    # ── the questions ─────────────────────────────────────────────────────────────────────────────────────────────

    def rep_for(self, call: CallId) -> RepId | None:
        """Who gets this call now; null: nobody."""
        log = self.calls[call]
        able = [rep for rep in self.reps if self.may_take(rep, call)]
        if log.ask.prefer is not None and log.ask.prefer.rep in able:
            return log.ask.prefer.rep
        return min(able, key=lambda rep: (*self._order(self.reps[rep], log.ask.demand), rep), default=None)

    def call_for(self, rep: RepId) -> CallId | None:
        """Which call a rep who became ready takes; null: none."""
        able = [log for call, log in self.calls.items() if self.may_take(rep, call)]
        return min(able, key=lambda log: log.place).ask.call if able else None

    def may_take(self, rep: RepId, call: CallId) -> bool:
        """Ready, qualified, and the call is not another's alone."""
        log = self.calls[call]
        own = log.ask.prefer is not None and log.ask.prefer.rep == rep
        if not log.waiting or not self.reps[rep].now.ready or (log.alone and not own):
            return False
        return self._would_qualify(rep, log)

    def is_short(self, call: CallId) -> bool:
        """Waits, and nobody on duty could ever take it: not by what it asks, nor as the rep for whom that is waived."""
        log = self.calls[call]
        if not log.waiting or log.alone:
            return False
        owner = log.ask.prefer.rep if log.ask.prefer is not None and log.ask.prefer.waived else None
        on_duty = (rep for rep, each in self.reps.items() if each.now.status in ON_DUTY)
        return not any(rep == owner or self.reps[rep].meets(log.ask.demand) for rep in on_duty)

    def is_deserted(self, call: CallId) -> bool:
        """Everybody who serves its queues is offline."""
        demand = self.calls[call].ask.demand
        return all(rep.now.status in GONE for rep in self.reps.values() if rep.serves(demand))

    def step_for_want_of_reps(self, call: CallId) -> bool:
        """What a call that is short of reps asks next, at once; False: it has no further step."""
        log = self.calls[call]
        if log.in_team:
            log.open_to_all()
            return True
        if log.left:
            log.take_steps(log.left if self.is_deserted(call) else 1)
            return True
        return False

    def _order(self, rep: RepLog, demand: Demand) -> tuple[int, ...]:
        match demand.strategy:
            case Strategy.BEST_FIT:
                return (-rep.fit(demand), rep.idle_since())
            case Strategy.LONGEST_IDLE:
                return (rep.idle_since(),)
            case Strategy.ROUND_ROBIN:
                return (rep.last_offer(demand.queue),)
            case Strategy.LEAST_OCCUPIED:
                return (rep.occupied(), rep.idle_since())
            case Strategy.LEAST_FLEXIBLE:
                return (rep.flexibility(), -rep.fit(demand), rep.idle_since())

    def _would_qualify(self, rep: RepId, log: CallLog) -> bool:
        """If only the rep were free: no mark, no refusal within 10 s, and queue and needs."""
        prefer = log.ask.prefer
        waived = prefer is not None and prefer.waived and prefer.rep == rep
        barred = rep in log.marks or self.now < log.refused.get(rep, -AGAIN_MS) + AGAIN_MS
        return not barred and (waived or self.reps[rep].meets(log.ask.demand))

    # ── what follows from time and from what others did ───────────────────────────────────────────────────────────

    def stand_in_line(self, call: CallId) -> None:
        """The call has (again) to be matched: its preferred rep is waited for, or it is open to all."""
        log = self.calls[call]
        log.waiting, log.alone = True, self._waits_for_preferred(log)

    def clear_marks(self) -> None:
        """Of waiting calls, where it is time; they ask anew."""
        for call, log in self.calls.items():
            if log.waiting and self._all_marked(log):
                log.marks = {}
                self.stand_in_line(call)

    def end_waits(self) -> None:
        """Calls that stood in a rep's own line are open to all, where it is time."""
        for log in self.calls.values():
            log.alone = log.alone and log.waiting and self._waits_for_preferred(log)

    def moments(self) -> Iterable[int]:
        """When time alone may change what is chosen (ms)."""
        for log in self.calls.values():
            yield from (at + AGAIN_MS for at in log.refused.values())
            yield from (at + BUSY_COUNTS_MS for at in log.marks.values())
            if log.ask.prefer is not None:
                yield log.ask.prefer.until_ms

    def _waits_for_preferred(self, log: CallLog) -> bool:
        prefer = log.ask.prefer
        if prefer is None or prefer.rep not in self.reps or self.now >= prefer.until_ms:
            return False
        return self.reps[prefer.rep].now.status in BUSY and self._would_qualify(prefer.rep, log)

    def _all_marked(self, log: CallLog) -> bool:
        """No on-duty rep who meets queue and needs is unmarked; busy ones count for a while."""
        if not log.marks:
            return False
        busy_count = self.now < max(log.marks.values()) + BUSY_COUNTS_MS
        for rep, each in self.reps.items():
            counts = each.now.ready or (each.now.status in ON_DUTY and busy_count)
            if counts and rep not in log.marks and each.meets(log.ask.demand):
                return False
        return True
