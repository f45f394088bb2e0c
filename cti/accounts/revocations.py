"""Tells every worker which sessions and tokens hold no longer, or hold with another role.

By a stream, so that a worker whose connection broke misses nothing; a tombstone beside it keeps an ended session ended
while SQL is down. Without Redis (a command line, no service running) there is nobody to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from cti.record.record_stream import read_stream, text_of

LIFE_MS = 12 * 3_600_000
"""Of a session that is not used, and so of its tombstone."""
KEPT = 1_000
"""Entries of the stream; whoever is further behind checks everything once a minute anyway."""
BLOCK_MS = 500

log = structlog.get_logger()


class Revocations:
    """``{main}:revoked`` (stream), ``{main}:ended:{hash}`` and ``{main}:session:{hash}`` (strings)."""

    def __init__(self, redis: Redis | None, *, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._stream = f"{prefix}revoked"
        self._here: Callable[[Sequence[str]], None] | None = None

    def copy_key(self, hashed: str) -> str:
        """Where Redis keeps who it is, for when SQL is down."""
        return f"{self._prefix}session:{hashed}"

    def tombstone_key(self, hashed: str) -> str:
        """Present: ended, whatever SQL or the copy say."""
        return f"{self._prefix}ended:{hashed}"

    def on_revoked(self, forget: Callable[[Sequence[str]], None]) -> None:
        """This process's own cache hears at once, not by way of Redis."""
        self._here = forget

    async def tell(self, *, ended: Sequence[str], changed: Sequence[str] = ()) -> bool:
        """Hashes that hold no longer, and those that hold with other rights. False when Redis could not be told."""
        hashes = [*ended, *changed]
        if self._here is not None:
            self._here(hashes)
        if self._redis is None or not hashes:
            return False
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                for hashed in ended:
                    pipeline.set(self.tombstone_key(hashed), "1", px=LIFE_MS)
                pipeline.delete(*map(self.copy_key, hashes))
                pipeline.xadd(self._stream, {"hashes": orjson.dumps(hashes)}, maxlen=KEPT)
                await pipeline.execute()
        except (RedisError, OSError) as error:
            log.warning("revocation_not_told", because=type(error).__name__, sessions=len(hashes))
            return False
        return True

    async def newest(self) -> str:
        """Where a new follower begins. RedisError passes."""
        if self._redis is None:
            return "0-0"
        last = await self._redis.xrevrange(self._stream, count=1)
        return text_of(last[0][0] or "0-0") if last else "0-0"

    async def behind(self, place: str) -> tuple[str, Sequence[str]]:
        """Hashes revoked behind a place, and the new place; waits for up to ``BLOCK_MS``. RedisError passes."""
        if self._redis is None:
            return place, ()
        entries = await read_stream(self._redis, self._stream, after=place, count=100, block_ms=BLOCK_MS)
        hashes = [hashed for _, fields in entries for hashed in orjson.loads(fields.get(b"hashes", b"[]"))]
        return (entries[-1][0] if entries else place), hashes
