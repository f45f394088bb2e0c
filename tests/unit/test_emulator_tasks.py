"""Background work of the emulator: owned by its life, and gone with it without a word."""

from __future__ import annotations

import gc

import pytest

from cti.telephony.emulator.tasks import Tasks, owned_tasks


async def work() -> int:
    return 1


async def test_work_that_comes_when_the_emulator_has_ended_is_refused_and_leaves_nothing_behind() -> None:
    async with owned_tasks() as tasks:
        assert isinstance(tasks, Tasks)
        assert await tasks.outliving(work, "in time") == 1
    with pytest.raises(RuntimeError):
        await tasks.outliving(work, "too late")
    with pytest.raises(RuntimeError):
        tasks.start(work(), "too late")
    gc.collect()  # what was never awaited would be told here, and fail the test
