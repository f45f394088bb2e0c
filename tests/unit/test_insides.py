"""``/healthz``, ``/readyz`` and ``/metrics``: what they say, and to whom."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from cti import health, metrics
from cti.health import Check
from cti.private import Insiders

TOKEN = "a-long-enough-token"


async def well() -> str | None:
    return None


async def ill() -> str | None:
    return "backlog of 12 entries"


async def broken() -> str | None:
    raise ConnectionError("to +15550100")


async def silent() -> str | None:
    await asyncio.Event().wait()
    return None


async def get(
    path: str, *, client: str = "127.0.0.1", host: str = "localhost", token: str | None = TOKEN, **checks: Check
) -> httpx.Response:
    return await ask(path, client=client, host=host, token=token, headers={}, checks=checks)


async def ask(
    path: str, *, client: str, host: str, token: str | None, headers: dict[str, str], checks: dict[str, Check]
) -> httpx.Response:
    app = FastAPI()
    insiders = Insiders(SecretStr(token) if token else None)
    app.include_router(health.router(checks, insiders))
    app.include_router(metrics.router(insiders))
    transport = httpx.ASGITransport(app, client=(client, 4242))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as browser:
        return await browser.get(path, headers=headers)


async def test_a_service_whose_dependencies_answer_is_ready() -> None:
    answer = await get("/readyz", redis=Check(probe=well, needed=True), sql=Check(probe=well, needed=False))
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"redis": {"ok": True, "detail": None}, "sql": {"ok": True, "detail": None}},
    }


async def test_without_what_calls_need_it_is_not_ready() -> None:
    answer = await get("/readyz", redis=Check(probe=ill, needed=True), sql=Check(probe=well, needed=False))
    assert answer.status_code == 503
    assert answer.json()["status"] == "not_ready"
    assert answer.json()["checks"]["redis"] == {"ok": False, "detail": "backlog of 12 entries"}


async def test_without_the_rest_it_is_degraded_and_takes_calls() -> None:
    answer = await get("/readyz", redis=Check(probe=well, needed=True), sql=Check(probe=ill, needed=False))
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


async def test_a_check_that_raises_is_an_answer_without_personal_data() -> None:
    answer = await get("/readyz", crm=Check(probe=broken, needed=False))
    assert answer.json()["checks"]["crm"] == {"ok": False, "detail": "ConnectionError"}


async def test_a_check_that_hangs_is_given_up() -> None:
    answer = await get("/readyz", crm=Check(probe=silent, needed=True), redis=Check(probe=silent, needed=True))
    assert answer.status_code == 503
    assert answer.json()["checks"]["crm"]["detail"] == "no answer within 2 s"


async def test_alive_is_all_that_healthz_says() -> None:
    answer = await get("/healthz", client="203.0.113.5", host="calls.example.com")
    assert (answer.status_code, answer.text) == (200, '{"status":"alive"}')


async def test_strangers_learn_no_details() -> None:
    answer = await get("/readyz", client="203.0.113.5", host="calls.example.com", sql=Check(probe=ill, needed=False))
    assert answer.json() == {"status": "degraded"}
    assert (await get("/metrics", client="203.0.113.5", host="calls.example.com")).status_code == 403


async def test_this_machine_sees_metrics() -> None:
    answer = await get("/metrics")
    assert answer.status_code == 200
    assert "python_info" in answer.text


@pytest.mark.parametrize(
    "headers",
    [{"x-forwarded-for": "203.0.113.5"}, {"forwarded": "for=203.0.113.5"}, {"via": "1.1 caddy"}, {"x-real-ip": "::1"}],
)
async def test_a_request_that_a_proxy_on_this_machine_passed_on_is_not_local(headers: dict[str, str]) -> None:
    answer = await ask("/metrics", client="127.0.0.1", host="localhost", token=TOKEN, headers=headers, checks={})
    assert answer.status_code == 403


async def test_a_proxy_that_says_nothing_but_keeps_the_host_is_not_local() -> None:
    assert (await get("/metrics", host="calls.example.com")).status_code == 403


@pytest.mark.parametrize(
    ("given", "status"), [(f"Bearer {TOKEN}", 200), ("Bearer wrong", 403), (f"Basic {TOKEN}", 403), ("", 403)]
)
async def test_the_token_opens_metrics_from_elsewhere(given: str, status: int) -> None:
    headers = {"authorization": given}
    answer = await ask(
        "/metrics", client="203.0.113.5", host="calls.example.com", token=TOKEN, headers=headers, checks={}
    )
    assert answer.status_code == status


async def test_without_a_token_set_no_token_opens_anything() -> None:
    headers = {"authorization": "Bearer "}
    answer = await ask("/metrics", client="203.0.113.5", host="c.example.com", token=None, headers=headers, checks={})
    assert answer.status_code == 403
