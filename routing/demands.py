"""Every demand the configuration can make of a rep, and who meets which how well. Pure.

The matcher keeps one order of ready reps per distinct demand; which demands a rep meets is computed here once per
configuration and stored with the rep's floor state, so that no claim ever scores anybody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import orjson

from routing.config import Config, Rep, Route
from routing.model import Demand, DemandId, Profile, QueueId, RepId, SkillName, Strategy
from routing.plan import Levels, Plan, PlanStep
from routing.resolving import Choose, choices, resolved

_FORM = b"3"
"""Of profiles: another one than that of the release before makes every profile be written once."""


def demand_at(plan: Plan, step_count: int, queue_override: QueueId | None = None) -> Demand:
    """What the call asks for once its first ``step_count`` steps apply.

    The queue is the override where given, else the one the applied steps moved the call to (``then: {queue: …}``).
    """
    return _demand(plan, step_count, plan.strategies, queue_override)


def priority_at(plan: Plan, step_count: int) -> int:
    """The priority once the first ``step_count`` steps apply."""
    changed = [step.priority for step in plan.steps[:step_count] if step.priority is not None]
    return changed[-1] if changed else plan.priority


def strategies_of(config: Config) -> Mapping[QueueId, Strategy]:
    """Of every queue."""
    return {queue.id: queue.strategy for queue in config.queues.values()}


def demands_of_route(config: Config, route: Route) -> tuple[Demand, ...]:
    """The demand on arrival and after each step, in order, for every way in which needs from the call can come out; a
    step that changes nothing repeats the one before."""
    strategies = strategies_of(config)
    plans = (resolve(route, choose) for choose in choices(route.wanted, config.skills))
    return tuple(_demand(plan, count, strategies, None) for plan in plans for count in range(len(route.steps) + 1))


def _in_each_team(config: Config, route: Route, demands: Iterable[Demand]) -> Iterator[Demand]:
    """What the route asks while only the preferred rep's team may take the call."""
    if route.prefer_rep is None or not route.prefer_rep.team_wait_ms:
        return
    teams = sorted({rep.team for rep in config.reps.values() if rep.team is not None})
    yield from (replace(demand, team=team) for demand in demands for team in teams)


