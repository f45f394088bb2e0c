"""A lease in Redis: one holder at a time among all workers, free again soon after its holder died."""

from __future__ import annotations

import secrets
from pathlib import Path

from redis.asyncio import Redis

_SCRIPTS = Path(__file__).with_name("scripts")


class Lease:
    """One worker's claim on a lease. Any Redis error passes through."""

    def __init__(self, redis: Redis, key: str, *, lasts_ms: int) -> None:
        self._key = key
        self._lasts_ms = lasts_ms
        self._token = secrets.token_hex(16)
        self._hold = redis.register_script((_SCRIPTS / "holdLease.lua").read_text())
        self._release = redis.register_script((_SCRIPTS / "releaseLease.lua").read_text())

    async def hold(self) -> bool:
        """Takes or prolongs it; false while another holds it."""
        return bool(await self._hold(keys=[self._key], args=[self._token, self._lasts_ms]))

    async def release(self) -> None:
        """Gives it up. Harmless when it is not held."""
        await self._release(keys=[self._key], args=[self._token])
