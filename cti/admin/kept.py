"""An answer that costs something, made once for all who ask within some seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """One per worker. What ``make`` raises passes through and is not kept."""

    def __init__(self, make: Callable[[], Awaitable[T]], *, for_s: float) -> None:
        self._make = make
        self._for_s = for_s
        self._lock = asyncio.Lock()
        self._made: tuple[T, Hashable, float] | None = None

    async def get(self, key: Hashable = None) -> T:
        """The answer; whoever asks while it is being made waits for that one. Another ``key`` (a version) than the last
        one makes it anew."""
        async with self._lock:
            now_s = time.monotonic()
            if self._made is None or self._made[1] != key or now_s >= self._made[2]:
                self._made = (await self._make(), key, now_s + self._for_s)
            return self._made[0]
