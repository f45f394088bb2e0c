"""A scripted stand-in for the service behind the desk: says what a test tells it to, and remembers what it was told.

It holds no rules. A test sets ``me``, pushes events, and reads ``commands``; ``answers`` replaces the reply to a path.
Its ``/device`` stands in for the emulator's device and lets each leg in at once unless ``leg_answers`` is false.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest_asyncio
import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from cti.web.pages import SESSION_COOKIES, Line, create_pages
from cti.websockets import WebSocketProtocol
from tests.support import desk_samples as samples
from tests.support.config_stub import PREFIX as CONFIG
from tests.support.config_stub import ConfigStub
from tests.support.desk_samples import Shape
from tests.support.serving import a_listener, served

COOKIE = SESSION_COOKIES[1]


class DeskStub:
    """What the stand-in says and has heard."""

    def __init__(self) -> None:
        self.origin = ""
        self.sockets: list[WebSocket] = []
        self.devices: list[WebSocket] = []
        self.events = 0
        self.forget()

    def forget(self) -> None:
        """As at the start: for the next scene on the same service."""
        self.me: Shape = samples.me()
        self.today: list[Shape] = samples.today()
        self.drafts: list[Shape] = []
        self.floor: Shape = {"reps": [], "calls": [], "queues": []}
        self.call_pages: dict[str | None, Shape] = {None: {"calls": [], "next": None}}
        self.call_details: dict[str, Shape] = {}
        self.messages: dict[str, bytes] = {}
        """Call → the message that its caller left, as WAV."""
        self.config = ConfigStub()
        self.contacts: list[Shape] = []
        self.answers: dict[str, tuple[int, Shape | None, dict[str, str]]] = {}
        """``"POST /api/v1/…"`` → status, body, headers."""
        self.commands: list[tuple[str, Shape | None]] = []
        self.cursors: list[str | None] = []
        self.refuse_sockets = False
        self.ahead_s = 0.0
        """How far the service's clock is ahead of the browser's."""
        self.asked: list[str] = []
        """Every GET with its query."""
        self.legs: list[str] = []
        """The offer of each leg that connected, in order."""
        self.leg_answers = True
        self.leg_refusal: Shape | None = None
        """Code and message of the error that a leg gets."""
        self.device_refusal: Shape | None = None

    async def push(self, *events: Shape) -> None:
        """Sends events to every open desk."""
        for event in events:
            self.events += 1
            for desk in list(self.sockets):
                await desk.send_json({"cursor": str(self.events), **event})

    async def drop_sockets(self, code: int = 1012) -> None:
        """Closes every desk's socket."""
        for desk in list(self.sockets):
            await desk.close(code)

    async def drop_legs(self, reason: str = "lost") -> None:
        """Ends the newest leg at its device, as a network failure would."""
        for device in list(self.devices):
            await device.send_json({"type": "disconnected", "call_sid": f"CA{len(self.legs)}", "reason": reason})

    def commands_to(self, path_end: str) -> list[Shape | None]:
        """Bodies of the commands whose path ends so."""
        return [body for path, body in self.commands if path.endswith(path_end)]


def _snapshot(stub: DeskStub) -> Shape:
    me = stub.me
    presence = {key: me[key] for key in ("status", "since", "connected", "next_status", "reason")}
    return {
        "type": "snapshot",
        "cursor": str(stub.events),
        "rep": {**(me["rep"] or {}), **presence},
        "offer": me["offer"],
        "call": me["call"],
    }


def _defaults(stub: DeskStub) -> dict[str, Any]:
    return {
        "GET /api/v1/me": lambda _: stub.me,
        "GET /api/v1/me/calls": lambda _: {"calls": stub.today},
        "GET /api/v1/me/drafts": lambda _: {"drafts": stub.drafts},
        "POST /api/v1/me/voice-token": lambda _: {
            "provider": "emulator",
            "url": stub.origin,
            "token": "jwt",
            "expires_at": samples.ago(-3600),
        },
        "GET /api/v1/contacts": lambda _: {"contacts": stub.contacts},
        "GET /api/v1/floor": lambda _: stub.floor,
        "GET /api/v1/calls": lambda request: stub.call_pages[request.query_params.get("cursor")],
    }


