"""Call-backs that somebody of ours arranges, sees and cancels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from cti.calls.model import CallState
from routing.model import CallId
from tests.support.desk_app import DeskHouse

Shape = dict[str, Any]
TO_JAN = {"number": "+48 600 100 200", "line": "+1 (555) 0100"}


@pytest.fixture
async def sue(house: DeskHouse) -> httpx.AsyncClient:
    return await house.log_in("sue")


async def arranged(client: httpx.AsyncClient, **body: object) -> Shape:
    answer = await client.post("/api/v1/callbacks", json={**TO_JAN, **body})
    assert answer.status_code == 201, answer.text
    found: Shape = answer.json()
    return found


async def state_of(house: DeskHouse, call_id: str) -> CallState | None:
    held = await house.parts.calls.load(CallId(call_id))
    return held.call.state if held else None


async def test_one_for_a_time_waits_until_then_and_can_be_cancelled(house: DeskHouse, sue: httpx.AsyncClient) -> None:
    at = (datetime.now(UTC) + timedelta(hours=2)).replace(microsecond=0)
    made = await arranged(sue, at=at.isoformat())
    assert (made["from"], made["to"], made["state"]) == ("+48600100200", "+15550100", "later")
    assert made["callback"]["why"] == "scheduled"
    assert datetime.fromisoformat(made["callback"]["next_at"]) == at
    assert [each["id"] for each in (await sue.get("/api/v1/callbacks")).json()["callbacks"]] == [made["id"]]
    [on_floor] = (await sue.get("/api/v1/floor")).json()["calls"]
    assert (on_floor["state"], on_floor["callback"]) == ("later", made["callback"])
    assert (await sue.delete(f"/api/v1/callbacks/{made['id']}")).status_code == 204
    assert await state_of(house, made["id"]) is CallState.ENDED
    assert (await sue.get("/api/v1/callbacks")).json() == {"callbacks": []}
    assert (await sue.delete(f"/api/v1/callbacks/{made['id']}")).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"number": "me"}, "number"),
        ({"line": "+15559999"}, "line"),
        ({"line": None}, "line"),
        ({"rep": "nobody"}, "rep"),
        ({"at": "2020-01-01T00:00:00Z"}, "at"),
        ({"at": "2090-01-01T00:00:00Z"}, "at"),
    ],
)
async def test_what_cannot_be_carried_out_is_refused_with_the_field(
    sue: httpx.AsyncClient, body: Shape, field: str
) -> None:
    answer = await sue.post("/api/v1/callbacks", json={**TO_JAN, **body})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_call_that_nobody_is_to_call_back_is_none(house: DeskHouse, sue: httpx.AsyncClient) -> None:
    call = await house.ring()
    assert (await sue.delete(f"/api/v1/callbacks/{call.id}")).status_code == 404
    assert (await sue.delete("/api/v1/callbacks/c1")).status_code == 404
    assert (await sue.get(f"/api/v1/calls/{call.id}/voicemail")).status_code == 404
