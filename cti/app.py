"""The composition root: builds every part, hands each its neighbours, runs the loops, closes all in reverse.

Nothing else constructs an adapter. Tests hand in their own parts through ``Overrides``; nothing is patched. Building
touches nothing outside the process; opening (the lifespan) does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

from fastapi import FastAPI
from redis.asyncio import BlockingConnectionPool
from redis.exceptions import RedisError

from crm_adapter.breaker import Breaker
from crm_adapter.deadline import Lookups
from crm_adapter.model import Contact
from crm_adapter.ports import Crm
from crm_adapter.sql_contacts import get_contact
from crm_adapter.sql_directory import SqlDirectory
from cti import api_docs, health, metrics
from cti.accounts.accounts import Accounts
from cti.accounts.passwords import Passwords
from cti.admin.http import create_admin
from cti.calls.arrivals import Arrivals
from cti.calls.background import Background
from cti.calls.clock import RedisClock
from cti.calls.conductor import Conductor
from cti.calls.deadlines import Deadlines
from cti.calls.floor_keeper import FloorKeeper
from cti.calls.line_effects import LineEffects
from cti.calls.line_events import LineEvents
from cti.calls.rebuild import Rebuild
from cti.calls.reconciler import Reconciler
from cti.calls.redis_store import RedisCalls
from cti.calls.rules import ActiveRules
from cti.calls.step import Limits as CallLimits
from cti.desk.guard import Guard
from cti.desk.http import create_desk
from cti.desk.parts import DeskParts, DoorSettings
from cti.desk.problems import install_problems
from cti.desk.sockets import DeskSockets
from cti.private import Insiders
from cti.record.calls import RecordedCalls
from cti.record.configs import ConfigVersions
from cti.record.copier import Copier
from cti.record.database import Database
from cti.record.drafts import Drafts
from cti.record.errors import RecordError
from cti.record.lease import Lease
from cti.record.memory import CallerMemory
from cti.settings import Settings
from cti.shared_redis import SharedRedis
from cti.simulations.model import Limits
from cti.simulations.redis_store import LEASE_MS, Simulations
from cti.simulations.runner import Runner
from cti.telephony.twilio_line import TwilioLine
from cti.telephony.voice_token import VoiceTokens
from cti.web.pages import Line as PageLine
from cti.web.pages import create_pages
from routing.keys import prefix
from routing.model import CallId
from routing.prompts import Prompts
from routing.redis_matcher import RedisMatcher
from webhooks.redis_ledger import RedisLedger
from webhooks.router import create_webhooks
from webhooks.signature import SignatureCheck
from webhooks.urls import Urls

SITE = "main"
REDIS_TIMEOUT_S = 2.0
_STEPS_OF_STOPPING_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What a test puts in place of what the settings would build."""

    crm: Callable[[Crm], Crm] = lambda crm: crm
    """Wraps the built-in directory, below breaker and deadline. It has no cache: what is imported counts at once."""
    reconcile_every_s: float = 30.0
    passwords: Callable[[], Passwords] = Passwords
    """What a hash costs."""
    limits: CallLimits | None = None
    """How long each thing may take that no queue sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _CallUrls:
    """``cti.calls.ports.CallUrls`` from the webhooks' own."""

    urls: Urls

    def join(self, call: CallId, attempt: int) -> str:
        return self.urls.join(call, attempt)

    def back(self, call: CallId) -> str:
        return self.urls.dial_action(call, "caller")

    def called(self, call: CallId) -> str:
        return self.urls.called(call)

    def fallback(self) -> str:
        return self.urls.fallback()

    def status(self) -> str:
        return self.urls.status()

    def one_moment(self, language: str | None) -> str:
        return self.urls.announce("one_moment", language)


def _connections(redis_url: str) -> BlockingConnectionPool:
    """A burst of more than 100 at once waits its turn; the pool that does not wait answered it with errors."""
    return BlockingConnectionPool.from_url(
        redis_url,
        decode_responses=True,
        socket_timeout=REDIS_TIMEOUT_S,
        socket_connect_timeout=REDIS_TIMEOUT_S,
        max_connections=100,
        timeout=REDIS_TIMEOUT_S,
    )


