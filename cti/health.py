"""``GET /healthz`` (this process answers) and ``GET /readyz`` (what it leans on answers, each by name).

Never waits longer than ``CHECK_S`` for a dependency and never raises because of one. Details are for insiders only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from cti.private import Insiders

CHECK_S = 2.0

Probe = Callable[[], Awaitable[str | None]]
"""Null when well, else one line that says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One dependency. Without a ``needed`` one no call can be taken; without another one calls run on, poorer."""

    probe: Probe
    needed: bool


async def _ask(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_S):
            return await check.probe()
    except TimeoutError:
        return f"no answer within {CHECK_S:g} s"
    except Exception as error:
        return type(error).__name__


def router(checks: Mapping[str, Check], insiders: Insiders) -> APIRouter:
    """``/healthz`` and ``/readyz``: 200 ``ready`` or ``degraded``, 503 ``not_ready``."""
    routes = APIRouter()

    @routes.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @routes.get("/readyz", include_in_schema=False)
    async def readyz(request: Request) -> JSONResponse:
        answers = await asyncio.gather(*(_ask(check) for check in checks.values()))
        wrong = {name: answer for name, answer in zip(checks, answers, strict=True) if answer is not None}
        not_ready = any(checks[name].needed for name in wrong)
        body: dict[str, object] = {"status": "not_ready" if not_ready else "degraded" if wrong else "ready"}
        if insiders.admits(request):
            body["checks"] = {name: {"ok": name not in wrong, "detail": wrong.get(name)} for name in checks}
        return JSONResponse(body, 503 if not_ready else 200)

    return routes
