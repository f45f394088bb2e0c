"""Waiting for something that happens elsewhere, without luck and without end.

Bounds are for a machine that has a core for whoever wants one; where more want one, each takes that much longer.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
PAUSE_S = 0.02


def here(seconds: float) -> float:
    """That time on this machine, as busy as it is: by the programs that want to run, for each core."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


async def eventually(check: Callable[[], T | Awaitable[T]], within_s: float = 5.0) -> T:
    """Polls until ``check`` (plain or async) returns something truthy, and returns that. An AssertionError from it
    counts as "not yet"; after ``within_s`` the last one, or one that names the last value, is raised."""
    until = time.monotonic() + here(within_s)
    while True:
        last: object = None
        try:
            value = check()
            last = await value if inspect.isawaitable(value) else value
            if last:
                return last
        except AssertionError as error:
            if time.monotonic() > until:
                raise
            last = error
        if time.monotonic() > until:
            raise AssertionError(f"not within {within_s} s; last: {last!r}")
        await asyncio.sleep(PAUSE_S)


def eventually_now(check: Callable[[], T], within_s: float = 5.0) -> T:
    """The same for tests without an event loop."""
    until = time.monotonic() + here(within_s)
    while not (value := check()):
        if time.monotonic() > until:
            raise AssertionError(f"not within {within_s} s; last: {value!r}")
        time.sleep(PAUSE_S)
    return value
