"""Every route of the whole service, without and with each role: the doors' own table, and what stands beside them. A
route that is in no table fails."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from redis.asyncio import Redis

from cti.accounts.model import Token
from cti.app import create_app
from cti.embedded import EmbeddedServer
from tests.integration.test_routes_roles import ALLOWED, EVERYBODY, OPEN
from tests.support.house import service_settings

HOOKS = "/webhooks/twilio"
SIGNED = {
    f"POST {HOOKS}/{name}"
    for name in (
        "voice",
        "answer",
        "called",
        "callback",
        "voicemail",
        "outside-action",
        "rep",
        "wait",
        "queue-action",
        "join",
        "dial-action",
        "conference-wait",
        "announce",
        "status",
        "conference-events",
        "fallback",
    )
} | {f"GET {HOOKS}/fallback"}
"""403 for whoever is not Twilio."""
PAGES = {"GET /", "GET /admin"}
"""Empty shells, for whoever shows a cookie; the log-in page for others."""
FOR_ALL = {
    f"GET {HOOKS}/sound/{{name}}",
    "GET /login",
    "GET /static/{asked_version}/{name:path}",
    "GET /healthz",
    "GET /readyz",
}
INSIDERS = {"GET /metrics"}
MEMBERS = {"GET /openapi.json", "GET /docs"}
"""Insiders, and whoever is logged in."""
SOCKETS = {"/ws/desk"}

FAR, HERE = ("203.0.113.9", 5000), ("127.0.0.1", 5000)


@pytest.fixture
async def app(redis: Redis, valkey: EmbeddedServer, desk_template: Path, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """The whole service; its loops do not run."""
    shutil.copy(desk_template, tmp_path / "routes.db")
    app = create_app(
        service_settings(
            redis_url=valkey.url,
            database_url=f"sqlite:///{tmp_path}/routes.db",
            base_url="http://127.0.0.1:1",
            port=8000,
            data_dir=tmp_path,
        )
    )
    yield app
    await app.state.house.database.close()
    await app.state.house.redis.aclose()
    app.state.house.accounts.close()


def _client(app: FastAPI, client: tuple[str, int] = FAR, **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=client)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)


async def _bearer(app: FastAPI, name: str) -> httpx.AsyncClient:
    token = await app.state.house.accounts.tokens.add(f"{name}@example.com", days=1, label="test", by="test")
    assert isinstance(token, Token)
    return _client(app, authorization=f"Bearer {token.secret}")


async def _ask(client: httpx.AsyncClient, route: str) -> int:
    method, path = route.split(" ")
    return (await client.request(method, re.sub(r"\{[\w:]+\}", "x1", path))).status_code


async def _each(client: httpx.AsyncClient, routes: set[str]) -> dict[str, int]:
    return {route: await _ask(client, route) for route in sorted(routes)}


def test_the_tables_list_every_route_of_the_service(app: FastAPI) -> None:
    known = SIGNED | PAGES | FOR_ALL | INSIDERS | MEMBERS | ALLOWED.keys() | OPEN
    found, sockets = set(), set()
    for route in iter_route_contexts(app.routes):
        if not route.methods:
            sockets.add(route.path)
        found |= {f"{method} {route.path}" for method in route.methods or () if method != "HEAD"}
    assert found == known
    assert sockets == SOCKETS


async def test_a_stranger_gets_what_is_meant_for_strangers(app: FastAPI) -> None:
    async with _client(app) as stranger:
        assert await _each(stranger, SIGNED) == dict.fromkeys(SIGNED, 403)
        assert await _each(stranger, MEMBERS | ALLOWED.keys()) == dict.fromkeys(MEMBERS | ALLOWED.keys(), 401)
        assert await _each(stranger, INSIDERS) == dict.fromkeys(INSIDERS, 403)
        assert await _each(stranger, PAGES) == dict.fromkeys(PAGES, 303)
        assert await _ask(stranger, "GET /login") == 200
        assert "checks" not in (await stranger.get("/readyz")).json()
        assert (await stranger.get("/healthz")).json() == {"status": "alive"}


@pytest.mark.parametrize("forged", ["Bearer cti_" + "x" * 43, "Basic YW5hOmFuYQ==", "Bearer"])
async def test_a_forged_token_opens_nothing(app: FastAPI, forged: str) -> None:
    async with _client(app, authorization=forged) as stranger:
        assert await _each(stranger, MEMBERS) == dict.fromkeys(MEMBERS, 401)
        assert await _each(stranger, INSIDERS | SIGNED) == dict.fromkeys(INSIDERS | SIGNED, 403)


@pytest.mark.parametrize("name", sorted(EVERYBODY))
async def test_whoever_is_logged_in_may_read_how_the_api_works_and_no_insides(app: FastAPI, name: str) -> None:
    async with await _bearer(app, name) as client:
        assert await _each(client, MEMBERS) == dict.fromkeys(MEMBERS, 200)
        assert await _each(client, INSIDERS | SIGNED) == dict.fromkeys(INSIDERS | SIGNED, 403)


async def test_this_machine_is_an_insider_and_a_proxy_on_it_is_not(app: FastAPI) -> None:
    async with _client(app, HERE) as local, _client(app, HERE, **{"x-forwarded-for": FAR[0]}) as proxied:
        assert await _each(local, MEMBERS | INSIDERS) == dict.fromkeys(MEMBERS | INSIDERS, 200)
        assert await _each(proxied, MEMBERS) == dict.fromkeys(MEMBERS, 401)


async def test_the_description_names_every_route_of_the_api(app: FastAPI) -> None:
    async with await _bearer(app, "ana") as client:
        described = (await client.get("/openapi.json")).json()["paths"]
        page = await client.get("/docs")
    routes = {f"{method.upper()} {path}" for path, methods in described.items() for method in methods}
    assert routes == ALLOWED.keys() | OPEN
    assert [route for route in routes if f"<code>{route}</code>" not in page.text] == []


async def test_the_page_about_the_api_runs_no_script_and_loads_nothing_from_elsewhere(app: FastAPI) -> None:
    async with _client(app, HERE) as client:
        page = await client.get("/docs")
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'")
        assert re.search(r"<script|<style|style=|\son\w+=|https?://", page.text) is None
        for address in re.findall(r'(?:href|src)="([^"]+)"', page.text):
            assert (address, (await client.get(address)).status_code) == (address, 200)
