"""Builders for matcher tests, and a floor whose time stands still until the test moves it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

from routing.matcher import PureMatcher
from routing.model import (
    Ask,
    CallId,
    Consideration,
    Decision,
    Demand,
    DemandId,
    InLine,
    Match,
    OfferId,
    Outcome,
    Preference,
    Profile,
    QueueId,
    RepId,
    RepState,
    RepStatus,
    SkillName,
    Staffing,
    Strategy,
)
from routing.ports import Matcher
from routing.redis_matcher import RedisMatcher

START_MS = 1_700_000_000_000
VERSION = 1
STEADY = "steady"
A_DAY_MS = 86_400_000


def a_demand(
    queue: str = "support",
    needs: Mapping[str, int] | None = None,
    prefers: Mapping[str, int] | None = None,
    *,
    strategy: Strategy = Strategy.BEST_FIT,
) -> Demand:
    needed, preferred = (
        tuple((SkillName(skill), level) for skill, level in levels.items())
        for levels in ({"help": 1} if needs is None else needs, prefers or {})
    )
    return Demand(queue=QueueId(queue), needs=needed, prefers=preferred, strategy=strategy)


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


def a_profile(
    rep: str,
    fits: Mapping[Demand, int] | None = None,
    *,
    flexibility: int = 0,
    levels: Mapping[str, int] | None = None,
) -> Profile:
    met = {a_demand(): 1} if fits is None else fits
    tallies: set[str] = {demand.queue for demand in met}
    tallies |= {f"{demand.queue}/{skill}>={level}" for demand in met for skill, level in demand.needs}
    return Profile(
        rep=RepId(rep),
        fits={demand.id: fit for demand, fit in met.items()},
        ranked=ranked_by(met),
        flexibility=flexibility,
        tallies=frozenset(tallies),
        levels={SkillName(skill): level for skill, level in (levels or {}).items()},
    )


def ranked_by(demands: Iterable[Demand]) -> dict[DemandId, tuple[Strategy, QueueId]]:
    """The strategies of those that have another than the best fit."""
    others = (demand for demand in demands if demand.strategy is not Strategy.BEST_FIT)
    return {demand.id: (demand.strategy, demand.queue) for demand in others}


class Floor(ABC):
    """A floor whose clock the test moves, behind the port; what is due is carried out when ``run_ms`` passes it."""

    matcher: Matcher
    now = START_MS

    async def set_clock(self, now: int) -> None:
        self.now = now

    @abstractmethod
    async def due(self) -> tuple[str, ...]:
        """Deadlines due by now, each due again 1 s later unless it is carried out."""

    @abstractmethod
    async def drop(self, member: str) -> None:
        """Nobody wants to be told of that deadline any more."""

    @abstractmethod
    async def release_unconfirmed(self, call: CallId) -> tuple[Match, ...]:
        """As of the matcher: an unconfirmed match is given back, and matched again."""

    @abstractmethod
    async def confirm(self, offer: OfferId) -> bool:
        """As of the matcher: the offer is saved with its call."""

    async def pass_ms(self, ms: int) -> None:
        """Time goes by and nothing is drained."""
        await self.set_clock(self.now + ms)

    async def run_ms(self, ms: int) -> tuple[Match, ...]:
        """Time goes by, every deadline is carried out within 100 ms, and available reps' sockets go on answering."""
        made: list[Match] = []
        for _ in range(ms // 100):
            await self.pass_ms(100)
            for member in await self.due():
                made += await self._carry_out(*member.split(":"))
        return tuple(made)

    async def _carry_out(self, kind: str, name: str) -> tuple[Match, ...]:
        if kind == "wake":
            return await self.matcher.wake(CallId(name))
        if kind == "match":
            return await self.release_unconfirmed(CallId(name))
        if kind in {"unmet", "empty"}:
            await self.drop(f"{kind}:{name}")
            return ()
        await self.matcher.check_presence(RepId(name))
        return ()

    async def staff(
        self, rep: str, fits: Mapping[Demand, int] | None = None, *, flexibility: int = 0
    ) -> tuple[Match, ...]:
        """A rep with a profile, connected for a day, who becomes available 1 ms after whoever was staffed before."""
        await self.matcher.set_profile(a_profile(rep, fits, flexibility=flexibility), version=VERSION)
        await self.matcher.touch_socket(RepId(rep), STEADY)
        await self.keep_socket(RepId(rep))
        await self.pass_ms(1)
        return await self.matcher.set_status(RepId(rep), RepStatus.AVAILABLE)

    async def keep_socket(self, rep: RepId) -> None:
        """The rep's socket needs no further touch for a day."""
        raise NotImplementedError

    async def claim(self, ask: Ask) -> Match:
        """A claim that the test expects to reserve somebody; the offer is saved with the call."""
        match = await self.matcher.claim(ask, version=VERSION)
        assert isinstance(match, Match), match
        await self.confirm(match.offer)
        return match

    async def wait(self, ask: Ask) -> Decision:
        """A claim that the test expects to find nobody."""
        in_line = await self.matcher.claim(ask, version=VERSION)
        assert isinstance(in_line, InLine), in_line
        return in_line.decision

    async def talk(self, ask: Ask) -> Match:
        """A call that is taken at once."""
        match = await self.claim(ask)
        assert await self.matcher.accept(match.offer)
        return match

    async def serve(self, ask: Ask, ms: int, *, wrap_up_ms: int = 0) -> Match:
        """A call that is taken at once, talked for ``ms`` and wrapped up."""
        match = await self.talk(ask)
        await self.pass_ms(ms)
        await self.matcher.finish(match.offer, wrap_up=wrap_up_ms > 0)
        await self.pass_ms(wrap_up_ms)
        await self.matcher.free(match.rep, match.call)
        return match

    async def status(self, rep: str) -> RepStatus:
        return (await self.state(rep)).status

    async def state(self, rep: str) -> RepState:
        state = await self.matcher.rep(RepId(rep))
        assert state
        return state


class RedisFloor(Floor):
    """The scripts on a real server."""

    def __init__(self, redis: Redis | RedisCluster) -> None:
        self.redis = redis
        self.matcher: RedisMatcher = RedisMatcher(redis)

    async def open(self) -> None:
        await self.matcher.open_floor(epoch=1, version=VERSION)
        await self.set_clock(START_MS)

    async def set_clock(self, now: int) -> None:
        self.now = now
        await self.redis.hset("{main}:floor", "clock_ms", str(now))

    async def due(self) -> tuple[str, ...]:
        return (await self.matcher.due_deadlines(limit=100, lease_ms=1000)).members

    async def drop(self, member: str) -> None:
        await self.redis.zrem("{main}:deadlines", member)

    async def release_unconfirmed(self, call: CallId) -> tuple[Match, ...]:
        return await self.matcher.release_unconfirmed(call)

    async def confirm(self, offer: OfferId) -> bool:
        return await self.matcher.confirm(offer)

    async def keep_socket(self, rep: RepId) -> None:
        await self.redis.zadd(f"{{main}}:sockets:{rep}", {STEADY: self.now + A_DAY_MS})


class PurePort:
    """``PureMatcher`` as the port: the floor's clock is handed in."""

    def __init__(self, pure: PureMatcher, floor: Floor) -> None:
        self._pure = pure
        self._floor = floor

    async def set_profile(self, profile: Profile, *, version: int) -> tuple[Match, ...]:
        return self._pure.set_profile(self._floor.now, profile, version=version)

    async def set_status(self, rep: RepId, status: RepStatus, *, reason: str | None = None) -> tuple[Match, ...]:
        return self._pure.set_status(self._floor.now, rep, status, reason=reason)

    async def touch_socket(self, rep: RepId, socket: str) -> tuple[Match, ...]:
        return self._pure.touch_socket(self._floor.now, rep, socket)

    async def drop_socket(self, rep: RepId, socket: str) -> None:
        self._pure.drop_socket(self._floor.now, rep, socket)

    async def check_presence(self, rep: RepId) -> RepState | None:
        return self._pure.check_presence(self._floor.now, rep)[0]

    async def claim(self, ask: Ask, *, version: int) -> Match | InLine:
        return self._pure.claim(self._floor.now, ask, version=version)

    async def accept(self, offer: OfferId) -> bool:
        return self._pure.accept(self._floor.now, offer)

    async def settle(self, offer: OfferId, outcome: Outcome) -> tuple[Match, ...]:
        return self._pure.settle(self._floor.now, offer, outcome)

    async def finish(self, offer: OfferId, *, wrap_up: bool) -> tuple[Match, ...]:
        return self._pure.finish(self._floor.now, offer, wrap_up=wrap_up)

    async def free(self, rep: RepId, call: CallId) -> tuple[Match, ...]:
        return self._pure.free(self._floor.now, rep, call)

    async def leave(self, call: CallId) -> tuple[Match, ...]:
        return self._pure.leave(self._floor.now, call)

    async def wake(self, call: CallId) -> tuple[Match, ...]:
        return self._pure.wake(self._floor.now, call)

    async def staffing(self, call: CallId) -> Staffing | None:
        return self._pure.staffing(call)

    async def consider(self, ask: Ask, *, about: RepId | None = None) -> Consideration:
        return self._pure.consider(self._floor.now, ask, about=about)

    async def rep(self, rep: RepId) -> RepState | None:
        return self._pure.rep(rep)


class PureFloor(Floor):
    """The pure matcher."""

    def __init__(self) -> None:
        self.pure = PureMatcher(version=VERSION)
        self.matcher = PurePort(self.pure, self)

    async def due(self) -> tuple[str, ...]:
        deadlines = self.pure.state.deadlines
        due = tuple(name for at, name in sorted((at, name) for name, at in deadlines.items()) if at <= self.now)
        deadlines.update(dict.fromkeys(due, self.now + 1000))
        return due

    async def drop(self, member: str) -> None:
        self.pure.state.deadlines.pop(member, None)

    async def release_unconfirmed(self, call: CallId) -> tuple[Match, ...]:
        return self.pure.release_unconfirmed(self.now, call)

    async def confirm(self, offer: OfferId) -> bool:
        return self.pure.confirm(self.now, offer)

    async def keep_socket(self, rep: RepId) -> None:
        self.pure.state.reps[rep].sockets[STEADY] = self.now + A_DAY_MS
