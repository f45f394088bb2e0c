"""A route of the API: its request's body is bounded before anything reads it, its answer (customers' data) is kept by
no browser and no proxy."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from cti.desk.problems import NEVER_KEPT

LARGEST_BODY = 64 * 1024

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ApiRoute(APIRoute):
    """``APIRouter(route_class=ApiRoute)``: 413 for a body above 64 KiB, whatever its length header says."""

    largest_body: ClassVar[int] = LARGEST_BODY
    """Bytes."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            length = request.headers.get("content-length", "0")
            if length.isdecimal() and int(length) > self.largest_body:
                raise _too_large()
            answer = await handle(Request(request.scope, _bounded(request.receive, self.largest_body)))
            answer.headers.setdefault("Cache-Control", NEVER_KEPT)
            return answer

        return bounded


def _too_large() -> HTTPException:
    return HTTPException(413, "The request is too large.")


def _bounded(receive: Receive, largest: int) -> Receive:
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > largest:
            raise _too_large()
        return message

    return counted
