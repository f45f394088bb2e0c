"""The active configuration in this process, and its demand table on the floor.

Guarantees that claims are computed for the version that the floor has: a script that answers STALE_VERSION makes this
read again. Never invents a configuration: without one, calls are not routed and ``/readyz`` says so.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace

import structlog
from redis.asyncio import Redis

from cti.calls.errors import CallError
from cti.calls.step import Limits
from cti.calls.views import Staff
from cti.record.configs import ConfigVersions
from cti.record.errors import RecordUnavailable
from routing.config import Announcing, Config, PhoneNumber
from routing.config_file import load_config
from routing.demands import DemandTable, demand_table
from routing.errors import StaleVersion
from routing.facts import CallerFacts, CallFacts, Facts
from routing.keys import prefix
from routing.model import Demand, Match, QueueId, SkillName, Strategy
from routing.phone_text import plus_and_digits
from routing.plan import Course
from routing.planner import decide
from routing.prompts import Prompts
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

    def __init__(
        self,
        *,
        source: ConfigVersions,
        matcher: RedisMatcher,
        redis: Redis,
        site: str = "main",
        usual: Limits | None = None,
    ) -> None:
        self._source = source
        self._usual = usual or Limits()
        self._matcher = matcher
        self._redis = redis
        self._prefix = prefix(site)
        self._config: Config | None = None
        self._former: Config | None = None
        self._text = ""
        self._own: DemandTable | None = None
        self._table: DemandTable | None = None
        self._version = 0
        self._staff = Staff()
        self._prompts = Prompts()
        self._lines: dict[str, PhoneNumber] = {}
        self._reading = asyncio.Lock()

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
        return self._config is not None and asks_for_last(self._config)

    @property
    def asks_for_attempts(self) -> bool:
        """Some rule wants to know how often the caller has tried in vain."""
        return self._config is not None and asks_for_attempts(self._config)

    @property
    def prompts(self) -> Prompts:
        """What callers hear; the usual words where no configuration is active."""
        return self._prompts

    def line_language(self, to: str) -> str | None:
        """As in ``ports.Rules``."""
        line = self._lines.get(plus_and_digits(to))
        return None if line is None else line.language

    def decide(
        self,
        call: CallFacts,
        caller: CallerFacts,
        now_ms: int,
        *,
        arrived_ms: int,
        asked: Collection[str] = (),
        version: int | None = None,
    ) -> Course:
        """The first rule that is true, resolved; by the version before the active one for a call that began with it."""
        former = self._former
        config = self.config if former is None or former.version != version else former
        return decide(config, Facts(call=call, caller=caller), now_ms, arrived_ms=arrived_ms, asked=asked)

    def limits(self, queue: QueueId | None) -> Limits:
        """What a queue sets; the usual for a queue that is gone."""
        known = self._config.queues.get(queue) if self._config and queue else None
        if known is None:
            return self._usual
        return replace(
            self._usual,
            offer_ms=known.offer_timeout_ms,
            wrap_up_ms=known.wrap_up_ms,
            answered_within_ms=known.service_level.answered_within_ms,
        )

    def announcing(self, queue: QueueId | None, language: str | None) -> Announcing:
        """The queue's settings; without the expected wait where there are no words for it in the caller's language."""
        known = self._config.queues.get(queue) if self._config and queue else None
        if self._config is None or known is None:
            return Announcing()
        speaks = self._config.prompts.spoken(language).tells_wait
        return known.announce if speaks else replace(known.announce, wait=False)

    def staff(self) -> Staff:
        """What views need to know of the reps."""
        return self._staff

    def names(self) -> Mapping[str, str]:
        """Rep id → name."""
        return self._staff.names

    def is_of(self, version: int) -> bool:
        """Whether that version of a table is of the configuration that is active here."""
        return self._config is not None and version // EXTRAS == self._config.version

    async def refresh(self) -> None:
        """Reads the active version and the registered demands; cheap enough for every STALE_VERSION."""
        await self._read_active()
        if self._config is not None:
            self._set_extras(await self._kept())

    async def _read_active(self) -> None:
        """While SQL is away: what another worker has put on the floor, else what this one has."""
        try:
            n = await self._source.active_n()
            if n is None or (self._config is not None and self._config.version == n):
                return
            version = await self._source.get(n)
            text = version.text if version else ""
        except RecordUnavailable:
            kept = await self._redis.hgetall(self._prefix + "config")
            if not kept and self._config is None:
                raise
            if not kept or (self._config is not None and self._config.version == int(kept["n"])):
                return
            n, text = int(kept["n"]), text_of(kept["text"])
            log.warning("configuration_from_floor", version=n)
        await self._take(n, text)

    async def _take(self, n: int, text: str) -> None:
        """Reading 3,000 reps takes a second of the processor: in a thread, and once however many ask."""
        async with self._reading:
            if self._config is not None and self._config.version == n:
                return
            config, own = await asyncio.to_thread(_read, text, n)
            self._former, self._config, self._text = self._config, config, text
            reps, usual = config.reps.values(), config.prompts.language
            languages = {str(rep.id): rep.language or usual for rep in reps}
            self._staff = Staff(names={rep.id: rep.name for rep in reps}, languages=languages)
            self._lines = {line.number: line for line in config.numbers}
            greetings = {line.number: line.greeting for line in config.numbers if line.greeting}
            self._prompts = replace(config.prompts, greetings=greetings)
            self._own = self._table = own
            self._version = n * EXTRAS

    async def _kept(self) -> list[Demand]:
        """The demands that are registered on the floor."""
        kept = await self._redis.hgetall(self._prefix + "demands")
        return [_demand(text_of(text)) for text in kept.values()]

    def _set_extras(self, demands: Iterable[Demand]) -> None:
        """The table: the configuration's own demands, and these."""
        own = self._own
        if own is None or self._config is None:
            return
        extras = {demand.id: demand for demand in demands if demand.id not in own.demands}
        if self._table is None or extras.keys() | own.demands.keys() != self._table.demands.keys():
            self._table = own.with_extra(extras[id_] for id_ in sorted(extras))
        self._version = self._config.version * EXTRAS + len(extras)

    async def put_on_floor(self, asked: Iterable[Demand] = (), *, only: bool = True) -> tuple[Match, ...]:
        """Makes this table the floor's, with the demands that calls ask for beyond the configuration's own; ``only``:
        with no others, so that those of former versions go. One process at a time. Raises StaleVersion."""
        self._set_extras([*asked, *([] if only else await self._kept())])
        await self._redis.hset(self._prefix + "config", mapping={"n": self.config.version, "text": self._text})
        return await self._write(only=only)

    async def register(self, demands: Iterable[Demand]) -> tuple[Match, ...]:
        """Adds, for everybody, those that the table lacks: of calls planned by another version, or from call data."""
        if self._table is None:
            return ()
        missing = [demand for demand in demands if demand.id not in self._table.demands]
        if not missing:
            return ()
        texts = [text for demand in missing for text in (demand.id, json.dumps(asdict(demand)))]
        await self._redis.hset(self._prefix + "demands", items=texts)
        await self.refresh()
        log.info("demands_registered", queues=sorted({demand.queue for demand in missing}))
        try:
            return await self._write(only=False)
        except StaleVersion:
            return ()  # another worker puts a newer table on the floor at this moment, with these demands in it

    async def _write(self, *, only: bool) -> tuple[Match, ...]:
        """Version first, then the profiles that differ; reps whom this version does not know meet nothing any more."""
        table = self._table
        if table is None:
            return ()
        await self._matcher.set_version(self._version, tuple(table.demands.values()), only=only)
        return await self._matcher.renew_profiles(table, version=self._version)


def _read(text: str, n: int) -> tuple[Config, DemandTable]:
    config = load_config(text, f"version {n}", version=n)
    return config, demand_table(config)


def _demand(text: str) -> Demand:
    fields = json.loads(text)
    return Demand(
        queue=QueueId(fields["queue"]),
        also=tuple(map(QueueId, fields.get("also", ()))),
        needs=tuple((SkillName(skill), level) for skill, level in fields["needs"]),
        prefers=tuple((SkillName(skill), weight) for skill, weight in fields["prefers"]),
        strategy=Strategy(fields.get("strategy", Strategy.BEST_FIT)),
        team=fields.get("team"),
    )


def asks_for_last(config: Config) -> bool:
    """Some rule wants the rep who last spoke with the caller."""
    preferred = (route.prefer_rep for _, route in config.routes)
    return _looks_at(config, "caller.last") or any(prefer is not None and prefer.who == "last" for prefer in preferred)


def asks_for_attempts(config: Config) -> bool:
    """Some rule wants to know how often the caller has tried in vain."""
    return _looks_at(config, "call.attempts")


def _looks_at(config: Config, fact: str) -> bool:
    return config.asked is None or fact in config.asked