async def _answer(stub: DeskStub, request: Request) -> Response:
    path = request.url.path
    key = f"{request.method} {path}"
    body: Shape | None = await request.json() if request.method in ("POST", "PUT") else None
    if request.method == "GET":
        stub.asked.append(f"{path}?{request.url.query}")
    else:
        stub.commands.append((key, body))
    if key in stub.answers:
        status, said, headers = stub.answers[key]
        return (
            JSONResponse(said, status, headers) if said is not None else Response(status_code=status, headers=headers)
        )
    default = _defaults(stub).get(key)
    if default is not None:
        return JSONResponse(default(request))
    if key == "PUT /api/v1/me/status" and body is not None:
        stub.me |= {"status": body["status"], "reason": body.get("reason"), "since": samples.ago(0)}
        return JSONResponse({key: stub.me[key] for key in ("status", "since", "next_status", "reason", "connected")})
    if path.endswith("/voicemail") and (message := stub.messages.get(path.split("/")[-2])) is not None:
        return Response(message, media_type="audio/wav")
    if path == CONFIG or path.startswith(f"{CONFIG}/"):
        return stub.config.answer(request, body)
    if path.startswith("/api/v1/calls/") and request.method == "GET":
        detail = stub.call_details.get(path.rsplit("/", 1)[1])
        return JSONResponse(detail) if detail else JSONResponse({"title": "Not Found"}, 404)
    return JSONResponse({"state": "ok"})


async def _device(stub: DeskStub, device: WebSocket) -> None:
    await device.accept()
    stub.devices.append(device)
    try:
        while True:
            said = await device.receive_json()
            if said["type"] == "register" and stub.device_refusal:
                await device.send_json({"type": "error", **stub.device_refusal})
                await device.close()
                return
            if said["type"] == "register":
                await device.send_json({"type": "registered", "identity": "bo"})
            if said["type"] == "connect" and stub.leg_refusal:
                await device.send_json({"type": "error", "request": said["request"], **stub.leg_refusal})
            elif said["type"] == "connect":
                stub.legs.append(said["params"]["offer_id"])
                sid = f"CA{len(stub.legs)}"
                await device.send_json({"type": "connecting", "request": said["request"], "call_sid": sid})
                if stub.leg_answers:
                    await device.send_json({"type": "accepted", "call_sid": sid})
            if said["type"] == "disconnect":
                await device.send_json({"type": "disconnected", "call_sid": said["call_sid"], "reason": "rep"})
            if said["type"] in ("mute", "disconnect", "update_token"):
                stub.commands.append((f"DEVICE {said['type']}", said))
    except WebSocketDisconnect:
        return
    finally:
        stub.devices.remove(device)


def _app(stub: DeskStub, line: Line) -> FastAPI:
    app = FastAPI()
    app.include_router(create_pages(line))

    @app.get("/empty")
    async def empty() -> Response:
        """Of the pages' own opener policy too: with another one, the browser begins a process."""
        return Response(media_type="text/html", headers={"Cross-Origin-Opener-Policy": "same-origin"})

    @app.websocket("/ws/desk")
    async def desk(desk: WebSocket, after: str | None = None) -> None:
        if stub.refuse_sockets:
            await desk.close()
            return
        await desk.accept()
        stub.cursors.append(after)
        await desk.send_json({"type": "hello", "server_time": samples.ago(-stub.ahead_s), "cursor": None})
        if after is None:
            await desk.send_json(_snapshot(stub))
        stub.sockets.append(desk)
        try:
            while True:
                await desk.receive_text()
        except WebSocketDisconnect:
            stub.sockets.remove(desk)

    @app.websocket("/device")
    async def device(device: WebSocket) -> None:
        await _device(stub, device)

    @app.api_route("/api/{path:path}", methods=["GET", "POST", "PUT", "DELETE"])
    async def api(request: Request) -> Response:
        return await _answer(stub, request)

    return app


@asynccontextmanager
async def running_stub(*, simulated: bool = True) -> AsyncIterator[DeskStub]:
    """Serves the pages and a stub on a free port of this machine."""
    stub = DeskStub()
    listener = a_listener()
    stub.origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    line = Line(simulated=simulated, emulator_origin=stub.origin if simulated else None)
    config = uvicorn.Config(_app(stub, line), log_level="warning", lifespan="off", ws=WebSocketProtocol)
    async with served(config, listener):
        yield stub
        await stub.drop_sockets()
        for device in list(stub.devices):
            await device.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stub() -> AsyncIterator[DeskStub]:
    """One for all tests of a file; ``forget`` makes it new."""
    async with running_stub() as stub:
        yield stub
