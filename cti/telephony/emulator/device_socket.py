"""``/device``: a browser's phone, over a WebSocket. Stands in for Twilio's Voice SDK and its signalling.

Never takes a secret in the URL, never reads a cookie. Guarantees that a socket's legs end with the socket, and that a
page of another origin than the allowed ones is not let in.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, WebSocket

from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.leg import Leg
from cti.telephony.emulator.settings import EmulatorSettings
from cti.telephony.emulator.socket_talk import Outbox, next_message, text_of
from cti.telephony.emulator.tokens import EXPIRED, Pass, TokenRefused, check_token
from cti.telephony.model import CallSid, LegStatus

router = APIRouter()
WARN_BEFORE_S = 10
REFUSED = 4401
BAD_REQUEST = 4400
MAX_PARAMS = 20
ALREADY_ACTIVE = 31000
NO_APPLICATION = 21218


@router.websocket("/device")
async def device(socket: WebSocket) -> None:
    """One browser's phone."""
    settings: EmulatorSettings = socket.app.state.settings
    exchange: Exchange = socket.app.state.exchange
    origin = socket.headers.get("origin")
    if origin is not None and origin not in settings.origins:
        await socket.close(REFUSED)
        return
    await socket.accept()
    phone = _Device(socket, settings, exchange)
    try:
        await phone.serve()
    finally:
        phone.hang_up_all("the browser went away")


class _Device:
    """One registered socket and its legs."""

    def __init__(self, socket: WebSocket, settings: EmulatorSettings, exchange: Exchange) -> None:
        self._socket = socket
        self._settings = settings
        self._exchange = exchange
        self._outbox = Outbox(socket)
        self._pass: Pass | None = None
        self._renewed = asyncio.Event()
        self._requests: dict[CallSid, LegStatus] = {}

    async def serve(self) -> None:
        """Until the socket closes."""
        if not await self._register():
            return
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(self._outbox.send_all())
            watching = group.create_task(self._watch_token())
            await self._listen()
            watching.cancel()
            sending.cancel()

    def hang_up_all(self, reason: str) -> None:
        """Ends every leg of this socket."""
        for sid in tuple(self._requests):
            self._exchange.hang_up(sid, reason)

    async def _register(self) -> bool:
        message = await next_message(self._socket)
        if message is None or message.get("type") != "register":
            await self._socket.close(BAD_REQUEST)
            return False
        checked = check_token(text_of(message, "token"), self._settings, time.time())
        if isinstance(checked, TokenRefused):
            await self._socket.send_json({"type": "error", "code": checked.code, "message": checked.message})
            await self._socket.close(REFUSED)
            return False
        self._pass = checked
        self._outbox.put({"type": "registered", "identity": checked.identity})
        return True

    async def _listen(self) -> None:
        while (message := await next_message(self._socket)) is not None:
            match message.get("type"):
                case "connect":
                    self._connect(message)
                case "disconnect":
                    self._disconnect(message)
                case "mute":
                    self._mute(message)
                case "update_token":
                    self._update_token(message)
                case other:
                    self._error(None, BAD_REQUEST, f"unknown message type {str(other)[:40]}")

    def _connect(self, message: Mapping[str, Any]) -> None:
        request = message.get("request")
        if self._pass is None or self._pass.expires_at_s <= time.time():
            self._error(request, EXPIRED, "the token has expired")
            return
        if self._requests:
            self._error(request, ALREADY_ACTIVE, "a call is already active")
            return
        params = _params(message.get("params"))
        if params is None:
            self._error(request, BAD_REQUEST, "params must be an object of texts")
            return
        leg = self._exchange.connect_device(
            self._pass.identity, self._pass.app_sid, params, lambda leg: self._changed(request, leg)
        )
        if leg is None:
            self._error(request, NO_APPLICATION, "the TwiML App is not known")

    def _changed(self, request: object, leg: Leg) -> None:
        before = self._requests.get(leg.sid)
        if leg.over:
            self._requests.pop(leg.sid, None)
            self._outbox.put({"type": "disconnected", "call_sid": leg.sid, "reason": leg.ended_reason})
            return
        self._requests[leg.sid] = leg.status
        if before is None:
            self._outbox.put({"type": "connecting", "request": request, "call_sid": leg.sid})
        elif before is LegStatus.RINGING and leg.status is LegStatus.IN_PROGRESS:
            self._outbox.put({"type": "accepted", "call_sid": leg.sid})

    def _disconnect(self, message: Mapping[str, Any]) -> None:
        sid = CallSid(text_of(message, "call_sid"))
        if sid in self._requests:
            self._exchange.hang_up(sid, "the browser hung up")

    def _mute(self, message: Mapping[str, Any]) -> None:
        """A browser mutes its own microphone; the conference is not told, as with the real SDK."""
        if CallSid(text_of(message, "call_sid")) not in self._requests:
            self._error(None, BAD_REQUEST, "no such call")

    def _update_token(self, message: Mapping[str, Any]) -> None:
        checked = check_token(text_of(message, "token"), self._settings, time.time())
        if isinstance(checked, TokenRefused):
            self._error(None, checked.code, checked.message)
            return
        if self._pass is not None and checked.identity != self._pass.identity:
            self._error(None, BAD_REQUEST, "the token is for another identity")
            return
        self._pass = checked
        self._renewed.set()

    async def _watch_token(self) -> None:
        """Warns 10 s before the token's end, and says when it has ended; a live call goes on."""
        while self._pass is not None:
            self._renewed.clear()
            left = self._pass.expires_at_s - time.time()
            if await _came(self._renewed, max(0.0, left - WARN_BEFORE_S)):
                continue
            self._outbox.put({"type": "token_will_expire"})
            if await _came(self._renewed, max(0.0, self._pass.expires_at_s - time.time())):
                continue
            self._error(None, EXPIRED, "the token has expired")
            await self._renewed.wait()

    def _error(self, request: object, code: int, message: str) -> None:
        self._outbox.put({"type": "error", "request": request, "code": code, "message": message})


def _params(value: object) -> dict[str, str] | None:
    if value is None:
        return {}
    if not isinstance(value, dict) or len(value) > MAX_PARAMS:
        return None
    if not all(isinstance(name, str) and isinstance(text, str) and len(text) <= 800 for name, text in value.items()):
        return None
    return dict(value)


async def _came(event: asyncio.Event, within_s: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), within_s)
    except TimeoutError:
        return False
    return True
