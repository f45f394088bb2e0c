"""Reps who are alike for every call, and more of them than there are. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from routing.config import Config, Rep
from routing.demands import demand_table
from routing.model import RepId
from routing.simulate.scenario import RepHabits, Scenario

TOP_LEVEL = 10
NAMED = 3
"""So many reps of a profile stand in its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What some reps have in common."""

    name: str
    """``spanish 5, support 4 (like ana)``."""
    breadth: float
    """Levels of all skills together, on average: who has more is dearer."""
    reps: tuple[RepId, ...]
    """Those of the configuration first, then as many more as may be asked for."""
    known: int
    """How many of them are in the configuration."""


def profiles_of(config: Config) -> tuple[Profile, ...]:
    """Reps are alike who may be asked about the same callers, whatever the rules ask for; the broadest first."""
    demands = demand_table(config).demands.values()
    alike: dict[tuple[str, ...], list[Rep]] = defaultdict(list)
    for rep in sorted(config.reps.values(), key=lambda each: each.id):
        alike[tuple(demand.id for demand in demands if rep.meets(demand))].append(rep)
    found = [
        Profile(
            name=_name(some),
            breadth=sum(sum(each.skills.values()) for each in some) / len(some),
            reps=tuple(rep.id for rep in some),
            known=len(some),
        )
        for met, some in alike.items()
        if met
    ]
    return tuple(sorted(found, key=lambda each: (-each.breadth, each.reps)))


def _name(some: Sequence[Rep]) -> str:
    """The skills that all have, by their least levels; and whose they are."""
    common = set.intersection(*(set(each.skills) for each in some))
    skills = ", ".join(f"{skill} {min(each.skills[skill] for each in some)}" for skill in sorted(common))
    more = f" and {len(some) - NAMED} more" if len(some) > NAMED else ""
    return f"{skills or 'no skill'} (like {', '.join(each.id for each in some[:NAMED])}{more})"


def multiplied(
    config: Config, profiles: Sequence[Profile], counts: Sequence[int]
) -> tuple[Config, tuple[Profile, ...]]:
    """The configuration with so many reps of each profile at least, and the profiles with them. Who is added is like
    those who are there, in turn."""
    reps: dict[RepId, Rep] = dict(config.reps)
    grown: list[Profile] = []
    for each, most in zip(profiles, counts, strict=True):
        more = [RepId(f"{each.reps[n % each.known]}+{n // each.known}") for n in range(each.known, most)]
        for n, rep in enumerate(more, each.known):
            reps[rep] = replace(config.reps[each.reps[n % each.known]], id=rep)
        grown.append(replace(each, reps=(*each.reps[: each.known], *more)))
    return replace(config, reps=reps), tuple(grown)


def habits_of(scenario: Scenario, profiles: Sequence[Profile]) -> Mapping[RepId, RepHabits]:
    """Who is added works as the one who was copied."""
    return {
        rep: scenario.habits[each.reps[n % each.known]]
        for each in profiles
        for n, rep in enumerate(each.reps)
        if each.reps[n % each.known] in scenario.habits
    }


def all_alike(config: Config) -> Config:
    """Everybody takes every call, and equally well."""
    skills = dict.fromkeys(config.skills, TOP_LEVEL)
    everybody = {rep: replace(each, skills=skills, queues=None, team=None) for rep, each in config.reps.items()}
    return replace(config, reps=everybody)
