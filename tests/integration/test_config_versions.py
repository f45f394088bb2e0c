"""Versions of the configuration over HTTP: drafts, checks, two admins at once, going back, the audit trail."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cti.record.audit import list_changes
from tests.support.configuration import a_route, a_text
from tests.support.desk_app import DeskHouse

Shape = dict[str, Any]
GOLD = a_route("queue: support, prefer_rep: {who: owner, wait: 15s}", when="'caller.tier == \"gold\"'", name="gold")
SLOWER = GOLD.replace("15s", "30s")
SENTENCE = "rule gold: waits 30s instead of 15s for the owner"


@pytest.fixture
async def adam(house: DeskHouse) -> httpx.AsyncClient:
    return await house.log_in("adam")


@pytest.fixture
async def sue(house: DeskHouse) -> httpx.AsyncClient:
    return await house.bearer("sue")


async def _json(client: httpx.AsyncClient, path: str) -> Shape:
    answer = await client.get(f"/api/v1/{path}")
    assert answer.status_code == 200, answer.text
    body: Shape = answer.json()
    return body


async def _draft(client: httpx.AsyncClient, text: str, **more: object) -> Shape:
    answer = await client.post("/api/v1/config/versions", json={"text": text, **more})
    assert answer.status_code == 201, answer.text
    body: Shape = answer.json()
    return body


async def _activate(client: httpx.AsyncClient, n: int, *, seen: object = None, **body: str) -> httpx.Response:
    headers = {} if seen is None else {"If-Match": f'"{seen}"'}
    return await client.post(f"/api/v1/config/versions/{n}/activate", json=body, headers=headers)


async def _made_active(client: httpx.AsyncClient, text: str) -> int:
    """A new version, active."""
    n = int((await _draft(client, text))["n"])
    answer = await _activate(client, n)
    assert answer.status_code == 200, answer.text
    return n


async def test_a_draft_is_told_in_words_and_made_active_with_author_and_comment(
    adam: httpx.AsyncClient, sue: httpx.AsyncClient
) -> None:
    base = await _made_active(adam, a_text(GOLD))
    text = f"# ours: ż\n{a_text(SLOWER)}"
    draft = await _draft(adam, text, comment="gold waits longer")
    assert (draft["problems"], draft["based_on"], draft["differences"]) == ([], base, [SENTENCE])
    n = draft["n"]
    shown = await _json(sue, f"config/versions/{n}")
    assert (shown["state"], shown["text"], shown["activated_at"]) == ("draft", text, None)
    assert (await _json(sue, "config"))["n"] == base
    activated = await _activate(adam, n, seen=base, comment="asked for by sales")
    assert (activated.status_code, activated.headers["etag"]) == (200, f'"{n}"')
    told = activated.json()
    assert (told["n"], told["previous"], told["differences"], told["state"]) == (n, base, [SENTENCE], "active")
    config = await sue.get("/api/v1/config")
    assert (config.headers["etag"], config.json()["text"]) == (f'"{n}"', text)
    for name, value in {
        "n": n,
        "author": "adam@example.com",
        "comment": "gold waits longer",
        "activated_by": "adam@example.com",
        "activation_comment": "asked for by sales",
    }.items():
        assert config.json()[name] == value
    assert config.json()["activated_at"] is not None


async def test_a_text_with_problems_is_kept_as_a_draft_and_cannot_become_active(adam: httpx.AsyncClient) -> None:
    bad = a_text(a_route("queue: support, needs: {dancing: 1}", when="call.to == '+1'"))
    problem = {"field": "rules[0].route.needs.dancing", "line": 10}
    checked = (await adam.post("/api/v1/config/check", json={"text": bad})).json()
    assert [one | problem for one in checked["problems"]] == checked["problems"]
    draft = await _draft(adam, bad)
    assert (draft["problems"], draft["differences"]) == (checked["problems"], None)
    refused = await _activate(adam, draft["n"])
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert refused.json()["problems"] == checked["problems"]
    assert (await _json(adam, f"config/versions/{draft['n']}"))["text"] == bad
    assert (await _json(adam, "config"))["n"] == 1


async def test_a_check_says_what_the_text_would_change_and_keeps_nothing(adam: httpx.AsyncClient) -> None:
    base = await _made_active(adam, a_text(GOLD))
    asked = {"text": a_text(SLOWER), "against": base}
    checked = (await adam.post("/api/v1/config/check", json=asked)).json()
    assert (checked["problems"], checked["differences"], checked["stranding"]) == ([], [SENTENCE], None)
    assert len((await _json(adam, "config/versions"))["versions"]) == base
    unknown = await adam.post("/api/v1/config/check", json={**asked, "against": 99})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "against")


async def test_who_knows_the_active_version_is_told_so_without_its_text(adam: httpx.AsyncClient) -> None:
    first = (await adam.get("/api/v1/config")).headers["etag"]
    known = await adam.get("/api/v1/config", headers={"If-None-Match": f'W/"x", {first}'})
    assert (known.status_code, known.headers["etag"], known.content) == (304, first, b"")
    n = await _made_active(adam, a_text(GOLD))
    fresh = await adam.get("/api/v1/config", headers={"If-None-Match": first})
    assert (fresh.status_code, fresh.headers["etag"]) == (200, f'"{n}"')


async def test_a_version_whose_own_tests_fail_cannot_become_active(adam: httpx.AsyncClient) -> None:
    failing = a_text(GOLD, more='tests:\n  - {name: t, call: {from: "+1555"}, expect: {rule: gold}}\n')
    draft = await _draft(adam, failing)
    assert [one["field"] for one in draft["problems"]] == ["tests[0].expect.rule"]
    assert (await _activate(adam, draft["n"])).status_code == 422
    checked = (await adam.post("/api/v1/config/check", json={"text": failing})).json()
    [test] = checked["tests"]
    assert (test["name"], test["rule"], test["taken"], test["passed"]) == ("t", "gold", "everyone else", False)
    assert test["message"] == "t: expected gold, got everyone else"
    passing = failing.replace("expect: {rule: gold}", "caller: {tier: gold}, expect: {rule: gold}")
    assert (await _activate(adam, (await _draft(adam, passing))["n"])).status_code == 200


async def test_the_second_of_two_admins_is_told_and_shown_the_difference(
    house: DeskHouse, adam: httpx.AsyncClient
) -> None:
    base = await _made_active(adam, a_text(GOLD))
    eve = await house.bearer("adam")
    hers = await _draft(eve, a_text(GOLD.replace("queue: support", "queue: sales")), based_on=base)
    his = await _draft(adam, a_text(SLOWER), based_on=base)
    assert (await _activate(adam, his["n"])).status_code == 200
    for seen in (None, base):
        refused = await _activate(eve, hers["n"], seen=seen)
        assert (refused.status_code, refused.headers["etag"]) == (412, f'"{his["n"]}"')
        told = refused.json()
        assert (told["based_on"], told["active"]) == (base, his["n"])
        assert told["changed_since"] == [SENTENCE]
        assert told["differences"] == [
            "rule gold: goes to queue sales instead of support",
            "rule gold: waits 15s instead of 30s for the owner",
        ]
    assert (await _json(adam, "config"))["n"] == his["n"]
    assert (await _activate(eve, hers["n"], seen=his["n"])).status_code == 200
    assert (await _json(adam, "config"))["n"] == hers["n"]


async def test_nothing_is_overwritten_that_nobody_has_seen(adam: httpx.AsyncClient) -> None:
    n = (await _draft(adam, a_text(GOLD)))["n"]
    for tag in ("*", "1", '"x"', ""):
        headers = {"If-Match": tag}
        assert (await adam.post(f"/api/v1/config/versions/{n}/activate", headers=headers)).status_code == 400
    unknown = await _activate(adam, n, seen=99)
    assert (unknown.status_code, unknown.json()["active"], unknown.json()["changed_since"]) == (412, 1, None)
    weak = await adam.post(f"/api/v1/config/versions/{n}/activate", headers={"If-Match": 'W/"1"'})
    assert weak.status_code == 200


async def test_going_back_is_one_call_and_is_in_the_audit_trail(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    first, second = await _made_active(adam, a_text(GOLD)), await _made_active(adam, a_text(SLOWER))
    back = await _activate(adam, first, comment="too slow")
    assert back.json()["differences"] == ["rule gold: waits 15s instead of 30s for the owner"]
    listed = {one["n"]: one for one in (await _json(adam, "config/versions"))["versions"]}
    assert (listed[first]["state"], listed[second]["state"]) == ("active", "former")
    assert listed[first]["activation_comment"] == "too slow"
    entry, *_ = await list_changes(house.parts.database)
    assert (entry.actor, entry.action) == ("adam@example.com", "config_activated")
    assert entry.detail == {"n": first, "previous": second, "comment": "too slow"}


async def test_every_change_is_in_the_audit_trail_and_a_refused_one_is_not(
    house: DeskHouse, adam: httpx.AsyncClient
) -> None:
    before = len(await list_changes(house.parts.database, limit=1_000))
    n = (await _draft(adam, a_text(GOLD), comment="mine"))["n"]
    await _activate(adam, n, seen=99)
    await _activate(adam, n)
    await _activate(adam, n)
    newest = (await list_changes(house.parts.database, limit=1_000))[:-before]
    assert [(one.action, one.actor, one.detail["n"]) for one in newest] == [
        ("config_activated", "adam@example.com", n),
        ("config_added", "adam@example.com", n),
    ]


async def test_versions_are_listed_page_by_page(adam: httpx.AsyncClient) -> None:
    for _ in range(4):
        await _draft(adam, a_text(GOLD))
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await _json(adam, f"config/versions?limit=2{f'&cursor={cursor}' if cursor else ''}")
        found += [one["n"] for one in page["versions"]]
        cursor = page["next"]
    assert found == [5, 4, 3, 2, 1]
    assert (await adam.get("/api/v1/config/versions?cursor=x")).status_code == 400


async def test_any_two_versions_can_be_compared(adam: httpx.AsyncClient, sue: httpx.AsyncClient) -> None:
    first, second = [(await _draft(adam, a_text(rules)))["n"] for rules in (GOLD, SLOWER)]
    told = await _json(sue, f"config/versions/{first}/difference?to={second}")
    assert told == {"from": first, "to": second, "differences": [SENTENCE]}
    same = (await _draft(adam, f"# a comment\n{a_text(GOLD)}"))["n"]
    assert (await _json(sue, f"config/versions/{first}/difference?to={same}"))["differences"] == []
    assert (await sue.get(f"/api/v1/config/versions/{first}/difference?to=99")).status_code == 404
    assert (await sue.get(f"/api/v1/config/versions/{first}/difference")).status_code == 422


async def test_what_is_not_there_is_said(adam: httpx.AsyncClient) -> None:
    assert (await adam.get("/api/v1/config/versions/99")).status_code == 404
    assert (await _activate(adam, 99)).status_code == 404
    based = await adam.post("/api/v1/config/versions", json={"text": a_text(), "based_on": 99})
    assert (based.status_code, based.json()["errors"][0]["field"]) == (422, "based_on")


async def test_a_queue_with_callers_in_line_cannot_be_taken_away(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    call = await house.ring()
    n = (await _draft(adam, a_text().replace("support", "help")))["n"]
    refused = await _activate(adam, n)
    assert (refused.status_code, refused.json()["queue"], refused.json()["calls"]) == (409, "support", [call.id])
    assert (await _json(adam, "config"))["n"] == 1


async def test_a_file_of_a_mebibyte_is_taken_and_a_larger_one_is_not(adam: httpx.AsyncClient) -> None:
    text = a_text(GOLD)
    filled = text + "# ż\n" * ((1024 * 1024 - len(text.encode())) // 5)
    checked = await adam.post("/api/v1/config/check", json={"text": filled})
    assert (checked.status_code, checked.json()["problems"]) == (200, [])
    too_long = await adam.post("/api/v1/config/versions", json={"text": "#" * (1024 * 1024 + 1)})
    assert too_long.status_code == 422
    assert (await adam.post("/api/v1/config/check", content=b" " * (4 * 1024 * 1024 + 1))).status_code == 413


@pytest.mark.parametrize("text", ["", "\0", "x: \ud800", "a: [", "null", "\ufeffskills: []"])
async def test_no_text_breaks_anything(adam: httpx.AsyncClient, text: str) -> None:
    body = (
        httpx.Request("POST", "http://x", json={"text": text}).content
        if "\ud800" not in text
        else b'{"text":"\\ud800"}'
    )
    for path in ("config/check", "config/versions"):
        answer = await adam.post(f"/api/v1/{path}", content=body, headers={"content-type": "application/json"})
        assert answer.status_code in {200, 201, 422}, answer.text
