"""How requests reach Twilio's REST API, or whatever stands at ``TWILIO_API_BASE_URL``: one pool, small time-outs.

Never logs (a request's fields hold numbers). Reads are repeated within their time; commands never are: their caller
knows which of them may be.
"""

from __future__ import annotations

import asyncio
import base64
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 1.0
_BUSY = 429
_MISSING = 404
SOUND_WITHIN_S = 20.0
LONGEST_SOUND = 20_000_000
"""Bytes: more than any message of ours."""
_BROKEN = 500


async def attempts(within_s: float) -> AsyncIterator[float]:
    """Yields the seconds left, at once and after each pause (growing, with jitter), until no time is left for more."""
    clock = asyncio.get_running_loop().time
    until = clock() + within_s
    pause_s = FIRST_PAUSE_S
    while True:
        yield until - clock()
        jittered_s = pause_s * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing
        if clock() + jittered_s >= until:
            return
        await asyncio.sleep(jittered_s)
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a request may take, and how many at once."""

    connect_timeout_s: float = 1.0
    read_timeout_s: float = 3.0
    """Without a byte of the reply."""
    read_within_s: float = 4.0
    """A read with all its repeats."""
    pool: int = 50
    """Connections; stays below the account's cap on concurrent requests."""


class PooledTwilioHttp(AsyncTwilioHttpClient):  # type: ignore[misc]  # the package carries no types
    """The twilio package's client with its own pool, time-outs and base URL. Made inside a running event loop."""

    def __init__(self, base_url: str, limits: Limits) -> None:
        """``base_url`` of Twilio's own leaves the package's choice of host (region, edge) alone."""
        super().__init__(pool_connections=False)
        self._base_url = None if (urlsplit(base_url).hostname or "").endswith(".twilio.com") else base_url.rstrip("/")
        self._read_within_s = limits.read_within_s
        self.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=limits.pool, keepalive_timeout=30),
            timeout=aiohttp.ClientTimeout(
                total=None, connect=limits.connect_timeout_s, sock_read=limits.read_timeout_s
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the package's signature
        allow_redirects: bool = False,
    ) -> Response:
        """As the package calls it. Raises aiohttp's errors and TimeoutError; HTTP errors are answers."""
        target = self._target(url)
        if method.upper() != "GET":
            return await self._once(method, target, params, data, headers, auth)
        return await self._read(target, params, headers, auth)

    async def _read(
        self,
        url: str,
        params: Mapping[str, object] | None,
        headers: Mapping[str, str] | None,
        auth: tuple[str, str] | None,
    ) -> Response:
        last: Response | Exception = TimeoutError()  # what Twilio said last tells more than that time is up
        async for left_s in attempts(self._read_within_s):
            try:
                async with asyncio.timeout(left_s):
                    last = await self._once("GET", url, params, None, headers, auth)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                last = last if isinstance(last, Response) else error
                continue
            if last.status_code != _BUSY and last.status_code < _BROKEN:
                break
        if isinstance(last, Exception):
            raise last
        return last

    async def _once(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None,
        data: Mapping[str, object] | None,
        headers: Mapping[str, str] | None,
        auth: tuple[str, str] | None,
    ) -> Response:
        sent = dict(headers or {}) | ({"Authorization": _basic(*auth)} if auth else {})
        query = {name: str(value) for name, value in (params or {}).items()}
        async with self.session.request(
            method.upper(), url, params=query, data=data or None, headers=sent, allow_redirects=False
        ) as reply:
            return Response(reply.status, await reply.text(), reply.headers)

    async def sound(self, url: str, auth: tuple[str, str]) -> bytes | None:
        """What lies at the address, which may point on to another; null: nothing. Raises aiohttp's errors,
        TimeoutError, and ``aiohttp.ClientResponseError`` for any other answer."""
        headers = {"Authorization": _basic(*auth)}
        async with asyncio.timeout(SOUND_WITHIN_S), self.session.get(self._target(url), headers=headers) as reply:
            if reply.status == _MISSING:
                return None
            reply.raise_for_status()
            return await reply.content.read(LONGEST_SOUND)

    def _target(self, url: str) -> str:
        if self._base_url is None:
            return url
        parts = urlsplit(url)
        return f"{self._base_url}{parts.path}?{parts.query}" if parts.query else f"{self._base_url}{parts.path}"


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
