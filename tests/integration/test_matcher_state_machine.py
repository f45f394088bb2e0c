"""The scripts and the pure matcher are driven through the same steps; every answer and the whole floor must agree, and
the floor's own promises must hold after each step."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from redis.asyncio import Redis

from cti.embedded import EmbeddedServer
from routing.matcher import PureMatcher
from routing.model import Ask, CallId, InLine, Match, OfferId, Outcome, Preference, Profile, RepId, RepStatus, Strategy
from routing.replies import rep_state_of
from tests.support.floor_dump import check_floor, dump_floor, fields_of
from tests.support.matchers import VERSION, RedisFloor, a_demand, ranked_by

T = TypeVar("T")
PROVING = os.environ.get("CTI_PROVE") == "1"
DEMANDS = (
    a_demand(),
    a_demand(needs={"help": 3}),
    a_demand("sales", needs={"sell": 1}),
    *(a_demand(strategy=strategy) for strategy in Strategy if strategy is not Strategy.BEST_FIT),
)
TALLIES = ("support", "support/help>=1", "support/help>=3", "sales", "sales/sell>=1")
REPS = tuple(map(RepId, ("ana", "bo", "cy", "di")))
CALLS = tuple(CallId(f"c{n}") for n in range(6))
SOCKETS = ("tab", "phone")
LEASE_MS = 1000

reps = st.sampled_from(REPS)
calls = st.sampled_from(CALLS)
sockets = st.sampled_from(SOCKETS)


def served_ones(tallies: frozenset[str]) -> frozenset[str]:
    """Whoever has a need counted serves its queue."""
    return frozenset(each for each in tallies if each.split("/")[0] in tallies)


preferences = st.builds(
    Preference,
    rep=reps | st.just(RepId("nobody")),
    until_ms=st.sampled_from([0, 4000, 15_000, 60_000]),
    waived=st.booleans(),
)
profiles = st.builds(
    lambda fits, **fields: Profile(
        fits={demand.id: fit for demand, fit in fits.items()}, ranked=ranked_by(fits), **fields
    ),
    rep=reps,
    fits=st.dictionaries(st.sampled_from(DEMANDS), st.integers(0, 2)),
    flexibility=st.integers(0, 2),
    tallies=st.frozensets(st.sampled_from(TALLIES)).map(served_ones),
)


class TwoMatchers(RuleBasedStateMachine):
    """One floor in Redis, one in plain Python."""

    runner: ClassVar[asyncio.Runner]
    redis: ClassVar[Redis]

    def __init__(self) -> None:
        super().__init__()
        self.do(self.redis.flushall())
        self.floor = RedisFloor(self.redis)
        self.do(self.floor.open())
        self.scripts = self.floor.matcher
        self.pure = PureMatcher()
        self.offers: list[OfferId] = [OfferId("o1-999")]

    def do(self, step: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(step)

    @property
    def now(self) -> int:
        return self.floor.now

    def same(self, found: object, expected: object) -> None:
        assert found == expected
        for each in found if isinstance(found, tuple) else (found,):
            if isinstance(each, Match):
                self.offers.append(each.offer)

    @initialize(start=st.lists(profiles, min_size=4, max_size=8))
    def open_shop(self, start: list[Profile]) -> None:
        for rep, profile in zip(REPS, start, strict=False):
            self.give_profile(replace(profile, rep=rep))
            self.touch(rep, "tab")
            self.set_status(rep, RepStatus.AVAILABLE, None)

    @rule(profile=profiles)
    def give_profile(self, profile: Profile) -> None:
        found = self.do(self.scripts.set_profile(profile, version=VERSION))
        self.same(found, self.pure.set_profile(self.now, profile, version=VERSION))

    @rule(
        rep=reps,
        status=st.sampled_from([RepStatus.AVAILABLE, RepStatus.AVAILABLE, RepStatus.AWAY, RepStatus.OFFLINE]),
        reason=st.sampled_from([None, "lunch"]),
    )
    def set_status(self, rep: RepId, status: RepStatus, reason: str | None) -> None:
        found = self.do(self.scripts.set_status(rep, status, reason=reason))
        self.same(found, self.pure.set_status(self.now, rep, status, reason=reason))

    @rule(rep=reps, socket=sockets)
    def touch(self, rep: RepId, socket: str) -> None:
        found = self.do(self.scripts.touch_socket(rep, socket))
        self.same(found, self.pure.touch_socket(self.now, rep, socket))

    @rule(rep=reps, socket=sockets)
    def drop(self, rep: RepId, socket: str) -> None:
        self.do(self.scripts.drop_socket(rep, socket))
        self.pure.drop_socket(self.now, rep, socket)
        self.take_up_late()

    @rule(
        call=calls,
        demand=st.sampled_from(DEMANDS),
        priority=st.integers(0, 2),
        earlier=st.sampled_from([0, 0, 1, 5000]),
        prefer=st.none() | preferences,
    )
    def claim(self, call: CallId, demand: Any, priority: int, earlier: int, prefer: Preference | None) -> None:
        preference = replace(prefer, until_ms=self.now + prefer.until_ms) if prefer else None
        ask = Ask(call=call, demand=demand, priority=priority, counted_from_ms=self.now - earlier, prefer=preference)
        found = self.do(self.scripts.claim(ask, version=VERSION))
        self.same(found, self.pure.claim(self.now, ask, version=VERSION))
        assert isinstance(found, Match | InLine)

    @rule(call=calls, demand=st.sampled_from(DEMANDS), prefer=st.none() | preferences, about=st.none() | reps)
    def consider(self, call: CallId, demand: Any, prefer: Preference | None, about: RepId | None) -> None:
        """Changes nothing: the invariants hold, and both floors go on agreeing."""
        preference = replace(prefer, until_ms=self.now + prefer.until_ms) if prefer else None
        ask = Ask(call=call, demand=demand, counted_from_ms=self.now, prefer=preference)
        found = self.do(self.scripts.consider(ask, about=about))
        assert found == self.pure.consider(self.now, ask, about=about)

    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        offer = self.an_offer(data)
        self.same(self.do(self.scripts.confirm(offer)), self.pure.confirm(self.now, offer))

    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        offer = self.an_offer(data)
        self.same(self.do(self.scripts.accept(offer)), self.pure.accept(self.now, offer))

    @rule(data=st.data(), outcome=st.sampled_from(Outcome))
    def settle(self, data: st.DataObject, outcome: Outcome) -> None:
        offer = self.an_offer(data)
        self.same(self.do(self.scripts.settle(offer, outcome)), self.pure.settle(self.now, offer, outcome))

    @rule(data=st.data(), wrap_up=st.booleans())
    def finish(self, data: st.DataObject, wrap_up: bool) -> None:
        offer = self.an_offer(data)
        found = self.do(self.scripts.finish(offer, wrap_up=wrap_up))
        self.same(found, self.pure.finish(self.now, offer, wrap_up=wrap_up))

    @rule(rep=reps, other=calls, own=st.booleans())
    def free(self, rep: RepId, other: CallId, own: bool) -> None:
        state = self.pure.rep(rep)
        call = state.call if own and state and state.call else other
        self.same(self.do(self.scripts.free(rep, call)), self.pure.free(self.now, rep, call))

    @rule(call=calls)
    def leave(self, call: CallId) -> None:
        self.same(self.do(self.scripts.leave(call)), self.pure.leave(self.now, call))

    @rule(ms=st.sampled_from([1, 500, 1000, 4999, 10_000, 30_000, 600_000]), alive=st.booleans())
    def pass_time(self, ms: int, alive: bool) -> None:
        """Every deadline is carried out at its moment; with ``alive`` the sockets go on answering."""
        target = self.now + ms
        while self.now < target:
            self.drain_until(min(target, self.now + 4000))
            for rep, record in self.pure.state.reps.items():
                for socket in tuple(record.sockets) if alive else ():
                    self.touch(rep, socket)

    def an_offer(self, data: st.DataObject) -> OfferId:
        return data.draw(st.sampled_from(self.offers[-6:]), label="offer")

    def take_up_late(self) -> None:
        """Matches made by a step that cannot return them are due at once."""
        for name, due in fields_of_deadlines(self.do(dump_floor(self.redis))).items():
            if name.startswith("match:") and due == self.now:
                self.pure.state.deadlines[name] = due

    def drain_until(self, target: int) -> None:
        deadlines = self.pure.state.deadlines
        while due := min(((at, name) for name, at in deadlines.items() if at <= target), default=None):
            self.do(self.floor.set_clock(max(self.now, due[0])))
            found = self.do(self.scripts.due_deadlines(limit=1, lease_ms=LEASE_MS))
            assert found.members == (due[1],)
            deadlines[due[1]] = self.now + LEASE_MS
            self.carry_out(*due[1].split(":"))
        self.do(self.floor.set_clock(target))

    def carry_out(self, kind: str, name: str) -> None:
        if kind in {"unmet", "empty"}:
            if kind == "unmet":
                assert self.do(self.scripts.staffing(CallId(name))) == self.pure.staffing(CallId(name))
            self.do(self.floor.drop(f"{kind}:{name}"))
            del self.pure.state.deadlines[f"{kind}:{name}"]
        elif kind == "wake":
            self.same(self.do(self.scripts.wake(CallId(name))), self.pure.wake(self.now, CallId(name)))
        elif kind == "match":
            found = self.do(self.scripts.release_unconfirmed(CallId(name)))
            self.same(found, self.pure.release_unconfirmed(self.now, CallId(name)))
        else:
            found = self.do(self.scripts.check_presence(RepId(name)))
            expected, matches = self.pure.check_presence(self.now, RepId(name))
            assert found == expected
            self.offers += [each.offer for each in matches]
            self.take_up_late()

    @invariant()
    def both_floors_agree(self) -> None:
        floor = self.do(dump_floor(self.redis))
        check_floor(floor, self.now)
        for rep in REPS:
            fields = floor.hashes.get(f"rep:{rep}")
            assert (rep_state_of(rep, fields) if fields else None) == self.pure.rep(rep)
        assert fields_of_deadlines(floor) == self.pure.state.deadlines
        waits = floor.of("wait:")
        assert waits.keys() == self.pure.state.calls.keys()
        for call, record in self.pure.state.calls.items():
            wait = waits[call]
            found = (wait["state"], wait["exclusive"] == "1", wait["rep"] or None, wait["offer"] or None)
            assert found == (record.state, record.exclusive, record.rep, record.offer), call
            assert fields_of(floor, f"marks:{call}") == record.marks
            assert fields_of(floor, f"cool:{call}") == record.cools


def fields_of_deadlines(floor: Any) -> dict[str, int]:
    return dict(floor.sorted_sets.get("deadlines", {}))


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


def test_the_scripts_and_the_pure_matcher_agree_step_by_step(valkey: EmbeddedServer, runner: asyncio.Runner) -> None:
    TwoMatchers.runner = runner
    TwoMatchers.redis = Redis.from_url(valkey.url, decode_responses=True)
    try:
        run_state_machine_as_test(
            TwoMatchers,
            settings=settings(
                max_examples=1000 if PROVING else 40,
                stateful_step_count=60 if PROVING else 40,
                derandomize=not PROVING,
                deadline=None,
                database=None,
                phases=(Phase.explicit, Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        runner.run(TwoMatchers.redis.aclose())
