"""The simulator's floor and the pure matcher are driven through the same steps: all of their answers must agree."""

from __future__ import annotations

import os
from dataclasses import replace

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from routing.config import Rep
from routing.demands import DemandTable
from routing.matcher import PureMatcher
from routing.model import (
    Ask,
    CallId,
    Demand,
    Match,
    OfferId,
    Outcome,
    Preference,
    QueueId,
    RepId,
    RepStatus,
    SkillName,
    Strategy,
)
from routing.simulate.floor import SimFloor
from routing.simulate.people import (
    AVAILABLE,
    AWAY,
    OFFERED,
    OFFLINE,
    ON_CALL,
    RESERVED,
    TAKEN,
    WAITING,
    WRAP_UP,
    SimCall,
)
from tests.support.simulations import a_caller

PROVING = os.environ.get("CTI_PROVE") == "1"
SUPPORT, SALES = QueueId("support"), QueueId("sales")
HELP, SELL = SkillName("help"), SkillName("sell")
DEMANDS = (
    *(Demand(queue=SUPPORT, needs=((HELP, 1),), strategy=strategy) for strategy in Strategy),
    Demand(queue=SUPPORT, needs=((HELP, 3),)),
    Demand(queue=SALES, also=(SUPPORT,), prefers=((SELL, 2),)),
)
REPS = tuple(map(RepId, ("ana", "bo", "cy", "di")))
STATUSES = {
    RepStatus.AVAILABLE: AVAILABLE,
    RepStatus.RESERVED: RESERVED,
    RepStatus.ON_CALL: ON_CALL,
    RepStatus.WRAP_UP: WRAP_UP,
    RepStatus.AWAY: AWAY,
    RepStatus.NOT_RESPONDING: AWAY,
    RepStatus.OFFLINE: OFFLINE,
}
STATES = {"waiting": WAITING, "reserved": OFFERED, "taken": TAKEN}

reps = st.sampled_from(REPS)
people = st.builds(
    lambda id_, levels, queues: Rep(id=id_, name=id_, skills=levels, queues=queues),
    reps,
    st.dictionaries(st.sampled_from([HELP, SELL]), st.integers(1, 4)),
    st.none() | st.frozensets(st.sampled_from([SUPPORT, SALES]), min_size=1),
)


