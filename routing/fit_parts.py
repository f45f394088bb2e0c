"""What a decision's fit is made of, and how a tie was broken: from the decision's own values. Pure.

Guarantees that the parts of a fit add up to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from routing.model import Decision, SkillName, Strategy

COMPARED: Mapping[Strategy, tuple[str, ...]] = {
    Strategy.BEST_FIT: ("best_fit", "longest_idle"),
    Strategy.LONGEST_IDLE: ("longest_idle",),
    Strategy.ROUND_ROBIN: ("round_robin",),
    Strategy.LEAST_OCCUPIED: ("least_occupied", "longest_idle"),
    Strategy.LEAST_FLEXIBLE: ("least_flexible", "best_fit", "longest_idle"),
}
"""What each strategy looks at, in order; then the lower id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FitPart:
    """What one skill adds to a fit: level − least of a need, weight × level of a preference."""

    kind: str
    """``need`` or ``preference``."""
    skill: SkillName
    level: int
    """The rep's; 0: does not have it."""
    least: int | None = None
    weight: int | None = None
    points: int


def fit_parts(decision: Decision) -> tuple[FitPart, ...]:
    """Preferences first; none where there is no fit: nobody was chosen, or needs were waived for whoever was."""
    if decision.fit is None:
        return ()
    level = {skill: decision.levels.get(skill, 0) for skill, _ in (*decision.needs, *decision.prefers)}
    preferred = (
        FitPart(kind="preference", skill=skill, level=level[skill], weight=weight, points=weight * level[skill])
        for skill, weight in decision.prefers
    )
    needed = (
        FitPart(kind="need", skill=skill, level=level[skill], least=least, points=level[skill] - least)
        for skill, least in decision.needs
    )
    return (*preferred, *needed)


def equal_in(decision: Decision) -> tuple[str, ...]:
    """In what the chosen and the next best were equal; ``how`` then told them apart."""
    compared = COMPARED[decision.strategy]
    if decision.second is None:
        return ()
    return compared[: compared.index(decision.how)] if decision.how in compared else compared
