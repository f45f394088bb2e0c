"""The matcher for simulations: the rules of ``routing/matcher.py`` without its explanations, and fast enough for
millions of calls. Pure.

Reps are bits: whoever is free and meets a demand is one ``&`` of two whole numbers, so that a claim costs the same with
ten reps or a thousand, and nothing where nobody is free. Everybody is connected. Never reads a clock: every move is
handed ``now``, in ms, and moves are given in the order of time. A state machine test holds it equal to the pure
matcher, as that is held equal to the scripts.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from routing.config import Rep
from routing.demands import DemandTable
from routing.matcher_state import BUSY_COUNTS_MS, COOL_MS
from routing.model import Demand, DemandId, QueueId, Strategy
from routing.simulate.demands import ASKED, OCCUPIED, SimDemand, bits_of
from routing.simulate.line import Line
from routing.simulate.people import (
    AVAILABLE,
    AWAY,
    BUSY,
    GONE,
    OFFERED,
    OFFLINE,
    ON_CALL,
    ON_DUTY,
    RESERVED,
    TAKEN,
    WAITING,
    WRAP_UP,
    Entry,
    SimCall,
    SimRep,
)


class SimFloor:
    """One floor. After each move ``matches`` holds the calls that got a rep by it, in order, ``short`` those that
    nobody on duty could ever take, and ``wakes`` those with a new ``wake_ms``; whoever drives the floor empties
    them."""

    def __init__(self, table: DemandTable) -> None:
        self._table = table
        self._order: Sequence[Rep] = sorted(table.reps.values(), key=lambda rep: rep.id)
        self._flexibility = {rep.id: table.profile_of(rep).flexibility for rep in self._order}
        self._lines: list[Line] = []
        self._known: dict[DemandId, int] = {}
        self._queues: dict[QueueId, int] = {}
        self._watches_occupation = self._watches_turns = False
        self._marked: set[SimCall] = set()
        self._idle: list[tuple[float, int]] = []
        """Since when, and who, of all who are free."""
        self._nonempty = 0
        """Demands with somebody in line."""
        self.ready = 0
        self.on_duty = 0
        self.absent = 0
        self.demands: list[SimDemand] = []
        self.reps = [
            SimRep(index, meets=0, fits={}, flexibility=self._flexibility[rep.id])
            for index, rep in enumerate(self._order)
        ]
        self.index_of = {rep.id: index for index, rep in enumerate(self._order)}
        self.matches: list[SimCall] = []
        self.short: list[SimCall] = []
        self.wakes: list[SimCall] = []
        for demand in table.demands.values():
            self.number_of(demand)

    def number_of(self, demand: Demand) -> int:
        """The demand's number; one that was never asked is learned."""
        known = self._known.get(demand.id)
        if known is not None:
            return known
        number = self._known[demand.id] = len(self.demands)
        queue = self._queues.setdefault(demand.queue, len(self._queues))
        made = SimDemand(demand, queue, self._order, self._flexibility)
        self.demands.append(made)
        self._lines.append(Line())
        self._watches_occupation |= demand.strategy is Strategy.LEAST_OCCUPIED
        self._watches_turns |= demand.strategy is Strategy.ROUND_ROBIN
        for index in bits_of(made.meets):
            self.reps[index].meets |= 1 << number
        return number

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def claim(self, call: SimCall, now: float) -> None:
        """The call looks for a rep by what it asks, else stands in line. One that has a rep keeps them."""
        if call.state == OFFERED or call.state == TAKEN:
            return
        self._place(call, now)

    def accept(self, call: SimCall, now: float) -> None:
        """The rep talks with the caller."""
        rep = call.rep
        if rep is not None and rep.status == RESERVED:
            call.state = TAKEN
            self._turn(rep, ON_CALL, now)

    def decline(self, call: SimCall, now: float, *, missed: bool) -> None:
        """The rep does not take the call, which is matched again. Who misses it is away until they come back."""
        rep = call.rep
        if rep is None:
            return
        if not call.bars:
            call.marks, call.cools, call.bars = {}, {}, True
        call.marks[rep.index] = now
        call.cools[rep.index] = now + COOL_MS
        self._place(call, now)
        if missed:
            rep.call = rep.next_status = None
            self._become(rep, AWAY, now)
        else:
            self._release(rep, now)

    def leave(self, call: SimCall, now: float) -> None:
        """The caller is gone; a rep who was asked keeps the idle time."""
        rep, was = call.rep, call.state
        self._forget(call)
        if rep is not None and was == OFFERED:
            self._release(rep, now)

    def finish(self, call: SimCall, now: float, *, wrap_up: bool) -> None:
        """The talk is over."""
        rep = call.rep
        if rep is None or rep.status != ON_CALL:
            return
        self._forget(call)
        if wrap_up:
            self._turn(rep, WRAP_UP, now)
        else:
            rep.idle_ms = now
            self._release(rep, now)

    def free(self, rep: SimRep, now: float) -> None:
        """After-call work is over."""
        if rep.status == WRAP_UP:
            rep.idle_ms = now
            self._release(rep, now)

    def wake(self, call: SimCall, now: float) -> None:
        """The moment of ``call.wake_ms`` is there."""
        call.wake_ms = None
        if call.state == WAITING:
            self._place(call, now)

    def set_status(self, rep: SimRep, status: int, now: float) -> None:
        """AVAILABLE, AWAY or OFFLINE as the rep asks; who is busy becomes that afterwards."""
        if rep.status == WRAP_UP and status == AVAILABLE:
            rep.next_status, rep.idle_ms = None, now
            self._release(rep, now)
        elif rep.status in BUSY:
            rep.next_status = status
        elif rep.status != status:
            if status == AVAILABLE:
                rep.idle_ms = now
            self._become(rep, status, now)

    def is_unmet(self, call: SimCall) -> bool:
        """Nobody on duty could ever take this waiting call."""
        if call.exclusive or self.on_duty & self.demands[call.demand].meets:
            return False
        return not (call.waived and call.prefer is not None and call.prefer.bit & self.on_duty)

    def is_gone(self, call: SimCall) -> bool:
        """Nobody who serves its queues is on duty or away."""
        return not (self.on_duty | self.absent) & self.demands[call.demand].serves

    def size_of(self, call: SimCall) -> int:
        """How many calls of its queue no rep has taken, itself included."""
        line = self.demands[call.demand].line
        asked = (rep.call for rep in self.reps if rep.status == RESERVED)
        own = {entry[3] for rep in self.reps for entry in rep.own if entry[3].exclusive}
        apart = [each for each in (*asked, *own) if each is not None and each.promised_ms is None]
        lines = (lined for lined, demand in zip(self._lines, self.demands, strict=True) if demand.line == line)
        here = sum(entry[3].promised_ms is None for lined in lines for entry in lined)
        return here + sum(self.demands[each.demand].line == line for each in apart)

    # ── how a call finds a rep ────────────────────────────────────────────────────────────────────────────────────

    def _place(self, call: SimCall, now: float) -> None:
        self._out_of_line(call)
        call.state, call.rep, call.exclusive, call.wake_ms = WAITING, None, False, None
        if call.bars and call.marks and self._marks_are_void(call, now):
            call.marks.clear()
        rep = self._choose(call, now)
        if rep is not None:
            self._reserve(call, rep, now)
            return
        self._into_line(call)
        if call.exclusive or call.bars:
            call.wake_ms = _next_wake(call, now)
            self.wakes.append(call)
        if self.is_unmet(call):
            self.short.append(call)

    def _choose(self, call: SimCall, now: float) -> SimRep | None:
        demand, rep = self.demands[call.demand], call.prefer
        if rep is not None and not _bars(call, rep, now) and (call.waived or demand.meets & rep.bit):
            if rep.status == AVAILABLE:
                return rep
            if rep.status in BUSY and now < call.until_ms:
                call.exclusive = True
                return None
        free = self.ready & demand.meets
        if free and call.bars:
            free &= ~_barred(call, now)
        return self._best(demand, free) if free else None

    def _best(self, demand: SimDemand, free: int) -> SimRep:
        some = free
        for rank in demand.ranks:
            some = free & rank
            if some:
                break
        reps = self.reps
        if not some & (some - 1):
            return reps[some.bit_length() - 1]
        if demand.tie == ASKED:
            line = demand.line
            return min((reps[n] for n in bits_of(some)), key=lambda rep: rep.asked_ms.get(line, 0.0))
        if demand.tie == OCCUPIED:
            return min((reps[n] for n in bits_of(some)), key=lambda rep: (rep.occupied, rep.idle_ms))
        for _, index in self._idle:
            if some >> index & 1:
                return reps[index]
        raise AssertionError("whoever is free is idle")

    def _reserve(self, call: SimCall, rep: SimRep, now: float) -> None:
        self._unready(rep)
        call.state, call.rep, call.exclusive = OFFERED, rep, False
        rep.call = call
        demand = self.demands[call.demand]
        if self._watches_turns:
            rep.asked_ms[demand.line] = now
        self._turn(rep, RESERVED, now)
        self.matches.append(call)

    def _marks_are_void(self, call: SimCall, now: float) -> bool:
        counts = self.on_duty if now < max(call.marks.values()) + BUSY_COUNTS_MS else self.ready
        counts &= self.demands[call.demand].meets
        return all(index in call.marks for index in bits_of(counts))

    # ── lines ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _into_line(self, call: SimCall) -> None:
        priority, counted = call.asks
        call.entry = entry = (priority, counted, call.number, call)
        if not call.exclusive:
            call.line = call.demand
            self._lines[call.line].add(entry)
            self._nonempty |= 1 << call.line
        if call.prefer is not None and (call.exclusive or call.waived):
            call.owner = call.prefer
            insort(call.owner.own, entry)
        if call.bars:
            self._marked.add(call)

    def _out_of_line(self, call: SimCall) -> None:
        entry = call.entry
        if entry is None:
            return
        call.entry = None
        if call.line is not None:
            line = self._lines[call.line]
            line.removed()
            if not line.waiting:
                self._nonempty &= ~(1 << call.line)
            call.line = None
        if call.owner is not None:
            own = call.owner.own
            del own[bisect_left(own, entry)]
            call.owner = None
        if call.bars:
            self._marked.discard(call)

    def _forget(self, call: SimCall) -> None:
        self._out_of_line(call)
        call.state, call.rep, call.wake_ms = GONE, None, None

    # ── reps ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _make_ready(self, rep: SimRep, now: float) -> None:
        """A free rep takes the first call in order that they may take."""
        best: Entry | None = None
        lines = self._nonempty & rep.meets
        while lines:
            low = lines & -lines
            lines ^= low
            entry = self._first_for(rep, self._lines[low.bit_length() - 1], now)
            if entry is not None and (best is None or entry < best):
                best = entry
        own = next((entry for entry in rep.own if not _bars(entry[3], rep, now)), None) if rep.own else None
        if own is not None and (best is None or own < best):
            best = own
        if best is not None:
            call = best[3]
            self._out_of_line(call)
            call.wake_ms = None
            self._reserve(call, rep, now)
            return
        self.ready |= rep.bit
        idle = (rep.idle_ms, rep.index)
        if not self._idle or idle > self._idle[-1]:
            self._idle.append(idle)
        else:
            insort(self._idle, idle)

    def _first_for(self, rep: SimRep, line: Line, now: float) -> Entry | None:
        first = line.first()
        if first is None or not first[3].bars or not _bars(first[3], rep, now):
            return first
        return next((entry for entry in line if not _bars(entry[3], rep, now)), None)

    def _unready(self, rep: SimRep) -> None:
        if self.ready & rep.bit:
            self.ready ^= rep.bit
            del self._idle[bisect_left(self._idle, (rep.idle_ms, rep.index))]

    def _turn(self, rep: SimRep, status: int, now: float) -> None:
        """Another status, and what counts by it."""
        if self._watches_occupation:
            rep.spans.append((rep.since_ms, now, rep.status))
        rep.status, rep.since_ms = status, now
        if status in ON_DUTY:
            self.on_duty |= rep.bit
            self.absent &= ~rep.bit
        else:
            self.on_duty &= ~rep.bit
            self.absent = self.absent | rep.bit if status == AWAY else self.absent & ~rep.bit

    def _become(self, rep: SimRep, status: int, now: float) -> None:
        before = rep.status
        self._unready(rep)
        if before != status:
            self._turn(rep, status, now)
        if status == AVAILABLE:
            rep.ready_ms = now
            if self._watches_occupation:
                rep.count_occupied()
            self._make_ready(rep, now)
        went = before == AWAY and status == OFFLINE
        left_duty = went or (before in ON_DUTY and status not in ON_DUTY)
        if left_duty:
            self._reconsider(rep, now)

    def _release(self, rep: SimRep, now: float) -> None:
        status = AVAILABLE if rep.next_status is None else rep.next_status
        rep.call = rep.next_status = None
        self._become(rep, status, now)

    def _reconsider(self, rep: SimRep, now: float) -> None:
        """Calls that may go elsewhere now that a rep has left duty: those that waited for this rep alone, those whose
        marks are void, and those that nobody is left for."""
        own = (entry[3] for entry in rep.own)
        some = [call for call in own if call.exclusive and not self._stays_exclusive(call, now)]
        some += [each for each in self._marked if each.marks and rep.meets >> each.demand & 1 and each not in some]
        for call in sorted(some, key=lambda each: each.entry or ()):
            opened = call.exclusive and call.prefer is rep and not self._stays_exclusive(call, now)
            if call.entry is not None and (opened or (call.marks and self._marks_are_void(call, now))):
                self._place(call, now)
        self._look_who_is_short(rep)

    def _stays_exclusive(self, call: SimCall, now: float) -> bool:
        rep = call.prefer
        if rep is None or rep.status not in BUSY or now >= call.until_ms or _bars(call, rep, now):
            return False
        return call.waived or bool(self.demands[call.demand].meets & rep.bit)

    def _look_who_is_short(self, rep: SimRep) -> None:
        """Calls that counted on a rep who left duty."""
        lines: Iterable[Line] = (self._lines[number] for number in bits_of(rep.meets & self._nonempty))
        for line in lines:
            self.short += [entry[3] for entry in line if self.is_unmet(entry[3])]
        self.short += [entry[3] for entry in rep.own if entry[3].waived and self.is_unmet(entry[3])]


def _bars(call: SimCall, rep: SimRep, now: float) -> bool:
    return call.bars and (rep.index in call.marks or call.cools.get(rep.index, 0.0) > now)


def _barred(call: SimCall, now: float) -> int:
    marked = sum(1 << index for index in call.marks)
    for index, until in call.cools.items():
        if until > now:
            marked |= 1 << index
    return marked


def _next_wake(call: SimCall, now: float) -> float | None:
    moments = [until for until in call.cools.values() if until > now]
    if call.marks and (void := max(call.marks.values()) + BUSY_COUNTS_MS) > now:
        moments.append(void)
    if call.exclusive and call.until_ms > now:
        moments.append(call.until_ms)
    return min(moments, default=None)
