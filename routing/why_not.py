"""Why a rep did not get a call, or would not: one reason, the first that holds, and a sentence. Pure.

From the rep as the configuration has them, what the call asks, and how the floor says it stands with both; of a call
that is over, from what is on record, and where that does not say it, so does the sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from routing.config import Rep
from routing.demands import fit_of
from routing.model import Decision, Demand, RepStatus, Standing, Strategy

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
    ``disconnected`` · ``held`` · ``ranked_lower``; of a call that is over also ``preferred`` · ``not_free`` ·
    ``unrecorded``."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tense:
    """Verbs."""

    serves: str
    is_of: str
    goes: str
    lacks: str
    has: str


_PRESENT = _Tense(serves="does not serve", is_of="is not of", goes="goes first", lacks="lacks", has="has")
_PAST = _Tense(serves="did not serve", is_of="was not of", goes="went first", lacks="lacked", has="had")


def unqualified(rep: Rep, demand: Demand, tense: _Tense = _PRESENT) -> WhyNot | None:
    """What the rep lacks for the demand; null: nothing."""
    if not rep.serves(*demand.queues):
        return WhyNot(reason="queue", text=f"{rep.name} {tense.serves} {' or '.join(demand.queues)}.")
    if demand.team not in (None, rep.team):
        return WhyNot(reason="team", text=f"{rep.name} {tense.is_of} the team {demand.team}, which {tense.goes}.")
    lacking = [
        f"{skill} at {least} or more ({tense.has} {rep.skills.get(skill, 'none')})"
        for skill, least in demand.needs
        if rep.skills.get(skill, 0) < least
    ]
    return WhyNot(reason="lacks", text=f"{rep.name} {tense.lacks} {', '.join(lacking)}.") if lacking else None


def why_not(rep: Rep, demand: Demand, decision: Decision, standing: Standing | None, *, waived: bool = False) -> WhyNot:
    """As things are now. ``waived``: the rep is the preferred one, and need not meet queue and needs."""
    name = rep.name
    if decision.chosen == rep.id:
        return WhyNot(reason="chosen", text=f"{name} gets the call.")
    lacks = None if waived else unqualified(rep, demand)
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
    if standing.fit is None:
        return WhyNot(reason="ranked_lower", text=f"{name} may take the call; {decision.chosen or 'nobody'} has it.")
    others = f"{name} qualifies with fit {standing.fit}{place} by {decision.strategy.value.replace('_', ' ')}"
    return WhyNot(reason="ranked_lower", text=f"{others}; {decision.chosen or 'nobody'} goes first.")


# A call that is over

_THEN = {
    RepStatus.RESERVED: "was being offered another call",
    RepStatus.ON_CALL: "was on a call",
    RepStatus.WRAP_UP: "had after-call work",
}
_PREFERRED_WAS = {
    "away": ("away", "was away or not responding"),
    "offline": ("offline", "was offline"),
    "busy": ("busy", "was busy"),
    "waiting": ("busy", "was busy; the call was kept for them"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What the record has of a rep at the moment of a decision."""

    refused: str | None = None
    """``declined`` or ``missed``, where this call was held against the rep."""
    doing: RepStatus | None = None
    """RESERVED, ON_CALL or WRAP_UP, with another call; null: nothing of the kind."""


def why_not_then(rep: Rep, decision: Decision, then: Then) -> WhyNot:
    """As things were at one recorded decision; ``rep`` as of the configuration that counted then."""
    if decision.chosen == rep.id:
        return WhyNot(reason="chosen", text=f"{rep.name} was offered the call.")
    if then.refused is not None and decision.declined:
        return WhyNot(reason="declined", text=f"{rep.name} had {then.refused} this call.")
    if decision.preferred == rep.id and decision.prefer in _PREFERRED_WAS:
        reason, was = _PREFERRED_WAS[decision.prefer]
        return WhyNot(reason=reason, text=f"{rep.name}, whom the call would rather have had, {was}.")
    demand = decision.asked
    if demand is None:
        text = "What the call asked for was not recorded by the release of that time."
        return WhyNot(reason="unrecorded", text=text)
    return unqualified(rep, demand, _PAST) or _was_not_first(rep, demand, decision, then)


def _was_not_first(rep: Rep, demand: Demand, decision: Decision, then: Then) -> WhyNot:
    """Of a rep who qualified."""
    if then.doing is not None:
        return WhyNot(reason=then.doing.value, text=f"{rep.name} {_THEN[then.doing]}.")
    if decision.prefer == "waiting":
        return WhyNot(reason="held", text=f"The call was kept for its preferred rep, and {rep.name} is another.")
    if decision.how == "preferred":
        return WhyNot(reason="preferred", text=f"{decision.chosen} is the preferred rep and went before all others.")
    fit, by = fit_of(rep, demand), decision.strategy.value.replace("_", " ")
    if decision.second == rep.id:
        text = f"{rep.name} came second, with fit {fit}; {decision.chosen} went first by {by}."
        return WhyNot(reason="ranked_lower", text=text)
    if _cannot_have_been_free(decision, fit):
        text = f"{rep.name} qualified and was not free; whether away, offline or busy is not on record."
        return WhyNot(reason="not_free", text=text)
    behind = f"was not free or came behind {decision.chosen} (fit {decision.fit}) by {by}"
    text = f"{rep.name} qualified with fit {fit}, and {behind}: who was free is not on record."
    return WhyNot(reason="unrecorded", text=text)


def _cannot_have_been_free(decision: Decision, fit: int | None) -> bool:
    """Of a rep who qualified and was neither first nor second: else the decision would have been another."""
    if decision.how in {"in_line", "only_one", "freed"} or decision.free <= 2:
        return True
    return decision.strategy is Strategy.BEST_FIT and (fit or 0) > (decision.fit or 0)
