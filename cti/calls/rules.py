"""The active configuration in this process, and its demand table on the floor.

Guarantees that claims are computed for the version that the floor has: a script that answers STALE_VERSION makes this
read again. Never invents a configuration: without one, calls are not routed and ``/readyz`` says so.
"""

from __future__ import annotations

import json
from dataclasses import asdict

import structlog
from redis.asyncio import Redis

from cti.calls.errors import CallError
from cti.calls.model import Call
from cti.calls.step import Limits, ask_of
from cti.record.configs import ConfigVersions
from cti.record.errors import RecordUnavailable
from routing.config import Config
from routing.config_file import load_config
from routing.demands import DemandTable, demand_table
from routing.facts import CallerFacts, CallFacts, Facts
from routing.keys import prefix
from routing.model import Demand, Match, QueueId, RepId, SkillName
from routing.plan import Plan
from routing.planner import plan_call
from routing.redis_matcher import RedisMatcher
from routing.replies import text_of

log = structlog.get_logger()

EXTRAS = 10_000
"""The floor's table version is ``configuration version × 10,000 + demands registered since``."""
_LOCK_MS = 30_000


class NoConfiguration(CallError):
    """No configuration is active: ``cti config apply FILE``."""

    retryable = True


class ActiveRules:
    """``ports.Rules`` for one worker."""

    def __init__(self, *, source: ConfigVersions, matcher: RedisMatcher, redis: Redis, site: str = "main") -> None:
        self._source = source
        self._matcher = matcher
        self._redis = redis
        self._prefix = prefix(site)
        self._config: Config | None = None
        self._text = ""
        self._table: DemandTable | None = None
        self._version = 0
        self._names: dict[str, str] = {}

    @property
    def config(self) -> Config:
        """The active configuration. Raises NoConfiguration."""
        if self._config is None:
            raise NoConfiguration("no configuration is active: cti config apply FILE")
        return self._config

    @property
    def loaded(self) -> bool:
        """Whether there is one."""
        return self._config is not None

    @property
    def version(self) -> int:
        """Of the demand table: what claims and profiles are computed for."""
        return self._version

    @property
    def asks_for_last(self) -> bool:
        """Some rule wants the rep who last spoke with the caller."""
        return self._config is not None and _asks_for_last(self._config)

    def plan(self, call: CallFacts, caller: CallerFacts, now_ms: int) -> Plan:
        """The first rule that is true, resolved."""
        return plan_call(self.config, Facts(call=call, caller=caller), now_ms)

    def limits(self, queue: QueueId | None) -> Limits:
        """Offer and wrap-up time of a queue; the usual ones for a queue that is gone."""
        known = self._config.queues.get(queue) if self._config and queue else None
        if known is None:
            return Limits()
        return Limits(offer_ms=known.offer_timeout_ms, wrap_up_ms=known.wrap_up_ms)

    def names(self) -> dict[str, str]:
        """Rep id → name."""
        return self._names

    async def refresh(self) -> None:
        """Reads the active version and the registered demands; cheap enough for every STALE_VERSION."""
        active = await self._active()
        if active is None:
            return
        n, text = active
        if self._config is None or self._config.version != n:
            self._config, self._text = load_config(text, f"version {n}", version=n), text
            self._names = {rep.id: rep.name for rep in self._config.reps.values()}
        extras = await self._extras(self._config)
        self._table = demand_table(self._config).with_extra(extras)
        self._version = n * EXTRAS + len(extras)

    async def _active(self) -> tuple[int, str] | None:
        """Number and text. While SQL is away: what this process has, else what another has put on the floor."""
        try:
            active = await self._source.active()
        except RecordUnavailable:
            if self._config is not None:
                return self._config.version, self._text
            n, text = await self._redis.hmget(self._prefix + "config", ["n", "text"])
            if n is None:
                raise
            log.warning("configuration_from_floor", version=int(n))
            return int(n), text_of(text)
        return None if active is None else (active.n, active.text)

    async def _extras(self, config: Config) -> tuple[Demand, ...]:
        """Demands registered on the floor beyond the configuration's own."""
        own = demand_table(config).demands
        kept = await self._redis.hgetall(self._prefix + "demands")
        return tuple(_demand(text_of(kept[id_])) for id_ in sorted(kept) if id_ not in own)

    async def put_on_floor(self) -> tuple[Match, ...]:
        """Makes this table the floor's: version first, then every rep's profile; one process at a time."""
        table, config = self._table, self.config
        if table is None:
            return ()
        demands = tuple(table.demands.values())
        await self._matcher.set_version(self._version, demands)
        await self._redis.hset(self._prefix + "config", mapping={"n": config.version, "text": self._text})
        profiles = [*table.profiles(), *[table.profile(rep) for rep in await self._gone(config)]]
        return await self._matcher.set_profiles(profiles, version=self._version)

    async def _gone(self, config: Config) -> tuple[RepId, ...]:
        """Reps whom the floor knows and this version does not: they meet nothing any more."""
        return tuple(state.rep for state in await self._matcher.reps() if state.rep not in config.reps)

    async def register(self, call: Call) -> None:
        """The call's demand is not in the table (its plan is of another version): it is added for everybody."""
        if call.plan is None or self._table is None:
            return
        demand = ask_of(call).demand
        if demand.id in self._table.demands:
            return
        await self._redis.hset(self._prefix + "demands", demand.id, json.dumps(asdict(demand)))
        await self.refresh()
        await self.put_on_floor()
        log.info("demand_registered", queue=demand.queue)


def _demand(text: str) -> Demand:
    fields = json.loads(text)
    return Demand(
        queue=QueueId(fields["queue"]),
        needs=tuple((SkillName(skill), level) for skill, level in fields["needs"]),
        prefers=tuple((SkillName(skill), weight) for skill, weight in fields["prefers"]),
    )


def _asks_for_last(config: Config) -> bool:
    return any(
        (rule.route.prefer_rep is not None and rule.route.prefer_rep.who == "last")
        or (rule.when is not None and "caller.last" in rule.when.text)
        for rule in config.rules
    )