class House:
    """Every part of one worker. Built at once, opened by ``opened``."""

    def __init__(self, settings: Settings, overrides: Overrides) -> None:
        if settings.redis_url is None:
            raise ValueError("a worker is given its Redis by the parent")
        self.settings = settings
        self.redis = SharedRedis.from_pool(_connections(settings.redis_url))
        self.database = Database(settings.database_url)
        self.line = TwilioLine(
            settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value(), settings.twilio_api_base_url
        )
        self.urls = Urls(public_url=settings.public_url)
        self.directory = SqlDirectory(self.database, region=settings.default_region)
        self.lookups = Lookups(Breaker(overrides.crm(self.directory)), deadline_s=settings.crm_deadline_s)
        self.background = Background()
        self.clock = RedisClock(self.redis)
        self.matcher = RedisMatcher(self.redis, SITE)
        self.recorded = RecordedCalls(self.database)
        self.versions = ConfigVersions(self.database)
        self.copier = Copier(self.database, self.redis, prefix=prefix(SITE))
        self.accounts = Accounts(
            self.database,
            self.redis,
            settings.secret_key.get_secret_value(),
            prefix=prefix(SITE),
            passwords=overrides.passwords(),
        )
        self.simulations = self._simulations()
        self._build_calls(overrides.limits)
        self._build_keepers(overrides)
        self.desk = self._desk_parts()
        self.sockets = DeskSockets(self.desk)

    def _simulations(self) -> Runner:
        settings, kept = self.settings, Simulations(self.redis, prefix=prefix(SITE))
        return Runner(
            kept,
            Lease(self.redis, kept.lease_key, lasts_ms=LEASE_MS),
            self.clock,
            database_url=settings.database_url,
            limits=Limits(seconds=settings.simulation_seconds, memory_mb=settings.simulation_memory_mb),
        )

    def _build_calls(self, limits: CallLimits | None) -> None:
        """What makes calls go on."""
        settings = self.settings
        lease_ms = int(settings.crm_deadline_s * 1000) + 2_000
        self.calls = RedisCalls(self.redis, self.clock, site=SITE, route_lease_ms=lease_ms)
        self.rules = ActiveRules(source=self.versions, matcher=self.matcher, redis=self.redis, site=SITE, usual=limits)
        self.conductor = Conductor(calls=self.calls, rules=self.rules, clock=self.clock, background=self.background)
        self.arrivals = Arrivals(
            calls=self.calls,
            lookups=self.lookups,
            rules=self.rules,
            memory=CallerMemory(self.database),
            conductor=self.conductor,
            background=self.background,
            region=settings.default_region,
        )
        effects = LineEffects(
            calls=self.calls,
            line=self.line,
            urls=_CallUrls(urls=self.urls),
            background=self.background,
            conductor=self.conductor,
        )
        effects.connect(self.arrivals)
        self.conductor.connect(effects)
        self.line_events = LineEvents(
            calls=self.calls, arrivals=self.arrivals, conductor=self.conductor, line=self.line, rules=self.rules
        )

    def _build_keepers(self, overrides: Overrides) -> None:
        """What sees to it that they do, whatever was lost."""
        self.deadlines = Deadlines(
            matcher=self.matcher, conductor=self.conductor, calls=self.calls, background=self.background
        )
        self.reconciler = Reconciler(
            calls=self.calls, conductor=self.conductor, line=self.line, every_s=overrides.reconcile_every_s
        )
        rebuild = Rebuild(
            calls=self.calls,
            matcher=self.matcher,
            rules=self.rules,
            recorded=self.recorded,
            line=self.line,
            arrivals=self.arrivals,
            conductor=self.conductor,
            reconciler=self.reconciler,
            region=self.settings.default_region,
        )
        self.keeper = FloorKeeper(
            calls=self.calls,
            rules=self.rules,
            rebuild=rebuild,
            reconciler=self.reconciler,
            conductor=self.conductor,
        )

    def _desk_parts(self) -> DeskParts:
        settings = self.settings
        return DeskParts(
            settings=DoorSettings(
                public_url=settings.public_url,
                allowed_origins=settings.allowed_origins,
                trusted_proxies=settings.trusted_proxies,
                simulated=settings.simulated,
                emulator_url=settings.twilio_api_base_url if settings.simulated else None,
            ),
            redis=self.redis,
            clock=self.clock,
            calls=self.calls,
            conductor=self.conductor,
            matcher=self.matcher,
            rules=self.rules,
            accounts=self.accounts,
            background=self.background,
            database=self.database,
            recorded=self.recorded,
            drafts=Drafts(self.database),
            crm=self.lookups,
            find_contact=self._find_contact,
            voice_tokens=VoiceTokens(
                account_sid=settings.twilio_account_sid,
                api_key=settings.twilio_api_key,
                api_secret=settings.twilio_api_secret.get_secret_value(),
                application_sid=settings.twilio_twiml_app_sid,
            ),
            recordings=self.line.recording,
            site=SITE,
            region=settings.default_region,
        )

    async def _find_contact(self, contact_id: str) -> Contact | None:
        return await self.database.read(lambda connection: get_contact(connection, contact_id))

    def prompts(self) -> Prompts:
        """The words of the active configuration; the usual ones where there is none."""
        return self.rules.prompts

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Everything runs inside, and is closed in reverse."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.close)
            stack.push_async_callback(self.redis.aclose)
            stack.push_async_callback(self.line.close)
            stack.callback(self.accounts.close)
            await self.line.open()
            await self.clock.sync()
            with suppress(RecordError):  # without SQL the keeper goes on trying; /readyz says so
                await self.rules.refresh()
            await stack.enter_async_context(self.lookups)
            await stack.enter_async_context(self.background)
            await stack.enter_async_context(self._loops())
            yield

    @asynccontextmanager
    async def _loops(self) -> AsyncIterator[None]:
        """One task a loop; a loop that ends by an exception ends the worker, which the parent replaces."""
        async with asyncio.TaskGroup() as group:
            loops = [
                group.create_task(self.keeper.run(), name="keeper"),
                group.create_task(self.deadlines.run(), name="deadlines"),
                group.create_task(self.reconciler.run(), name="reconciler"),
                group.create_task(self.clock.keep(RedisError), name="clock"),
                group.create_task(self.accounts.run(), name="accounts"),
                group.create_task(self.sockets.run(), name="sockets"),
                group.create_task(self.simulations.run(), name="simulations"),
            ]
            copier = group.create_task(self.copier.run(), name="copier")
            try:
                yield
            finally:
                self.copier.stop()
                for loop in loops:
                    loop.cancel()
                await asyncio.wait({copier}, timeout=_STEPS_OF_STOPPING_S)
                copier.cancel()

    def checks(self) -> dict[str, health.Check]:
        """What ``/readyz`` asks."""
        return {
            "redis": health.Check(probe=self._redis_well, needed=True),
            "floor": health.Check(probe=self._floor_well, needed=True),
            "configuration": health.Check(probe=self._configuration_well, needed=True),
            "database": health.Check(probe=self._database_well, needed=False),
            "record": health.Check(probe=self._record_well, needed=False),
            "crm": health.Check(probe=self.lookups.health, needed=False),
        }

    async def _redis_well(self) -> str | None:
        await self.redis.ping()
        return None

    async def _floor_well(self) -> str | None:
        if (await self.calls.marker()).restored:
            return None
        why = self.keeper.waits.reason
        return f"the floor is being rebuilt, and waits: {why} (cti doctor)" if why else "the floor is being rebuilt"

    async def _configuration_well(self) -> str | None:
        return None if self.rules.loaded else "no configuration is active: cti config apply FILE"

    async def _database_well(self) -> str | None:
        await self.recorded.max_epoch()
        return None

    async def _record_well(self) -> str | None:
        backlog = await self.copier.backlog()
        return f"{backlog.count} transitions wait for SQL" if backlog.count > BACKLOG_WARNS_AT else None