def resolve(route: Route, choose: Choose) -> Resolved:
    """The route with skills in place of what comes from the call."""
    return Resolved(
        queue=route.queue,
        needs=resolved(route.needs, choose),
        prefers=resolved(route.prefers, choose),
        steps=tuple(
            PlanStep(
                after_ms=step.after_ms,
                queues=step.queues,
                needs=None if step.needs is None else resolved(step.needs, choose),
                prefers=None if step.prefers is None else resolved(step.prefers, choose),
                priority=step.priority,
                offer_callback=step.offer_callback,
                then=step.then,
                skip_if=step.skip_if,
            )
            for step in route.steps
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a route asks for, for one call."""

    queue: QueueId
    needs: Levels
    prefers: Levels
    steps: tuple[PlanStep, ...]


def demands_of(config: Config) -> tuple[Demand, ...]:
    """All distinct demands that the configuration can make, in the order of the file."""
    made: dict[Demand, None] = {}
    for _, route in config.routes:
        asked = demands_of_route(config, route)
        made |= dict.fromkeys((*asked, *_in_each_team(config, route, asked)))
    return tuple(made)


def _demand(
    asked: Resolved | Plan, step_count: int, strategies: Mapping[QueueId, Strategy], override: QueueId | None
) -> Demand:
    queue, needs, prefers = asked.queue, asked.needs, asked.prefers
    also: tuple[QueueId, ...] = ()
    for step in asked.steps[:step_count]:
        needs = needs if step.needs is None else step.needs
        prefers = prefers if step.prefers is None else step.prefers
        if step.then is not None and step.then.startswith("queue:"):
            queue, also = QueueId(step.then.removeprefix("queue:")), ()
        also = also if step.queues is None else step.queues
    queue = override or queue
    strategy = strategies.get(queue, Strategy.BEST_FIT)
    others = tuple(each for each in also if each != queue)
    return Demand(queue=queue, also=others, needs=needs, prefers=prefers, strategy=strategy)


def fit_of(rep: Rep, demand: Demand) -> int | None:
    """Σ weight × level over the preferences that the rep has + Σ (level − least level) over the needs; a skill in both
    counts in both. Null where the rep does not meet the demand."""
    if not rep.meets(demand):
        return None
    preferred = sum(weight * rep.skills.get(skill, 0) for skill, weight in demand.prefers)
    return preferred + sum(rep.skills[skill] - least for skill, least in demand.needs)


def tally_of(served: str, skill: str | None = None, least: int = 0) -> str:
    """The counter a rep on duty adds to: a demand's queues, or ``queues/skill>=level``."""
    return served if skill is None else f"{served}/{skill}>={least}"


@dataclass(frozen=True, kw_only=True)
class DemandTable:
    """The demands of one configuration version (and those registered since), and the reps who may meet them."""

    version: int
    demands: Mapping[DemandId, Demand]
    reps: Mapping[RepId, Rep] = field(repr=False)
    written: frozenset[DemandId] = frozenset()
    """Those of the configuration: how many of them a rep meets is their flexibility."""

    def profile(self, rep: RepId) -> Profile:
        """What that rep meets and how well. Somebody whom this version does not know meets nothing."""
        known = self.reps.get(rep)
        return Profile(rep=rep, fits={}) if known is None else self.profile_of(known)

    def profiles(self) -> tuple[Profile, ...]:
        """Everybody's, in the order of the file."""
        return tuple(map(self.profile_of, self.reps.values()))

    def source(self, rep: Rep) -> str:
        """A digest (16 hex digits) of what the profile is made of: skills, team, the demands of the queues. The same
        source is the same profile; it costs a fraction of one."""
        digest = hashlib.blake2b(orjson.dumps(rep.skills, option=orjson.OPT_SORT_KEYS), digest_size=8)
        digest.update(_FORM + self._served(rep.queues).digest)
        if rep.team is not None:
            digest.update(rep.team.encode())
        return digest.hexdigest()

    def profile_of(self, rep: Rep) -> Profile:
        """What somebody with these skills and queues meets."""
        served, level_of, team = self._served(rep.queues), rep.skills.get, rep.team
        fits: dict[DemandId, int] = {}
        tallies, asked = set(served.tallies), set[SkillName]()
        for id_, needs, prefers, skills, of_team, team_tally, _ in served.known:
            fit, meets = 0, of_team is None or of_team == team
            for skill, least, tally in needs:
                level = level_of(skill, 0)
                if level < least:
                    meets = False
                else:
                    fit += level - least
                    tallies.add(tally)
            if meets:
                for skill, weight in prefers:
                    fit += weight * level_of(skill, 0)
                fits[id_] = fit
                asked |= skills
            if of_team is not None and of_team == team:
                tallies.add(team_tally)
        return Profile(
            rep=rep.id,
            fits=fits,
            ranked={id_: self._ranked[id_] for id_ in fits if id_ in self._ranked} if self._ranked else {},
            flexibility=len(fits.keys() & self.written),
            tallies=frozenset(tallies),
            levels={skill: level for skill, level in rep.skills.items() if skill in asked},
        )

    def with_extra(self, demands: Iterable[Demand]) -> DemandTable:
        """The table with further demands: of calls that began under another version, or that come from call data."""
        return replace(self, demands={**self.demands, **{demand.id: demand for demand in demands}})

    def _served(self, queues: frozenset[QueueId] | None) -> Served:
        """The demands whose calls may be offered at all to whoever serves these queues."""
        found = self._of_queues.get(queues)
        if found is None:
            of_each = (self._known.values(),) if queues is None else [self._of_queue.get(each, ()) for each in queues]
            found = self._of_queues[queues] = Served.of(chain(*of_each), self.written)
        return found

    @cached_property
    def _of_queues(self) -> dict[frozenset[QueueId] | None, Served]:
        return {}

    @cached_property
    def _known(self) -> Mapping[DemandId, Known]:
        return {id_: Known.of(id_, demand) for id_, demand in self.demands.items()}

    @cached_property
    def _of_queue(self) -> Mapping[QueueId, tuple[Known, ...]]:
        found: dict[QueueId, list[Known]] = {}
        for known in self._known.values():
            for queue in self.demands[known.id].queues:
                found.setdefault(queue, []).append(known)
        return {queue: tuple(each) for queue, each in found.items()}

    @cached_property
    def _ranked(self) -> Mapping[DemandId, tuple[Strategy, QueueId]]:
        ranked = (one for one in self.demands.values() if one.strategy is not Strategy.BEST_FIT)
        return {demand.id: (demand.strategy, demand.queue) for demand in ranked}


class Known(NamedTuple):
    """One demand with what is looked at for every rep: its id and its counters' names, made once."""

    id: DemandId
    needs: tuple[tuple[SkillName, int, str], ...]
    """(skill, least level, the counter of who has it)."""
    prefers: tuple[tuple[SkillName, int], ...]
    skills: frozenset[SkillName]
    team: str | None
    team_tally: str
    tally: str

    @staticmethod
    def of(id_: DemandId, demand: Demand) -> Known:
        served = demand.served
        return Known(
            id=id_,
            needs=tuple((skill, least, tally_of(served, skill, least)) for skill, least in demand.needs),
            prefers=demand.prefers,
            skills=frozenset(skill for skill, _ in (*demand.needs, *demand.prefers)),
            team=demand.team,
            team_tally=f"{served}/team={demand.team}",
            tally=tally_of(served),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What is the same for all who serve the same queues."""

    known: tuple[Known, ...]
    tallies: frozenset[str]
    digest: bytes

    @staticmethod
    def of(demands: Iterable[Known], written: Collection[DemandId]) -> Served:
        known = {each.id: each for each in demands}
        words = "".join(f"{id_}{id_ in written:d}" for id_ in sorted(known))
        return Served(
            known=tuple(known.values()),
            tallies=frozenset(each.tally for each in known.values()),
            digest=hashlib.blake2b(words.encode(), digest_size=8).digest(),
        )


def in_order(groups: Collection[frozenset[QueueId] | None]) -> list[frozenset[QueueId] | None]:
    """Sets of queues, those that share some beside each other."""
    return sorted(groups, key=lambda queues: () if queues is None else tuple(sorted(queues)))


def demand_table(config: Config) -> DemandTable:
    """The table of one configuration."""
    demands = {demand.id: demand for demand in demands_of(config)}
    return DemandTable(version=config.version, demands=demands, reps=config.reps, written=frozenset(demands))
