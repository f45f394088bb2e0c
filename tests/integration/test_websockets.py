"""A server that ends while a browser is closing its WebSocket ends as it should."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from cti.websockets import WebSocketProtocol
from tests.support.serving import a_listener

CLOSING = Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True)


class _Server(uvicorn.Server):
    """One browser's closing frame arrives just before the server ends."""

    closing: tuple[str, int] | None = None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        connections: set[Any] = self.server_state.connections
        for protocol in list(connections):
            if protocol.client == self.closing:
                protocol.data_received(CLOSING)
        await super().shutdown(sockets)


async def test_a_browser_that_closes_in_the_same_moment_does_not_break_off_the_end() -> None:
    told: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            while "lifespan.shutdown" not in told:
                told.append((await receive())["type"])
                await send({"type": f"{told[-1]}.complete"})
            return
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass

    listener = a_listener()
    listener.listen()
    server = _Server(uvicorn.Config(app, ws=WebSocketProtocol, lifespan="on", log_config=None))
    serving = asyncio.create_task(server._serve([listener]))  # as ``serve``, which would take pytest's signals
    url = f"ws://127.0.0.1:{listener.getsockname()[1]}/"
    async with connect(url) as closing, connect(url) as staying:
        server.closing = closing.local_address
        server.should_exit = True
        await serving
        for browser in (closing, staying):
            try:
                await browser.recv()
            except ConnectionClosed as closed:
                told.append(str(closed.rcvd and closed.rcvd.code))
    assert told == ["lifespan.startup", "lifespan.shutdown", "1000", "1012"]
