"""What needs care on the floor at this moment: what rules ask that nobody on duty meets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cti.admin.finding import Finding
from cti.admin.short_staffed import short_staffed
from cti.calls.model import Call
from routing.config import Config, Route
from routing.demands import demands_of_route
from routing.model import Demand, DemandId, RepId, RepStatus
from routing.redis_matcher import RedisMatcher

ON_DUTY = frozenset({RepStatus.AVAILABLE, RepStatus.RESERVED, RepStatus.ON_CALL, RepStatus.WRAP_UP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one rule asks, in one of the ways in which needs from the call can come out."""

    place: int
    """Of the rule."""
    first: Demand
    ids: tuple[DemandId, ...]
    """On arrival and after each step."""


def asked_by(config: Config) -> tuple[Asked, ...]:
    """Of all rules, each first demand once; left out are those that would rather have one rep, who need not qualify."""
    found: dict[tuple[int, DemandId], Asked] = {}
    for place, route in config.routes:
        if _needs_nobody_else(config, route):
            continue
        demands, each = demands_of_route(config, route), len(route.steps) + 1
        for begin in range(0, len(demands), each):
            ids = tuple(demand.id for demand in demands[begin : begin + each])
            found.setdefault((place, ids[0]), Asked(place=place, first=demands[begin], ids=ids))
    return tuple(found.values())


async def of_floor(
    config: Config, asked: Sequence[Asked], matcher: RedisMatcher, calls: Collection[Call]
) -> tuple[Finding, ...]:
    """By the floor's own counters. Raises NotReady."""
    unmet = await matcher.unstaffed({demand for each in asked for demand in each.ids})
    if not unmet:
        return ()
    if not any(state.status in ON_DUTY for state in await matcher.reps()):
        waiting = sum(1 for call in calls if call.state == "waiting")
        return (Finding(kind="nobody_on_duty", room="floor", detail={"reps": len(config.reps), "waiting": waiting}),)
    short = await short_staffed(matcher, calls)
    waits = Counter(call.plan.rule for call in calls if call.id in short and call.plan is not None)
    return tuple(_unmet(config, asked, unmet, waits))


def _unmet(
    config: Config, asked: Iterable[Asked], unmet: Collection[DemandId], waits: Mapping[str, int]
) -> Iterator[Finding]:
    routes = dict(config.routes)
    for each in asked:
        if each.ids[0] not in unmet:
            continue
        rule = config.rules[each.place].name
        detail = {
            "queues": list(each.first.queues),
            "needs": {str(skill): least for skill, least in each.first.needs},
            "met_after_s": _met_after_s(routes[each.place], each.ids, unmet),
            "waiting": waits.get(rule, 0),
            "rule_id": each.place,
        }
        yield Finding(kind="demand_unmet", subject=rule, room="reps", detail=detail)


def _needs_nobody_else(config: Config, route: Route) -> bool:
    prefer = route.prefer_rep
    return prefer is not None and not prefer.must_qualify and RepId(prefer.who) in config.reps


def _met_after_s(route: Route, ids: Sequence[DemandId], unmet: Collection[DemandId]) -> float | None:
    """When a step asks for what somebody on duty meets; null: none does."""
    later = zip(route.steps, ids[1:], strict=True)
    return next((step.after_ms / 1000 for step, demand in later if demand not in unmet), None)
