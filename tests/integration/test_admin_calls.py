"""What admins and supervisors see: the floor, every call, and why it went where it went."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from cti.calls.model import Call
from cti.record.audit import list_changes
from routing.model import RepId, RepStatus
from tests.support.configuration import a_route, a_text
from tests.support.desk_app import JAN, DeskHouse
from tests.support.eventually import eventually

Shape = dict[str, Any]


@pytest.fixture
async def adam(house: DeskHouse) -> httpx.AsyncClient:
    return await house.log_in("adam")


async def _json(client: httpx.AsyncClient, path: str) -> Shape:
    answer = await client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    body: Shape = answer.json()
    return body


async def _talked(house: DeskHouse) -> Call:
    """A call that ana took and filed."""
    await house.ready("ana")
    ana = await house.log_in("ana")
    call = await house.ring(JAN)
    assert call.offer
    await ana.post(f"/api/v1/offers/{call.offer.id}/accept", json={})
    await house.connect_legs(await house.call(call.id))
    await house.caller_hangs_up(call)
    await ana.post(f"/api/v1/calls/{call.id}/wrap-up", json={"disposition": "resolved", "notes": "All well."})
    return call


async def test_the_floor_shows_reps_calls_and_queues(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    await house.ready("ana")
    offered = await house.ring(JAN)
    waiting = await house.ring()
    floor = await _json(adam, "floor")
    reps = {rep["id"]: rep for rep in floor["reps"]}
    assert reps.keys() == {"ana", "bo", "cy"}
    assert (reps["ana"]["status"], reps["ana"]["call"], reps["ana"]["name"]) == ("reserved", offered.id, "Ana Perez")
    assert (reps["bo"]["status"], reps["bo"]["connected"]) == ("offline", False)
    calls = {call["id"]: call for call in floor["calls"]}
    assert (calls[offered.id]["state"], calls[offered.id]["rep"]) == ("offered", "ana")
    assert calls[offered.id]["caller_name"] == "Jan Kowalski"
    assert (calls[waiting.id]["state"], calls[waiting.id]["rep"]) == ("waiting", None)
    assert next(queue for queue in floor["queues"] if queue["id"] == "support")["waiting"] == 2


async def test_the_floor_shows_which_calls_nobody_on_duty_could_ever_take(
    house: DeskHouse, adam: httpx.AsyncClient
) -> None:
    await house.apply(a_text(a_route("queue: support, needs: {support: 3}", when="'call.to != null'")))

    async def short() -> tuple[list[bool], list[int]]:
        floor = await _json(adam, "floor")
        calls = [call["short_staffed"] for call in sorted(floor["calls"], key=lambda call: str(call["arrived_at"]))]
        return calls, [queue["short_staffed"] for queue in floor["queues"]]

    await house.ready("bo")
    await house.ring()
    assert await short() == ([True], [1, 0])
    await house.ready("ana")
    await house.ring()
    assert await short() == ([False, False], [0, 0]), "one is offered, and ana may take the other later"
    await house.parts.matcher.set_status(RepId("ana"), RepStatus.OFFLINE)
    assert await short() == ([False, False], [0, 0]), "ana stays on duty until that offer ends"


async def test_a_call_whose_preferred_rep_need_not_qualify_is_short_of_nobody_while_that_rep_is_on_duty(
    house: DeskHouse, adam: httpx.AsyncClient
) -> None:
    route = "queue: support, needs: {support: 3}, prefer_rep: {who: bo, wait: 10m, must_qualify: false}"
    await house.apply(a_text(a_route(route, when="'call.to != null'")))
    await house.ready("bo")
    await house.ring()
    await house.ring()
    floor = await _json(adam, "floor")
    assert [call["short_staffed"] for call in floor["calls"]] == [False, False]
    await house.parts.matcher.set_status(RepId("bo"), RepStatus.AWAY)


async def test_a_call_is_listed_before_sql_has_heard_of_it(
    house: DeskHouse, adam: httpx.AsyncClient, redis: Redis
) -> None:
    call = await house.ring(JAN)
    listed = (await _json(adam, "calls"))["calls"]
    assert [(one["id"], one["state"], one["queue"]) for one in listed] == [(call.id, "waiting", "support")]
    detail = await _json(adam, f"calls/{call.id}")
    assert (detail["call"]["state"], detail["call"]["from"]) == ("waiting", "+48600100200")


async def test_a_list_is_filtered_and_paged_with_open_calls_in_their_place(
    house: DeskHouse, adam: httpx.AsyncClient
) -> None:
    talked = await _talked(house)
    await house.parts.matcher.set_status(RepId("ana"), RepStatus.AWAY)
    open_calls = [await house.ring() for _ in range(4)]

    async def recorded() -> bool:
        rows = await house.parts.recorded.open_calls()
        return len(rows) == 4

    await eventually(recorded)
    expected = [call.id for call in reversed([talked, *open_calls])]
    paged: list[str] = []
    cursor = ""
    while True:
        page = await _json(adam, f"calls?limit=2{cursor}")
        paged += [call["id"] for call in page["calls"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert paged == expected
    assert [call["id"] for call in (await _json(adam, "calls?state=ended"))["calls"]] == [talked.id]
    assert [call["id"] for call in (await _json(adam, "calls?rep=ana"))["calls"]] == [talked.id]
    assert [call["id"] for call in (await _json(adam, "calls?q=kowal"))["calls"]] == [talked.id]
    assert len((await _json(adam, "calls?q=600 100"))["calls"]) == 5
    assert (await _json(adam, "calls?queue=sales"))["calls"] == []


async def test_a_cursor_of_somebody_elses_making_is_refused(adam: httpx.AsyncClient) -> None:
    answer = await adam.get("/api/v1/calls?cursor=nonsense")
    assert answer.status_code == 400
    assert (await adam.get("/api/v1/calls/nonsense")).status_code == 404


async def test_a_call_is_told_from_its_arrival_to_its_form(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    call = await _talked(house)

    async def whole() -> Shape | None:
        detail = await _json(adam, f"calls/{call.id}")
        return detail if detail["timeline"] and detail["timeline"][-1]["kind"] == "filed" else None

    detail = await eventually(whole)
    assert [moment["text"] for moment in detail["timeline"]] == [
        "The call arrived on +15550100.",
        "Rule “everyone else” of version 1 was taken.",
        "Offered to Ana Perez; the screen pop was shown first.",
        "Ana Perez accepted.",
        "Ana Perez's browser connected; the caller is being moved to it.",
        "Both are in: the caller talks with Ana Perez.",
        "The caller ended the conversation; after-call work began.",
        "After-call work was filed: resolved.",
    ]
    assert detail["call"].items() >= {"disposition": "resolved", "notes": "All well.", "rep": "ana"}.items()
    (decision,) = detail["decisions"]
    assert (decision["rule"], decision["version"], decision["chosen"], decision["how"]) == (
        "everyone else",
        1,
        "ana",
        "only_one",
    )
    assert decision["reasons"]
    assert decision["demand"] == {
        **{"queues": ["support"], "needs": {}, "prefers": {}, "team": None, "strategy": "best_fit"},
    }
    assert (decision["fit"], decision["fit_parts"], decision["tie"]) == (0, [], None)


async def test_a_decision_shows_what_was_asked_the_fit_by_part_and_how_a_tie_was_broken(
    house: DeskHouse, adam: httpx.AsyncClient
) -> None:
    route = "queue: support, needs: {support: 3}, prefers: {spanish: 2, billing: 1}"
    await house.apply(a_text(a_route(route, when="'call.to != null'")))
    for rep in ("cy", "ana"):
        await house.ready(rep)
    call = await house.ring()

    async def offered() -> list[Shape] | None:
        decisions: list[Shape] = (await _json(adam, f"calls/{call.id}"))["decisions"]
        return decisions or None

    [decision] = await eventually(offered)
    assert decision["demand"]["needs"] == {"support": 3}
    assert decision["demand"]["prefers"] == {"spanish": 2, "billing": 1}
    assert (decision["chosen"], decision["fit"]) == ("ana", 11)
    assert [(part["skill"], part["level"], part["points"]) for part in decision["fit_parts"]] == [
        *[("billing", 0, 0), ("spanish", 5, 10), ("support", 4, 1)],
    ]
    assert decision["second"] == "cy"
    assert decision["tie"] is None
    assert any("Fit 11: billing 1 × 0 + spanish 2 × 5 + support 4 − 3." in reason for reason in decision["reasons"])


async def test_a_call_that_waited_shows_both_decisions(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    call = await house.ring()
    await house.ready("ana")

    async def both() -> list[Shape] | None:
        decisions: list[Shape] = (await _json(adam, f"calls/{call.id}"))["decisions"]
        return decisions if len(decisions) == 2 else None

    first, second = await eventually(both)
    assert (first["chosen"], first["how"], first["on_duty"]) == (None, "in_line", 0)
    assert (second["chosen"], second["how"]) == ("ana", "freed")
    assert any("waits in line" in reason for reason in first["reasons"])


# -- contacts and people -----------------------------------------------------------------------------------------------

MARY = {"name": "Mary Major", "phones": ["+15550199", "+48221234567"], "tags": ["vip"], "fields": {"Plan": "Pro"}}


async def test_a_contact_is_created_read_changed_and_deleted(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    made = await adam.post("/api/v1/contacts", json={**MARY, "phones": ["+48 22 123 45 67"]})
    assert made.status_code == 201, made.text
    path = f"/api/v1/contacts/{made.json()['id']}"
    assert made.json()["phones"] == ["+48221234567"]
    assert (await adam.get(path)).json() == made.json()
    changed = await adam.put(path, json={"name": "Mary Minor", "phones": ["+48221234567"], "owner": "bo"})
    assert (changed.json()["name"], changed.json()["owner_name"], changed.json()["tags"]) == (
        "Mary Minor",
        "Bo Lind",
        [],
    )
    assert [one["name"] for one in (await _json(adam, "contacts"))["contacts"]] == ["Mary Minor"]
    assert [one["name"] for one in (await _json(adam, "contacts?q=minor"))["contacts"]] == ["Mary Minor"]
    assert (await adam.delete(path)).status_code == 204
    gone = [await adam.get(path), await adam.delete(path), await adam.put(path, json=MARY)]
    assert [answer.status_code for answer in gone[:2]] == [404, 404]
    actions = [entry.action for entry in await list_changes(house.parts.database, limit=3)]
    assert actions == ["contact_deleted", "contact_changed", "contact_added"]


async def test_a_contact_that_is_not_right_is_refused_with_every_reason(adam: httpx.AsyncClient) -> None:
    answer = await adam.post("/api/v1/contacts", json={"name": " ", "phones": ["12"], "email": "no", "stage": "x"})
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"name", "phone", "email", "stage"}


async def test_people_are_added_changed_and_deleted(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    new = {"email": "cy@example.com", "role": "rep", "rep": "cy", "password": "a long enough one", "name": "Cy"}
    added = await adam.post("/api/v1/users", json=new)
    assert added.status_code == 201, added.text
    assert "password" not in added.text
    path = f"/api/v1/users/{added.json()['id']}"
    assert (await adam.post("/api/v1/users", json=new)).status_code == 409
    weak = await adam.post("/api/v1/users", json={**new, "email": "di@example.com", "rep": None, "password": "short"})
    assert (weak.status_code, weak.json()["errors"][0]["field"]) == (422, "password")
    changed = await adam.put(path, json={"name": "Cyril", "role": "supervisor", "rep": None})
    assert (changed.json()["name"], changed.json()["role"], changed.json()["rep"]) == ("Cyril", "supervisor", None)
    assert len((await _json(adam, "users"))["users"]) == 5
    assert (await adam.delete(path)).status_code == 204
    assert [(await adam.get(path)).status_code, (await adam.delete(path)).status_code] == [404, 404]


async def test_the_last_admin_stays(adam: httpx.AsyncClient) -> None:
    me = await _json(adam, "me")
    assert (await adam.delete(f"/api/v1/users/{me['id']}")).status_code == 409
    demoted = await adam.put(f"/api/v1/users/{me['id']}", json={"name": "Adam", "role": "rep"})
    assert demoted.status_code == 409


async def test_a_real_call_becomes_an_example_of_the_rules(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    call = await _talked(house)

    async def recorded() -> bool:
        return (await house.parts.recorded.document(call.id)) is not None

    await eventually(recorded)
    made = await _json(adam, f"calls/{call.id}/as-test?also=caller.tier")
    assert made["test"]["call"] | {"from": "+48600100200", "to": "+15550100"} == made["test"]["call"]
    assert made["test"]["caller"] == {"tier": "gold", "owner": "bo"}
    assert made["test"]["expect"] == {"rule": "everyone else", "queue": "support", "rep": "ana"}
    assert (made["taken"], made["complete"]) == ("everyone else", True)
    checked = await adam.post("/api/v1/config/check", json={"text": a_text(more=f"tests:\n{made['text']}")})
    assert [test["passed"] for test in checked.json()["tests"]] == [True]
    assert (await adam.get("/api/v1/calls/nonsense/as-test")).status_code == 404
    assert (await adam.get(f"/api/v1/calls/{call.id}/as-test?also={'x' * 100}")).status_code == 422


async def test_what_was_known_of_a_number_before_is_part_of_the_example(
    house: DeskHouse, adam: httpx.AsyncClient
) -> None:
    talked = await _talked(house)
    waiting = await house.ring()

    async def recorded() -> bool:
        return None not in {await house.parts.recorded.document(call.id) for call in (talked, waiting)}

    await eventually(recorded)
    made = await _json(adam, f"calls/{waiting.id}/as-test?also=caller.last")
    assert made["test"]["caller"] == {"match": "none", "last": "ana"}
    assert "caller" not in (await _json(adam, f"calls/{waiting.id}/as-test"))["test"]
