"""The emulator as an application and as a process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from cti.telephony.emulator import (
    control,
    control_people,
    device_socket,
    phone_socket,
    rest_calls,
    rest_conferences,
    rest_dialling,
    rest_directory,
    rest_queues,
    rest_recordings,
)
from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.faults import Faults
from cti.telephony.emulator.journal import Journal
from cti.telephony.emulator.rest_answers import (
    RestError,
    answer_rest_error,
    error_body,
    require_account,
)
from cti.telephony.emulator.rest_gate import CONNECTION, PREFIX, RestGate
from cti.telephony.emulator.settings import EmulatorSettings
from cti.telephony.emulator.tasks import owned_tasks
from cti.telephony.emulator.web_client import WebClient, open_session
from cti.websockets import WebSocketProtocol

PAGE = Path(__file__).parent / "page"
KEEP_ALIVE_S = 75
"""Longer than any client of ours keeps an idle connection."""
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Emulator(FastAPI):
    """FastAPI that leaves uvicorn's side of the connection in the scope, so that a reply can be lost on purpose, and
    remembers the address at which it was last reached."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[CONNECTION] = getattr(send, "__self__", None)
        if scope.get("server"):
            host, port = scope["server"]
            self.state.reached_at = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        await super().__call__(scope, receive, send)


def create_emulator(settings: EmulatorSettings) -> FastAPI:
    """The whole emulator; it works while its lifespan runs."""
    app = Emulator(
        title="Twilio emulator",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.reached_at = ""
    app.state.faults = Faults()
    app.state.journal = Journal()
    app.include_router(_account_router())
    app.include_router(control.router)
    app.include_router(control_people.router)
    app.include_router(phone_socket.router)
    app.include_router(device_socket.router)
    app.include_router(_page_router())
    app.mount("/emulator/page", _PageFiles(directory=PAGE))
    app.add_exception_handler(RestError, answer_rest_error)
    app.add_exception_handler(404, _answer_missing)
    app.add_middleware(_gate, faults=app.state.faults, journal=app.state.journal)
    return app


def run(settings: EmulatorSettings) -> None:
    """Serves until interrupted."""
    uvicorn.run(
        create_emulator(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        ws=WebSocketProtocol,
        ws_per_message_deflate=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=2,
    )


def _gate(app: ASGIApp, *, faults: Faults, journal: Journal) -> RestGate:
    return RestGate(app, faults=faults, journal=journal)


def _lifespan(app: FastAPI) -> AbstractAsyncContextManager[None]:
    return _alive(app)


@asynccontextmanager
async def _alive(app: FastAPI) -> AsyncIterator[None]:
    settings: EmulatorSettings = app.state.settings
    async with open_session() as session, owned_tasks() as tasks:
        web = WebClient(
            session=session,
            auth_token=settings.auth_token,
            faults=app.state.faults,
            journal=app.state.journal,
            tasks=tasks,
        )
        app.state.exchange = Exchange(
            settings, web, tasks, lambda: settings.public_url.rstrip("/") or app.state.reached_at
        )
        yield


def _account_router() -> APIRouter:
    account = APIRouter(prefix="/2010-04-01/Accounts/{account}", dependencies=[Depends(require_account)])
    for part in (rest_calls, rest_dialling, rest_conferences, rest_queues, rest_recordings, rest_directory):
        account.include_router(part.router)
    return account


async def _answer_missing(request: Request, error: Exception) -> JSONResponse:
    if request.url.path.startswith(PREFIX):
        message = f"The requested resource {request.url.path} was not found"
        return JSONResponse(error_body(404, 20404, message), 404)
    detail = error.detail if isinstance(error, HTTPException) else "Not Found"
    body = {"title": "Not found", "status": 404, "detail": detail}
    return JSONResponse(body, 404, media_type="application/problem+json")


def _page_router() -> APIRouter:
    router = APIRouter()

    @router.get("/emulator/")
    async def page() -> FileResponse:
        return FileResponse(PAGE / "phone.html", headers=_page_headers())

    @router.get("/")
    @router.get("/emulator")
    async def to_page() -> RedirectResponse:
        return RedirectResponse("/emulator/")

    return router


class _PageFiles(StaticFiles):
    """The page's files, with its headers."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_page_headers())
        return response


def _page_headers() -> dict[str, str]:
    return {
        "Content-Security-Policy": CONTENT_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
