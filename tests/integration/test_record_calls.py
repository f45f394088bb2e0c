"""Questions about recorded calls, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from cti.record.call_model import CallFilters
from cti.record.calls import RecordedCalls
from cti.record.copying import store
from cti.record.database import Database
from cti.record.entries import Entry, read_entry
from cti.record.errors import BadCursor
from tests.support.transitions import a_summary, a_transition


async def put(database: Database, *transitions: dict[bytes, bytes]) -> None:
    entries = [read_entry("1-0", transition) for transition in transitions]
    assert all(isinstance(entry, Entry) for entry in entries), entries
    await database.run(partial(store, entries=[entry for entry in entries if isinstance(entry, Entry)]))


async def put_call(database: Database, call: str, *, seq: int = 1, epoch: int = 1, **columns: object) -> None:
    await put(database, a_transition(call=call, seq=seq, epoch=epoch, summary=a_summary(**columns)))


async def put_offer_ended(database: Database, call: str, rep: str, outcome: str, *, at: int, seq: int = 5) -> None:
    data = {"rep": rep, "outcome": outcome}
    await put(database, a_transition(call=call, seq=seq, at=at, kind="offer_ended", data=data, summary={}))


async def ids(database: Database, **filters: Any) -> list[str]:
    page = await RecordedCalls(database).list_calls(CallFilters(**filters))
    return [call.id for call in page.calls]


async def test_pages_follow_each_other_without_gap_or_repeat_while_calls_arrive(database: Database) -> None:
    for n in range(25):
        await put_call(database, f"c{n:02}", arrived_ms=1_000 + n // 3)
    found: list[str] = []
    cursor = None
    while True:
        page = await RecordedCalls(database).list_calls(CallFilters(), cursor=cursor, limit=10)
        found += [call.id for call in page.calls]
        await put_call(database, f"late{len(found)}", arrived_ms=9_999)
        if page.next is None:
            break
        cursor = page.next
    assert found == [f"c{n:02}" for n in reversed(range(25))]


async def test_calls_are_found_by_rule_outcome_and_period(database: Database) -> None:
    await put_call(database, "old", arrived_ms=1_000, rule="gold", state="ended", end_reason="completed")
    await put_call(database, "new", arrived_ms=2_000, rule="gold", state="ended", end_reason="abandoned")
    await put_call(database, "other", arrived_ms=3_000, rule="everyone else", state="waiting", end_reason=None)
    assert await ids(database, rule="gold") == ["new", "old"]
    assert await ids(database, outcome="abandoned") == ["new"]
    assert await ids(database, since_ms=2_000) == ["other", "new"]
    assert await ids(database, until_ms=2_000) == ["old"]
    assert await ids(database, state="waiting", since_ms=2_500) == ["other"]
    assert await ids(database, state="waiting", rule="gold") == []


@pytest.mark.parametrize("cursor", ["", "x", "%%%", "MTIz", "bm9uc2Vuc2U6YzE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk6YQ"])
async def test_a_cursor_that_we_never_gave_is_refused(database: Database, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await RecordedCalls(database).list_calls(CallFilters(), cursor=cursor)


async def test_filters_hold_all_at_once(database: Database) -> None:
    await put_call(database, "c1", rep="ana", queue="sales", state="ended")
    await put_call(database, "c2", rep="ana", queue="support", state="ended")
    await put_call(database, "c3", rep="bo", queue="sales", state="talking")
    assert await ids(database, rep="ana") == ["c2", "c1"]
    assert await ids(database, queue="sales", state="ended") == ["c1"]
    assert await ids(database, rep="nobody") == []


async def test_calls_are_found_by_name_number_and_id(database: Database) -> None:
    await put_call(database, "c1", caller_name="Ana 100% Perez", from_number="+48600100200")
    await put_call(database, "c2", caller_name=None, from_number="+15551234567", sid="CA77")
    assert await ids(database, q="perez") == ["c1"]
    assert await ids(database, q="100%") == ["c1"]
    assert await ids(database, q="600 100-200") == ["c1"]
    assert await ids(database, q="+1 (555) 123") == ["c2"]
    assert await ids(database, q="c2") == ["c2"]
    assert await ids(database, q="CA77") == ["c2"]
    assert await ids(database, q="%") == ["c1"]
    assert await ids(database, q="  ") == ["c2", "c1"]
    assert await ids(database, q="100 abc 555") == []
    assert await ids(database, q="per\0ez", rep="\0") == []


@pytest.mark.parametrize("sql_url", ["sqlite"], indirect=True)
async def test_names_are_found_in_any_case_beyond_ascii(database: Database) -> None:
    await put_call(database, "c1", caller_name="Żaneta Łoś")
    assert await ids(database, q="żaneta ł") == ["c1"]


async def test_one_call_and_its_time_line(database: Database) -> None:
    await put_call(database, "c1", notes="called back", waited_ms=7)
    await put(
        database,
        a_transition(call="c1", epoch=2, seq=1, at=30, kind="answered", data={"rep": "ana"}),
        a_transition(call="c1", epoch=1, seq=2, at=20, kind="offered"),
        a_transition(call="c2", epoch=1, seq=2, at=20, kind="offered"),
    )
    recorded = RecordedCalls(database)
    call = await recorded.call("c1")
    assert call is not None
    assert (call.notes, call.waited_ms, call.from_number) == ("called back", 7, "+48600100200")
    assert await recorded.call("unknown") is None
    assert await recorded.call("\0") is None
    timeline = await recorded.timeline("c1")
    assert [(entry.epoch, entry.seq, entry.kind) for entry in timeline] == [
        (1, 1, "routed"),
        (1, 2, "offered"),
        (2, 1, "answered"),
    ]
    assert timeline[-1].data == {"rep": "ana"}
    assert await recorded.timeline("unknown") == ()


async def test_a_reps_calls_are_the_newest_first_since_a_moment(database: Database) -> None:
    for n in range(5):
        await put_call(database, f"c{n}", rep="ana" if n else "bo", arrived_ms=n)
    calls = await RecordedCalls(database).calls_of_rep("ana", since_ms=2, limit=2)
    assert [call.id for call in calls] == ["c4", "c3"]


async def test_a_missed_call_is_shown_once_to_the_rep_who_let_it_pass(database: Database) -> None:
    await put_call(database, "c1", state="ended", rep="bo")
    await put_offer_ended(database, "c1", "ana", "expired", at=10)
    await put_offer_ended(database, "c1", "ana", "caller_left", at=20, seq=6)
    missed = await RecordedCalls(database).missed_of_rep("ana")
    assert [(call.call.id, call.at_ms, call.outcome) for call in missed] == [("c1", 20, "caller_left")]
    assert await RecordedCalls(database).missed_of_rep("bo") == ()


@pytest.mark.parametrize("outcome", ["declined", "withdrawn"])
async def test_an_offer_that_the_rep_has_seen_off_is_not_missed(database: Database, outcome: str) -> None:
    await put_call(database, "c1")
    await put_offer_ended(database, "c1", "ana", outcome, at=10)
    assert await RecordedCalls(database).missed_of_rep("ana") == ()


async def test_a_call_that_the_rep_took_in_the_end_is_not_missed(database: Database) -> None:
    await put_call(database, "c1", rep="ana")
    await put_offer_ended(database, "c1", "ana", "expired", at=10)
    assert await RecordedCalls(database).missed_of_rep("ana") == ()


async def test_a_call_that_nobody_answered_is_missed_by_the_owner_of_its_caller(database: Database) -> None:
    over: dict[str, object] = {"state": "ended", "owner": "ana", "end_reason": "abandoned"}
    await put_call(database, "abandoned", **over, ended_ms=10)
    await put_call(database, "nobody", **{**over, "end_reason": "nobody_free"}, ended_ms=30)
    await put_call(database, "answered", **over, ended_ms=40, answered_ms=35, rep="bo")
    await put_call(database, "waiting", owner="ana")
    await put_call(database, "others", **{**over, "owner": "bo"}, ended_ms=50)
    await put_call(database, "rang", **over, ended_ms=20)
    await put_offer_ended(database, "rang", "ana", "caller_left", at=20)
    await put_call(database, "declined", **over, ended_ms=5)
    await put_offer_ended(database, "declined", "ana", "declined", at=4)
    missed = await RecordedCalls(database).missed_of_rep("ana")
    assert [(call.call.id, call.at_ms, call.outcome) for call in missed] == [
        ("nobody", 30, "nobody_free"),
        ("rang", 20, "caller_left"),
        ("abandoned", 10, "abandoned"),
        ("declined", 5, "abandoned"),
    ]
    few = await RecordedCalls(database).missed_of_rep("ana", since_ms=10, limit=2)
    assert [call.call.id for call in few] == ["nobody", "rang"]


async def test_open_calls_carry_their_document_for_a_rebuild(database: Database) -> None:
    document = json.dumps({"notes": "naïve \u2028"})
    await put_call(database, "c2", state="talking", arrived_ms=2, doc=document, seq=7, epoch=3)
    await put_call(database, "c1", state="wrap_up", arrived_ms=1)
    await put_call(database, "c3", state="ended")
    found = await RecordedCalls(database).open_calls()
    assert [call.id for call in found] == ["c1", "c2"]
    assert (found[1].doc, found[1].epoch, found[1].seq) == (document, 3, 7)


async def test_an_epoch_is_never_given_out_twice(database: Database) -> None:
    recorded = RecordedCalls(database)
    assert await recorded.max_epoch() == 0
    given = await asyncio.gather(*(recorded.next_epoch() for _ in range(5)))
    assert sorted(given) == [1, 2, 3, 4, 5]
    await put_call(database, "c1", epoch=40)
    assert await recorded.max_epoch() == 40
    assert await recorded.next_epoch() == 41
    assert await recorded.max_epoch() == 41


async def test_the_lists_do_not_sort_the_whole_table(database: Database) -> None:
    explain = "EXPLAIN QUERY PLAN" if database.dialect == "sqlite" else "EXPLAIN"
    unwanted = () if database.dialect == "sqlite" else ("seqscan", "bitmapscan")
    queries = [
        "SELECT id FROM calls WHERE (arrived_ms, id) < (5, 'c') ORDER BY arrived_ms DESC, id DESC LIMIT 5",
        "SELECT id FROM calls WHERE rep = 'a' AND arrived_ms >= 1 ORDER BY arrived_ms DESC, id DESC LIMIT 5",
        "SELECT id FROM calls WHERE queue = 'a' ORDER BY arrived_ms DESC, id DESC LIMIT 5",
        "SELECT id FROM calls WHERE state <> 'ended' ORDER BY arrived_ms",
        "SELECT id FROM calls WHERE owner = 'a' AND answered_ms IS NULL AND ended_ms > 1 ORDER BY ended_ms DESC",
    ]

    def plans(connection) -> list[str]:
        for way in unwanted:
            connection.execute(text(f"SET LOCAL enable_{way} = off"))
        return [
            " ".join(str(row) for row in connection.execute(text(f"{explain} {query}"))).upper() for query in queries
        ]

    for plan in await database.run(plans):
        assert "IX_CALLS" in plan
        assert "SORT" not in plan
        assert "TEMP B-TREE" not in plan
