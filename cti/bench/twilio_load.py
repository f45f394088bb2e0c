"""Signed voice webhooks in numbers, over kept connections: the smallest client that can send them.

A request library would cost as much as what is measured. Requests are made before the clock starts.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from cti.settings import Settings

_FIELDS = {
    "ApiVersion": "2010-04-01",
    "CallStatus": "ringing",
    "Direction": "inbound",
    "FromCity": "",
    "FromState": "",
    "FromZip": "",
    "FromCountry": "US",
    "ToCity": "",
    "ToState": "",
    "ToZip": "",
    "ToCountry": "US",
    "StirVerstat": "TN-Validation-Passed-A",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One request as bytes."""

    sid: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """When one request was sent and answered, in seconds of the monotonic clock."""

    sid: str
    sent_s: float
    took_s: float


def prepare(settings: Settings, sid: str, from_: str, to: str, *, path: str = "voice", **more: str) -> Prepared:
    """A signed POST to ``/webhooks/twilio/{path}`` as Twilio sends it."""
    fields = _FIELDS | {
        "CallSid": sid,
        "AccountSid": settings.twilio_account_sid,
        "From": from_,
        "Caller": from_,
        "To": to,
        "Called": to,
        **more,
    }
    target = f"/webhooks/twilio/{path}"
    text = settings.public_url + target + "".join(name + fields[name] for name in sorted(fields))
    key = settings.twilio_auth_token.get_secret_value().encode()
    signature = base64.b64encode(hmac.digest(key, text.encode(), "sha1")).decode()
    body = urlencode(fields).encode()
    head = (
        f"POST {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {signature}\r\nI-Twilio-Idempotency-Token: {sid}-{path}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return Prepared(sid=sid, content=head.encode() + body)


class Connection:
    """One kept connection; one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, request: Prepared) -> Sent:
        """Sends it and reads the answer to its end. Raises RuntimeError for any answer but 200 or 204."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        assert self._reader is not None  # noqa: S101 - opened with the writer
        sent_s = time.monotonic()
        self._writer.write(request.content)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        length = next((int(line[15:]) for line in lines if line.lower().startswith("content-length:")), 0)
        if length:
            await self._reader.readexactly(length)
        if status not in {200, 204}:
            raise RuntimeError(f"answered {status}")
        return Sent(sid=request.sid, sent_s=sent_s, took_s=time.monotonic() - sent_s)

    def close(self) -> None:
        """Harmless when never opened."""
        if self._writer is not None:
            self._writer.close()


async def as_fast_as_possible(port: int, requests: Sequence[Prepared], *, at_once: int) -> float:
    """Requests a second with so many connections, each sending its next when answered."""
    left = iter(requests)
    connections = [Connection(port) for _ in range(at_once)]

    async def work(connection: Connection) -> None:
        for request in left:
            await connection.send(request)

    start_s = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for connection in connections:
            group.create_task(work(connection))
    took_s = time.monotonic() - start_s
    for connection in connections:
        connection.close()
    return len(requests) / took_s


async def at_a_rate(port: int, requests: Sequence[Prepared], *, per_s: float) -> tuple[Sent, ...]:
    """Requests at a fixed rate, whether or not the one before was answered (an open loop)."""
    free: list[Connection] = []
    sent: list[Sent] = []

    async def one(request: Prepared) -> None:
        connection = free.pop() if free else Connection(port)
        sent.append(await connection.send(request))
        free.append(connection)

    start_s = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for index, request in enumerate(requests):
            await asyncio.sleep(max(0.0, start_s + index / per_s - time.monotonic()))
            group.create_task(one(request))
    for connection in free:
        connection.close()
    return tuple(sent)
