"""Trouble on request: lost replies, refusals, repeats."""

from __future__ import annotations

import httpx
import pytest

from tests.integration.emulator_world import CALLER, LINE, World, a_world
from tests.support.eventually import eventually
from tests.support.scripted_service import response


async def _waiting(world: World) -> str:
    sid = await world.emulator.place_call(CALLER, LINE)
    await world.until(sid, place="queue")
    world.service.on("/join", response('<Pause length="600"/>'))
    return sid


async def _move(world: World, sid: str) -> httpx.Response:
    async with world.emulator.rest() as rest:
        return await rest.post(f"Calls/{sid}.json", data={"Url": f"{world.service.base}/join"})


@pytest.mark.parametrize(
    ("fault", "status", "code", "carried_out"),
    [
        ("reject_429", 429, 20429, False),
        ("fail_500", 500, 20500, False),
        ("late_500", 500, 20500, True),
    ],
)
async def test_a_refusal_has_twilios_form(fault, status, code, carried_out):
    async with a_world() as world:
        sid = await _waiting(world)
        await world.emulator.faults(rest={fault: 1, "times": 1})
        reply = await _move(world, sid)
        assert (reply.status_code, reply.json()["code"]) == (status, code)
        await world.until(sid, place="document" if carried_out else "queue")
        entry = (await world.emulator.requests("rest"))[-1]
        assert (entry["faults"], entry["code"]) == ([fault], code)
        assert (await _move(world, sid)).status_code == 200


@pytest.mark.parametrize(("fault", "carried_out"), [("lose_reply", True), ("reset", False)])
async def test_a_connection_is_closed_without_an_answer(fault, carried_out):
    async with a_world() as world:
        sid = await _waiting(world)
        await world.emulator.faults(rest={fault: 1, "times": 1, "match": "POST .*/Calls/"})
        with pytest.raises(httpx.TransportError):
            await _move(world, sid)
        await world.until(sid, place="document" if carried_out else "queue")


async def test_a_repeated_webhook_has_the_same_token():
    async with a_world() as world:
        await world.emulator.faults(seed=1, webhooks={"repeat": 1, "match": "/voice|/status"})
        sid = await world.emulator.place_call(CALLER, LINE)
        one, two = await world.asked("/voice", 2)
        assert (one.token, dict(one.fields)) == (two.token, dict(two.fields))
        await world.emulator.hang_up(sid)
        told = await world.asked("/status", 2)
        assert told[0].token == told[1].token
        assert told[0].token != one.token


async def test_lost_callbacks_are_noted_and_never_sent():
    async with a_world() as world:
        await world.emulator.faults(webhooks={"lose": 1})
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue")
        await world.emulator.hang_up(sid)

        async def noted() -> bool:
            entries = await world.emulator.requests("webhook")
            return any(one["faults"] == ["lose"] and one["url"].endswith("/status") for one in entries)

        await eventually(noted)
        assert world.service.at("/status") == []


async def test_callbacks_can_overtake_each_other():
    async with a_world() as world:
        await world.emulator.faults(seed=3, webhooks={"reorder": 0.5, "match": "/events"})
        for name in ("c-1", "c-2", "c-3", "c-4"):
            for label in ("caller", "rep"):
                world.service.on("/voice", world.conference(name, label=label))
                sid = await world.emulator.place_call(CALLER, LINE)
                await world.until(sid, place="conference")
        events = await world.asked("/events", 12)
        sequences = {
            name: [int(one.fields["SequenceNumber"]) for one in events if one.fields["FriendlyName"] == name]
            for name in ("c-1", "c-2", "c-3", "c-4")
        }
        assert all(sorted(order) == [1, 2, 3] for order in sequences.values())
        assert any(order != [1, 2, 3] for order in sequences.values())


async def test_delays_hold_a_webhook_back():
    async with a_world() as world:
        await world.emulator.faults(seed=2, webhooks={"delay_ms": 400, "match": "/voice"})
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue")
        assert (await world.emulator.call(sid))["started_at"] < (await world.emulator.call(sid))["answered_at"]


async def test_a_plan_that_makes_no_sense_is_refused():
    async with a_world() as world, httpx.AsyncClient(base_url=world.emulator.url, trust_env=False) as http:
        for plan in ({"rest": {"reset": 2}}, {"rest": {"match": "("}}, {"weather": 1}):
            assert (await http.put("/emulator/faults", json=plan)).status_code == 422


async def test_the_control_api_obeys_no_other_origin():
    async with a_world() as world, httpx.AsyncClient(base_url=world.emulator.url, trust_env=False) as http:
        call = {"from": CALLER, "to": LINE}
        foreign = await http.post("/emulator/calls", json=call, headers={"Origin": "http://evil.example"})
        assert foreign.status_code == 403
        rebound = {"Origin": "http://evil.example:8100", "Host": "evil.example:8100"}
        assert (await http.post("/emulator/calls", json=call, headers=rebound)).status_code == 403
        own = await http.post("/emulator/calls", json=call, headers={"Origin": world.emulator.url})
        assert own.status_code == 201
        text = await http.post(
            "/emulator/calls", content='{"from":"1","to":"2"}', headers={"Content-Type": "text/plain"}
        )
        assert text.status_code == 422
        assert (await http.post("/emulator/calls", json={"from": CALLER, "to": "+1999"})).status_code == 404
