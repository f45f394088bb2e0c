"""The copier between a real Redis and a real SQL database: exactly once in effect, whatever is repeated or breaks."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg
import pytest
from redis.asyncio import Redis
from sqlalchemy import Connection, select, text

from cti.record.copier import Copier
from cti.record.copying import store
from cti.record.database import Database
from cti.record.entries import Entry, read_entry
from cti.record.migrate import upgrade
from cti.record.tables import call_events, calls, dead_letters, missed_offers
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer
from tests.support.transitions import a_summary, a_transition

PREFIX = "{main}:"
STREAM = "{main}:record"


def a_copier(database: Database, redis: Redis) -> Copier:
    return Copier(database, redis, prefix=PREFIX)


@asynccontextmanager
async def running(copier: Copier) -> AsyncIterator[Copier]:
    async with asyncio.TaskGroup() as group:
        group.create_task(copier.run())
        yield copier
        copier.stop()


async def note(redis: Redis, **transition: Any) -> None:
    await redis.xadd(STREAM, a_transition(**transition))


async def timeline(database: Database) -> list[tuple[str, int, int, str]]:
    query = select(call_events.c.call_id, call_events.c.epoch, call_events.c.seq, call_events.c.kind)
    query = query.order_by(call_events.c.call_id, call_events.c.epoch, call_events.c.seq)
    return [tuple(row) for row in await database.read(lambda connection: connection.execute(query).all())]


async def row_of(database: Database, call: str) -> dict[str, object] | None:
    query = select(calls).where(calls.c.id == call)
    found = await database.read(lambda connection: connection.execute(query).mappings().one_or_none())
    return dict(found) if found else None


async def emptied(redis: Redis) -> bool:
    return await redis.xlen(STREAM) == 0


async def test_a_transition_is_in_sql_within_a_second_and_then_leaves_the_stream(
    database: Database, redis: Redis
) -> None:
    async with running(a_copier(database, redis)):
        await eventually(lambda: redis.exists("{main}:copier"))
        await note(redis, call="c1", kind="routed")
        await eventually(lambda: timeline(database), within_s=1.0)
        await eventually(lambda: emptied(redis))
    assert await timeline(database) == [("c1", 1, 1, "routed")]


async def test_copying_the_same_entries_again_changes_nothing(database: Database, redis: Redis) -> None:
    """As after a death between the commit and the deletion from the stream."""
    entries = [read_entry("1-0", a_transition(seq=seq, summary=a_summary(state=f"s{seq}"))) for seq in (1, 2)]
    await database.run(partial(store, entries=[entry for entry in entries if isinstance(entry, Entry)]))
    await note(redis, seq=1, summary=a_summary(state="s1"))
    await note(redis, seq=2, summary=a_summary(state="s2"))
    async with running(a_copier(database, redis)):
        await eventually(lambda: emptied(redis))
    assert [event[2] for event in await timeline(database)] == [1, 2]
    assert (await row_of(database, "c1") or {})["state"] == "s2"


async def test_a_calls_row_only_moves_up_whatever_the_order(database: Database, redis: Redis) -> None:
    chance = random.Random(7)
    transitions = [(epoch, seq) for epoch in (1, 2) for seq in range(1, 30)] * 2
    chance.shuffle(transitions)
    for epoch, seq in transitions:
        await note(redis, epoch=epoch, seq=seq, summary=a_summary(state=f"{epoch}/{seq}"))
    async with running(a_copier(database, redis)):
        await eventually(lambda: emptied(redis))
    assert (await row_of(database, "c1") or {})["state"] == "2/29"
    assert len(await timeline(database)) == 58


async def test_a_rebuilt_call_of_a_higher_epoch_wins_with_a_lower_seq(database: Database, redis: Redis) -> None:
    async with running(a_copier(database, redis)):
        await note(redis, epoch=1, seq=40, summary=a_summary(state="old"))
        await eventually(lambda: row_of(database, "c1"))
        await note(redis, epoch=2, seq=1, summary=a_summary(state="new"))
        await note(redis, epoch=1, seq=41, summary=a_summary(state="older"))
        await eventually(lambda: emptied(redis))
    row = await row_of(database, "c1")
    assert row is not None
    assert (row["state"], row["epoch"], row["seq"]) == ("new", 2, 1)


async def test_columns_that_a_later_summary_leaves_out_are_kept(database: Database, redis: Redis) -> None:
    await note(redis, seq=1, summary=a_summary(disposition="sold"))
    await note(redis, seq=2, summary=a_summary(state="ended"))
    async with running(a_copier(database, redis)):
        await eventually(lambda: emptied(redis))
    row = await row_of(database, "c1")
    assert row is not None
    assert (row["disposition"], row["state"]) == ("sold", "ended")


async def test_missed_offers_are_derived_once(database: Database, redis: Redis) -> None:
    for _ in range(2):
        await note(redis, seq=5, at=77, kind="offer_ended", data={"rep": "bo", "outcome": "expired"})
    async with running(a_copier(database, redis)):
        await eventually(lambda: emptied(redis))
    rows = await database.read(lambda connection: connection.execute(select(missed_offers)).all())
    assert [tuple(row) for row in rows] == [("c1", 1, 5, "bo", 77, "expired")]


async def test_an_entry_that_cannot_be_read_is_put_aside_and_blocks_nobody(database: Database, redis: Redis) -> None:
    await redis.xadd(STREAM, {"nonsense": b"\xff\x00"})
    await note(redis, call="c2")
    async with running(a_copier(database, redis)):
        await eventually(lambda: emptied(redis))
    assert [event[0] for event in await timeline(database)] == ["c2"]
    letters = await database.read(lambda connection: connection.execute(select(dead_letters)).all())
    assert ["UnicodeDecodeError" in letter.problem for letter in letters] == [True]


def refuse_kind_cursed(connection: Connection) -> None:
    """Makes the database refuse what fits our tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE call_events ADD CHECK (kind <> 'cursed')"))
        return
    raising = "BEGIN SELECT RAISE(ABORT, 'refused'); END"
    connection.execute(text(f"CREATE TRIGGER t BEFORE INSERT ON call_events WHEN NEW.kind = 'cursed' {raising}"))


