"""Requests that the emulator sends: signed, bounded, retried as Twilio does by default.

Once more on connect failure only; at most 10 redirects, of which 301, 302 and 303 become a GET without fields; 15 s
for everything. Never keeps cookies, never uses a proxy from the environment.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

import aiohttp
from yarl import URL

from cti.telephony.emulator.faults import Faults
from cti.telephony.emulator.journal import Entry, Journal
from cti.telephony.emulator.playback import sound_s
from cti.telephony.emulator.signature import sign
from cti.telephony.emulator.tasks import Tasks
from cti.telephony.emulator.twiml_model import Fault, Target

CONNECT_S = 5.0
CEILING_S = 15.0
MAX_REDIRECTS = 10
_BECOMES_GET = frozenset({301, 302, 303})
_KEEPS_METHOD = frozenset({307, 308})
_LIMITS = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S)
_USER_AGENT = "TwilioProxy/1.1 (emulated)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A 2xx answer."""

    url: str
    """Where it came from, after redirects."""
    content_type: str
    body: bytes


def open_session() -> aiohttp.ClientSession:
    """Connections for a ``WebClient``; to be closed after all of its tasks have ended."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=500, keepalive_timeout=4),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=_LIMITS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """One HTTP answer, whatever its status."""

    status: int
    content_type: str
    location: str
    body: bytes


class WebClient:
    """The emulator's way out."""

    def __init__(
        self, *, session: aiohttp.ClientSession, auth_token: str, faults: Faults, journal: Journal, tasks: Tasks
    ) -> None:
        self._session = session
        self._auth_token = auth_token
        self._faults = faults
        self._journal = journal
        self._tasks = tasks
        self._sounds: dict[str, float] = {}
        self._queues: dict[str, asyncio.Lock] = {}

    async def ask(self, target: Target, fields: Mapping[str, str]) -> Reply | Fault:
        """Requests a document. A leg that is moved meanwhile stops waiting; the request itself is not cut off."""
        return await self._tasks.outliving(lambda: self._ask(target, fields), "document")

    async def _ask(self, target: Target, fields: Mapping[str, str]) -> Reply | Fault:
        delivery = self._faults.delivery(target.method, target.url, is_callback=False)
        token = str(uuid.uuid4())
        await asyncio.sleep(delivery.delay_s)
        if delivery.repeat_after_s is not None:
            again = self._later(delivery.repeat_after_s, target, fields, token, ("repeat",))
            self._tasks.start(again, "repeated webhook")
        return await self._deliver(target, fields, token, delivery.names)

    def tell(self, order: str, target: Target, fields: Mapping[str, str]) -> None:
        """Sends a callback in the background; those with the same ``order`` one after the other, unless a fault lets
        one be overtaken. Its answer is not read."""
        self._tasks.start(self._tell(order, target, fields), "callback")

    async def sound_s(self, url: str) -> float | Fault:
        """How long a sound plays. Asked for once: Twilio caches sounds too."""
        if url not in self._sounds:
            reply = await self._deliver(Target(url=url, method="GET"), {}, str(uuid.uuid4()), ())
            if isinstance(reply, Fault):
                return reply
            if not reply.content_type.startswith(("audio/", "application/octet-stream")):
                return Fault(code=12300, url=url, message=f"content type {reply.content_type} is not a sound")
            self._sounds[url] = sound_s(reply.body[:256], len(reply.body))
        return self._sounds[url]

    async def _tell(self, order: str, target: Target, fields: Mapping[str, str]) -> None:
        delivery = self._faults.delivery(target.method, target.url, is_callback=True)
        token = str(uuid.uuid4())
        if delivery.lost:
            self._note(target.method, target.url, fields, token, ("lose",))
            return
        if delivery.overtaken:
            await self._later(self._faults.overtaking_s(), target, fields, token, delivery.names)
        else:
            async with self._turn(order):
                await self._later(delivery.delay_s, target, fields, token, delivery.names)
        if delivery.repeat_after_s is not None:
            await self._later(delivery.repeat_after_s, target, fields, token, ("repeat",))

    def _turn(self, order: str) -> asyncio.Lock:
        if len(self._queues) > 10_000:
            self._queues = {name: lock for name, lock in self._queues.items() if lock.locked()}
        return self._queues.setdefault(order, asyncio.Lock())

    async def _later(
        self, delay_s: float, target: Target, fields: Mapping[str, str], token: str, faults: tuple[str, ...]
    ) -> None:
        await asyncio.sleep(delay_s)
        await self._deliver(target, fields, token, faults)

    async def _deliver(
        self, target: Target, fields: Mapping[str, str], token: str, faults: tuple[str, ...]
    ) -> Reply | Fault:
        try:
            async with asyncio.timeout(CEILING_S):
                return await self._follow(target, fields, token, faults)
        except TimeoutError:
            self._note(target.method, target.url, fields, token, faults, code=11200)
            return Fault(code=11200, url=target.url, message=f"no answer within {CEILING_S:.0f} s")

    async def _follow(
        self, target: Target, fields: Mapping[str, str], token: str, faults: tuple[str, ...]
    ) -> Reply | Fault:
        method, url = target.method, urldefrag(target.url).url
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._send_twice(method, url, fields, token)
            if isinstance(answer, Fault):
                self._note(method, url, fields, token, faults, code=answer.code)
                return answer
            self._note(method, url, fields, token, faults, status=answer.status)
            if 200 <= answer.status < 300:
                return Reply(url=url, content_type=answer.content_type, body=answer.body)
            if answer.status not in _BECOMES_GET | _KEEPS_METHOD or not answer.location:
                return Fault(code=11200, url=url, message=f"answered with HTTP status {answer.status}")
            if answer.status in _BECOMES_GET:
                method, fields = "GET", {}
            url = urldefrag(urljoin(url, answer.location)).url
        return Fault(code=11215, url=url, message=f"more than {MAX_REDIRECTS} redirects")

    async def _send_twice(self, method: str, url: str, fields: Mapping[str, str], token: str) -> _Answer | Fault:
        try:
            return await self._send(method, url, fields, token)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            pass
        except (aiohttp.ClientError, ValueError) as error:
            return _broken(url, error)
        try:
            return await self._send(method, url, fields, token)
        except (aiohttp.ClientError, ValueError) as error:
            return _broken(url, error)

    async def _send(self, method: str, url: str, fields: Mapping[str, str], token: str) -> _Answer:
        if method == "GET" and fields:
            url += ("&" if urlsplit(url).query else "?") + urlencode(fields)
        headers = {
            "Accept": "*/*",
            "User-Agent": _USER_AGENT,
            "X-Twilio-Signature": sign(url, fields if method == "POST" else {}, self._auth_token),
            "I-Twilio-Idempotency-Token": token,
        }
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        body = urlencode(fields).encode() if method == "POST" else None
        async with self._session.request(
            method, URL(url, encoded=True), headers=headers, data=body, allow_redirects=False
        ) as response:
            return _Answer(
                status=response.status,
                content_type=response.headers.get("Content-Type", ""),
                location=response.headers.get("Location", ""),
                body=await response.read(),
            )

    def _note(
        self,
        method: str,
        url: str,
        fields: Mapping[str, str],
        token: str,
        faults: tuple[str, ...],
        *,
        status: int = 0,
        code: int = 0,
    ) -> None:
        self._journal.add(
            Entry(
                kind="webhook",
                at_ms=time.time_ns() // 1_000_000,
                method=method,
                url=url,
                fields=dict(fields),
                status=status,
                code=code,
                token=token,
                faults=faults,
            )
        )


def _broken(url: str, error: aiohttp.ClientError | ValueError) -> Fault:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return Fault(code=11210, url=url, message="the host name is not known")
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Fault(code=11205, url=url, message="could not connect")
        case aiohttp.ClientResponseError():
            return Fault(code=11206, url=url, message="the answer is not HTTP")
        case _:
            return Fault(code=11200, url=url, message=type(error).__name__)
