"""The Twilio emulator for tests: in this process or as one of its own, with a client for its control API and a stand-in
for a rep's browser.

``async with running_emulator(settings) as emulator: sid = await emulator.place_call("+15551230001", "+15550100")``
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
import uvicorn
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from cti.telephony.emulator.server import KEEP_ALIVE_S, create_emulator
from cti.telephony.emulator.settings import EmulatorSettings
from cti.websockets import WebSocketProtocol
from tests.support.eventually import here
from tests.support.serving import a_listener, served

_RUN = (
    "import sys; from cti.telephony.emulator.server import run; "
    "from cti.telephony.emulator.settings import EmulatorSettings; "
    "run(EmulatorSettings.model_validate_json(sys.stdin.read()))"
)


class EmulatorClient:
    """The emulator's control API."""

    def __init__(self, url: str, settings: EmulatorSettings) -> None:
        self.url = url
        """Base URL: what ``TWILIO_API_BASE_URL`` would be."""
        self.settings = settings
        self._http = httpx.AsyncClient(base_url=url, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def place_call(self, from_: str, to: str) -> str:
        """Somebody dials; the call's sid."""
        reply = await self._http.post("/emulator/calls", json={"from": from_, "to": to})
        reply.raise_for_status()
        return str(reply.json()["call_sid"])

    async def hang_up(self, sid: str) -> None:
        """The person with this leg hangs up."""
        (await self._http.post(f"/emulator/calls/{sid}/hangup")).raise_for_status()

    async def press(self, sid: str, digits: str, *, keep: bool = True) -> None:
        """The person with this leg presses keys (0 to 9, * and #), one after the other; unless ``keep`` is False, as
        soon as a verb of the leg's document listens for them."""
        await self._on_call(sid, "digits", digits=digits, keep=keep)

    async def speak(self, sid: str, text: str, *, confidence: float = 0.9, keep: bool = True) -> None:
        """The person with this leg says something, recognised with that confidence (0 to 1); unless ``keep`` is
        False, as soon as a ``<Gather>`` for speech, or a ``<Record>``, listens."""
        await self._on_call(sid, "speech", text=text, confidence=confidence, keep=keep)

    async def outside(self, number: str, behaviour: str = "answer", *, after_s: float = 1.0) -> None:
        """How an outside number behaves when it is called: ``answer``, ``busy`` or ``failed`` after so many seconds of
        line time, or ``no-answer``. Numbers that were never set answer after one second."""
        line = {"behaviour": behaviour, "after_s": after_s}
        (await self._http.put(f"/emulator/outside/{number}", json=line)).raise_for_status()

    async def hang_up_outside(self, number: str) -> None:
        """Whoever answered at that outside number hangs up."""
        (await self._http.post(f"/emulator/outside/{number}/hangup")).raise_for_status()

    async def _on_call(self, sid: str, what: str, **body: object) -> None:
        (await self._http.post(f"/emulator/calls/{sid}/{what}", json=body)).raise_for_status()

    async def call(self, sid: str) -> dict[str, Any]:
        """The leg as it is now."""
        reply = await self._http.get(f"/emulator/calls/{sid}")
        reply.raise_for_status()
        return dict(reply.json())

    async def calls(self) -> list[dict[str, Any]]:
        """Every leg, newest first."""
        return list((await self._http.get("/emulator/calls")).raise_for_status().json()["calls"])

    async def faults(self, **plan: Any) -> None:
        """``faults(seed=1, webhooks={"repeat": 0.3})``; without arguments: no faults."""
        (await self._http.put("/emulator/faults", json=plan)).raise_for_status()

    async def requests(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Webhooks sent and REST requests got, oldest first; ``webhook``, ``rest`` or both."""
        entries = (await self._http.get("/emulator/requests")).raise_for_status().json()["requests"]
        return [entry for entry in entries if kind in (None, entry["kind"])]

    def rest(self) -> httpx.AsyncClient:
        """A client for the emulated REST API, relative to the account: ``rest().get("Calls.json")``."""
        return httpx.AsyncClient(
            base_url=f"{self.url}/2010-04-01/Accounts/{self.settings.account_sid}/",
            auth=(self.settings.account_sid, self.settings.auth_token),
            trust_env=False,
        )

    def token(self, identity: str, ttl_s: int = 3600) -> str:
        """A voice token for a rep, made as the product would."""
        made = AccessToken(
            self.settings.account_sid,
            self.settings.api_key,
            self.settings.api_secret,
            identity=identity,
            ttl=ttl_s,
        )
        made.add_grant(VoiceGrant(outgoing_application_sid=self.settings.twiml_app_sid, incoming_allow=True))
        return str(made.to_jwt())

    @asynccontextmanager
    async def device(self, token: str, origin: str | None = None) -> AsyncIterator[EmulatedDevice]:
        """A registered browser device; leaving the block closes its page."""
        url = self.url.replace("http", "ws", 1) + "/device"
        headers = {"Origin": origin} if origin else None
        async with connect(url, additional_headers=headers, compression=None, proxy=None) as channel:
            device = EmulatedDevice(channel)
            reading = asyncio.create_task(device.read_all())
            try:
                await device.register(token)
                yield device
            finally:
                reading.cancel()
                await asyncio.wait({reading})


class EmulatedDevice:
    """A rep's browser. Everything the emulator said is in ``messages``."""

    def __init__(self, channel: ClientConnection) -> None:
        self._channel = channel
        self._requests = 0
        self._news = asyncio.Condition()
        self.messages: list[dict[str, Any]] = []
        self.closed_with: int | None = None

    async def read_all(self) -> None:
        """Collects messages until the socket closes."""
        try:
            async for raw in self._channel:
                await self._take(json.loads(raw))
        except ConnectionClosed:
            pass
        self.closed_with = self._channel.close_code
        await self._take({"type": "closed"})

    async def register(self, token: str) -> dict[str, Any]:
        """``registered``, or the error."""
        await self.send({"type": "register", "token": token})
        return await self.next("registered", "error")

    async def connect(self, params: dict[str, str] | None = None) -> str:
        """Starts a leg; its sid once the emulator said ``connecting``."""
        self._requests += 1
        request = f"r{self._requests}"
        await self.send({"type": "connect", "request": request, "params": params or {}})
        said = await self.next("connecting", "error", request=request)
        if said["type"] == "error":
            raise RuntimeError(f"{said['code']}: {said['message']}")
        return str(said["call_sid"])

    async def accepted(self, call_sid: str) -> None:
        """Waits until the leg's TwiML has connected it."""
        await self.next("accepted", call_sid=call_sid)

    async def disconnected(self, call_sid: str) -> dict[str, Any]:
        """Waits until the leg is over."""
        return await self.next("disconnected", call_sid=call_sid)

    async def disconnect(self, call_sid: str) -> None:
        """The rep hangs up."""
        await self.send({"type": "disconnect", "call_sid": call_sid})

    async def drop(self) -> None:
        """The page goes away without a word, as in a crash."""
        self._channel.transport.abort()
        await self.next("closed")

    async def send(self, message: dict[str, Any]) -> None:
        """One message, as it is."""
        await self._channel.send(json.dumps(message))

    async def next(self, *types: str, within_s: float = 10, **fields: Any) -> dict[str, Any]:
        """The first message, past or future, of one of these types with these fields."""
        async with asyncio.timeout(here(within_s)), self._news:
            while True:
                for message in self.messages:
                    if message["type"] in types and all(message.get(name) == fields[name] for name in fields):
                        return message
                await self._news.wait()

    async def _take(self, message: dict[str, Any]) -> None:
        async with self._news:
            self.messages.append(message)
            self._news.notify_all()


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Serves an ASGI application on a free port in this loop; its base URL."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        ws=WebSocketProtocol,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=1,
    )
    with a_listener() as listener:
        async with served(config, listener):
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@asynccontextmanager
async def running_emulator(settings: EmulatorSettings) -> AsyncIterator[EmulatorClient]:
    """The emulator in this process, on a free port."""
    async with serving(create_emulator(settings)) as url, EmulatorClient(url, settings) as client:
        yield client


@asynccontextmanager
async def emulator_process(settings: EmulatorSettings) -> AsyncIterator[EmulatorClient]:
    """The emulator as a process of its own, on a free port; ended with the block."""
    with a_listener() as probe:
        port = probe.getsockname()[1]
    placed = settings.model_copy(update={"port": port})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _RUN, stdin=asyncio.subprocess.PIPE, env=os.environ.copy()
    )
    try:
        await _feed(process, placed)
        url = f"http://127.0.0.1:{port}"
        async with EmulatorClient(url, placed) as client:
            await _until_up(url)
            yield client
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _feed(process: asyncio.subprocess.Process, settings: EmulatorSettings) -> None:
    assert process.stdin is not None
    process.stdin.write(settings.model_dump_json().encode())
    await process.stdin.drain()
    process.stdin.close()


async def _until_up(url: str, within_s: float = 10) -> None:
    deadline = time.monotonic() + within_s
    async with httpx.AsyncClient(trust_env=False) as http:
        while True:
            try:
                await http.get(f"{url}/emulator/setup")
                return
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.05)
