"""One worker: uvicorn on a socket inherited from the parent, serving ``create_app(settings)``.

Reads its settings from the environment alone (the parent has read ``.env``). Says when it serves by a byte on
``--ready-fd``. On SIGTERM it finishes its requests and closes its WebSockets with 1012.
"""

from __future__ import annotations

import argparse
import gc
import os
import socket
from collections.abc import Callable
from importlib import import_module

import structlog
import uvicorn
from fastapi import FastAPI

from cti import logs
from cti.settings import Settings, load
from cti.websockets import WebSocketProtocol
from cti.workers import GRACE_S, wait_for_go

log = structlog.get_logger(__name__)

LARGEST_MESSAGE = 64 * 1024
"""Bytes a browser may send in one WebSocket message."""
KEEP_ALIVE_S = 75
"""Longer than clients and proxies keep an idle connection (often 60 s): who closes first must be the one who asks, or
a webhook sent in that instant is lost."""

GC_THRESHOLDS = (20_000, 10, 10)
"""New objects before the youngest are collected (Python's own: 700); a call makes some hundred that live on at once."""


class TellingServer(uvicorn.Server):
    """Writes one byte to a descriptor when it has begun to serve."""

    def __init__(self, config: uvicorn.Config, ready_fd: int) -> None:
        super().__init__(config)
        self._ready_fd = ready_fd

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            settle_memory()
            os.write(self._ready_fd, b"1")
            log.info("ready", pid=os.getpid())


def settle_memory() -> None:
    """Spares the collector what stays for good, and lets it run seldom: a full collection of the heap after the start
    held every call up for 90 to 120 ms (measured with 1,000 reps), and collecting took a tenth of a busy worker."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def server_config(app: FastAPI) -> uvicorn.Config:
    """How uvicorn runs the service. Forwarded headers are not trusted; no access log, for it would hold numbers."""
    return uvicorn.Config(
        app,
        lifespan="on",
        ws=WebSocketProtocol,
        ws_per_message_deflate=False,
        ws_max_size=LARGEST_MESSAGE,
        ws_ping_interval=5,
        ws_ping_timeout=5,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=int(GRACE_S),
    )


def options() -> argparse.ArgumentParser:
    """The descriptors that every child of the parent is handed."""
    handed = argparse.ArgumentParser()
    handed.add_argument("--fd", type=int, required=True)
    handed.add_argument("--ready-fd", type=int, required=True)
    handed.add_argument("--go-fd", type=int)
    return handed


def main() -> None:
    parser = options()
    parser.add_argument("factory")
    given = parser.parse_args()
    gc.disable()  # until ``settle_memory``: next to nothing that imports make is garbage, and looking takes a fifth
    module, _, name = str(given.factory).partition(":")
    create_app: Callable[[Settings], FastAPI] = getattr(import_module(module), name)
    wait_for_go(given.go_fd)
    settings = load(Settings, env_file=None)
    logs.configure(settings.log_format)
    server = TellingServer(server_config(create_app(settings)), given.ready_fd)
    server.run(sockets=[socket.socket(fileno=given.fd)])


if __name__ == "__main__":
    main()
