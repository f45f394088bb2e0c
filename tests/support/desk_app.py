"""The doors of reps and admins on a real floor: real Valkey, SQLite, conductor and accounts, served on a free port.

``async with a_desk_house(redis, template, tmp_path) as house: ana = await house.log_in("ana")``; the fixtures are in
``tests/integration/conftest.py``.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from redis.asyncio import Redis
from sqlalchemy import Connection
from websockets.asyncio.client import ClientConnection, connect

from crm_adapter.model import Contact
from crm_adapter.sql_contacts import get_contact
from crm_adapter.sql_directory import SqlDirectory
from cti.accounts.accounts import Accounts
from cti.accounts.model import Token
from cti.accounts.roles import Role
from cti.admin.http import create_admin
from cti.calls.arrivals import new_call
from cti.calls.background import Background
from cti.calls.clock import RedisClock
from cti.calls.conductor import Conductor
from cti.calls.deadlines import Deadlines
from cti.calls.events import CallArrived, Event, LegEnded, ParticipantJoined, RepLegArrived, Routed
from cti.calls.model import Call, Caller, CallerMatch, CallState
from cti.calls.redis_store import RedisCalls, Saved
from cti.calls.rules import ActiveRules
from cti.desk.http import create_desk
from cti.desk.parts import DeskParts, DoorSettings
from cti.desk.problems import install_problems
from cti.desk.sockets import DeskSockets
from cti.record.calls import RecordedCalls
from cti.record.configs import ConfigVersions
from cti.record.copier import Copier
from cti.record.database import Database
from cti.record.drafts import Drafts
from cti.telephony.model import CallSid, RecordingSid
from cti.telephony.voice_token import VoiceTokens
from cti.worker import server_config
from routing.facts import CallerFacts, CallFacts
from routing.model import CallId, RepId, RepStatus
from routing.plan import Plan
from routing.redis_matcher import RedisMatcher
from tests.support.configuration import a_text
from tests.support.eventually import here
from tests.support.migrated import at_this_schema
from tests.support.people import quick_passwords
from tests.support.serving import a_listener, served

NUMBERS = 'numbers: [{number: "+15550100", name: Main line}, {number: "+15550101", name: Sales}]\n'
PASSWORD = "correct horse battery"
JAN = Contact(id="c-1", name="Jan Kowalski", phones=("+48600100200",), tier="gold", owner="bo")
EWA = Contact(id="c-2", name="Ewa Nowak", phones=("+48600100200",))
LEG = CallSid("CA" + "f" * 32)


@dataclass(kw_only=True)
class DeskHouse:
    """One worker's doors."""

    parts: DeskParts
    sockets: DeskSockets
    app: FastAPI
    url: str
    _clients: list[httpx.AsyncClient] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    # -- people --------------------------------------------------------------------------------------------------------

    def client(self, **headers: str) -> httpx.AsyncClient:
        """A browser on one of our own pages, unless headers say otherwise."""
        return self._opened({"origin": self.url, **headers})

    def _opened(self, headers: dict[str, str]) -> httpx.AsyncClient:
        client = httpx.AsyncClient(base_url=self.url, headers=headers, trust_env=False)
        self._clients.append(client)
        return client

    async def aclose(self) -> None:
        for client in self._clients:
            await client.aclose()

    async def log_in(self, name: str) -> httpx.AsyncClient:
        """A browser with that person's cookie."""
        client = self.client()
        answer = await client.post("/api/v1/session", json={"email": f"{name}@example.com", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client

    async def bearer(self, name: str) -> httpx.AsyncClient:
        """A program with that person's token: no Origin, no cookie."""
        token = await self.parts.accounts.tokens.add(f"{name}@example.com", days=1, label="test", by="test")
        assert isinstance(token, Token)
        return self._opened({"authorization": f"Bearer {token.secret}"})

    def socket(self, client: httpx.AsyncClient, *, after: str | None = None, **headers: str) -> connect:
        """``async with house.socket(ana) as events``; headers as the client's own."""
        query = f"?after={after}" if after else ""
        sent = {name: value for name, value in client.headers.items() if name in {"origin", "authorization"}}
        if client.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        url = f"{self.url.replace('http', 'ws')}/ws/desk{query}"
        return connect(url, additional_headers={**sent, **headers}, proxy=None, max_size=None)

    async def apply(self, text: str) -> None:
        """That configuration is active, and this worker and the floor have it."""
        versions = ConfigVersions(self.parts.database)
        at_ms = self.parts.clock.now_ms()
        n = await versions.add(text, author="test", comment="", at_ms=at_ms)
        await versions.activate(n, by="test", at_ms=at_ms)
        await self.parts.rules.refresh()
        await self.parts.conductor.take_up(await self.parts.rules.put_on_floor())

    # -- calls ---------------------------------------------------------------------------------------------------------

    async def ready(self, rep: str) -> None:
        """Available, with a socket that needs no touching during a test."""
        await self.parts.matcher.touch_socket(RepId(rep), "steady")
        await self.parts.redis.zadd(f"{{main}}:sockets:{rep}", {"steady": self.parts.clock.now_ms() + 86_400_000})
        await self.parts.conductor.take_up(await self.parts.matcher.set_status(RepId(rep), RepStatus.AVAILABLE))

    async def ring(self, *contacts: Contact) -> Call:
        """A call arrives and is routed; as it is then."""
        sid = CallSid(f"CA{next(self._numbers):032x}")
        now_ms = self.parts.clock.now_ms()
        arrived = CallArrived(sid=sid, from_="+48600100200", to="+15550100")
        call = new_call(arrived, arrived_ms=now_ms, now_ms=now_ms, region=None)
        opened = await self.parts.calls.open(call, version=self.parts.rules.version)
        assert isinstance(opened, Saved)
        match = {0: CallerMatch.NONE, 1: CallerMatch.ONE}.get(len(contacts), CallerMatch.MANY)
        caller = Caller(match=match, number="+48600100200", contacts=contacts)
        facts = CallFacts(from_=call.from_, to=call.to)
        plan = self.parts.rules.decide(facts, CallerFacts.none(match), now_ms, arrived_ms=now_ms)
        assert isinstance(plan, Plan)
        await self.tell(call.id, Routed(caller=caller, plan=plan))
        return await self.call(call.id)

    async def connect_legs(self, call: Call) -> Call:
        """The rep's browser and the caller are in the conference: they talk."""
        offer = call.offer
        assert offer
        await self.tell(call.id, RepLegArrived(offer=offer.id, rep=offer.rep, leg=LEG))
        await self.tell(call.id, ParticipantJoined(leg=LEG))
        await self.tell(call.id, ParticipantJoined(leg=call.sid))
        talking = await self.call(call.id)
        assert talking.state is CallState.TALKING
        return talking

    async def caller_hangs_up(self, call: Call) -> None:
        """Twilio says so."""
        await self.tell(call.id, LegEnded(leg=call.sid))

    async def tell(self, call: CallId, event: Event) -> None:
        await self.parts.conductor.tell(call, event)

    async def call(self, call: CallId) -> Call:
        held = await self.parts.calls.load(call)
        assert held
        return held.call


async def next_event(events: ClientConnection, kind: str | None = None, within_s: float = 5.0) -> dict[str, Any]:
    """The next event, or the next of that kind."""
    async with asyncio.timeout(here(within_s)):
        while True:
            event: dict[str, Any] = json.loads(await events.recv())
            if kind is None or event["type"] == kind:
                return event


@asynccontextmanager
async def a_desk_house(
    redis: Redis, template: Path, directory: Path, *, settings: DoorSettings | None = None
) -> AsyncIterator[DeskHouse]:
    """Everything open, on a copy of the template's database."""
    shutil.copy(template, directory / "desk.db")
    database = Database(f"sqlite:///{directory}/desk.db")
    accounts = Accounts(database, redis, "s" * 32, passwords=quick_passwords())
    async with Background() as background:
        listener = a_listener()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        parts = await _parts(redis, database, accounts, background, settings or DoorSettings(public_url=address))
        sockets = DeskSockets(parts)
        house = DeskHouse(parts=parts, sockets=sockets, app=_app(parts, sockets), url=address)
        config = server_config(house.app)
        config.timeout_graceful_shutdown = 2
        async with asyncio.TaskGroup() as group:
            copier = Copier(database, redis, prefix="{main}:")
            deadlines = Deadlines(
                matcher=parts.matcher, conductor=parts.conductor, calls=parts.calls, background=background
            )
            loops = [group.create_task(work) for work in (accounts.run(), sockets.run(), deadlines.run(), copier.run())]
            try:
                async with served(config, listener), aclosing(house):
                    yield house
            finally:
                for loop in loops:
                    loop.cancel()
    accounts.close()
    await database.close()


def _app(parts: DeskParts, sockets: DeskSockets) -> FastAPI:
    app = FastAPI(redirect_slashes=False)
    install_problems(app)
    app.include_router(create_desk(parts, sockets))
    app.include_router(create_admin(parts))
    return app


async def make_template(path: Path) -> None:
    """A database with the tests' configuration and people: ``ana`` and ``bo`` (reps), ``sue`` (supervisor), ``adam``
    (admin)."""
    url = f"sqlite:///{path}"
    await at_this_schema(url)
    database = Database(url)
    versions = ConfigVersions(database)
    await versions.activate(
        await versions.add(a_text(more=NUMBERS), author="test", comment="", at_ms=1), by="test", at_ms=1
    )
    accounts = Accounts(database, None, passwords=quick_passwords())
    for name, role in (("ana", Role.REP), ("bo", Role.REP), ("sue", Role.SUPERVISOR), ("adam", Role.ADMIN)):
        rep = name if role is Role.REP else None
        await accounts.users.add(
            email=f"{name}@example.com", role=role, rep=rep, password=PASSWORD, by="test", name=name.title()
        )
    accounts.close()
    await database.close()


async def _parts(
    redis: Redis,
    database: Database,
    accounts: Accounts,
    background: Background,
    settings: DoorSettings,
) -> DeskParts:
    clock, matcher = RedisClock(redis), RedisMatcher(redis)
    await clock.sync()
    calls = RedisCalls(redis, clock)
    rules = ActiveRules(source=ConfigVersions(database), matcher=matcher, redis=redis)
    await rules.refresh()
    await matcher.open_floor(epoch=1, version=rules.version)
    await rules.put_on_floor()
    await calls.mark_restored(1)

    def read(contact_id: str) -> Callable[[Connection], Contact | None]:
        return lambda connection: get_contact(connection, contact_id)

    async def find_contact(contact_id: str) -> Contact | None:
        return await database.read(read(contact_id))

    async def no_recording(recording: RecordingSid) -> bytes | None:
        return None  # nobody has left a message here

    return DeskParts(
        settings=settings,
        redis=redis,
        clock=clock,
        calls=calls,
        conductor=Conductor(calls=calls, rules=rules, clock=clock, background=background),
        matcher=matcher,
        rules=rules,
        accounts=accounts,
        background=background,
        database=database,
        recorded=RecordedCalls(database),
        drafts=Drafts(database),
        crm=SqlDirectory(database),
        find_contact=find_contact,
        recordings=no_recording,
        voice_tokens=VoiceTokens(
            account_sid="AC" + "0" * 32,
            api_key="SK" + "0" * 32,
            api_secret="secret" * 6,
            application_sid="AP" + "0" * 32,
        ),
    )
