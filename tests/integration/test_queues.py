"""How well queues are served: by API from the record, and counted for Prometheus."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from tests.support.configuration import FLOOR, a_text
from tests.support.desk_app import JAN, DeskHouse
from tests.support.eventually import eventually

Shape = dict[str, Any]


@pytest.fixture
async def sue(house: DeskHouse) -> httpx.AsyncClient:
    return await house.log_in("sue")


def counted(outcome: str, within: str) -> float:
    labels = {"queue": "support", "outcome": outcome, "within": within}
    return REGISTRY.get_sample_value("cti_queue_calls_total", labels) or 0.0


async def queue(client: httpx.AsyncClient) -> Shape:
    answer = await client.get("/api/v1/queues/support")
    assert answer.status_code == 200, answer.text
    found: Shape = answer.json()
    return found


async def test_a_queue_shows_its_service_level_and_what_came_of_it(house: DeskHouse, sue: httpx.AsyncClient) -> None:
    floor = FLOOR.replace("max_wait: 15m", "max_wait: 15m, service_level: {answered_within: 30s, target: 0.9}")
    await house.apply(a_text(floor=floor))
    before = counted("answered", "true"), counted("abandoned", "true"), counted("abandoned", "false")
    await house.ready("ana")
    ana = await house.log_in("ana")
    call = await house.ring(JAN)
    assert call.offer is not None
    await ana.post(f"/api/v1/offers/{call.offer.id}/accept", json={})
    await house.connect_legs(await house.call(call.id))
    gone = await house.ring()
    await house.caller_hangs_up(gone)
    waits = await house.ring()

    async def shown() -> bool:
        figures: Shape = (await queue(sue))["last_hour"]
        return bool(figures["arrived"] == 2)

    await eventually(shown)
    found = await queue(sue)
    assert found["service_level"] == {"answered_within_s": 30, "target": 0.9}
    assert found["last_hour"] == {
        **{"arrived": 2, "answered": 1, "answered_within": 1, "abandoned": 1, "abandoned_within": 1},
        "service_level": 1.0,
    }
    assert (found["waiting"], found["strategy"]) == (1, "best_fit")
    after = counted("answered", "true"), counted("abandoned", "true"), counted("abandoned", "false")
    assert after == (before[0] + 1, before[1] + 1, before[2])
    await house.caller_hangs_up(waits)


async def test_queues_and_numbers_are_listed_as_the_configuration_has_them(
    house: DeskHouse, sue: httpx.AsyncClient
) -> None:
    await house.apply(a_text(more='numbers: [{number: "+1 555 0101", language: pl, greeting: Witamy.}]\n'))
    queues = (await sue.get("/api/v1/queues")).json()["queues"]
    assert [(one["id"], one["wrap_up_s"], one["last_hour"]["service_level"]) for one in queues] == [
        *[("support", 30, None), ("sales", 60, None)],
    ]
    assert (await sue.get("/api/v1/numbers")).json() == {
        "numbers": [{"number": "+15550101", "name": "+15550101", "language": "pl", "greeting": {"pl": "Witamy."}}]
    }
    assert (await sue.get("/api/v1/queues/nothing")).status_code == 404
