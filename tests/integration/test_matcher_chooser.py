"""The matcher and a brute-force chooser, written from the definition alone, agree on every decision of random floors:
who gets which call, what each call asks for as its wait goes on, and whom nobody on duty could ever take.

``CTI_PROVE=1``: 100,000 decisions; ``CTI_SEED=n`` another seed.
"""

from __future__ import annotations

import os
import random
import time
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from routing.config import Rep
from routing.demands import DemandTable
from routing.model import CallId, Demand, Outcome, QueueId, RepId, RepStatus, SkillName, Strategy
from tests.support.chooser import BUSY
from tests.support.chooser_floor import ChooserFloor
from tests.support.matchers import RedisFloor
from tests.support.written_plan import Stage, Written

PROVING = os.environ.get("CTI_PROVE") == "1"
SEED = int(os.environ.get("CTI_SEED", "20261123"))
WANTED = 100_000 if PROVING else 1000
"""Decisions."""
STEPS = 300
"""Of one floor."""
QUEUES = tuple(map(QueueId, ("help", "sales", "desk")))
TEAMS = ("east", "west")
SKILLS = tuple(map(SkillName, ("de", "fr", "tech")))
MOST_CALLS = (1, 2, 3, 4, 12)
"""On one floor: with few, many reps are free and strategies choose; with many, free reps choose among calls."""
AT_REST = frozenset({RepStatus.AWAY, RepStatus.NOT_RESPONDING, RepStatus.OFFLINE})
STEPS_MS = (500, 1000, 5000, 10_000, 20_000, 30_000, 90_000)
"""Between planning and a step."""
LEAPS_MS = (0, 0, 1, 1, 7, 500, 999, 2500, 5000, 10_000, 20_000, 45_000, 600_000)


