"""ASGI applications served in the test's own loop, which begin and end at once."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext

import uvicorn

from tests.support.eventually import eventually


def a_listener() -> socket.socket:
    """A free port of this machine. With the protocol left out, Python would leave Nagle's algorithm on, and every
    answer of a server would be held up for 40 ms."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    return listener


class _Server(uvicorn.Server):
    """Leaves signals to pytest, and ends when it is told to: uvicorn's own looks ten times a second, and then waits for
    a tenth, which a thousand tests notice."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ending = asyncio.Event()

    def capture_signals(self) -> nullcontext[None]:
        return nullcontext()

    def end(self) -> None:
        self.should_exit = True
        self._ending.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._ending.wait()

    async def shutdown(self, sockets: Sequence[socket.socket] | None = None) -> None:
        """Lets go of idle connections, and gives requests under way their time."""
        for listening in [*self.servers, *(sockets or [])]:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        clock = asyncio.get_running_loop().time
        until = clock() + (self.config.timeout_graceful_shutdown or 0)
        while (self.server_state.connections or self.server_state.tasks) and clock() < until:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.002)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()


@asynccontextmanager
async def served(config: uvicorn.Config, listener: socket.socket | None = None) -> AsyncIterator[None]:
    """Serves, on that socket or on the configuration's address, until the block is left."""
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener] if listener else None))
    try:
        await eventually(lambda: server.started or task.done(), 15.0)
        yield
    finally:
        server.end()
        await task
