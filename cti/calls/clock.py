"""Redis's clock, read without asking each time: two machines' own clocks are never compared."""

from __future__ import annotations

import asyncio
import time

from redis.asyncio import Redis

from cti.record.cancelling import is_cancelled

_RESYNC_S = 5.0
_SAMPLES = 5


class RedisClock:
    """Redis ``TIME`` in ms since the Unix epoch: asked every 5 s, carried on by this process's monotonic clock."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._offset_ms = 0.0

    async def sync(self) -> None:
        """Asks Redis a few times; the quickest answer counts, for its error is at most half its round trip."""
        answers = [await self._ask() for _ in range(_SAMPLES)]
        _, self._offset_ms = min(answers)

    async def _ask(self) -> tuple[float, float]:
        """Round trip in s, and what is to be added to this process's clock in ms."""
        before = time.monotonic()
        seconds, micros = await self._redis.time()
        after = time.monotonic()
        return after - before, int(seconds) * 1000 + int(micros) / 1000 - (before + after) * 500

    def now_ms(self) -> int:
        """Redis's time now."""
        return int(time.monotonic() * 1000 + self._offset_ms)

    async def keep(self, failed: type[Exception]) -> None:
        """Asks again every 5 s until cancelled; while Redis is away the last answer is carried on."""
        while not is_cancelled():
            await asyncio.sleep(_RESYNC_S)
            try:
                await self.sync()
            except failed:
                continue