async def test_an_entry_that_sql_refuses_is_put_aside_and_the_rest_of_its_batch_kept(
    database: Database, redis: Redis
) -> None:
    await database.run(refuse_kind_cursed)
    for seq, kind in enumerate(["routed", "cursed", "answered"], start=1):
        await note(redis, seq=seq, kind=kind)
    async with running(a_copier(database, redis)):
        await eventually(lambda: emptied(redis))
    assert [event[3] for event in await timeline(database)] == ["routed", "answered"]
    assert len(await database.read(lambda connection: connection.execute(select(dead_letters)).all())) == 1


async def test_one_of_several_copiers_works_and_another_follows_when_it_is_gone(
    database: Database, redis: Redis
) -> None:
    first, second = a_copier(database, redis), a_copier(database, redis)
    killed = asyncio.create_task(first.run())
    holder = await eventually(lambda: redis.get("{main}:copier"))
    async with running(second):
        await note(redis, seq=1)
        await eventually(lambda: emptied(redis))
        assert await redis.get("{main}:copier") == holder
        killed.cancel()
        await note(redis, seq=2)
        await eventually(lambda: emptied(redis), within_s=5.0)
        assert await redis.get("{main}:copier") != holder
    assert [event[2] for event in await timeline(database)] == [1, 2]


async def test_a_stopped_copier_gives_the_lease_up_at_once(database: Database, redis: Redis) -> None:
    started = time.monotonic()
    async with running(a_copier(database, redis)):
        await eventually(lambda: redis.exists("{main}:copier"))
    assert not await redis.exists("{main}:copier")
    assert time.monotonic() - started < 2.0


async def test_nothing_is_lost_while_sql_is_down(postgres: PostgresServer, postgres_url: str, redis: Redis) -> None:
    await upgrade(postgres_url)
    database = Database(postgres_url)
    copier = a_copier(database, redis)
    name = postgres_url.split("/")[3].partition("?")[0]
    admin = await asyncpg.connect(postgres.get_uri())
    async with running(copier):
        await note(redis, seq=1)
        await eventually(lambda: emptied(redis))
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        for seq in range(2, 400):
            await note(redis, seq=seq)

        async def grows_old() -> bool:
            backlog = await copier.backlog()
            return backlog.count >= 300 and backlog.oldest_age_ms > 500

        await eventually(grows_old)
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await eventually(lambda: emptied(redis), within_s=10.0)
    assert [event[2] for event in await timeline(database)] == list(range(1, 400))
    assert (await copier.backlog()).count == 0
    await database.close()
    await admin.close()


@pytest.mark.parametrize("sql_url", ["sqlite"], indirect=True)
async def test_an_emptied_redis_does_not_confuse_the_copier(database: Database, redis: Redis) -> None:
    async with running(a_copier(database, redis)):
        await note(redis, seq=1)
        await eventually(lambda: emptied(redis))
        await redis.flushall()
        await note(redis, epoch=2, seq=1)
        await eventually(lambda: emptied(redis))
    assert [event[1:3] for event in await timeline(database)] == [(1, 1), (2, 1)]
