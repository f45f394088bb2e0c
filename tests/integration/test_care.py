"""What needs care over HTTP and in SQL: found from real decisions, gone once mended, bounded on many calls."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, event

from cti.record.configs import ConfigVersions
from cti.record.database import Database
from cti.record.rule_figures import (
    active_texts,
    calls_since,
    failed_decisions,
    last_asked,
    last_taken,
    newest_documents,
)
from tests.integration.test_record_calls import put, put_call
from tests.support.configuration import a_route, a_text
from tests.support.desk_app import JAN, NUMBERS, DeskHouse
from tests.support.eventually import eventually
from tests.support.transitions import a_transition

Shape = dict[str, Any]
GOLD = a_route("queue: support", when="caller.tier == 'gold'", name="gold")
SEATS = a_route("queue: sales", when="caller.seats == '9'", name="seats")


# In SQL


async def _put_decision(database: Database, call: str, at: int, kind: str = "routed", **data: object) -> None:
    await put(database, a_transition(call=call, seq=at, at=at, kind=kind, data=data, summary={}))


async def test_the_last_call_of_each_rule_is_found_by_one_seek_each(database: Database) -> None:
    for n, rule in enumerate(("gold", "gold", "other", None)):
        await put_call(database, f"c{n}", rule=rule, arrived_ms=100 + n)
    names = ["gold", "never", *(f"r{n}" for n in range(450))]
    assert await database.read(lambda connection: last_taken(connection, names)) == {"gold": 101}
    assert await database.read(lambda connection: calls_since(connection, 101)) == 3
    assert await database.read(lambda connection: last_taken(connection, [])) == {}


async def test_a_rule_that_only_asks_is_found_by_its_questions(database: Database) -> None:
    await _put_decision(database, "c1", 50, "asked", rule="menu", version=1, problems=[])
    await _put_decision(database, "c2", 70, "asked", rule="menu", version=1, problems=[])
    await _put_decision(database, "c3", 90, "routed", rule="other", version=1, problems=[])
    assert await database.read(lambda connection: last_asked(connection, 60)) == {"menu": 70}
    assert await database.read(lambda connection: last_asked(connection, 71)) == {}
    assert await database.read(lambda connection: last_asked(connection, 60, looked_at=1)) == {}


async def test_decisions_in_which_a_condition_failed_are_found(database: Database) -> None:
    await _put_decision(database, "c1", 10, rule="x", version=3, problems=["gold: no"])
    await _put_decision(database, "c2", 20, rule="x", version=3, problems=[])
    await _put_decision(database, "c3", 30, rule="x", version=3, again=True)
    await _put_decision(database, "c4", 40, "blocked", rule="x", version=4, problems=["gold: no", "silver: no"])
    await _put_decision(database, "c5", 50, "decision", problems=["not one of these"])
    found = await database.read(lambda connection: failed_decisions(connection, 5))
    assert [(each.at_ms, each.version, each.problems) for each in found] == [
        (40, 4, ("gold: no", "silver: no")),
        (10, 3, ("gold: no",)),
    ]
    assert len(await database.read(lambda connection: failed_decisions(connection, 11))) == 1
    assert await database.read(lambda connection: failed_decisions(connection, 5, looked_at=1)) == found[:1]


async def test_the_texts_that_were_active_go_back_to_the_begin_of_the_period(database: Database) -> None:
    versions = ConfigVersions(database)
    for at_ms, words in ((10, "a"), (20, "b"), (30, "c")):
        n = await versions.add(words, author="t", comment="", at_ms=at_ms)
        await versions.activate(n, by="t", at_ms=at_ms)
    await versions.activate(1, by="t", at_ms=40)

    async def since(ms: int) -> list[tuple[int, int, str]]:
        found = await database.read(lambda connection: active_texts(connection, ms))
        return [(each.n, each.since_ms, each.text) for each in found]

    assert await since(25) == [(1, 40, "a"), (3, 30, "c"), (2, 20, "b")]
    assert await since(50) == [(1, 40, "a")]


async def test_the_newest_calls_are_read_newest_first(database: Database) -> None:
    for n in range(4):
        await put_call(database, f"c{n}", rule=f"r{n}" if n else None, arrived_ms=100 + n, doc=f"{n}")
    found = await database.read(lambda connection: newest_documents(connection, 102, limit=5))
    assert found == [("r3", "3"), ("r2", "2")]


@pytest.mark.parametrize("sql_url", ["sqlite"], indirect=True)
async def test_every_question_to_the_record_goes_by_an_index(database: Database) -> None:
    plans: list[str] = []

    def work(connection: Connection) -> None:
        asked: list[tuple[str, Any]] = []

        def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
            asked.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", note)
        calls_since(connection, 1)
        last_taken(connection, ["gold"])
        last_asked(connection, 1)
        failed_decisions(connection, 1)
        newest_documents(connection, 1, limit=10)
        event.remove(connection, "before_cursor_execute", note)
        for statement, parameters in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(str(row[3]) for row in rows)

    await database.read(work)
    assert [plan for plan in plans if plan.startswith("SCAN calls") or plan.startswith("SCAN call_events")] == []
    for index in ("ix_calls_rule_arrived", "ix_calls_arrived", "ix_call_events_decided"):
        assert any(index in plan for plan in plans), plans


# Over HTTP


@pytest.fixture
async def adam(house: DeskHouse) -> httpx.AsyncClient:
    return await house.log_in("adam")


async def _care(client: httpx.AsyncClient) -> Shape:
    answer = await client.get("/api/v1/care")
    assert answer.status_code == 200, answer.text
    body: Shape = answer.json()
    return body


async def _found(client: httpx.AsyncClient, kind: str) -> list[Shape]:
    return [each for each in (await _care(client))["findings"] if each["kind"] == kind]


async def _is_recorded(house: DeskHouse, *calls: str) -> None:
    async def so() -> bool:
        return None not in {await house.parts.recorded.document(call) for call in calls}

    await eventually(so)


async def test_a_condition_that_failed_is_found_and_gone_once_it_is_mended(
    house: DeskHouse, adam: httpx.AsyncClient
) -> None:
    await house.apply(a_text(GOLD + SEATS, more=NUMBERS))
    calls = [await house.ring(JAN), await house.ring()]
    await _is_recorded(house, *(call.id for call in calls))
    [failed] = await _found(adam, "condition_failed")
    assert failed["subject"] == "seats"
    assert failed["mend"] == {"room": "rules", "id": 1}
    assert failed["detail"] | {"message": "there is no field seats", "count": 2} == failed["detail"]
    assert failed["detail"]["last_at"] >= failed["since"]
    never = {each["subject"]: each["detail"]["calls"] for each in await _found(adam, "rule_never_matched")}
    assert never == {"gold": 2, "seats": 2}, "the calls by hand are routed without what is known of the caller"
    await house.apply(
        a_text(GOLD + SEATS.replace("caller.seats ==", "has(caller.seats) && caller.seats =="), more=NUMBERS)
    )
    assert await _found(adam, "condition_failed") == []


async def test_an_unmet_demand_says_what_is_asked_and_whom_it_keeps_waiting(
    house: DeskHouse, adam: httpx.AsyncClient
) -> None:
    route = "queue: support, needs: {support: 3}"
    await house.apply(a_text(a_route(route, when="call.to != null", name="good ones")))
    await house.ready("bo")
    await house.ring()
    [unmet] = await _found(adam, "demand_unmet")
    assert (unmet["subject"], unmet["mend"]) == ("good ones", {"room": "reps", "id": None})
    assert unmet["detail"] == {
        **{"queues": ["support"], "needs": {"support": 3}, "met_after_s": None, "waiting": 1, "rule_id": 0},
    }
    assert (await _care(adam))["counts"].get("nobody_on_duty") is None


async def test_an_unmet_demand_says_after_what_wait_somebody_meets_it(
    house: DeskHouse, adam: httpx.AsyncClient
) -> None:
    steps = "steps: [{after: 10s, needs: {support: 4}}, {after: 30s, needs: {support: 1}}]"
    await house.apply(a_text(a_route(f"queue: support, needs: {{support: 3}}, {steps}", when="call.to != null")))
    await house.ready("bo")
    [unmet] = await _found(adam, "demand_unmet")
    assert (unmet["detail"]["met_after_s"], unmet["detail"]["waiting"]) == (30.0, 0)


async def test_while_nobody_is_on_duty_that_alone_is_said(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    await house.ring()
    view = await _care(adam)
    [first, *others] = view["findings"]
    assert (first["kind"], first["detail"]) == ("nobody_on_duty", {"reps": 3, "waiting": 1})
    assert "demand_unmet" not in {each["kind"] for each in others}
    assert (view["days"], view["version"]) == (30, 1)


async def test_supervisors_see_all_but_accounts(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    sue = await house.bearer("sue")
    kinds = {each["kind"] for each in (await _care(sue))["findings"]}
    assert "rep_without_user" in kinds
    assert "token_ends" not in kinds
    assert "user_without_rep" not in kinds
    [without] = await _found(adam, "rep_without_user")
    assert (without["subject"], without["detail"]) == ("cy", {"name": "cy"})


async def test_a_rule_that_another_shadows_is_found_without_any_call(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    shadow = a_route("queue: sales", when="\"caller.tier == 'gold' && call.to == '+15550101'\"", name="gold sales")
    await house.apply(a_text(GOLD + shadow, more=NUMBERS))
    [found] = await _found(adam, "rule_shadowed")
    assert (found["subject"], found["detail"]["by"], found["detail"]["always"]) == ("gold sales", "gold", True)
    assert await _found(adam, "rule_never_matched") == []
    [number] = await _found(adam, "number_without_rule")
    assert number["subject"] == "+15550100"
