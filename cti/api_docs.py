"""``GET /openapi.json`` and ``GET /docs``: the API described, for programs and for people.

For insiders (this machine, the metrics token) and for whoever is logged in; a stranger learns nothing of it. The page
loads nothing from anywhere else and runs no script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

from cti.desk.guard import Guard
from cti.private import Insiders
from cti.web.api_page import api_page

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def router(schema: Callable[[], Mapping[str, Any]], insiders: Insiders, guard: Guard) -> APIRouter:
    """Both routes; everybody else gets 401. ``schema`` makes the OpenAPI document."""
    routes = APIRouter()

    async def admit(request: Request) -> None:
        if not insiders.admits(request):
            await guard.admit(request, None)

    @routes.get("/openapi.json", include_in_schema=False)
    async def openapi(request: Request) -> JSONResponse:
        await admit(request)
        return JSONResponse(schema(), headers=HEADERS)

    @routes.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        await admit(request)
        return HTMLResponse(api_page(schema()), headers=HEADERS)

    return routes
