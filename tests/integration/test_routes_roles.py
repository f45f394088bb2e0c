"""Who may ask what: every route of the doors, without and with each role. A route that is not in the table fails."""

from __future__ import annotations

import re

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.support.desk_app import DeskHouse, next_event

EVERYBODY = frozenset({"ana", "sue", "adam"})
REP = frozenset({"ana"})
WATCHERS = frozenset({"sue", "adam"})
ADMIN = frozenset({"adam"})

SECTIONS = ("reps", "skills", "queues", "numbers", "hours", "holidays", "prompts")
"""Parts of the configuration."""

ALLOWED = {
    "DELETE /api/v1/session": EVERYBODY,
    "GET /api/v1/me": EVERYBODY,
    "PUT /api/v1/me/password": EVERYBODY,
    "PUT /api/v1/me/status": REP,
    "POST /api/v1/me/voice-token": REP,
    "GET /api/v1/me/calls": REP,
    "GET /api/v1/me/drafts": REP,
    "POST /api/v1/offers/{offer_id}/accept": REP,
    "POST /api/v1/offers/{offer_id}/decline": REP,
    "POST /api/v1/calls/{call_id}/hangup": REP,
    "PUT /api/v1/calls/{call_id}/draft": REP,
    "POST /api/v1/calls/{call_id}/wrap-up": REP,
    "POST /api/v1/calls/{call_id}/contact": REP,
    "GET /api/v1/contacts": EVERYBODY,
    "GET /api/v1/contacts/{contact_id}": ADMIN,
    "POST /api/v1/contacts": ADMIN,
    "PUT /api/v1/contacts/{contact_id}": ADMIN,
    "DELETE /api/v1/contacts/{contact_id}": ADMIN,
    "POST /api/v1/contacts/import": ADMIN,
    "GET /api/v1/contacts/imports/{import_id}": ADMIN,
    "GET /api/v1/floor": WATCHERS,
    "GET /api/v1/calls": WATCHERS,
    "GET /api/v1/calls/{call_id}": WATCHERS,
    "GET /api/v1/calls/{call_id}/why-not/{rep_id}": WATCHERS,
    "GET /api/v1/calls/{call_id}/as-test": WATCHERS,
    "GET /api/v1/calls/{call_id}/voicemail": WATCHERS,
    "GET /api/v1/callbacks": WATCHERS,
    "POST /api/v1/callbacks": EVERYBODY,
    "DELETE /api/v1/callbacks/{call_id}": WATCHERS,
    "POST /api/v1/routing/dry-run": WATCHERS,
    "GET /api/v1/simulations": WATCHERS,
    "GET /api/v1/simulations/{simulation_id}": WATCHERS,
    "POST /api/v1/simulations": ADMIN,
    "DELETE /api/v1/simulations/{simulation_id}": ADMIN,
    **{f"GET /api/v1/{section}": WATCHERS for section in SECTIONS},
    **{f"GET /api/v1/{section}/{{part_id}}": WATCHERS for section in SECTIONS},
    **{f"POST /api/v1/{section}": ADMIN for section in SECTIONS},
    **{f"PUT /api/v1/{section}/{{part_id}}": ADMIN for section in SECTIONS},
    **{f"DELETE /api/v1/{section}/{{part_id}}": ADMIN for section in SECTIONS},
    "GET /api/v1/users": ADMIN,
    "GET /api/v1/users/{user_id}": ADMIN,
    "POST /api/v1/users": ADMIN,
    "PUT /api/v1/users/{user_id}": ADMIN,
    "DELETE /api/v1/users/{user_id}": ADMIN,
    "DELETE /api/v1/users/{user_id}/sessions": ADMIN,
    "GET /api/v1/tokens": ADMIN,
    "POST /api/v1/tokens": ADMIN,
    "DELETE /api/v1/tokens/{token_id}": ADMIN,
    "GET /api/v1/config": WATCHERS,
    "GET /api/v1/config/versions": WATCHERS,
    "GET /api/v1/config/versions/{n}": WATCHERS,
    "GET /api/v1/config/versions/{n}/difference": WATCHERS,
    "GET /api/v1/config/vocabulary": WATCHERS,
    "GET /api/v1/care": WATCHERS,
    "GET /api/v1/audit": WATCHERS,
    "POST /api/v1/config/check": ADMIN,
    "POST /api/v1/config/merge": ADMIN,
    "POST /api/v1/config/versions": ADMIN,
    "POST /api/v1/config/versions/{n}/activate": ADMIN,
}
"""ana is a rep, sue a supervisor, adam an admin; neither of the two takes calls."""
OPEN = {"POST /api/v1/session"}


