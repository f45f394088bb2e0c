"""Which waiting calls nobody on duty could ever take, as the floor says it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from cti.calls.model import Call, CallState
from cti.calls.step import ask_of
from routing.model import Ask, CallId
from routing.redis_matcher import RedisMatcher


async def short_staffed(matcher: RedisMatcher, calls: Iterable[Call]) -> frozenset[CallId]:
    """By the counters of what each asks; only a call that would rather have one rep is looked at itself."""
    asks = [ask_of(call) for call in calls if call.state is CallState.WAITING and call.plan is not None]
    unstaffed = await matcher.unstaffed({ask.demand.id for ask in asks})
    short = [ask for ask in asks if ask.demand.id in unstaffed]
    found = await asyncio.gather(*(_is_unmet(matcher, ask) for ask in short))
    return frozenset(ask.call for ask, unmet in zip(short, found, strict=True) if unmet)


async def _is_unmet(matcher: RedisMatcher, ask: Ask) -> bool:
    if ask.prefer is None:
        return True
    staffing = await matcher.staffing(ask.call)
    return staffing is not None and staffing.unmet
