"""Reps, skills, queues, numbers, hours, holidays and prompts over HTTP: read, changed, named anew, taken away."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cti.record.audit import list_changes
from tests.support.configuration import FLOOR, a_route, a_text
from tests.support.desk_app import JAN, NUMBERS, DeskHouse

Shape = dict[str, Any]
HOURS = 'holidays: {poland: ["01-01"]}\nhours:\n  office: {timezone: UTC, open: {mon-fri: "08:00-18:00"}}  # as ever\n'
RULES = a_route("queue: sales, needs: {sales: 3}", when='hours.office.open && call.to == "+15550101"', name="sales")
TEST = "tests:\n  - {name: a test, call: {to: '+15550100', at: \"2026-11-23T09:00:00Z\"}, expect: {rep: ana}}\n"
TEXT = a_text(RULES, more=NUMBERS + HOURS + "prompts: {greeting: Hello.}\n" + TEST)


@pytest.fixture
async def adam(house: DeskHouse) -> httpx.AsyncClient:
    await house.apply(TEXT)
    return await house.bearer("adam")


async def _json(client: httpx.AsyncClient, path: str) -> Shape:
    answer = await client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    body: Shape = answer.json()
    return body


async def _seen(client: httpx.AsyncClient) -> str:
    return str((await client.get("/api/v1/reps")).headers["etag"])


async def _send(client: httpx.AsyncClient, method: str, path: str, body: Shape | None = None) -> httpx.Response:
    """Over the version that is active now."""
    headers = {"If-Match": await _seen(client)}
    return await client.request(method, f"/api/v1/{path}", json=body, headers=headers)


async def _text(client: httpx.AsyncClient) -> str:
    return str((await _json(client, "config"))["text"])


async def test_a_rep_is_added_changed_and_taken_away_and_the_rest_of_the_file_stays(adam: httpx.AsyncClient) -> None:
    added = await adam.post("/api/v1/reps", json={"id": "dee", "name": "Dee", "skills": {"sales": 4}, "team": None})
    assert added.status_code == 201, added.text
    assert added.json() == {
        **{"id": "dee", "name": "Dee", "email": None, "device": "browser", "skills": {"sales": 4}, "queues": None},
        **{"team": None, "language": None},
        "version": {
            **{"n": 3, "previous": 2, "warnings": []},
            "differences": ["rep dee is new: called Dee; skills: sales 4; serves every queue"],
        },
    }
    line = "  - {id: dee, name: Dee, skills: {sales: 4}}\n"
    assert await _text(adam) == TEXT.replace("queues:\n", f"{line}queues:\n", 1)
    view = await _json(adam, "reps/dee")
    changed = await _send(adam, "PUT", "reps/dee", {**view, "skills": {"sales": 5}})
    assert changed.json()["version"]["differences"] == ["rep dee: has sales at 5 instead of 4"]
    assert (changed.status_code, changed.headers["etag"]) == (200, '"4"')
    assert await _text(adam) == TEXT.replace("queues:\n", f"{line.replace('4', '5')}queues:\n", 1)
    gone = await _send(adam, "DELETE", "reps/dee")
    assert (gone.status_code, gone.json()["version"]["differences"]) == (200, ["rep dee is gone"])
    assert await _text(adam) == TEXT
    assert (await adam.get("/api/v1/reps/dee")).status_code == 404


async def test_what_is_as_it_was_makes_no_version(adam: httpx.AsyncClient) -> None:
    for section, key in (("reps", "id"), ("skills", "id"), ("hours", "id"), ("holidays", "id"), ("prompts", "id")):
        first = (await _json(adam, section))[section][0]
        body = {
            name: value
            for name, value in first.items()
            if name not in {"spoken"} and (section, name) != ("skills", "reps")
        }
        same = await _send(adam, "PUT", f"{section}/{first[key]}", body)
        assert (same.status_code, same.json()["version"]["n"]) == (200, 2), same.text
    queue = (await _json(adam, "queues/support"))["written"]
    assert (await _send(adam, "PUT", "queues/support", queue)).json()["version"]["n"] == 2
    number = await _json(adam, "numbers/%2B15550100")
    assert (await _send(adam, "PUT", "numbers/%2B15550100", number)).json()["version"]["n"] == 2


async def test_each_section_is_listed_with_the_version_as_tag(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    sue = await house.log_in("sue")
    assert [one["id"] for one in (await _json(sue, "reps"))["reps"]] == ["ana", "bo", "cy"]
    assert (await _json(sue, "skills"))["skills"][:2] == [{"id": "support", "reps": 3}, {"id": "billing", "reps": 1}]
    assert (await _json(sue, "queues/sales"))["written"] == {"id": "sales", "max_wait": "5m", "wrap_up": "60s"}
    assert (await _json(sue, "numbers/+1 555 0100"))["name"] == "Main line"
    hours = await _json(sue, "hours/office")
    assert hours == {
        **{"id": "office", "timezone": "UTC", "open": {"mon-fri": "08:00-18:00"}},
        **{"holidays": None, "closed": None, "exceptions": None},
    }
    assert (await _json(sue, "holidays"))["holidays"] == [{"id": "poland", "days": ["01-01"]}]
    prompts = await _json(sue, "prompts")
    assert prompts["language"] == "en"
    assert prompts["prompts"][0]["text"] == "Hello."
    assert prompts["prompts"][0]["spoken"]["en"] == "Hello."
    assert (await _json(sue, "prompts/apology"))["text"] is None
    for section in ("reps", "skills", "queues", "numbers", "hours", "holidays", "prompts"):
        assert (await sue.get(f"/api/v1/{section}")).headers["etag"] == '"2"'
        assert (await sue.get(f"/api/v1/{section}/nothing")).status_code == 404


async def test_a_skill_named_anew_is_so_wherever_it_stands(adam: httpx.AsyncClient) -> None:
    answer = await _send(adam, "PUT", "skills/sales", {"id": "selling"})
    assert (answer.status_code, answer.json()["id"]) == (200, "selling"), answer.text
    assert await _text(adam) == (
        TEXT.replace("sales, spanish", "selling, spanish")
        .replace("sales: 5", "selling: 5")
        .replace("sales: 3", "selling: 3")
    )


async def test_sections_with_names_of_their_own_are_changed_too(adam: httpx.AsyncClient) -> None:
    body = {"id": "germany", "days": ["10-03"]}
    assert (await adam.post("/api/v1/holidays", json=body)).status_code == 201
    hours = {"timezone": "UTC", "open": {"mon-fri": "09:00-17:00"}, "holidays": ["poland", "germany"]}
    assert (await _send(adam, "PUT", "hours/office", hours)).status_code == 200
    prompt = await _send(adam, "PUT", "prompts/apology", {"text": {"en": "Sorry: bye.", "pl": "Do widzenia."}})
    assert prompt.json()["spoken"]["pl"] == "Do widzenia.", prompt.text
    number = {"number": "+48221234567", "name": "Warsaw", "greeting": "Dzień dobry."}
    assert (await adam.post("/api/v1/numbers", json=number)).json()["number"] == "+48221234567"
    text = await _text(adam)
    assert 'office: {timezone: UTC, open: {mon-fri: "09:00-17:00"}, holidays: [poland, germany]}  # as ever' in text
    assert 'prompts: {greeting: Hello., apology: {en: "Sorry: bye.", pl: Do widzenia.}}' in text
    assert (await _send(adam, "DELETE", "prompts/apology")).status_code == 200
    assert (await _send(adam, "DELETE", "prompts/apology")).status_code == 404
    assert (await _send(adam, "DELETE", "numbers/%2B48221234567")).status_code == 200


async def test_problems_are_told_with_line_and_field_and_nothing_is_kept(adam: httpx.AsyncClient) -> None:
    refused = await adam.post("/api/v1/reps", json={"id": "dee", "skills": {"suport": 4}, "skill": 1})
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    told = {one["field"]: (one["line"], one["message"]) for one in refused.json()["problems"]}
    assert told == {
        "reps[3].skills.suport": (6, "there is no skill 'suport'; did you mean support?"),
        "reps[3].skill": (6, "unknown key; did you mean skills?"),
    }
    for body, field in (({}, "id"), ({"id": "x\0"}, "reps"), ({"id": "dee", "name": {"a": {"": 1}}}, "reps")):
        refused = await adam.post("/api/v1/reps", json=body)
        assert (refused.status_code, refused.json()["problems"][0]["field"]) == (422, field), refused.text
    failing = await _send(adam, "PUT", "reps/ana", {"queues": ["sales"]})
    assert [one["field"] for one in failing.json()["problems"]] == ["tests[0].expect.rep"]
    assert (await _json(adam, "config/versions"))["versions"][0]["n"] == 2


async def test_names_that_are_taken_or_cannot_be_are_refused(adam: httpx.AsyncClient) -> None:
    for path, body in (
        ("reps", {"id": "ana"}),
        ("numbers", {"number": "+1 555 0100"}),
        ("prompts", {"id": "greeting", "text": "x"}),
    ):
        assert (await adam.post(f"/api/v1/{path}", json=body)).status_code == 409
    assert (await _send(adam, "PUT", "skills/sales", {"id": "support"})).status_code == 409
    assert (await _send(adam, "PUT", "reps/ana", {"id": "anna"})).status_code == 422
    assert (await _send(adam, "PUT", "reps/nobody", {"name": "x"})).status_code == 404


async def test_what_has_changed_meanwhile_is_not_overwritten(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    body = {"id": "ana", "skills": {"support": 5, "spanish": 5}}
    for method, path in (("PUT", "reps/ana"), ("DELETE", "skills/spanish")):
        unnamed = await adam.request(method, f"/api/v1/{path}", json=body if method == "PUT" else None)
        assert (unnamed.status_code, unnamed.headers["etag"]) == (428, '"2"')
    assert (await adam.put("/api/v1/reps/ana", json=body, headers={"If-Match": "*"})).status_code == 400
    eve = await house.bearer("adam")
    await adam.post("/api/v1/skills", json={"id": "dutch"})
    late = await eve.put("/api/v1/reps/ana", json=body, headers={"If-Match": '"2"'})
    assert (late.status_code, late.headers["etag"]) == (412, '"3"')
    told = late.json()
    assert (told["based_on"], told["active"], told["changed_since"]) == (2, 3, ["skill dutch is new"])
    assert told["differences"][0] == "rep ana: is called ana instead of Ana Perez"
    assert (await eve.put("/api/v1/reps/ana", json=body, headers={"If-Match": '"3"'})).status_code == 200


async def test_what_is_referred_to_is_not_taken_away_and_says_by_what(adam: httpx.AsyncClient) -> None:
    skill = await _send(adam, "DELETE", "skills/sales")
    assert (skill.status_code, skill.json()["detail"]) == (
        409,
        "Something still refers to it: rule sales. Change that first.",
    )
    assert skill.json()["refers"] == [{"what": "rule", "name": "sales", "field": "rules[0].route.needs"}]
    rep = await _send(adam, "DELETE", "reps/ana")
    assert [(one["what"], one["name"]) for one in rep.json()["refers"]] == [
        ("test", "a test"),
        ("user", "ana@example.com"),
    ]
    hours = await _send(adam, "DELETE", "hours/office")
    assert [one["what"] for one in hours.json()["refers"]] == ["rule"]


async def test_a_dry_run_says_what_would_be_and_writes_nothing(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    await house.ready("bo")
    planned = await adam.delete("/api/v1/reps/bo?dry_run=true")
    assert (planned.status_code, planned.headers["etag"]) == (200, '"2"')
    told = planned.json()
    assert told["possible"] is False
    assert told["problems"][0]["field"] == "rules[0].route.needs"
    assert [(one["what"], one["name"]) for one in told["refers"]] == [("user", "bo@example.com")]
    assert {"what": "status", "name": "available", "field": None} in told["affects"]
    spanish = (await adam.delete("/api/v1/skills/spanish?dry_run=true")).json()
    assert (spanish["possible"], spanish["problems"]) == (True, [])
    assert spanish["differences"] == ["skill spanish is gone", "rep ana: no longer has spanish (was 5)"]
    assert spanish["affects"] == [{"what": "rep", "name": "ana", "field": "reps[0].skills"}]
    put = await adam.put("/api/v1/queues/sales?dry_run=true", json={"max_wait": "7m"})
    assert put.json()["differences"] == [
        "queue sales: callers wait at most 7m instead of 5m",
        "queue sales: after-call work lasts at most 30s instead of 1m",
    ]
    added = await adam.post("/api/v1/reps?dry_run=true", json={"id": "dee"})
    assert (added.status_code, added.json()["after"]) == (200, {"id": "dee"})
    assert (await _json(adam, "config/versions"))["versions"][0]["n"] == 2
    assert await _text(adam) == TEXT


async def test_a_queue_in_which_callers_wait_is_not_taken_away(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    floor = FLOOR.replace("queues:\n  -", "queues:\n  - {id: old}\n  -")
    await house.apply(a_text(floor=floor, last="  - {name: all, route: {queue: old}}\n", more=NUMBERS))
    call = await house.ring(JAN)
    await house.apply(a_text(floor=floor, more=NUMBERS))
    planned = (await adam.delete("/api/v1/queues/old?dry_run=true")).json()
    assert (planned["possible"], planned["waiting"]) == (False, {"queue": "old", "calls": [call.id]})
    refused = await _send(adam, "DELETE", "queues/old")
    assert (refused.status_code, refused.json()["queue"], refused.json()["calls"]) == (409, "old", [call.id])


async def test_the_audit_trail_has_the_part_before_and_after(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    before = (await _json(adam, "queues/sales"))["written"]
    headers = {"If-Match": await _seen(adam)}
    path = "/api/v1/queues/sales?comment=asked%20for%20by%20sales"
    assert (await adam.put(path, json={**before, "max_wait": "7m"}, headers=headers)).status_code == 200
    change, activated, *_ = await list_changes(house.parts.database)
    assert (change.action, change.actor) == ("config_part_changed", "adam@example.com")
    sides = {"before": {"max_wait": "5m"}, "after": {"max_wait": "7m"}}
    assert change.detail == {"section": "queues", "part": "sales", "n": 3, **sides}
    assert activated.detail == {"n": 3, "previous": 2, "comment": "asked for by sales"}
    refused = len(await list_changes(house.parts.database, limit=1_000))
    await _send(adam, "DELETE", "queues/sales")  # a rule sends calls there
    assert len(await list_changes(house.parts.database, limit=1_000)) == refused


@pytest.mark.parametrize(
    "body", [b"[]", b"null", b"{", b'{"id": 1}', b'{"id": "x", "a": ' + b"[" * 20_000, b'{"id":"\\ud800"}']
)
async def test_no_body_breaks_anything(adam: httpx.AsyncClient, body: bytes) -> None:
    for section in ("reps", "skills", "queues", "numbers", "hours", "holidays", "prompts"):
        answer = await adam.post(f"/api/v1/{section}", content=body, headers={"content-type": "application/json"})
        assert answer.status_code in {400, 422}, (section, answer.text)
