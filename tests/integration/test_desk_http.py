"""A rep's own things over HTTP: log-in, status, offers, calls; real Valkey, SQLite and accounts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import jwt
from redis.asyncio import Redis

from cti.calls.model import CallState
from cti.desk.parts import DoorSettings
from tests.support.configuration import a_text
from tests.support.desk_app import EWA, JAN, PASSWORD, DeskHouse, a_desk_house
from tests.support.eventually import eventually


async def test_a_rep_logs_in_and_sees_an_idle_desk(house: DeskHouse) -> None:
    client = house.client()
    answer = await client.post("/api/v1/session", json={"email": "ANA@example.com", "password": PASSWORD})
    assert answer.json() == {
        "id": answer.json()["id"],
        "email": "ana@example.com",
        "name": "Ana",
        "role": "rep",
        "rep": {"id": "ana", "name": "Ana Perez"},
    }
    me = (await client.get("/api/v1/me")).json()
    assert (me["status"], me["connected"], me["offer"], me["call"]) == ("offline", False, None, None)
    assert me["queues"] == [
        {"id": "support", "waiting": 0, "longest_since": None},
        {"id": "sales", "waiting": 0, "longest_since": None},
    ]
    assert {"id": "resolved", "label": "Resolved"} in me["dispositions"]
    assert me["simulated"] is False
    assert me["server_time"].endswith("Z")


async def test_a_wrong_password_and_an_unknown_address_are_answered_alike(house: DeskHouse) -> None:
    client = house.client()
    wrong = await client.post("/api/v1/session", json={"email": "ana@example.com", "password": "not it at all"})
    unknown = await client.post("/api/v1/session", json={"email": "who@example.com", "password": "not it at all"})
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert wrong.status_code == 401
    assert wrong.headers["content-type"] == "application/problem+json"
    assert "set-cookie" not in wrong.headers


async def test_too_many_attempts_are_told_when_to_come_back(house: DeskHouse) -> None:
    client = house.client()
    for _ in range(10):
        await client.post("/api/v1/session", json={"email": "ana@example.com", "password": "not it at all"})
    answer = await client.post("/api/v1/session", json={"email": "ana@example.com", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


async def test_the_cookie_is_out_of_reach_of_scripts_and_gone_after_the_log_out(house: DeskHouse) -> None:
    client = house.client()
    answer = await client.post("/api/v1/session", json={"email": "ana@example.com", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("cti_session=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    kept = dict(client.cookies)
    assert (await client.delete("/api/v1/session")).status_code == 204
    assert not client.cookies
    stolen = await client.get("/api/v1/me", headers={"cookie": f"cti_session={kept['cti_session']}"})
    assert stolen.status_code == 401


async def test_on_https_the_cookie_is_bound_to_host_and_https(
    redis: Redis, desk_template: Path, tmp_path: Path
) -> None:
    settings = DoorSettings(public_url="https://calls.example.com")
    async with a_desk_house(redis, desk_template, tmp_path, settings=settings) as house:
        client = house.client(origin="https://calls.example.com")
        answer = await client.post("/api/v1/session", json={"email": "ana@example.com", "password": PASSWORD})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-cti_session=")
        assert "Secure" in cookie
        assert "Path=/" in cookie


async def test_the_own_password_is_changed_by_showing_the_old_one(house: DeskHouse) -> None:
    ana, other = await house.log_in("ana"), await house.log_in("ana")
    wrong = await ana.put("/api/v1/me/password", json={"current": "not it at all", "new": "another good one"})
    weak = await ana.put("/api/v1/me/password", json={"current": PASSWORD, "new": "short"})
    assert (wrong.status_code, weak.status_code) == (403, 422)
    assert weak.json()["errors"][0]["field"] == "new"
    assert "short" not in weak.json()["errors"][0]["message"].replace("at least", "")
    right = await ana.put("/api/v1/me/password", json={"current": PASSWORD, "new": "another good one"})
    assert right.status_code == 204
    assert (await ana.get("/api/v1/me")).status_code == 200
    assert (await other.get("/api/v1/me")).status_code == 401


async def test_status_is_set_with_a_reason(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    answer = await ana.put("/api/v1/me/status", json={"status": "away", "reason": "lunch"})
    assert (answer.status_code, answer.json()["status"], answer.json()["reason"]) == (200, "away", "lunch")
    assert (await ana.put("/api/v1/me/status", json={"status": "on_call"})).status_code == 422


async def test_where_the_configuration_lists_away_reasons_no_other_is_taken(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    assert (await ana.get("/api/v1/me")).json()["away_reasons"] is None
    await house.apply(a_text(more="away_reasons: [Lunch, {id: training, label: In training}]\n"))
    assert (await ana.get("/api/v1/me")).json()["away_reasons"] == [
        {"id": "lunch", "label": "Lunch"},
        {"id": "training", "label": "In training"},
    ]

    async def away(reason: str | None) -> httpx.Response:
        return await ana.put("/api/v1/me/status", json={"status": "away", "reason": reason})

    refused = await away("doctor")
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"field": "reason", "message": "not one of the configuration's away reasons: lunch, training"}
    ]
    assert [(await away(reason)).status_code for reason in ("training", None, "softphone")] == [200, 200, 200]


async def test_becoming_available_takes_the_call_that_waits(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    call = await house.ring(JAN)
    assert call.state is CallState.WAITING
    await house.parts.matcher.touch_socket("ana", "tab")
    answer = await ana.put("/api/v1/me/status", json={"status": "available"})
    assert answer.json()["status"] == "reserved"
    me = (await ana.get("/api/v1/me")).json()
    assert me["offer"]["call"]["id"] == call.id
    assert me["offer"]["caller"]["contacts"][0]["owner_name"] == "Bo Lind"


async def test_the_voice_token_is_for_this_rep(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    answer = (await ana.post("/api/v1/me/voice-token")).json()
    assert answer["provider"] == "twilio"
    claims = jwt.decode(answer["token"], options={"verify_signature": False})
    assert claims["grants"]["identity"] == "ana"


async def test_on_a_simulated_line_the_token_says_where_the_emulator_is(
    redis: Redis, desk_template: Path, tmp_path: Path
) -> None:
    settings = DoorSettings(public_url="http://127.0.0.1", simulated=True, emulator_url="http://127.0.0.1:8100")
    async with a_desk_house(redis, desk_template, tmp_path, settings=settings) as house:
        ana = await house.log_in("ana")
        answer = (await ana.post("/api/v1/me/voice-token")).json()
        assert (answer["provider"], answer["url"]) == ("emulator", "http://127.0.0.1:8100")
        assert (await ana.get("/api/v1/me")).json()["simulated"] is True


async def _offered(house: DeskHouse, client: httpx.AsyncClient, *, rep: str = "ana") -> tuple[str, str]:
    """(offer, call) of a call that rings at the rep's."""
    await house.ready(rep)
    await house.ring(JAN)
    offer = (await client.get("/api/v1/me")).json()["offer"]
    return offer["offer"]["id"], offer["call"]["id"]


