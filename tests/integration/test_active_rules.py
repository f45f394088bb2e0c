"""A worker reads a new configuration: its calls go on meanwhile."""

from __future__ import annotations

import asyncio
import time

from redis.asyncio import Redis

from cti.calls.rules import ActiveRules
from cti.record.configs import ConfigVersions
from cti.record.database import Database
from routing.config_file import load_config
from routing.redis_matcher import RedisMatcher

REPS = 2000
LEVELS = ", ".join(f"s{n}: {n % 10 + 1}" for n in range(20))
LARGE = f"""
skills: [{", ".join(f"s{n}" for n in range(20))}]
reps:
{"".join(f"  - {{id: r{n}, name: Rep {n}, skills: {{{LEVELS}}}}}{chr(10)}" for n in range(REPS))}
queues:
  - {{id: support, max_wait: 15m, offer_timeout: 20s, wrap_up: 30s}}
rules:
  - name: everyone
    route: {{queue: support, needs: {{s1: 1}}}}
"""


async def longest_wait_s(until: asyncio.Future[tuple[None, None]]) -> float:
    """How long others waited for their turn at most."""
    longest, last = 0.0, time.perf_counter()
    while not until.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest


async def test_others_get_their_turn_while_a_large_configuration_is_read_and_it_is_read_once(
    database: Database, redis: Redis
) -> None:
    start = time.perf_counter()
    load_config(LARGE, "here")
    takes_s = time.perf_counter() - start
    versions = ConfigVersions(database)
    n = await versions.add(LARGE, author="adam", comment="", at_ms=1)
    await versions.activate(n, by="adam", at_ms=1)
    rules = ActiveRules(source=versions, matcher=RedisMatcher(redis), redis=redis)
    both = asyncio.ensure_future(asyncio.gather(rules.refresh(), rules.refresh()))
    longest_s = await longest_wait_s(both)
    assert (rules.config.version, len(rules.config.reps)) == (n, REPS)
    assert longest_s < takes_s / 2
