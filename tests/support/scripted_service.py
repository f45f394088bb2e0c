"""A web service that answers webhooks with documents a test has written, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from twilio.request_validator import RequestValidator


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One webhook."""

    method: str
    path: str
    fields: Mapping[str, str]
    token: str
    signed: bool


Answer = str | Response | Callable[[Asked], "str | Response"]


@dataclass(slots=True)
class ScriptedService:
    """``service.on("/voice", "<Response>…</Response>")``; paths without an answer get an empty 204."""

    auth_token: str
    base: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    delays_s: dict[str, float] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def on(self, path: str, answer: Answer) -> None:
        """What that path answers from now on."""
        self.answers[path] = answer

    def at(self, path: str) -> list[Asked]:
        """What was asked there so far."""
        return [one for one in self.asked if one.path == path]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("this service has no lifespan and no sockets")
        request = Request(scope, receive)
        asked = await self._read(request)
        self.asked.append(asked)
        await asyncio.sleep(self.delays_s.get(asked.path, 0))
        answer: Any = self.answers.get(asked.path, Response(status_code=204))
        if callable(answer) and not isinstance(answer, Response):
            answer = answer(asked)
        if isinstance(answer, str):
            answer = Response(answer, media_type="text/xml")
        await answer(scope, receive, send)

    async def _read(self, request: Request) -> Asked:
        form = {name: str(value) for name, value in (await request.form()).items()}
        url = str(request.url)
        signature = request.headers.get("x-twilio-signature", "")
        return Asked(
            method=request.method,
            path=request.url.path,
            fields=form or dict(request.query_params),
            token=request.headers.get("i-twilio-idempotency-token", ""),
            signed=bool(RequestValidator(self.auth_token).validate(url, form, signature)),
        )


def response(*verbs: str) -> str:
    """A TwiML document."""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{"".join(verbs)}</Response>'
