"""Work that goes on after an answer was given: owned, bounded, and stopped with its owner.

Guarantees that an exception in one piece of work is logged and ends only that piece.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self

import structlog

log = structlog.get_logger()


class Background:
    """``async with Background() as background: background.start("name", work)``."""

    def __init__(self, *, most: int = 1_000) -> None:
        self._most = most
        self._group = asyncio.TaskGroup()
        self._running: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._running.values():
            task.cancel()
        await self._group.__aexit__(kind, error, trace)

    def start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> bool:
        """Starts the work unless work of that name is running, or too much is; False when it was not started."""
        if name in self._running or len(self._running) >= self._most:
            return False
        task = self._group.create_task(self._guard(name, work), name=name)
        self._running[name] = task
        task.add_done_callback(lambda _: self._running.pop(name, None))
        return True

    async def _guard(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except Exception:  # one piece of work must not end the others; its lease brings it back
            log.exception("background_work_failed", work=name.partition(":")[0])

    @property
    def running(self) -> int:
        """How many pieces of work are going on."""
        return len(self._running)
