"""One replication: the events of a day, in order, on a virtual clock. Pure.

Guarantees that every caller who came by the end of the scenario is served or leaves; that the same seed gives the same
events; and that two configurations are given the same callers with the same talks and patience.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, Final

from routing.simulate.callers import UNKNOWN_MS, Caller, callers_of
from routing.simulate.draws import odds
from routing.simulate.floor import SimFloor
from routing.simulate.people import AVAILABLE, AWAY, BUSY, OFFERED, OFFLINE, WAITING, SimCall, SimRep
from routing.simulate.scenario import RepHabits, Scenario
from routing.simulate.stages import Stage
from routing.simulate.tally import Tally
from routing.simulate.waiting import Waits
from routing.simulate.world import World

ARRIVAL, TALKED, FREE, DUE, ANSWER, DECLINE, MISS, WAKE, RETURN, SHIFT = range(10)
"""What an event is."""
RESPONSES = {"answered": ANSWER, "declined": DECLINE, "missed": MISS, "left": None}
USUAL = RepHabits()
FEW = 1_000
NO_STAGE: Final = (-1.0, None, 0.0)


class Play:
    """One replication of one configuration."""

    def __init__(
        self, world: World, scenario: Scenario, *, seed: int, replication: int, floor: type[SimFloor] = SimFloor
    ) -> None:
        self.watch: Callable[[SimCall, SimRep, float], None] | None = None
        """Told of each rep who is asked."""
        self._world = world
        self._scenario = scenario
        self._floor = floor(world.table)
        self._heap: list[tuple[float, int, int, Any]] = []
        """When, in which order, the kind of event, and what it is about: each kind has its own thing."""
        self._next = count().__next__
        self._now, self._sweep_at = 0.0, FEW
        habits = [scenario.habits.get(rep, USUAL) for rep in self._floor.index_of]
        self.tally = Tally(
            classes=len(scenario.classes),
            reps=len(habits),
            warm_up_ms=scenario.warm_up_ms,
            duration_ms=scenario.duration_ms,
        )
        self.waits = Waits(self._floor, self.tally, lambda at, call: self._push(at, DUE, call))
        self._habits = habits
        replays = any(each.recorded for each in scenario.classes)
        all_answer = not replays and not any(each.declines + each.misses for each in habits)
        self._at_once = all_answer and scenario.answer_delay.mean_ms == 0.0
        self._since_ms: list[float | None] = [None] * len(habits)
        """Since when each rep is on duty."""
        self._stages: dict[int, tuple[float, Stage | None, float]] = {}
        """Of what the rules know: until when the stage holds, it, and how soon such callers ought to be answered."""
        self._begin(callers_of(scenario, self.tally, world.facts_of, seed=seed, replication=replication))

    @property
    def done(self) -> float:
        """How much of the day is over, 0 to 1."""
        return min(1.0, self._now / self._scenario.duration_ms)

    @property
    def pending(self) -> int:
        """Events that are to come."""
        return len(self._heap)

    def run(self, events: int) -> bool:
        """So many events more; false: all is over."""
        heap, floor = self._heap, self._floor
        if len(heap) > self._sweep_at:
            self._sweep()
        for _ in range(events):
            if not heap:
                self._close()
                return False
            now, _, kind, what = heappop(heap)
            self._now = now
            if kind == ARRIVAL:
                self._arrive(what, now)
            elif kind == TALKED:
                self._talked(what, now)
            elif kind == FREE:
                self._free(what, now)
            elif kind == DUE:
                self.waits.due(what, now)
            else:
                self._seldom(kind, what, now)
            if floor.matches or floor.short or floor.wakes:
                self._take_up(now)
        return True

    def _sweep(self) -> None:
        """Away with moments of waits that are over, so that memory does not grow with the number of calls."""
        self._heap[:] = [each for each in self._heap if not _is_past(each)]
        heapify(self._heap)
        self._sweep_at = max(FEW, 2 * len(self._heap))

    def _begin(self, callers: list[Caller]) -> None:
        scenario, floor = self._scenario, self._floor
        for number, shift in enumerate(scenario.shifts[:-1], 1):
            self._push(shift.until_ms, SHIFT, number)
        on_duty = scenario.shifts[0].reps if scenario.shifts else floor.index_of.keys()
        for rep, index in floor.index_of.items():
            if rep in on_duty:
                self._come(floor.reps[index], 0.0)
        for caller in callers:
            self._expect(caller)

    def _close(self) -> None:
        """Counts whoever is still on duty."""
        for rep in self._floor.reps:
            if (since := self._since_ms[rep.index]) is not None:
                self.tally.duty_ms[rep.index] += self.tally.within(since, self.tally.ends_ms)
                self._since_ms[rep.index] = None

    def _push(self, at: float, kind: int, what: object) -> None:
        heappush(self._heap, (at, self._next(), kind, what))

    def _take_up(self, now: float) -> None:
        """What a move of the floor has brought, until nothing is left."""
        floor = self._floor
        while floor.matches or floor.short:
            if floor.matches:
                self._offer(floor.matches.pop(0), now)
            else:
                self.waits.short(floor.short.pop(0), now)
        for call in floor.wakes:
            if call.wake_ms is not None:
                self._push(call.wake_ms, WAKE, call)
        floor.wakes.clear()

    # ── callers ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _expect(self, caller: Caller) -> None:
        at = next(caller.moments, None)
        if at is not None:
            heappush(self._heap, (at, self._next(), ARRIVAL, caller))

    def _arrive(self, caller: Caller, now: float) -> None:
        call = self._come_in(caller, now)
        facts = caller.facts()
        holds_until_ms, stage, call.within_ms = self._stages.get(facts, NO_STAGE)
        if now >= holds_until_ms:
            stage = self._ask_the_rules(facts, call, now)
        self._expect(caller)
        if stage is None:
            self.tally.ended(caller.tally, call.arrived_ms, now, "refused")
            return
        if not self._at_once or caller.callback:
            call.draw, call.has_number = caller.number(), self._world.has_number(facts)
        if (prefer := stage.plan.prefer) is not None and prefer.rep is not None:
            call.prefer = self._floor.reps[self._floor.index_of[prefer.rep]]
            call.until_ms, call.waived = call.arrived_ms + prefer.wait_ms, not prefer.must_qualify
        if stage.is_closed(now):
            self.waits.refuse(call, stage, now)
            return
        self.waits.ask(call, stage, now)
        if call.state == WAITING:
            self.waits.begin(call, now)

    def _come_in(self, caller: Caller, now: float) -> SimCall:
        """The next call of the class, with all that is drawn for it."""
        tally, arrived_ms = self.tally, now if caller.routed is None else now - caller.routed()
        tally.arrived(caller.tally, arrived_ms)
        call = SimCall(tally.calls, caller, arrived_ms)
        call.talk_ms, call.patience_ms = caller.talk(), caller.patience()
        call.wrap_up_ms = UNKNOWN_MS if caller.wrap_up is None else caller.wrap_up()
        if caller.asked is not None:
            call.asked = caller.asked()
        return call

    def _ask_the_rules(self, facts: int, call: SimCall, now: float) -> Stage | None:
        course, until_ms = self._world.course(facts, now)
        stage = None if course is None else Stage.first(course, self._floor.number_of)
        call.within_ms = self._world.within_ms(course)
        self._stages[facts] = (until_ms, stage, call.within_ms)
        return stage

    # ── reps ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _offer(self, call: SimCall, now: float) -> None:
        """A rep is asked."""
        if self.watch is not None and call.rep is not None:
            self.watch(call, call.rep, now)
        if self._at_once:
            self._answer(call, now)
            return
        rep = call.rep
        if rep is None or call.state != OFFERED:
            return
        call.offers += 1
        kind, after_ms = self._response(call, rep)
        if kind is not None:
            self._push(now + after_ms, kind, (call, call.offers))
        self.waits.offered(call, now)

    def _response(self, call: SimCall, rep: SimRep) -> tuple[int | None, float]:
        """How the rep takes the offer, null for not at all, and after how long: as recorded, where the same rep was
        asked then."""
        before = call.asked[call.offers - 1] if call.offers <= len(call.asked) else None
        if before is not None and self._floor.index_of.get(before.rep) == rep.index:
            return RESPONSES[before.outcome], before.ms
        habits, chance = self._habits[rep.index], odds(call.draw, 3 * call.offers)
        delay = self._scenario.answer_delay.at(odds(call.draw, 3 * call.offers + 1))
        longest_ms = self._world.offer_ms[call.stage.queue]
        if chance < habits.misses or delay >= longest_ms:
            return MISS, longest_ms
        return (DECLINE if chance < habits.misses + habits.declines else ANSWER), delay

    def _answer(self, call: SimCall, now: float) -> None:
        rep, of = call.rep, call.caller.tally
        if rep is None:
            return
        self._floor.accept(call, now)
        if call.in_line:
            self.waits.over(call, now)
        if call.promised_ms is None:
            by_preferred = rep is call.prefer
            self.tally.answered(of, call.arrived_ms, now, call.within_ms, by_preferred=by_preferred)
        self._push(now + call.talk_ms / self._habits[rep.index].speed, TALKED, call)
        call.answered_ms = now

    def _talked(self, call: SimCall, now: float) -> None:
        rep, after = call.rep, call.wrap_up_ms
        if rep is None:
            return
        self.tally.busy_ms[rep.index] += self.tally.within(call.answered_ms, now)
        if after == UNKNOWN_MS:
            after = self._world.wrap_up_ms[call.stage.queue]
        self._floor.finish(call, now, wrap_up=after > 0.0)
        if after > 0.0:
            self._push(now + after, FREE, rep)
            self.tally.busy_ms[rep.index] += self.tally.within(now, now + after)
        elif rep.status == OFFLINE:
            self._gone(rep, now)

    def _free(self, rep: SimRep, now: float) -> None:
        self._floor.free(rep, now)
        if rep.status == OFFLINE:
            self._gone(rep, now)

    def _come(self, rep: SimRep, now: float) -> None:
        """On duty; who is still busy simply stays."""
        if rep.status in BUSY:
            rep.next_status = None
            return
        self._floor.set_status(rep, AVAILABLE, now)
        self._since_ms[rep.index] = now

    def _gone(self, rep: SimRep, now: float) -> None:
        if (since := self._since_ms[rep.index]) is not None:
            self.tally.duty_ms[rep.index] += self.tally.within(since, now)
            self._since_ms[rep.index] = None

    def _seldom(self, kind: int, what: object, now: float) -> None:
        match kind, what:
            case _, int():
                self._change_shift(what, now)
            case _, SimRep():
                if what.status == AWAY:
                    self._come(what, now)
            case _, SimCall():
                if what.wake_ms == now:
                    self._floor.wake(what, now)
            case _, (SimCall() as call, int() as offers) if call.offers == offers and call.state == OFFERED:
                self._offer_ended(kind, call, now)

    def _offer_ended(self, kind: int, call: SimCall, now: float) -> None:
        rep = call.rep
        if kind == ANSWER:
            self._answer(call, now)
            return
        self._floor.decline(call, now, missed=kind == MISS)
        if kind == MISS and rep is not None:
            self._gone(rep, now)
            self._push(now + self._scenario.away.at(odds(call.draw, 3 * call.offers + 2)), RETURN, rep)
        self.waits.not_answered(call, now)

    def _change_shift(self, number: int, now: float) -> None:
        on_duty = self._scenario.shifts[number].reps
        for rep, index in self._floor.index_of.items():
            each = self._floor.reps[index]
            if rep in on_duty:
                if each.status == OFFLINE or each.next_status == OFFLINE:
                    self._come(each, now)
            elif each.status != OFFLINE:
                self._floor.set_status(each, OFFLINE, now)
                if each.status == OFFLINE:
                    self._gone(each, now)


def _is_past(event: tuple[float, int, int, object]) -> bool:
    """Whether nothing will come of it."""
    at, _, kind, what = event
    if kind == DUE and isinstance(what, SimCall):
        return what.due_ms != at or what.state not in (WAITING, OFFERED)
    return kind == WAKE and isinstance(what, SimCall) and what.wake_ms != at