class Play:
    """One random floor and what happens there."""

    def __init__(self, dice: random.Random, floor: ChooserFloor) -> None:
        self.dice = dice
        self.floor = floor
        self.reps = tuple(RepId(f"r{n}") for n in range(dice.randint(1, 9)))
        self.plans: dict[CallId, Written] = {}
        self.strategies: dict[QueueId, Strategy] = {}
        self.askable: list[Demand] = []
        """What this configuration can ask, but for teams."""
        self.table = self._a_configuration(version=1)
        self.most_calls = dice.choice(MOST_CALLS)
        self._made = 0

    async def run(self) -> None:
        for rep in self.reps:
            await self.floor.touch(rep)
        await self.floor.write_table(self.table)
        for rep in self.dice.sample(self.reps, self.dice.randint(0, len(self.reps))):
            await self.floor.set_status(rep, RepStatus.AVAILABLE)
        for _ in range(STEPS):
            await self._step()

    # ── a configuration ───────────────────────────────────────────────────────────────────────────────────────────

    def _a_configuration(self, *, version: int) -> DemandTable:
        self.strategies = {queue: self.dice.choice(list(Strategy)) for queue in QUEUES}
        plain = self._a_demand(also=0.0)
        self.askable = [plain, *(self._a_demand() for _ in range(self.dice.randint(1, 5)))]
        in_teams = [replace(demand, team=team) for demand in self.askable for team in TEAMS]
        asked = [*self.askable, *self.dice.sample(in_teams, self.dice.choice((0, 0, 2, len(in_teams))))]
        demands = {demand.id: demand for demand in asked}
        reps = {rep: self._a_rep(rep) for rep in self.reps}
        table = DemandTable(version=version, demands=demands, reps=reps, written=frozenset(demands))
        return table.with_extra([*in_teams, *(demand for plan in self.plans.values() for demand in plan.demands)])

    def _a_rep(self, rep: RepId) -> Rep:
        skills = {skill: self.dice.randint(1, 3) for skill in SKILLS if self.dice.random() < 0.7}
        queues = None if self.dice.random() < 0.5 else frozenset(self.dice.sample(QUEUES, self.dice.randint(1, 3)))
        return Rep(id=rep, name=rep, skills=skills, queues=queues, team=self.dice.choice((None, *TEAMS)))

    def _a_demand(self, *, also: float = 0.2) -> Demand:
        queue, other = self.dice.sample(QUEUES, 2)
        needs = sorted(self.dice.sample(SKILLS, self.dice.choice((0, 0, 1, 1, 2))))
        prefers = sorted(self.dice.sample(SKILLS, self.dice.choice((0, 0, 1, 2))))
        return Demand(
            queue=queue,
            also=(other,) if self.dice.random() < also else (),
            needs=tuple((skill, self.dice.randint(1, 2)) for skill in needs),
            prefers=tuple((skill, self.dice.randint(1, 3)) for skill in prefers),
            strategy=self.strategies[queue],
        )

    # ── steps ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _step(self) -> None:
        steps = (
            (22, self._call_arrives),
            (8, self._call_is_planned_again),
            (3, self._caller_leaves),
            (24, self._rep_answers),
            (24, self._call_ends),
            (14, self._rep_changes),
            (6, self._socket_changes),
            (12, self._time_passes),
            (1, self._version_changes),
            (1, self._demand_is_new),
        )
        [step] = self.dice.choices([step for _, step in steps], weights=[weight for weight, _ in steps])
        await step()
        await self.floor.tell_shortages()

    async def _call_arrives(self) -> None:
        live = self.floor.chooser.calls
        self.plans = {call: plan for call, plan in self.plans.items() if call in live}
        if len(live) >= self.most_calls:
            return
        self._made += 1
        call = CallId(f"c{self._made * 7919 % 1000:03d}-{self._made}")
        self.plans[call] = self._a_plan(waited_ms=0)
        await self.floor.arrive(call, self.plans[call])

    def _a_plan(self, *, waited_ms: int) -> Written:
        """Of a call that came so long ago."""
        first = self.dice.choice([demand for demand in self.askable if not demand.also])
        moments = sorted(
            waited_ms + after_ms for after_ms in self.dice.sample(STEPS_MS, self.dice.choice((0, 0, 1, 2)))
        )
        later = [
            Stage(after_ms=at, demand=self.dice.choice(self.askable), priority=self.dice.choice((0, 0, 5, 9)))
            for at in moments
        ]
        named = self.dice.random() < 0.5
        wait_ms = waited_ms + self.dice.choice((0, 4000, 15_000, 60_000))
        team = self.dice.choice((None, *TEAMS)) if named else None
        return Written(
            stages=(Stage(after_ms=0, demand=first, priority=self.dice.choice((0, 0, 0, 5))), *later),
            head_start_ms=self.dice.choice((0, 0, 0, 60_000)),
            rep=self.dice.choice([*self.reps, RepId("nobody")]) if named else None,
            wait_ms=wait_ms,
            waived=self.dice.random() < 0.5,
            team=team,
            team_ms=wait_ms + self.dice.choice((1000, 8000, 60_000)) if team else 0,
        )

    async def _call_is_planned_again(self) -> None:
        offered = self._with(RepStatus.RESERVED).values()
        calls = [call for call, log in self.floor.chooser.calls.items() if log.waiting or call in offered]
        if not calls:
            return
        call = self.dice.choice(calls)
        self.plans[call] = self._a_plan(waited_ms=self.floor.now - self.floor.chooser.calls[call].arrived)
        await self.floor.plan_again(call, self.plans[call])

    async def _caller_leaves(self) -> None:
        talking = self._with(RepStatus.ON_CALL).values()
        calls = [call for call in self.floor.chooser.calls if call not in talking]
        if calls:
            await self.floor.leave(self.dice.choice(calls))

    async def _rep_answers(self) -> None:
        reps = [*self._with(RepStatus.RESERVED)]
        if not reps:
            return
        rep = self.dice.choice(reps)
        outcome = self.dice.choices(
            [None, Outcome.DECLINED, Outcome.EXPIRED, Outcome.WITHDRAWN, Outcome.CALLER_LEFT], weights=[6, 4, 2, 1, 1]
        )[0]
        if outcome is None:
            await self.floor.accept(rep)
        else:
            await self.floor.settle(rep, outcome)

    async def _call_ends(self) -> None:
        talking, wrapping = [*self._with(RepStatus.ON_CALL)], [*self._with(RepStatus.WRAP_UP)]
        if not talking and not wrapping:
            return
        rep = self.dice.choice(talking + wrapping)
        if rep in wrapping:
            await self.floor.free(rep)
        elif self.dice.random() < 0.15:
            await self.floor.settle(rep, self.dice.choice((Outcome.SOFTPHONE, Outcome.CALLER_LEFT)))
        else:
            await self.floor.finish(rep, wrap_up=self.dice.random() < 0.6)

    async def _rep_changes(self) -> None:
        rep = self.dice.choice([rep for rep in self.reps if rep not in self.floor.lost] or [None])
        if rep is not None and self.floor.chooser.reps[rep].now.status in AT_REST:
            await self.floor.set_status(rep, RepStatus.AVAILABLE)
        elif rep is not None:
            wanted = self.dice.choices([RepStatus.AVAILABLE, RepStatus.AWAY, RepStatus.OFFLINE], weights=[6, 2, 1])[0]
            await self.floor.set_status(rep, wanted)

    async def _socket_changes(self) -> None:
        rep = self.dice.choice(self.reps)
        if rep in self.floor.lost:
            await self.floor.touch(rep)
        elif self.dice.random() < 0.5:
            await self.floor.drop(rep)

    async def _time_passes(self) -> None:
        await self.floor.pass_ms(self.dice.choice(LEAPS_MS))

    async def _version_changes(self) -> None:
        self.table = self._a_configuration(version=self.floor.version + 1)
        await self.floor.write_table(self.table)

    async def _demand_is_new(self) -> None:
        demand = self._a_demand()
        self.askable.append(demand)
        extra = [demand, *(replace(demand, team=team) for team in TEAMS)]
        self.table = replace(self.table.with_extra(extra), version=self.floor.version + 1)
        await self.floor.write_table(self.table)

    def _with(self, status: RepStatus) -> dict[RepId, CallId]:
        """Busy reps of that status, and their calls."""
        assert status in BUSY
        with_rep = self.floor.with_rep.items()
        return {rep: call for rep, call in with_rep if self.floor.chooser.reps[rep].now.status is status}


@pytest.mark.parametrize("floor", ["20261123-59", "20261124-121"])
async def test_floors_on_which_they_once_disagreed(redis: Redis, floor: str) -> None:
    """59: marks of a call in its preferred rep's own line outlived the last rep who could have taken it; 121: so did
    those of a call that its preferred rep took."""
    opened = RedisFloor(redis)
    await opened.open()
    await Play(random.Random(floor), ChooserFloor(opened)).run()


async def test_matcher_and_chooser_agree_on_every_decision(redis: Redis, capsys: pytest.CaptureFixture[str]) -> None:
    decisions = floors = 0
    start = time.monotonic()
    while decisions < WANTED:
        await redis.flushall()
        opened = RedisFloor(redis)
        await opened.open()
        floor = ChooserFloor(opened)
        try:
            await Play(random.Random(f"{SEED}-{floors}"), floor).run()
        except AssertionError as error:
            raise AssertionError(f"seed {SEED}, floor {floors}, decision {floor.decisions}: {error}") from error
        decisions, floors = decisions + floor.decisions, floors + 1
    with capsys.disabled():
        print(f"\nchooser: seed {SEED}, {decisions:,} decisions on {floors} floors, {time.monotonic() - start:.0f} s")
