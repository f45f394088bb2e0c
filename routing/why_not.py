"""Why a rep did not get a call, or would not: one reason, the first that holds, and a sentence. Pure.

From the rep as the configuration has them, what the call asks, and how the floor says it stands with both.
"""

from __future__ import annotations

from dataclasses import dataclass

from routing.config import Rep
from routing.model import Decision, Demand, RepStatus, Standing

_STATUS = {
    RepStatus.RESERVED: "is being offered another call",
    RepStatus.ON_CALL: "is on a call",
    RepStatus.WRAP_UP: "has after-call work",
    RepStatus.AWAY: "is away",
    RepStatus.NOT_RESPONDING: "did not respond to an offer and has not come back",
    RepStatus.OFFLINE: "is offline",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """One answer."""

    reason: str
    """``chosen`` · ``unknown`` · ``queue`` · ``team`` · ``lacks`` · ``never_seen`` · ``declined`` · a status ·
    ``disconnected`` · ``held`` · ``ranked_lower``."""
    text: str


def unqualified(rep: Rep, demand: Demand) -> WhyNot | None:
    """What the rep lacks for the demand; null: nothing."""
    if not rep.serves(*demand.queues):
        return WhyNot(reason="queue", text=f"{rep.name} does not serve {' or '.join(demand.queues)}.")
    if demand.team not in (None, rep.team):
        return WhyNot(reason="team", text=f"{rep.name} is not of the team {demand.team}, which goes first.")
    lacking = [
        f"{skill} at {least} or more (has {rep.skills.get(skill, 'none')})"
        for skill, least in demand.needs
        if rep.skills.get(skill, 0) < least
    ]
    return WhyNot(reason="lacks", text=f"{rep.name} lacks {', '.join(lacking)}.") if lacking else None


def why_not(rep: Rep, demand: Demand, decision: Decision, standing: Standing | None) -> WhyNot:
    """As things are now. A preferred rep for whom queue and needs are waived is not asked for them."""
    name = rep.name
    if decision.chosen == rep.id:
        return WhyNot(reason="chosen", text=f"{name} gets the call.")
    lacks = unqualified(rep, demand)
    if lacks is not None:
        return lacks
    if standing is None:
        return WhyNot(reason="never_seen", text=f"{name} has not been at a desk yet.")
    if standing.barred:
        return WhyNot(reason="declined", text=f"{name} has declined or missed this call.")
    if standing.status is not RepStatus.AVAILABLE:
        because = f" ({standing.reason})" if standing.reason else ""
        return WhyNot(reason=standing.status.value, text=f"{name} {_STATUS[standing.status]}{because}.")
    if not standing.connected:
        return WhyNot(reason="disconnected", text=f"{name} is available, but no desk of theirs is connected.")
    if standing.held:
        return WhyNot(reason="held", text=f"The call is kept for its preferred rep, and {name} is another.")
    place = "" if standing.rank is None else f", and comes as number {standing.rank + 1}"
    others = f"{name} qualifies with fit {standing.fit}{place} by {decision.strategy.value.replace('_', ' ')}"
    return WhyNot(reason="ranked_lower", text=f"{others}; {decision.chosen or 'nobody'} goes first.")