def split(route: str) -> tuple[str, str]:
    method, path = route.split(" ")
    return method, re.sub(r"\{\w+\}", "x1", path)


def test_the_table_lists_every_route(house: DeskHouse) -> None:
    paths = house.app.openapi()["paths"]
    found = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert found == ALLOWED.keys() | OPEN


async def _ask(client: httpx.AsyncClient, route: str) -> int:
    method, path = split(route)
    body = None if method in {"GET", "DELETE"} else {}
    return (await client.request(method, path, json=body)).status_code


async def test_nobody_gets_anything(house: DeskHouse) -> None:
    stranger = house.client()
    assert {route: await _ask(stranger, route) for route in ALLOWED} == dict.fromkeys(ALLOWED, 401)
    forged = house.client(authorization="Bearer cti_" + "x" * 43)
    assert {route: await _ask(forged, route) for route in ALLOWED} == dict.fromkeys(ALLOWED, 401)


@pytest.mark.parametrize("name", sorted(EVERYBODY))
async def test_each_role_gets_what_it_may_and_nothing_else(house: DeskHouse, name: str) -> None:
    client = await house.bearer(name)
    refused = {route for route in ALLOWED if await _ask(client, route) == 403}
    assert refused - {"GET /api/v1/contacts"} == {route for route, who in ALLOWED.items() if name not in who}


@pytest.mark.parametrize("name", ["nobody", "ana", "adam"])
async def test_no_browser_or_proxy_keeps_an_answer_of_the_api(house: DeskHouse, name: str) -> None:
    client = house.client() if name == "nobody" else await house.bearer(name)
    said = {}
    for route in sorted(ALLOWED.keys() | OPEN):
        method, path = split(route)
        answer = await client.request(method, path, json=None if method in {"GET", "DELETE"} else {})
        said[route] = answer.headers.get("cache-control")
    assert said == dict.fromkeys(said, "no-store")
    assert (await client.get("/api/v1/nowhere")).headers["cache-control"] == "no-store"


async def test_a_rep_may_search_contacts_but_not_list_them(house: DeskHouse) -> None:
    ana = await house.bearer("ana")
    assert (await ana.get("/api/v1/contacts?q=jan")).status_code == 200
    assert (await ana.get("/api/v1/contacts")).status_code == 403


async def test_a_cookie_changes_nothing_without_the_own_origin(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    unsafe = [route for route in ALLOWED if not route.startswith("GET")]
    other_scheme = house.url.replace("http:", "https:")
    for origin in ("https://evil.example", "null", "", house.url + ".evil.example", "http://127.0.0.1:1", other_scheme):
        ana.headers["origin"] = origin
        assert {route: await _ask(ana, route) for route in unsafe} == dict.fromkeys(unsafe, 403)
    del ana.headers["origin"]
    assert {route: await _ask(ana, route) for route in unsafe} == dict.fromkeys(unsafe, 403)
    assert (await ana.get("/api/v1/me")).status_code == 200


async def test_a_page_of_another_origin_logs_nobody_in(house: DeskHouse) -> None:
    body = {"email": "ana@example.com", "password": "correct horse battery"}
    other = await house.client(origin="https://evil.example").post("/api/v1/session", json=body)
    assert other.status_code == 403
    assert "set-cookie" not in other.headers


async def test_a_request_with_authorization_ignores_the_cookie(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    for authorization in ("Bearer nonsense", "Bearer", "Basic YW5hOmFuYQ==", ""):
        answer = await ana.get("/api/v1/me", headers={"authorization": authorization})
        assert (authorization, answer.status_code) == (authorization, 401)


async def test_a_program_needs_no_origin(house: DeskHouse) -> None:
    ana = await house.bearer("ana")
    assert (await ana.put("/api/v1/me/status", json={"status": "away"})).status_code == 200
    async with house.socket(ana) as events:
        assert (await next_event(events))["type"] == "hello"


async def _handshake(opening: connect) -> int:
    try:
        async with opening as events:
            await events.recv()
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


async def test_the_socket_is_for_reps_on_pages_of_ours(house: DeskHouse) -> None:
    ana, adam = await house.log_in("ana"), await house.log_in("adam")
    assert await _handshake(house.socket(ana)) == 101
    assert await _handshake(house.socket(ana, origin="https://evil.example")) == 403
    assert await _handshake(house.socket(adam)) == 403
    del ana.headers["origin"]
    assert await _handshake(house.socket(ana)) == 403
