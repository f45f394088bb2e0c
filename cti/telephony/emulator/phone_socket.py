"""``/emulator/phone``: the telephone page's own line. The page's calls end with its socket, as a phone's would.

Whoever called from a number on the page is called there too, while the page is open.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, WebSocket

from cti.telephony.emulator.call_view import call_view
from cti.telephony.emulator.control import is_own_page
from cti.telephony.emulator.control_people import KEYS, LONGEST_SPEECH
from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.leg import Leg
from cti.telephony.emulator.phone_numbers import e164
from cti.telephony.emulator.socket_talk import Outbox, next_message, text_of
from cti.telephony.model import CallSid

router = APIRouter()
MAX_FROM = 100


@router.websocket("/emulator/phone")
async def phone(socket: WebSocket) -> None:
    """One telephone page. In: ``{type: call, from, to}``, and ``{type: answer | hangup | digits | speech, call_sid}``
    with ``digits`` or ``text``. Out: ``{type: call, call}`` with every change, ``{type: taken, call_sid}`` when another
    page has answered, and ``{type: error, message}``."""
    if not is_own_page(socket):
        await socket.close(4403)
        return
    await socket.accept()
    page = _Phone(socket, socket.app.state.exchange)
    try:
        await page.serve()
    finally:
        page.hang_up_all()


class _Phone:
    """One page and its calls."""

    def __init__(self, socket: WebSocket, exchange: Exchange) -> None:
        self._socket = socket
        self._exchange = exchange
        self._outbox = Outbox(socket)
        self._calls: set[CallSid] = set()
        self._ringing: set[CallSid] = set()

    async def serve(self) -> None:
        """Until the page goes."""
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(self._outbox.send_all())
            while (message := await next_message(self._socket)) is not None:
                self._obey(message)
            sending.cancel()

    def hang_up_all(self) -> None:
        """Ends every call of this page; what rings there rings on, unheard."""
        self._exchange.handsets.put_away(self._changed)
        for sid in tuple(self._calls):
            self._exchange.hang_up(sid, "the caller hung up")

    def _obey(self, message: Mapping[str, Any]) -> None:
        match message.get("type"):
            case "call":
                self._call(text_of(message, "from"), text_of(message, "to"))
            case "answer" | "hangup" | "digits" | "speech":
                sid = CallSid(text_of(message, "call_sid"))
                if sid in self._ringing:
                    self._on_ringing(sid, message)
                elif sid in self._calls:
                    self._on_call(sid, message)
            case other:
                self._outbox.put({"type": "error", "message": f"unknown message type {str(other)[:40]}"})

    def _on_ringing(self, sid: CallSid, message: Mapping[str, Any]) -> None:
        if message["type"] == "answer":
            self._ringing.discard(sid)
            self._calls.add(sid)
            self._exchange.pick_up(sid)
        elif message["type"] == "hangup":
            self._exchange.put_down(sid, "declined")

    def _on_call(self, sid: CallSid, message: Mapping[str, Any]) -> None:
        digits, words = text_of(message, "digits"), text_of(message, "text")[:LONGEST_SPEECH]
        if message["type"] == "hangup":
            self._exchange.hang_up(sid, "the caller hung up")
        elif re.fullmatch(KEYS, digits):
            self._exchange.press(sid, digits)
        elif words:
            self._exchange.speak(sid, words)

    def _call(self, from_: str, to: str) -> None:
        if not 1 <= len(from_) <= MAX_FROM:
            self._outbox.put({"type": "error", "message": "the caller's number is missing or too long"})
        elif self._exchange.place_call(from_, to, self._changed) is None:
            self._outbox.put({"type": "error", "message": "there is no such line"})
        elif (number := e164(from_)) is not None:
            self._exchange.handsets.take(number, self._changed)

    def _changed(self, leg: Leg) -> None:
        """Of a call that was made here, or that rings here: then it is this page's only once it was answered here."""
        if leg.direction != "inbound" and leg.sid not in self._calls:
            self._rings(leg)
            return
        if leg.over:
            self._calls.discard(leg.sid)
        else:
            self._calls.add(leg.sid)
        self._tell(leg)

    def _rings(self, leg: Leg) -> None:
        if leg.is_called_now:
            self._ringing.add(leg.sid)
        elif leg.sid not in self._ringing:
            return
        else:
            self._ringing.discard(leg.sid)
        if leg.is_called_now or leg.over:
            self._tell(leg)
        else:
            self._outbox.put({"type": "taken", "call_sid": leg.sid})

    def _tell(self, leg: Leg) -> None:
        self._outbox.put({"type": "call", "call": call_view(leg, self._exchange.conferences.of(leg))})
