"""What the emulator's WebSockets have in common: an outbox that never blocks the exchange, and who may connect."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import WebSocket, WebSocketDisconnect

OUTBOX = 1000
TOO_SLOW = 4408


class Outbox:
    """Messages to one socket, sent in order. A reader who falls a thousand behind is disconnected with 4408."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._queue: asyncio.Queue[Mapping[str, object] | None] = asyncio.Queue()

    def put(self, message: Mapping[str, object]) -> None:
        """One more message; never waits."""
        self._queue.put_nowait(message)

    def close(self) -> None:
        """Lets ``send_all`` return when everything before is sent."""
        self._queue.put_nowait(None)

    async def send_all(self) -> None:
        """Sends until closed or until the other side has gone."""
        while (message := await self._queue.get()) is not None:
            if self._queue.qsize() > OUTBOX:
                await self._socket.close(TOO_SLOW)
                return
            try:
                await self._socket.send_json(message)
            except (WebSocketDisconnect, RuntimeError):
                return


async def next_message(socket: WebSocket) -> dict[str, Any] | None:
    """The next JSON object; null when the other side has gone or does not speak JSON objects."""
    try:
        message = await socket.receive_json()
    except (WebSocketDisconnect, ValueError, KeyError, RuntimeError):
        return None
    return message if isinstance(message, dict) else None


def text_of(message: Mapping[str, Any], name: str) -> str:
    """A text field; empty when it is missing or something else."""
    value = message.get(name)
    return value if isinstance(value, str) else ""
