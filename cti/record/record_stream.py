"""The record stream as a queue in Redis: read from its beginning, and deleted entry by entry once SQL holds them.

There is no position to lose: what is in the stream is what SQL may not have yet. A Redis that was emptied, or whose
clock went back, therefore needs no care.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.client import NEVER_DECODE


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits for SQL."""

    count: int
    oldest_age_ms: int
    """Age of the oldest entry; 0 when nothing waits."""


RawEntry = tuple[str, Mapping[bytes, bytes]]


class RecordStream:
    """``{main}:record``. Any Redis error passes through."""

    def __init__(self, redis: Redis, *, prefix: str) -> None:
        self._redis = redis
        self._key = f"{prefix}record"

    async def oldest(self, *, count: int, block_ms: int) -> Sequence[RawEntry]:
        """The oldest entries; waits for up to ``block_ms`` when there are none. Bytes, whatever the client decodes."""
        return await read_stream(self._redis, self._key, after="0", count=count, block_ms=block_ms)

    async def forget(self, entry_ids: Sequence[str]) -> None:
        """Deletes exactly these: an entry that SQL does not hold is never touched."""
        if entry_ids:
            await self._redis.xdel(self._key, *entry_ids)

    async def backlog(self) -> Backlog:
        """How much waits, and for how long by Redis' clock."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            pipeline.xlen(self._key)
            pipeline.execute_command("XRANGE", self._key, "-", "+", "COUNT", 1, **{NEVER_DECODE: True})
            pipeline.time()
            count, first, (seconds, micros) = await pipeline.execute()
        now_ms = seconds * 1000 + micros // 1000
        oldest_ms = int(text_of(first[0][0]).partition("-")[0]) if first else now_ms
        return Backlog(count=count, oldest_age_ms=max(0, now_ms - oldest_ms))


async def read_stream(redis: Redis, key: str, *, after: str, count: int, block_ms: int) -> Sequence[RawEntry]:
    """Entries behind ``after``, as bytes whatever the client decodes; waits up to ``block_ms``. RedisError passes."""
    answer: Any = await redis.execute_command(  # type: ignore[no-untyped-call]  # xread() always decodes
        "XREAD", "COUNT", count, "BLOCK", block_ms, "STREAMS", key, after, **{NEVER_DECODE: True}
    )
    return [(text_of(entry_id), fields or {}) for entry_id, fields in _entries(answer)]


def _entries(answer: Any) -> Any:
    """The answer's one stream, as RESP2 (pairs) or RESP3 (a mapping) gives it."""
    if not answer:
        return []
    if isinstance(answer, dict):
        (entries,) = answer.values()
        return entries[0] if entries and isinstance(entries[0], list) else entries
    return answer[0][1]


def text_of(raw: bytes | str) -> str:
    """An id, whatever the client decodes."""
    return raw.decode() if isinstance(raw, bytes) else raw
