"""A worker reads a new configuration: its calls go on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from redis.asyncio import Redis

from cti.calls.rules import ActiveRules
from cti.record.configs import ConfigVersions
from cti.record.database import Database
from routing.redis_matcher import RedisMatcher
from tests.support.configuration import a_text


class Watched(ThreadPoolExecutor):
    """The loop's threads, and what they were given to do."""

    def __init__(self) -> None:
        super().__init__(max_workers=4)
        self.given: list[str] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        work = getattr(fn, "args", (fn,))[0]  # asyncio.to_thread hands over a partial of what it runs
        self.given.append(f"{work.__module__}.{work.__qualname__}")
        return super().submit(fn, *args, **named)


async def test_a_configuration_is_read_beside_the_calls_and_once(database: Database, redis: Redis) -> None:
    threads = Watched()
    asyncio.get_running_loop().set_default_executor(threads)
    versions = ConfigVersions(database)
    n = await versions.add(a_text(), author="adam", comment="", at_ms=1)
    await versions.activate(n, by="adam", at_ms=1)
    rules = ActiveRules(source=versions, matcher=RedisMatcher(redis), redis=redis)
    await asyncio.gather(rules.refresh(), rules.refresh())
    assert rules.config.version == n
    assert [name for name in threads.given if name.startswith("cti.calls.rules.")] == ["cti.calls.rules._read"]
