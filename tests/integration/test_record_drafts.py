"""What reps typed and have not filed, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from cti.record.database import Database
from cti.record.drafts import FILED_KEPT_MS, Draft, Drafts
from cti.record.tables import drafts as table
from tests.integration.test_record_calls import put_call


async def save(drafts: Drafts, call: str, rep: str, notes: str, *, at: int, disposition: str | None = None) -> bool:
    return await drafts.save(call, rep, disposition=disposition, notes=notes, at_ms=at)


async def count(database: Database) -> int:
    return await database.run(
        lambda connection: connection.execute(select(func.count()).select_from(table)).scalar_one()
    )


async def test_the_last_draft_counts_and_a_late_one_does_not(database: Database) -> None:
    drafts = Drafts(database)
    await save(drafts, "c1", "ana", "wants", at=10)
    await save(drafts, "c1", "ana", "wants two\0", at=20, disposition="sold")
    assert await save(drafts, "c1", "ana", "wa", at=15)
    await save(drafts, "c1", "bo", "other", at=20)
    assert await drafts.get("c1", "ana") == Draft(disposition="sold", notes="wants two", saved_ms=20)


async def test_a_filed_form_takes_no_draft_that_was_under_way(database: Database) -> None:
    drafts = Drafts(database)
    await save(drafts, "c1", "ana", "wants", at=10)
    await save(drafts, "c1", "bo", "other", at=10)
    for _ in range(2):
        await drafts.file("c1", "ana", at_ms=20)
    assert not await save(drafts, "c1", "ana", "wants two", at=30)
    assert await drafts.get("c1", "ana") is None
    assert await drafts.get("c1", "bo") is not None
    await drafts.file("c2", "ana", at_ms=20)
    assert not await save(drafts, "c2", "ana", "never saved before", at=30)


async def test_whichever_comes_first_nothing_is_left_of_what_was_filed(database: Database) -> None:
    drafts = Drafts(database)
    for n in range(20):
        typing = [save(drafts, f"c{n}", "ana", f"{word}", at=word) for word in range(5)]
        await asyncio.gather(*typing, drafts.file(f"c{n}", "ana", at_ms=9))
        assert await drafts.get(f"c{n}", "ana") is None


async def test_the_marks_of_filed_forms_go_after_a_day(database: Database) -> None:
    drafts = Drafts(database)
    await save(drafts, "c0", "ana", "not filed", at=1)
    await drafts.file("c1", "ana", at_ms=10)
    await drafts.file("c2", "ana", at_ms=10 + FILED_KEPT_MS)
    assert await count(database) == 3
    await drafts.file("c3", "ana", at_ms=11 + FILED_KEPT_MS)
    assert await count(database) == 3


async def test_what_was_typed_and_not_filed_is_found_again(database: Database) -> None:
    drafts = Drafts(database)
    told: tuple[dict[str, object], ...] = (
        {"rep": "ana", "state": "ended", "ended_ms": 5, "caller_name": "Jan"},
        {"rep": "ana", "state": "ended", "ended_ms": 5, "disposition": "sold"},
        {"rep": "bo", "state": "ended", "ended_ms": 5},
        {"rep": "ana", "state": "wrap_up"},
    )
    for n, columns in enumerate(told):
        await put_call(database, f"c{n}", arrived_ms=100 + n, **columns)
        await save(drafts, f"c{n}", "ana", f"notes {n}", at=200 + n)
    await save(drafts, "gone", "ana", "no such call", at=300)
    found = await drafts.unfiled("ana", since_ms=100)
    assert [(one.call_id, one.caller_name, one.notes) for one in found] == [
        ("c3", None, "notes 3"),
        ("c0", "Jan", "notes 0"),
    ]
    assert [one.call_id for one in await drafts.unfiled("ana", since_ms=203)] == ["c3"]
    await drafts.file("c3", "ana", at_ms=400)
    assert [one.call_id for one in await drafts.unfiled("ana", since_ms=100)] == ["c0"]
