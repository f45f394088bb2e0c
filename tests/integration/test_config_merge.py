"""``POST /config/merge``: what another admin activated meanwhile is put together with one's own text."""

from __future__ import annotations

import httpx
import pytest

from tests.support.configuration import a_route, a_text
from tests.support.desk_app import DeskHouse

GOLD = a_route("queue: support, priority: 1", name="gold", when="'caller.tier == \"gold\"'")


@pytest.fixture
async def adam(house: DeskHouse) -> httpx.AsyncClient:
    return await house.bearer("adam")


async def _version(client: httpx.AsyncClient, text: str) -> int:
    return int((await client.post("/api/v1/config/versions", json={"text": text})).json()["n"])


async def test_both_changes_are_in_the_text_and_nothing_is_kept(adam: httpx.AsyncClient) -> None:
    base = await _version(adam, a_text(GOLD))
    theirs = await _version(adam, a_text(GOLD.replace("priority: 1", "priority: 2")))
    body = {"base": base, "theirs": theirs, "text": f"# ours\n{a_text(GOLD)}".replace("max_wait: 5m", "max_wait: 6m")}
    merged = await adam.post("/api/v1/config/merge", json=body)
    assert merged.status_code == 200, merged.text
    told = merged.json()
    assert told["text"] == body["text"].replace("priority: 1", "priority: 2")
    assert (told["conflicts"], told["parts"]) == ([], [told["text"]])
    assert (await adam.get("/api/v1/config/versions")).json()["versions"][0]["n"] == theirs


async def test_a_line_changed_by_both_is_shown_with_both_sides(adam: httpx.AsyncClient) -> None:
    base = await _version(adam, a_text(GOLD))
    theirs = await _version(adam, a_text(GOLD.replace("priority: 1", "priority: 2")))
    yours = a_text(GOLD.replace("priority: 1", "priority: 3"))
    told = (await adam.post("/api/v1/config/merge", json={"base": base, "theirs": theirs, "text": yours})).json()
    before, index, after = told["parts"]
    conflict = told["conflicts"][index]
    assert told["text"] is None
    assert conflict == {
        "line": 10,
        "base": GOLD,
        "yours": GOLD.replace("priority: 1", "priority: 3"),
        "theirs": GOLD.replace("priority: 1", "priority: 2"),
    }
    assert f"{before}{conflict['yours']}{after}" == yours


async def test_versions_that_are_not_there_are_named(adam: httpx.AsyncClient) -> None:
    for body, field in (({"base": 9, "theirs": 1}, "base"), ({"base": 1, "theirs": 9}, "theirs")):
        refused = await adam.post("/api/v1/config/merge", json={**body, "text": ""})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