async def test_an_offer_is_accepted_once_by_one_tab(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    offer, call = await _offered(house, ana)
    first = await ana.post(f"/api/v1/offers/{offer}/accept", json={"client_id": "tab-1"})
    again = await ana.post(f"/api/v1/offers/{offer}/accept", json={"client_id": "tab-1"})
    other = await ana.post(f"/api/v1/offers/{offer}/accept", json={"client_id": "tab-2"})
    assert (first.status_code, first.json()) == (200, {"state": "connecting"})
    assert (again.status_code, again.json()) == (200, {"state": "connecting"})
    assert other.status_code == 409
    assert (other.json()["state"], other.json()["reason"]) == ("connecting", "accepted_elsewhere")
    me = (await ana.get("/api/v1/me")).json()
    assert (me["status"], me["offer"], me["call"]["id"], me["call"]["state"]) == ("on_call", None, call, "connecting")


async def test_of_ten_tabs_at_once_exactly_one_wins(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    offer, _ = await _offered(house, ana)
    tabs = [ana.post(f"/api/v1/offers/{offer}/accept", json={"client_id": f"tab-{n}"}) for n in range(10)]
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*tabs))
    assert statuses == [200] + [409] * 9


async def test_an_accept_needs_no_body(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    offer, _ = await _offered(house, ana)
    assert (await ana.post(f"/api/v1/offers/{offer}/accept")).status_code == 200


async def test_another_reps_offer_is_not_there(house: DeskHouse) -> None:
    ana, bo = await house.log_in("ana"), await house.log_in("bo")
    offer, call = await _offered(house, ana)
    for path in (f"offers/{offer}/accept", f"offers/{offer}/decline", "offers/o1-99/accept", f"calls/{call}/hangup"):
        answer = await bo.post(f"/api/v1/{path}")
        assert (path, answer.status_code) == (path, 404)
        assert "state" not in answer.json()
    assert (await house.call(call)).state is CallState.OFFERED


async def test_a_decline_hands_the_call_on_and_may_be_repeated(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    offer, call = await _offered(house, ana)
    first = await ana.post(f"/api/v1/offers/{offer}/decline", json={"reason": "busy"})
    again = await ana.post(f"/api/v1/offers/{offer}/decline", json={"reason": "busy"})
    late = await ana.post(f"/api/v1/offers/{offer}/accept", json={})
    assert (first.status_code, again.status_code, late.status_code) == (200, 200, 409)
    assert late.json()["state"] == "waiting"
    assert (await house.call(call)).state is CallState.WAITING


async def test_a_decline_after_the_accept_came_too_late(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    offer, _ = await _offered(house, ana)
    await ana.post(f"/api/v1/offers/{offer}/accept")
    answer = await ana.post(f"/api/v1/offers/{offer}/decline")
    assert (answer.status_code, answer.json()["state"]) == (409, "connecting")


async def _talking(house: DeskHouse, ana: httpx.AsyncClient) -> str:
    offer, call = await _offered(house, ana)
    await ana.post(f"/api/v1/offers/{offer}/accept")
    await house.connect_legs(await house.call(call))
    return call


async def test_a_rep_hangs_up_and_files_the_wrap_up(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    call = await _talking(house, ana)
    early = await ana.post(f"/api/v1/calls/{call}/wrap-up", json={"disposition": "resolved", "notes": ""})
    assert (early.status_code, early.json()["state"]) == (409, "talking")
    over = [await ana.post(f"/api/v1/calls/{call}/hangup") for _ in range(2)]
    assert [(one.status_code, one.json()["state"]) for one in over] == [(200, "wrap_up")] * 2
    form = {"disposition": "resolved", "notes": "Sent the price list."}
    filed = [await ana.post(f"/api/v1/calls/{call}/wrap-up", json=form) for _ in range(2)]
    assert [(one.status_code, one.json()["state"]) for one in filed] == [(200, "ended")] * 2
    assert (await ana.get("/api/v1/me")).json()["status"] == "available"


async def test_a_form_is_checked(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    call = await _talking(house, ana)
    await ana.post(f"/api/v1/calls/{call}/hangup")
    unknown = await ana.post(f"/api/v1/calls/{call}/wrap-up", json={"disposition": "bored", "notes": ""})
    long = await ana.post(f"/api/v1/calls/{call}/wrap-up", json={"disposition": "resolved", "notes": "x" * 10_001})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "disposition")
    assert (long.status_code, long.json()["errors"][0]["field"]) == (422, "notes")


async def test_a_draft_is_kept_until_it_is_filed(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    call = await _talking(house, ana)
    draft = {"disposition": None, "notes": "Asked for"}
    assert (await ana.put(f"/api/v1/calls/{call}/draft", json=draft)).status_code == 204
    assert (await ana.get("/api/v1/me")).json()["call"]["draft"] == draft
    await ana.post(f"/api/v1/calls/{call}/hangup")
    await ana.post(f"/api/v1/calls/{call}/wrap-up", json={"disposition": "resolved", "notes": "Asked for it"})

    async def dropped() -> bool:
        return await house.parts.drafts.get(call, "ana") is None

    await eventually(dropped)

    late = await ana.put(f"/api/v1/calls/{call}/draft", json=draft)
    assert (late.status_code, late.json()["state"], late.json()["reason"]) == (409, "ended", "filed")
    assert await dropped()


async def test_what_was_typed_and_not_filed_in_time_is_found_again(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    call = await _talking(house, ana)
    await ana.put(f"/api/v1/calls/{call}/draft", json={"disposition": "resolved", "notes": "Asked for"})
    await ana.post(f"/api/v1/calls/{call}/hangup")
    await ana.put("/api/v1/me/status", json={"status": "available"})

    async def found() -> list[dict[str, object]]:
        drafts: list[dict[str, object]] = (await ana.get("/api/v1/me/drafts")).json()["drafts"]
        return drafts

    async def listed() -> bool:
        return [(one["call_id"], one["caller_name"], one["notes"]) for one in await found()] == [
            (call, "Jan Kowalski", "Asked for")
        ]

    await eventually(listed)
    await ana.post(f"/api/v1/calls/{call}/wrap-up", json={"disposition": "resolved", "notes": "Asked for it"})

    async def gone() -> bool:
        return await found() == []

    await eventually(gone)


async def test_a_form_that_comes_after_the_rep_is_free_is_kept_and_changes_no_status(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    call = await _talking(house, ana)
    await ana.post(f"/api/v1/calls/{call}/hangup")
    free = await ana.put("/api/v1/me/status", json={"status": "available"})
    assert free.json()["status"] == "available"
    assert (await house.call(call)).state is CallState.ENDED
    await ana.put("/api/v1/me/status", json={"status": "away"})
    late = await ana.post(f"/api/v1/calls/{call}/wrap-up", json={"disposition": "other", "notes": "late"})
    assert (late.status_code, late.json()["state"]) == (200, "ended")
    assert (await ana.get("/api/v1/me")).json()["status"] == "away"
    filed = (await house.call(call)).wrap_up
    assert filed
    assert filed.notes == "late"


async def test_available_in_wrap_up_overrules_what_was_asked_for_before(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    call = await _talking(house, ana)
    later = await ana.put("/api/v1/me/status", json={"status": "away", "reason": "lunch"})
    assert (later.json()["status"], later.json()["next_status"]) == ("on_call", "away")
    await ana.post(f"/api/v1/calls/{call}/hangup")
    free = await ana.put("/api/v1/me/status", json={"status": "available"})
    assert (free.json()["status"], free.json()["next_status"]) == ("available", None)


async def test_a_rep_chooses_among_several_contacts(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    await house.ready("ana")
    call = await house.ring(JAN, EWA)
    answer = await ana.post(f"/api/v1/calls/{call.id}/contact", json={"contact_id": "c-2"})
    assert (answer.status_code, answer.json()["match"]) == (200, "one")
    assert [contact["id"] for contact in answer.json()["contacts"]] == ["c-2"]
    unknown = await ana.post(f"/api/v1/calls/{call.id}/contact", json={"contact_id": "c-99"})
    assert unknown.status_code == 404
    assert (await house.call(call.id)).caller.contacts[0].id == "c-2"


async def _handed_on(house: DeskHouse, ana: httpx.AsyncClient, bo: httpx.AsyncClient) -> str:
    """A call that ana declined and bo accepted."""
    offer, call = await _offered(house, ana)
    await house.ready("bo")
    await ana.post(f"/api/v1/offers/{offer}/decline")
    second = (await bo.get("/api/v1/me")).json()["offer"]["offer"]["id"]
    assert (await bo.post(f"/api/v1/offers/{second}/accept")).status_code == 200
    return call


async def test_a_rep_who_let_a_call_pass_changes_nothing_on_the_colleagues_card(house: DeskHouse) -> None:
    ana, bo = await house.log_in("ana"), await house.log_in("bo")
    call = await _handed_on(house, ana, bo)
    chosen = await ana.post(f"/api/v1/calls/{call}/contact", json={"contact_id": "c-1"})
    draft = await ana.put(f"/api/v1/calls/{call}/draft", json={"disposition": None, "notes": "mine"})
    for answer in (chosen, draft):
        assert answer.status_code == 409
        assert (answer.json()["state"], answer.json()["reason"]) == ("connecting", "not_yours")
    card = (await bo.get("/api/v1/me")).json()["call"]["caller"]
    assert [contact["owner_name"] for contact in card["contacts"]] == ["Bo Lind"]
    assert await house.parts.drafts.get(call, "ana") is None
    own = await bo.post(f"/api/v1/calls/{call}/contact", json={"contact_id": "c-1"})
    assert own.status_code == 200


async def test_own_calls_and_those_that_passed_by_are_listed(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    call = await _talking(house, ana)
    await ana.post(f"/api/v1/calls/{call}/hangup")
    await ana.post(f"/api/v1/calls/{call}/wrap-up", json={"disposition": "resolved", "notes": ""})
    missed = await house.ring()
    await house.caller_hangs_up(missed)

    async def both() -> bool:
        calls = (await ana.get("/api/v1/me/calls")).json()["calls"]
        shown = [(one["id"], one["missed"], one["outcome"], one["caller_name"]) for one in calls]
        return shown == [
            (missed.id, True, "caller_left", None),
            (call, False, "completed", "Jan Kowalski"),
        ]

    await eventually(both)


async def test_a_call_that_left_the_line_is_missed_by_the_callers_owner(house: DeskHouse) -> None:
    bo = await house.log_in("bo")
    call = await house.ring(JAN)
    await house.caller_hangs_up(call)

    async def shown() -> bool:
        calls = (await bo.get("/api/v1/me/calls")).json()["calls"]
        return [(one["id"], one["missed"], one["outcome"]) for one in calls] == [(call.id, True, "abandoned")]

    await eventually(shown)


async def test_a_body_above_64_kib_is_refused_however_it_is_sent(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    plain = await ana.put("/api/v1/me/status", json={"status": "away", "reason": "x" * 70_000})

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1_000

    chunked = await ana.put("/api/v1/me/status", content=chunks(), headers={"content-type": "application/json"})
    assert (plain.status_code, chunked.status_code) == (413, 413)
    assert plain.headers["content-type"] == "application/problem+json"


async def test_every_error_is_a_problem_document_that_repeats_nothing(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    answers = [
        await ana.get("/api/v1/nowhere"),
        await ana.patch("/api/v1/me"),
        await ana.put("/api/v1/me/status", content=b"{broken", headers={"content-type": "application/json"}),
        await ana.put("/api/v1/me/password", json={"current": "s3cret-s3cret", "new": {"x": "s3cret-s3cret"}}),
    ]
    assert [answer.status_code for answer in answers] == [404, 405, 422, 422]
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert {"type", "title", "status", "detail"} <= body.keys()
        assert body["status"] == answer.status_code
        assert "s3cret" not in answer.text


async def test_while_the_floor_is_rebuilt_people_are_asked_to_come_back(house: DeskHouse) -> None:
    ana = await house.log_in("ana")
    await house.parts.redis.delete("{main}:floor")
    answer = await ana.get("/api/v1/me")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
