"""Who would get a call, and why not another: on the live floor, with no effect."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cti.calls.events import OfferAccepted
from cti.record.memory import CallerMemory
from routing.model import RepId, RepStatus
from tests.support.configuration import FLOOR, a_route, a_text
from tests.support.desk_app import DeskHouse
from tests.support.eventually import eventually
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


async def test_rules_see_the_language_of_the_line_that_would_be_called(
    house: DeskHouse, sue: httpx.AsyncClient
) -> None:
    rule = a_route("queue: sales", when="'call.language == \"es\"'", name="in spanish")
    await house.apply(a_text(rule, more='numbers: [{number: "+1 555 0100", language: es}]\n'))
    asked = {"from": "+15551230009"}
    assert (await would(sue, **asked))["rule"] == "in spanish"
    assert (await would(sue, **asked, to="+15550101"))["rule"] == "everyone else"
    assert (await would(sue, **asked, caller={"language": "en"}))["rule"] == "everyone else"


async def test_what_is_remembered_of_the_caller_counts_as_it_would(house: DeskHouse, sue: httpx.AsyncClient) -> None:
    rule = a_route("queue: support, prefer_rep: {who: last}", when="'caller.last == \"bo\" && call.attempts == 1'")
    await house.apply(a_text(rule))
    await house.ready("bo")
    bo = await house.log_in("bo")
    talked = await house.ring()
    assert talked.offer is not None
    await bo.post(f"/api/v1/offers/{talked.offer.id}/accept", json={})
    await house.connect_legs(await house.call(talked.id))
    await house.caller_hangs_up(await house.ring())

    async def remembered() -> bool:
        said = await would(sue, **{"from": talked.caller.number})
        return (said["rule"], said["decision"]["prefer"]) == ("first", "busy")

    await eventually(remembered)


async def test_when_it_is_closed_nobody_would_get_the_call_and_the_end_is_said(
    house: DeskHouse, sue: httpx.AsyncClient
) -> None:
    await house.ready("ana")
    rule = a_route("queue: support, closing: {hours: never, then: voicemail}", when="'call.to == \"+15550100\"'")
    await house.apply(a_text(rule, more="hours: {never: {timezone: UTC, open: {}}}\n"))
    said = await would(sue)
    assert (said["course"], said["rule"], said["then"], said["rep"]) == ("closed", "first", "voicemail", None)


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


async def test_of_a_preferred_rep_who_need_not_qualify_it_is_not_said_that_they_lack_something(
    house: DeskHouse, sue: httpx.AsyncClient
) -> None:
    prefer = "prefer_rep: {who: bo, must_qualify: false, wait: 20s}"
    await house.apply(a_text(a_route(f"queue: support, needs: {{billing: 1}}, {prefer}", when="'call.to != null'")))
    assert (await would(sue, rep="bo"))["why_not"]["reason"] == "offline"
    call = await house.ring()
    assert (await sue.get(f"/api/v1/calls/{call.id}/why-not/bo")).json()["reason"] == "offline"
    assert (await would(sue, rep="ana"))["why_not"]["reason"] == "lacks"
    await house.ready("bo")
    assert (await would(sue, rep="bo"))["why_not"]["reason"] == "reserved"
    assert (await house.call(call.id)).offer is not None


async def test_who_spoke_with_the_caller_last_and_how_often_they_tried_counts_as_in_a_real_call(
    house: DeskHouse, sue: httpx.AsyncClient
) -> None:
    first = a_route("queue: sales", when="'call.attempts > 0'", name="tried before")
    last = a_route("queue: support, prefer_rep: {who: last, wait: 20s}", when="'call.to != null'", name="returning")
    await house.apply(a_text(last))
    await house.ready("cy")
    talk = await house.ring()
    assert talk.offer is not None
    cy = talk.offer
    await house.tell(talk.id, OfferAccepted(offer=cy.id, rep=cy.rep, client_id="tab"))
    await house.caller_hangs_up(await house.connect_legs(await house.call(talk.id)))
    await house.parts.conductor.take_up(await house.parts.matcher.free(cy.rep, talk.id))
    await house.ready("ana")

    async def spoken_with() -> bool:
        return await CallerMemory(house.parts.database).last_rep("+48600100200") == cy.rep

    await eventually(spoken_with)
    said = await would(sue)
    assert (said["rep"], said["decision"]["how"]) == (cy.rep, "preferred")
    assert (await would(sue, caller={"last": "ana"}))["rep"] == "ana"
    await house.apply(a_text(first + last))
    assert (await would(sue))["rule"] == "returning"
    await house.parts.matcher.set_status(RepId("ana"), RepStatus.AWAY)
    await house.parts.matcher.set_status(RepId("cy"), RepStatus.AWAY)
    await house.caller_hangs_up(await house.ring())

    async def tried() -> bool:
        return await CallerMemory(house.parts.database).attempts("+48600100200", 0) == 1

    await eventually(tried)
    assert (await would(sue))["rule"] == "tried before"


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


async def test_of_a_call_that_is_over_it_is_said_for_each_decision_why_a_rep_did_not_get_it(
    house: DeskHouse, sue: httpx.AsyncClient
) -> None:
    await house.apply(a_text(a_route("queue: support, needs: {support: 3}", when="'call.to != null'")))
    await house.ready("ana")
    first = await house.ring()
    ana = await house.log_in("ana")
    assert first.offer is not None
    await ana.post(f"/api/v1/offers/{first.offer.id}/decline", json={"reason": "lunch"})
    await house.ready("cy")
    taken = (await house.call(first.id)).offer
    assert taken is not None
    assert taken.rep == "cy"
    await house.caller_hangs_up(first)
    await house.apply(a_text(a_route("queue: support", when="'call.to != null'")))

    async def why(rep: str) -> Shape:
        answer = await sue.get(f"/api/v1/calls/{first.id}/why-not/{rep}")
        assert answer.status_code == 200, answer.text
        found: Shape = answer.json()
        return found

    async def recorded() -> bool:
        timeline = await house.parts.recorded.timeline(first.id)
        return bool(timeline) and timeline[-1].kind == "ended"

    await eventually(recorded)
    about = await why("ana")
    assert [one["reason"] for one in about["decisions"]] == ["chosen", "declined", "declined"]
    assert (about["reason"], about["text"]) == ("declined", "Ana Perez had declined this call.")
    assert (await why("cy"))["reason"] == "chosen"
    assert (await why("bo"))["text"] == "Bo Lind lacked support at 3 or more (had 2)."
    assert (await why("gus"))["text"] == "Configuration 2, which counted then, has no rep gus."


async def test_of_a_rep_who_talked_with_another_caller_then_it_is_said_so(
    house: DeskHouse, sue: httpx.AsyncClient
) -> None:
    await house.ready("ana")
    other = await house.ring()
    ana = await house.log_in("ana")
    assert other.offer is not None
    await ana.post(f"/api/v1/offers/{other.offer.id}/accept", json={})
    call = await house.ring()
    await house.caller_hangs_up(call)

    async def answered() -> Shape | None:
        answer = await sue.get(f"/api/v1/calls/{call.id}/why-not/ana")
        found: Shape = answer.json()
        return found if answer.status_code == 200 and found["reason"] != "never_decided" else None

    about = await eventually(answered)
    assert (about["reason"], about["text"]) == ("on_call", "Ana Perez was on a call.")
    missing = (await sue.get(f"/api/v1/calls/{call.id}/why-not/bo")).json()
    assert missing["text"] == "Bo Lind qualified and was not free; whether away, offline or busy is not on record."


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


DRAFT = a_text(
    a_route("queue: sales, needs: {sales: 4}, steps: [{after: 30s, needs: {}}]", when="'caller.tier == \"gold\"'")
)


async def test_a_drafts_rules_and_skills_are_tried_on_the_live_floor_and_nothing_has_changed(
    house: DeskHouse, sue: httpx.AsyncClient
) -> None:
    await house.ready("ana")
    await house.ready("bo")
    before = await dump_floor(house.parts.redis)
    said = await would(sue, text=DRAFT, caller={"tier": "gold"}, everybody=True)
    assert await dump_floor(house.parts.redis) == before
    assert (said["rule"], said["version"], said["queue"], said["rep"]) == ("first", None, "sales", "bo")
    assert said["plan"]["steps"] == [{"after_s": 30.0, "needs": {}}]
    assert said["decision"]["lacking"] == {"sales>=4": 1}
    assert [(each["rep"], each["reason"]) for each in said["everybody"]] == [
        ("bo", "chosen"),
        ("ana", "lacks"),
        ("cy", "queue"),
    ]
    assert (await would(sue, caller={"tier": "gold"}))["rule"] == "everyone else"


async def test_it_is_said_why_the_rules_before_were_not_taken(sue: httpx.AsyncClient) -> None:
    said = await would(sue, text=DRAFT, caller={"tier": "silver"})
    assert said["rule"] == "everyone else"
    part = {"text": 'caller.tier == "gold"', "saw": {"caller.tier": "silver"}, "problem": None}
    assert said["passed_over"] == [{"index": 0, "rule": "first", "asked": False, "parts": [part]}]
    assert said["facts"]["caller"] == {"match": "one", "tier": "silver"}


@pytest.mark.parametrize("strategy", ["best_fit", "longest_idle", "round_robin", "least_occupied", "least_flexible"])
async def test_the_active_text_as_a_draft_is_decided_as_the_floor_decides(
    house: DeskHouse, sue: httpx.AsyncClient, strategy: str
) -> None:
    floor = FLOOR.replace("{id: support,", f"{{id: support, strategy: {strategy},")
    rule = a_route("queue: support, needs: {support: 2}, prefer_rep: {who: cy, wait: 20s}", when="'call.to != null'")
    text = a_text(rule, floor=floor)
    await house.apply(text)
    await house.ready("bo")
    assert (await house.ring()).offer is not None
    await house.ready("ana")
    await house.parts.matcher.set_status(RepId("cy"), RepStatus.AWAY)
    live = await would(sue, everybody=True)
    drafted = await would(sue, text=text, everybody=True)
    for said in (live, drafted):
        del said["decision"]["skills_of_version"], said["version"]
        said["decision"]["idle_ms"] //= 60_000
        said["reasons"] = len(said["reasons"])
    assert live["rep"] == "ana"
    assert live == drafted


async def test_a_draft_whose_tests_fail_can_be_tried_and_one_that_cannot_be_read_says_where(
    sue: httpx.AsyncClient,
) -> None:
    failing = "tests: [{name: t, call: {to: '+1'}, expect: {rep: bo}}]\n"
    assert (await would(sue, text=a_text(more=failing)))["rule"] == "everyone else"
    answer = await sue.post("/api/v1/routing/dry-run", json={**FROM_JAN, "text": a_text("  - {name: x}\n")})
    assert answer.status_code == 422
    first = answer.json()["problems"][0]
    assert (first["line"], first["field"]) == (10, "rules[0].route")


async def test_the_questions_of_menus_are_told_with_their_answers(sue: httpx.AsyncClient) -> None:
    menu = "  - {name: menu, ask: {say: Sales 1, keys: {1: sales}}}\n"
    said = await would(sue, text=a_text(menu), answers=["sales"])
    assert said["questions"] == [{"rule": "menu", "say": "Sales 1", "answer": "sales"}]
    assert said["passed_over"] == [{"index": 0, "rule": "menu", "asked": True, "parts": []}]
    assert (await would(sue, text=a_text(menu)))["questions"][0]["answer"] is None