class TwoFloors(RuleBasedStateMachine):
    """One of each."""

    @initialize(staff=st.lists(people, min_size=4, max_size=4), there=st.sets(reps, min_size=1))
    def open_shop(self, staff: list[Rep], there: set[RepId]) -> None:
        table = DemandTable(
            version=1,
            demands={demand.id: demand for demand in DEMANDS},
            reps={id_: replace(rep, id=id_) for id_, rep in zip(REPS, staff, strict=True)},
            written=frozenset(demand.id for demand in DEMANDS),
        )
        self.now, self.pure, self.floor = 1_000, PureMatcher(), SimFloor(table)
        self.calls: dict[CallId, SimCall] = {}
        for rep in REPS:
            self.pure.set_profile(self.now, table.profile(rep), version=1)
            self.pure.touch_socket(self.now, rep, "tab")
        for rep in REPS:
            if rep in there:
                self.set_status(rep, RepStatus.AVAILABLE)

    def same(self, matches: tuple[Match, ...]) -> None:
        found = [(f"c{call.number:03d}", REPS[call.rep.index]) for call in self.floor.matches if call.rep]
        assert found == [(match.call, match.rep) for match in matches]
        self.floor.matches.clear()

    @rule(
        rep=reps, status=st.sampled_from([RepStatus.AVAILABLE, RepStatus.AVAILABLE, RepStatus.AWAY, RepStatus.OFFLINE])
    )
    def set_status(self, rep: RepId, status: RepStatus) -> None:
        self.floor.set_status(self.floor.reps[REPS.index(rep)], STATUSES[status], self.now)
        self.same(self.pure.set_status(self.now, rep, status))

    @rule(
        demand=st.sampled_from(DEMANDS),
        priority=st.integers(0, 1),
        head_start=st.sampled_from([0, 0, 1, 5_000]),
        prefer=st.none() | st.tuples(reps, st.sampled_from([0, 4_000, 15_000, 60_000]), st.booleans()),
    )
    def arrive(self, demand: Demand, priority: int, head_start: int, prefer: tuple[RepId, int, bool] | None) -> None:
        number = len(self.calls) + 1
        call = SimCall(number, a_caller(), self.now)
        if prefer:
            call.prefer, call.until_ms = self.floor.reps[REPS.index(prefer[0])], self.now + prefer[1]
            call.waived = prefer[2]
        self.calls[CallId(f"c{number:03d}")] = call
        self.ask(call, demand, priority, head_start)

    @rule(data=st.data(), demand=st.sampled_from(DEMANDS), priority=st.integers(0, 1))
    def ask_again(self, data: st.DataObject, demand: Demand, priority: int) -> None:
        if call := self.a_call(data, WAITING, OFFERED):
            self.ask(call, demand, priority, 0)

    def ask(self, call: SimCall, demand: Demand, priority: int, head_start: int) -> None:
        call.demand, call.asks = self.floor.number_of(demand), (-priority, call.arrived_ms - head_start)
        prefer = None
        if call.prefer is not None:
            prefer = Preference(rep=REPS[call.prefer.index], until_ms=int(call.until_ms), waived=call.waived)
        ask = Ask(
            call=CallId(f"c{call.number:03d}"),
            demand=demand,
            priority=priority,
            counted_from_ms=int(call.arrived_ms) - head_start,
            prefer=prefer,
        )
        held = call.state == OFFERED
        self.floor.claim(call, self.now)
        found = self.pure.claim(self.now, ask, version=1)
        self.same((found,) if isinstance(found, Match) and not held else ())

    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        if call := self.a_call(data, OFFERED):
            self.floor.accept(call, self.now)
            assert self.pure.accept(self.now, self.offer_of(call))

    @rule(data=st.data(), missed=st.booleans())
    def decline(self, data: st.DataObject, missed: bool) -> None:
        if call := self.a_call(data, OFFERED):
            offer = self.offer_of(call)
            self.floor.decline(call, self.now, missed=missed)
            self.same(self.pure.settle(self.now, offer, Outcome.EXPIRED if missed else Outcome.DECLINED))

    @rule(data=st.data(), wrap_up=st.booleans())
    def finish(self, data: st.DataObject, wrap_up: bool) -> None:
        if call := self.a_call(data, TAKEN):
            offer = self.offer_of(call)
            self.floor.finish(call, self.now, wrap_up=wrap_up)
            self.same(self.pure.finish(self.now, offer, wrap_up=wrap_up))

    @rule(rep=reps)
    def free(self, rep: RepId) -> None:
        state = self.pure.rep(rep)
        if state and state.call:
            self.floor.free(self.floor.reps[REPS.index(rep)], self.now)
            self.same(self.pure.free(self.now, rep, state.call))

    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        if call := self.a_call(data, WAITING, OFFERED):
            self.floor.leave(call, self.now)
            self.same(self.pure.leave(self.now, CallId(f"c{call.number:03d}")))

    @rule(ms=st.sampled_from([1, 1_000, 4_999, 10_000, 30_000, 600_000]))
    def pass_time(self, ms: int) -> None:
        """Calls are woken at their moments, in order."""
        target, deadlines = self.now + ms, self.pure.state.deadlines
        while due := min(((at, name) for name, at in deadlines.items() if _wakes(name) and at <= target), default=None):
            self.now = max(self.now, due[0])
            call = self.calls[CallId(due[1].partition(":")[2])]
            assert call.wake_ms == due[0]
            self.floor.wake(call, self.now)
            self.same(self.pure.wake(self.now, CallId(f"c{call.number:03d}")))
        self.now = target

    def a_call(self, data: st.DataObject, *states: int) -> SimCall | None:
        some = [call for call in self.calls.values() if call.state in states]
        return data.draw(st.sampled_from(some)) if some else None

    def offer_of(self, call: SimCall) -> OfferId:
        offer = self.pure.state.calls[CallId(f"c{call.number:03d}")].offer
        assert offer is not None
        return offer

    @invariant()
    def both_agree(self) -> None:
        if not hasattr(self, "pure"):
            return
        for rep, each in zip(REPS, self.floor.reps, strict=True):
            state = self.pure.state.reps[rep]
            assert STATUSES[state.status] == each.status, rep
            assert state.status is not RepStatus.AVAILABLE or (state.idle_since_ms or 0) == each.idle_ms, rep
            assert bool(self.floor.ready & each.bit) == state.ready
        for name, call in self.calls.items():
            record = self.pure.state.calls.get(name)
            if record is None:
                continue
            assert (STATES[record.state], record.exclusive) == (call.state, call.exclusive), name
            assert {REPS[index]: at for index, at in call.marks.items()} == record.marks
            assert self.pure.state.deadlines.get(f"wake:{name}") == call.wake_ms
            if record.state == "waiting":
                assert self.floor.is_unmet(call) == self.pure.state.is_unmet(record)
                assert self.floor.is_gone(call) == self.pure.state.is_gone(record.ask.demand)


def _wakes(name: str) -> bool:
    return name.startswith("wake:")


def test_the_simulators_floor_and_the_pure_matcher_agree_step_by_step() -> None:
    run_state_machine_as_test(
        TwoFloors,
        settings=settings(
            max_examples=5_000 if PROVING else 100,
            stateful_step_count=60,
            deadline=None,
            database=None,
            phases=(Phase.explicit, Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
