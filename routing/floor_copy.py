"""A copy of the live floor for one question: who would get a call by a configuration that nobody works by, and how it
stands with each rep.

Reads Redis and writes nothing. The reps are read one after the other while the floor moves, so that the answer is that
of about now; a claim is decided by the scripts alone. Raises NotReady while the floor is rebuilt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from redis.asyncio import Redis

from routing.demands import DemandTable
from routing.errors import NotReady
from routing.matcher import PureMatcher
from routing.matcher_state import RepRecord
from routing.model import QueueId, RepId, RepStatus
from routing.replies import rep_state_of, text_of

ROWS_PER_ROUND_TRIP = 500
_GROUPS = {"b": RepStatus.ON_CALL, "i": RepStatus.AVAILABLE, "o": RepStatus.OFFLINE}


async def copy_floor(redis: Redis, prefix: str, table: DemandTable) -> PureMatcher:
    """Everybody of that table whom the floor has seen, as they are, with the skills and queues of the table."""
    if not await redis.exists(prefix + "floor"):
        raise NotReady("the floor is being rebuilt")
    order = list(table.reps)
    found: list[RepRecord] = []
    for start in range(0, len(order), ROWS_PER_ROUND_TRIP):
        found += await _records(redis, prefix, order[start : start + ROWS_PER_ROUND_TRIP])
    return await asyncio.to_thread(_matcher, table, found)


async def _records(redis: Redis, prefix: str, reps: Sequence[RepId]) -> list[RepRecord]:
    pipe = redis.pipeline(transaction=False)
    for rep in reps:
        pipe.hgetall(f"{prefix}rep:{rep}")
        pipe.hgetall(f"{prefix}asked:{rep}")
        pipe.lrange(f"{prefix}duty:{rep}", 0, -1)
    rows = await pipe.execute()
    triples = zip(reps, rows[0::3], rows[1::3], rows[2::3], strict=True)
    return [_record(rep, _texts(fields), _texts(asked), duty) for rep, fields, asked, duty in triples if fields]


def _record(rep: RepId, fields: Mapping[str, str], asked: Mapping[str, str], duty: Sequence[Any]) -> RepRecord:
    state = rep_state_of(rep, fields)
    spans = (text_of(each).split(":") for each in duty)
    return RepRecord(
        id=rep,
        status=state.status,
        since_ms=state.since_ms,
        connected=state.connected,
        reason=state.reason,
        idle_since_ms=state.idle_since_ms,
        offer=state.offer,
        call=state.call,
        ready_since_ms=int(fields.get("ready_since") or 0),
        asked_ms={QueueId(queue): int(ms) for queue, ms in asked.items()},
        statuses=[(int(ms), _GROUPS[group]) for ms, group in spans],
    )


def _matcher(table: DemandTable, records: Sequence[RepRecord]) -> PureMatcher:
    matcher = PureMatcher(version=table.version)
    for record in records:
        record.adopt(table.profile(record.id))
        matcher.state.reps[record.id] = record
    return matcher


def _texts(fields: Mapping[object, object]) -> dict[str, str]:
    return {text_of(name): text_of(value) for name, value in fields.items()}
