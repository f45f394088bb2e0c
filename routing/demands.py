"""Every demand the configuration can make of a rep, and who meets which how well. Pure.

The matcher keeps one order of ready reps per distinct demand; which demands a rep meets is computed here once per
configuration and stored with the rep's floor state, so that no claim ever scores anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from routing.config import Config, Rep, Route
from routing.model import Demand, DemandId, Profile, QueueId, RepId
from routing.plan import Levels, Plan, PlanStep


def demand_at(plan: Plan, step_count: int, queue_override: QueueId | None = None) -> Demand:
    """What the call asks for once its first ``step_count`` steps apply.

    The queue is the override where given, else the one the applied steps moved the call to (``then: {queue: …}``).
    """
    return _demand(plan.queue, plan.needs, plan.prefers, plan.steps[:step_count], queue_override)


def priority_at(plan: Plan, step_count: int) -> int:
    """The priority once the first ``step_count`` steps apply."""
    changed = [step.priority for step in plan.steps[:step_count] if step.priority is not None]
    return changed[-1] if changed else plan.priority


def demands_of_route(route: Route) -> tuple[Demand, ...]:
    """The demand on arrival and after each step, in order; a step that changes nothing repeats the one before."""
    counts = range(len(route.steps) + 1)
    return tuple(_demand(route.queue, route.needs, route.prefers, route.steps[:count], None) for count in counts)


def demands_of(config: Config) -> tuple[Demand, ...]:
    """All distinct demands written in the configuration, in the order of the file."""
    return tuple(dict.fromkeys(demand for rule in config.rules for demand in demands_of_route(rule.route)))


def _demand(
    queue: QueueId, needs: Levels, prefers: Levels, steps: tuple[PlanStep, ...], override: QueueId | None
) -> Demand:
    for step in steps:
        needs = needs if step.needs is None else step.needs
        prefers = prefers if step.prefers is None else step.prefers
        if step.then is not None and step.then.startswith("queue:"):
            queue = QueueId(step.then.removeprefix("queue:"))
    return Demand(queue=override or queue, needs=needs, prefers=prefers)


def fit_of(rep: Rep, demand: Demand) -> int | None:
    """Σ weight × level over the preferences that the rep has + Σ (level − least level) over the needs; a skill in both
    counts in both. Null where the rep does not meet the demand."""
    if not rep.meets(demand):
        return None
    preferred = sum(weight * rep.skills.get(skill, 0) for skill, weight in demand.prefers)
    return preferred + sum(rep.skills[skill] - least for skill, least in demand.needs)


def tally_of(queue: QueueId, skill: str | None = None, least: int = 0) -> str:
    """The counter a rep on duty adds to: ``queue``, or ``queue/skill>=level``."""
    return queue if skill is None else f"{queue}/{skill}>={least}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandTable:
    """The demands of one configuration version (and those registered since), and the reps who may meet them."""

    version: int
    demands: Mapping[DemandId, Demand]
    reps: Mapping[RepId, Rep] = field(repr=False)

    def profile(self, rep: RepId) -> Profile:
        """What that rep meets and how well. Somebody whom this version does not know meets nothing."""
        known = self.reps.get(rep)
        if known is None:
            return Profile(rep=rep, fits={})
        fits = {id_: fit for id_, demand in self.demands.items() if (fit := fit_of(known, demand)) is not None}
        return Profile(rep=rep, fits=fits, tallies=self._tallies(known))

    def profiles(self) -> tuple[Profile, ...]:
        """Everybody's, in the order of the file."""
        return tuple(self.profile(rep) for rep in self.reps)

    def with_extra(self, demands: Iterable[Demand]) -> DemandTable:
        """The table with further demands: of calls that began under another version, or that come from call data."""
        return replace(self, demands={**self.demands, **{demand.id: demand for demand in demands}})

    def _tallies(self, rep: Rep) -> frozenset[str]:
        served = [demand for demand in self.demands.values() if rep.serves(demand.queue)]
        had = (
            tally_of(demand.queue, skill, least)
            for demand in served
            for skill, least in demand.needs
            if rep.skills.get(skill, 0) >= least
        )
        return frozenset(had) | {tally_of(demand.queue) for demand in served}


def demand_table(config: Config) -> DemandTable:
    """The table of one configuration."""
    demands = {demand.id: demand for demand in demands_of(config)}
    return DemandTable(version=config.version, demands=demands, reps=config.reps)
