"""A loop learns that it was cancelled even where a library lost the exception."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from cti.record.cancelling import is_cancelled


async def a_loop_around_something_that_loses_cancellations() -> None:
    while not is_cancelled():
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(10)


async def test_a_lost_cancellation_still_ends_the_loop() -> None:
    task = asyncio.create_task(a_loop_around_something_that_loses_cancellations())
    await asyncio.sleep(0)
    task.cancel()
    async with asyncio.timeout(1):
        await asyncio.wait([task])


async def test_a_task_that_nobody_cancelled_goes_on() -> None:
    assert not is_cancelled()