BACKLOG_WARNS_AT = 1_000
"""Transitions on their way to SQL; a busy floor has some tens."""


def create_app(settings: Settings, overrides: Overrides | None = None) -> FastAPI:
    """The service as one ASGI application, for one worker."""
    house = House(settings, overrides or Overrides())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with house.opened():
            yield

    app = FastAPI(title="CTI", lifespan=lifespan, redirect_slashes=False, openapi_url=None)
    app.state.house = house
    insiders = Insiders(token=settings.metrics_token)
    tokens = [token.get_secret_value() for token in settings.twilio_auth_tokens]
    webhooks = create_webhooks(
        house.line_events,
        SignatureCheck(tokens, settings.public_url),
        house.urls,
        RedisLedger(house.redis, prefix(SITE)),
        house.prompts,
    )
    app.router.routes.extend(webhooks.routes)  # not included: that would match each request twice
    install_problems(app)
    app.include_router(create_desk(house.desk, house.sockets))
    app.include_router(create_admin(house.desk))
    app.include_router(health.router(house.checks(), insiders))
    app.include_router(metrics.router(insiders))
    app.include_router(api_docs.router(app.openapi, insiders, Guard(house.desk.settings, house.accounts)))
    emulator = settings.twilio_api_base_url if settings.simulated else None
    app.include_router(create_pages(PageLine(simulated=settings.simulated, emulator_origin=emulator)))
    return app
