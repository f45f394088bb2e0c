"""Who would get a call, and why not another: on the live floor, with no effect."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from routing.model import RepId, RepStatus
from tests.support.desk_app import DeskHouse
from tests.support.floor_dump import dump_floor

Shape = dict[str, Any]
FROM_JAN = {"from": "+48600100200", "to": "+15550100"}


@pytest.fixture
async def sue(house: DeskHouse) -> httpx.AsyncClient:
    return await house.log_in("sue")


async def would(client: httpx.AsyncClient, **body: object) -> Shape:
    answer = await client.post("/api/v1/routing/dry-run", json={**FROM_JAN, "caller": {}, **body})
    assert answer.status_code == 200, answer.text
    found: Shape = answer.json()
    return found


async def test_what_would_happen_is_what_then_happens_and_nothing_has_changed(
    house: DeskHouse, sue: httpx.AsyncClient
) -> None:
    await house.ready("ana")
    await house.ready("bo")
    before = await dump_floor(house.parts.redis)
    said = await would(sue)
    assert await dump_floor(house.parts.redis) == before
    call = await house.ring()
    assert call.offer is not None
    assert (said["course"], said["rule"], said["queue"]) == ("route", "everyone else", "support")
    assert said["rep"] == call.offer.rep
    assert said["name"] == {"ana": "Ana Perez", "bo": "Bo Lind"}[said["rep"]]
    assert any("was chosen" in reason for reason in said["reasons"])
    assert (said["decision"]["fit"], said["decision"]["fit_parts"]) == (0, [])
    assert said["decision"]["tie"]["with"] == {"ana": "bo", "bo": "ana"}[said["rep"]]


async def test_with_nobody_there_the_call_would_wait(sue: httpx.AsyncClient) -> None:
    said = await would(sue, rep="ana")
    assert (said["rep"], said["why_not"]["reason"]) == (None, "offline")
    assert said["reasons"][-1] == "Nobody could take the call: it waits in line."


async def test_it_is_said_of_each_rep_why_they_would_not_get_it(house: DeskHouse, sue: httpx.AsyncClient) -> None:
    await house.ready("ana")
    await house.parts.matcher.set_status(RepId("ana"), RepStatus.AWAY, reason="lunch")
    found = (await would(sue, rep="ana"))["why_not"]
    assert (found["reason"], found["text"]) == ("away", "Ana Perez is away (lunch).")
    await house.parts.matcher.set_status(RepId("ana"), RepStatus.AVAILABLE)
    assert (await would(sue, rep="ana"))["why_not"]["reason"] == "chosen"
    assert (await would(sue, rep="nobody"))["why_not"] is None


async def test_of_a_call_that_waits_it_is_said_why_a_rep_does_not_get_it(
    house: DeskHouse, sue: httpx.AsyncClient
) -> None:
    call = await house.ring()
    await house.ready("cy")
    answer = await sue.get(f"/api/v1/calls/{call.id}/why-not/cy")
    assert answer.status_code == 200
    assert answer.json() == {"rep": "cy", "reason": "chosen", "text": "cy gets the call."}
    assert (await sue.get(f"/api/v1/calls/{call.id}/why-not/ana")).json()["reason"] == "offline"
    assert (await sue.get(f"/api/v1/calls/{call.id}/why-not/nobody")).status_code == 404
    assert (await sue.get("/api/v1/calls/c0/why-not/cy")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"to": None},
        {"at": "2026-11-23T09:00:00"},
        {"caller": {"tier": 3}},
        {"answers": "sales"},
        {"unknown": 1},
    ],
)
async def test_what_is_no_call_is_refused(sue: httpx.AsyncClient, body: Shape) -> None:
    answer = await sue.post("/api/v1/routing/dry-run", json={**FROM_JAN, **body})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
