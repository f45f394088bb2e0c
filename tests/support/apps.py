"""Trivial services for tests of what runs them: they hold nothing of the product."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, WebSocket
from prometheus_client import Counter

from cti import health, metrics
from cti.private import Insiders
from cti.settings import Settings


def create_plain_app(settings: Settings) -> FastAPI:
    """Says which process answered, answers slowly when asked to, and keeps sockets open."""
    app = FastAPI()
    requests = Counter("plain_requests", "Requests for a process id")
    busy = [0]
    insiders = Insiders(settings.metrics_token)
    app.include_router(health.router({}, insiders))
    app.include_router(metrics.router(insiders))

    @app.get("/pid")
    def pid() -> int:
        requests.inc()
        return os.getpid()

    @app.get("/busy")
    def how_busy() -> int:
        return busy[0]

    @app.get("/redis-url")
    def redis_url() -> str:
        return settings.redis_url or ""

    @app.get("/slow/{seconds}")
    async def slow(seconds: float) -> int:
        busy[0] += 1
        await asyncio.sleep(seconds)
        busy[0] -= 1
        return os.getpid()

    @app.websocket("/ws")
    async def ws(socket: WebSocket) -> None:
        await socket.accept()
        async for text in socket.iter_text():
            await socket.send_text(text)

    return app


@asynccontextmanager
async def _break(_app: FastAPI) -> AsyncIterator[None]:
    raise RuntimeError("cannot start")
    yield


def create_broken_app(_settings: Settings) -> FastAPI:
    """Never starts."""
    return FastAPI(lifespan=_break)
