"""Background work that somebody owns: started inside the emulator's life, cancelled at its end, failures logged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TypeVar

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


class _Closing(Exception):
    """Ends the group. Never leaves this module."""


class Tasks:
    """Starts work in a group that is cancelled as a whole."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group

    def start(self, work: Coroutine[object, object, object], name: str) -> None:
        """Runs it beside everything else; what it raises is logged and harms nobody else. Raises RuntimeError once the
        emulator ends."""
        guarded = _guarded(work, name)
        try:
            task = self._group.create_task(guarded, name=name)
        except RuntimeError:  # the group is closing: neither would ever be awaited
            guarded.close()
            work.close()
            raise
        task.add_done_callback(lambda _task: work.close())  # cancelled before it began, it would complain

    async def outliving(self, work: Callable[[], Coroutine[object, object, _T]], name: str) -> _T:
        """The result of the work, which goes on to its end even when nobody waits for it any more."""
        result: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self.start(_into(result, work), name)
        return await result


@asynccontextmanager
async def owned_tasks() -> AsyncIterator[Tasks]:
    """A ``Tasks`` whose work is cancelled on the way out."""
    try:
        async with asyncio.TaskGroup() as group:
            yield Tasks(group)
            raise _Closing
    except* _Closing:
        pass


async def unless(interrupted: asyncio.Event, work: Coroutine[object, object, _T]) -> _T | None:
    """The result of the work; or None when the event came first, the work then being cancelled and over."""
    async with asyncio.TaskGroup() as group:
        working = group.create_task(work)
        watching = group.create_task(interrupted.wait())
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        working.cancel()
        watching.cancel()
    return None if working.cancelled() else working.result()


async def _into(result: asyncio.Future[_T], work: Callable[[], Coroutine[object, object, _T]]) -> None:
    try:
        value = await work()
    except Exception as error:
        if result.done():
            raise
        result.set_exception(error)
    else:
        if not result.done():
            result.set_result(value)


async def _guarded(work: Coroutine[object, object, object], name: str) -> None:
    try:
        await work
    except Exception:
        _LOG.exception("emulator task %s failed", name)
