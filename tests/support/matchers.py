"""Builders for matcher tests, and a floor whose time stands still until the test moves it."""

from __future__ import annotations

from collections.abc import Mapping

from redis.asyncio import Redis

from routing.model import Ask, CallId, Demand, Match, Preference, Profile, QueueId, RepId, RepStatus, SkillName
from routing.redis_matcher import RedisMatcher

START_MS = 1_700_000_000_000
VERSION = 1


def a_demand(queue: str = "support", needs: Mapping[str, int] | None = None) -> Demand:
    levels = {"help": 1} if needs is None else needs
    return Demand(queue=QueueId(queue), needs=tuple((SkillName(skill), level) for skill, level in levels.items()))


def an_ask(
    call: str,
    demand: Demand | None = None,
    *,
    priority: int = 0,
    at: int = START_MS,
    prefer: str | None = None,
    wait_ms: int = 0,
    waived: bool = False,
) -> Ask:
    preference = Preference(rep=RepId(prefer), until_ms=at + wait_ms, waived=waived) if prefer else None
    return Ask(
        call=CallId(call),
        demand=demand or a_demand(),
        priority=priority,
        counted_from_ms=at,
        arrived_ms=at,
        prefer=preference,
    )


def a_profile(rep: str, fits: Mapping[Demand, int] | None = None) -> Profile:
    met = {a_demand(): 1} if fits is None else fits
    tallies = {demand.queue for demand in met}
    tallies |= {f"{demand.queue}/{skill}>={level}" for demand in met for skill, level in demand.needs}
    return Profile(rep=RepId(rep), fits={demand.id: fit for demand, fit in met.items()}, tallies=frozenset(tallies))


class FrozenFloor:
    """A Redis floor whose clock the test moves."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.matcher = RedisMatcher(redis)
        self.now = START_MS

    async def open(self) -> None:
        await self.matcher.open_floor(epoch=1, version=VERSION)
        await self.set_clock(START_MS)

    async def set_clock(self, now: int) -> None:
        self.now = now
        await self.redis.hset("{main}:floor", "clock_ms", str(now))

    async def pass_ms(self, ms: int) -> None:
        """Time goes by and nothing is drained."""
        await self.set_clock(self.now + ms)

    async def staff(self, rep: str, fits: Mapping[Demand, int] | None = None) -> tuple[Match, ...]:
        """A rep with a profile, connected and available, who became so 1 ms after whoever was staffed before."""
        await self.matcher.set_profile(a_profile(rep, fits), version=VERSION)
        await self.matcher.touch_socket(RepId(rep), "tab")
        await self.pass_ms(1)
        return await self.matcher.set_status(RepId(rep), RepStatus.AVAILABLE)

    async def claim(self, ask: Ask) -> Match:
        """A claim that the test expects to reserve somebody."""
        match = await self.matcher.claim(ask, version=VERSION)
        assert isinstance(match, Match), match
        return match

    async def wait(self, ask: Ask) -> None:
        """A claim that the test expects to find nobody."""
        in_line = await self.matcher.claim(ask, version=VERSION)
        assert not isinstance(in_line, Match), in_line
