"""The audit trail by API: what was before and after, filtered, page by page, and what a supervisor does not see."""

from __future__ import annotations

from typing import Any

import httpx
import pytest_asyncio

from tests.support.desk_app import DeskHouse

JAN = {"name": "Jan Kowalski", "phones": ["+48600100200"], "tier": "gold", "tags": ["renewal"]}


@pytest_asyncio.fixture
async def adam(house: DeskHouse) -> httpx.AsyncClient:
    return await house.log_in("adam")


async def _changes(client: httpx.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get("/api/v1/audit", params=asked)
    assert answer.status_code == 200
    changes: list[dict[str, Any]] = answer.json()["changes"]
    return changes


async def test_a_contact_that_changed_is_there_as_it_was_and_as_it_is(adam: httpx.AsyncClient) -> None:
    made = (await adam.post("/api/v1/contacts", json=JAN)).json()
    path = f"/api/v1/contacts/{made['id']}"
    assert (await adam.put(path, json={**JAN, "tier": "silver", "company": "Kowalski"})).status_code == 200
    assert (await adam.delete(path)).status_code == 204
    assert (await adam.delete(path)).status_code == 404
    deleted, changed, added = await _changes(adam, about="contacts")
    assert [one["action"] for one in (deleted, changed, added)] == [
        "contact_deleted",
        "contact_changed",
        "contact_added",
    ]
    assert (changed["before"], changed["after"]) == (
        {"tier": "gold", "company": None},
        {"tier": "silver", "company": "Kowalski"},
    )
    assert (added["before"], added["after"]["phones"]) == (None, ["+48600100200"])
    assert (deleted["before"]["tags"], deleted["after"]) == (["renewal"], None)
    assert {one["actor"] for one in (deleted, changed, added)} == {"adam@example.com"}


async def test_changes_are_found_by_words_person_and_period_page_by_page(adam: httpx.AsyncClient) -> None:
    for name in ("Żaneta Nowak", "Bo Lind", "Cy Young"):
        await adam.post("/api/v1/contacts", json={**JAN, "name": name})
    assert [one["detail"]["name"] for one in await _changes(adam, q="Żaneta")] == ["Żaneta Nowak"]
    assert await _changes(adam, actor="nobody@") == []
    assert await _changes(adam, about="contacts", until="2020-01-01T00:00:00Z") == []
    first = (await adam.get("/api/v1/audit?about=contacts&limit=2")).json()
    rest = (await adam.get(f"/api/v1/audit?about=contacts&limit=2&before={first['next']}")).json()
    names = [one["detail"]["name"] for page in (first, rest) for one in page["changes"]]
    assert (names, rest["next"]) == (["Cy Young", "Bo Lind", "Żaneta Nowak"], None)


async def test_a_supervisor_sees_no_changes_of_people(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    await adam.post("/api/v1/contacts", json=JAN)
    assert await _changes(adam, about="people") != []
    sue = await house.log_in("sue")
    assert await _changes(sue, about="people") == []
    assert "contact_added" in {one["action"] for one in await _changes(sue)}
