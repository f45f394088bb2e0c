"""Stands before the REST API: keeps the journal and makes replies go wrong as the fault plan says. Plain ASGI."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cti.telephony.emulator.faults import Faults, RestFault
from cti.telephony.emulator.journal import Entry, Journal
from cti.telephony.emulator.rest_answers import error_body

PREFIX = "/2010-04-01/"
MAX_BODY = 256 * 1024
CONNECTION = "emulator.connection"
"""Where the application puts uvicorn's side of the connection into the scope."""
_REFUSALS: Mapping[RestFault, tuple[int, int, str]] = {
    "reject_429": (429, 20429, "Too Many Requests"),
    "fail_500": (500, 20500, "Internal Server Error"),
    "late_500": (500, 20500, "Internal Server Error"),
}


class _Connection(Protocol):
    transport: asyncio.Transport


@dataclass(slots=True)
class _Answer:
    """What the application answered."""

    messages: list[Message] = field(default_factory=list)

    async def take(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        return next((int(one["status"]) for one in self.messages if one["type"] == "http.response.start"), 0)

    @property
    def body(self) -> bytes:
        return b"".join(one.get("body", b"") for one in self.messages)


class RestGate:
    """Wraps the application; everything that is not the REST API passes untouched."""

    def __init__(self, app: ASGIApp, *, faults: Faults, journal: Journal) -> None:
        self._app = app
        self._faults = faults
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        body = await _whole_body(receive)
        fault = self._faults.rest(scope["method"], scope["path"])
        answer = _Answer()
        if fault in (None, "late_500", "lose_reply"):
            await self._app(scope, _replay(body), answer.take)
        if fault in ("lose_reply", "reset"):
            self._note(scope, body, 0, 0, fault)
            await _drop(scope)
            return
        if fault is not None:
            answer = _refusal(fault)
        self._note(scope, body, answer.status, _code(answer), fault)
        for message in answer.messages:
            await send(message)

    def _note(self, scope: Scope, body: bytes, status: int, code: int, fault: RestFault | None) -> None:
        query = scope["query_string"].decode(errors="replace")
        self._journal.add(
            Entry(
                kind="rest",
                at_ms=time.time_ns() // 1_000_000,
                method=scope["method"],
                url=scope["path"] + (f"?{query}" if query else ""),
                fields=dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)),
                status=status,
                code=code,
                faults=(fault,) if fault else (),
            )
        )


async def _whole_body(receive: Receive) -> bytes:
    body = b""
    more = True
    while more and len(body) <= MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
    return body


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _refusal(fault: RestFault) -> _Answer:
    status, code, message = _REFUSALS[fault]
    body = json.dumps(error_body(status, code, message)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    return _Answer(
        [
            {"type": "http.response.start", "status": status, "headers": headers},
            {"type": "http.response.body", "body": body},
        ]
    )


def _code(answer: _Answer) -> int:
    if answer.status < 400:
        return 0
    try:
        parsed: object = json.loads(answer.body)
    except ValueError:
        return 0
    return int(parsed.get("code", 0)) if isinstance(parsed, dict) else 0


async def _drop(scope: Scope) -> None:
    """Closes the connection without an answer."""
    connection = cast("_Connection | None", scope.get(CONNECTION))
    if connection is None or not hasattr(connection, "transport"):
        raise RuntimeError("replies can be lost only under uvicorn")
    connection.transport.abort()
    await asyncio.sleep(0.01)
