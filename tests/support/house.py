"""The whole service with the emulator beside it, in this process, on real servers: for tests of a call's life.

It is as ``cti serve --workers 2`` is: two workers with nothing in common but Redis and SQL, asked in turn.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

from fastapi import FastAPI
from redis.asyncio import Redis
from starlette.types import Receive, Scope, Send

from cti.app import House, Overrides, create_app
from cti.calls.model import call_id_of
from cti.embedded import EmbeddedServer
from cti.record.configs import ConfigVersions
from cti.record.database import Database
from cti.settings import Settings
from cti.telephony.emulator.settings import EmulatorSettings, NumberSetup
from cti.telephony.model import CallSid
from cti.worker import server_config
from routing.errors import NotReady
from routing.model import RepId, RepStatus
from tests.support.emulator import EmulatorClient, running_emulator
from tests.support.environment import COMPLETE
from tests.support.eventually import eventually
from tests.support.migrated import at_this_schema
from tests.support.people import quick_passwords
from tests.support.running import a_free_port
from tests.support.serving import served

SUPPORT = "+15550100"
UNHURRIED_S = 5.0
"""How long the CRM may take, so that a busy machine changes no story: a look-up that comes late routes again."""
SOMEBODY_ELSES = "+15550199"
"""A number of the same account that does not lead to us."""
ONE_QUEUE = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
  - {id: bo, name: Bo Lind, skills: {support: 2}}
queues:
  - {id: support, max_wait: 15m, offer_timeout: 20s, wrap_up: 30s}
rules:
  - name: everyone
    route: {queue: support, needs: {support: 1}}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A service that takes calls."""

    house: House
    """One worker's parts."""
    emulator: EmulatorClient
    url: str
    others: tuple[House, ...] = ()
    """The other workers', where they are in this process."""

    async def call_in(self, from_: str = "+15551230001", to: str = SUPPORT) -> str:
        """Somebody dials; the caller's sid."""
        return await self.emulator.place_call(from_, to)

    async def state(self, sid: str) -> str | None:
        """What the service makes of that caller's call; null: it does not know it (yet)."""
        with suppress(NotReady):
            held = await self.house.calls.load(call_id_of(CallSid(sid)))
            return held.call.state.value if held else None
        return None

    async def comes_to(self, sid: str, *states: str, within_s: float = 5.0) -> None:
        """Waits until the call is in one of the states."""

        async def there() -> bool:
            return await self.state(sid) in states

        await eventually(there, within_s)

    async def sits_down(self, rep: str) -> None:
        """A rep's browser is there and the rep available."""
        matcher = self.house.matcher
        taken = [*await matcher.touch_socket(RepId(rep), f"tab-{rep}")]
        taken += await matcher.set_status(RepId(rep), RepStatus.AVAILABLE)
        await self.house.conductor.take_up(taken)


def emulator_settings(service_port: int, *, speed: float = 5.0) -> EmulatorSettings:
    """An account whose one number and TwiML App lead to the service; prompts and music play so much faster."""
    hooks = f"http://127.0.0.1:{service_port}/webhooks/twilio"
    return EmulatorSettings(
        account_sid=COMPLETE["TWILIO_ACCOUNT_SID"],
        auth_token=COMPLETE["TWILIO_AUTH_TOKEN"],
        api_key=COMPLETE["TWILIO_API_KEY"],
        api_secret=COMPLETE["TWILIO_API_SECRET"],
        twiml_app_sid=COMPLETE["TWILIO_TWIML_APP_SID"],
        app_voice_url=f"{hooks}/rep",
        allowed_origin=f"http://127.0.0.1:{service_port}",
        numbers=(
            NumberSetup(
                number=SUPPORT,
                voice_url=f"{hooks}/voice",
                fallback_url=f"{hooks}/fallback",
                status_callback=f"{hooks}/status",
            ),
            NumberSetup(number=SOMEBODY_ELSES),
        ),
        speed=speed,
    )


def service_settings(
    *,
    redis_url: str | None,
    database_url: str,
    base_url: str,
    port: int,
    data_dir: Path,
    crm_deadline_s: float = UNHURRIED_S,
) -> Settings:
    """What one worker is told."""
    environment = COMPLETE | {
        "CTI_CRM_DEADLINE": str(crm_deadline_s),
        "CTI_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_API_BASE_URL": base_url,
        "DATABASE_URL": database_url,
        "CTI_DATA_DIR": str(data_dir),
        **({"REDIS_URL": redis_url} if redis_url else {}),
    }
    return Settings.model_validate(environment)


async def apply(database: Database, text: str, *, at_ms: int = 1) -> None:
    """Makes a configuration the active one in SQL."""
    versions = ConfigVersions(database)
    await versions.activate(await versions.add(text, author="test", comment="", at_ms=at_ms), by="test", at_ms=at_ms)


@asynccontextmanager
async def a_house(
    *,
    valkey: EmbeddedServer,
    tmp_path: Path,
    config: str | None = ONE_QUEUE,
    overrides: Overrides | None = None,
    speed: float = 5.0,
    crm_deadline_s: float = UNHURRIED_S,
) -> AsyncIterator[Running]:
    """Emulator and service on free ports, on an empty floor, ready to take calls; without ``config`` nobody has
    configured it yet."""
    async with Redis.from_url(valkey.url) as redis:
        await redis.flushall()
    port = a_free_port()
    database_url = f"sqlite:///{tmp_path}/house.db"
    await at_this_schema(database_url)
    database = Database(database_url)
    if config is not None:
        await apply(database, config)
    await database.close()
    async with running_emulator(emulator_settings(port, speed=speed)) as emulator:
        settings = service_settings(
            redis_url=valkey.url,
            database_url=database_url,
            base_url=emulator.url,
            port=port,
            data_dir=tmp_path,
            crm_deadline_s=crm_deadline_s,
        )
        workers = [create_app(settings, replace(overrides or Overrides(), passwords=quick_passwords)) for _ in range(2)]
        async with _serving(workers, port):
            house, *others = [worker.state.house for worker in workers]
            running = Running(house=house, emulator=emulator, url=f"http://127.0.0.1:{port}", others=tuple(others))
            if config is not None:
                await eventually(lambda: _ready(running), 10.0)
            yield running


async def _ready(running: Running) -> bool:
    marker = await running.house.calls.marker()
    versions = {worker.rules.version for worker in (running.house, *running.others) if worker.rules.loaded}
    return marker.restored and versions == {marker.version}


class _InTurn:
    """Requests and sockets as they come to processes that share an address: to one after the other."""

    def __init__(self, workers: Sequence[FastAPI]) -> None:
        self._next = cycle(workers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await next(self._next)(scope, receive, send)


@asynccontextmanager
async def _serving(workers: Sequence[FastAPI], port: int) -> AsyncIterator[None]:
    config = server_config(_InTurn(workers))
    config.host, config.port, config.timeout_graceful_shutdown, config.lifespan = "127.0.0.1", port, 2, "off"
    async with AsyncExitStack() as stack:
        for worker in workers:
            await stack.enter_async_context(worker.router.lifespan_context(worker))
        await stack.enter_async_context(served(config))
        yield
