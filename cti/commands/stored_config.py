"""The configuration in SQL, as commands use it. Workers look there every second.

Guarantees that what becomes active passed every check, and that no queue with callers in line disappears under them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from cti.commands.failure import Failure
from cti.commands.stores import open_database, open_floor
from cti.record.config_model import Version
from cti.record.configs import ConfigVersions
from cti.record.database import Database, has_no_file
from cti.record.errors import RecordError
from cti.settings import StoreSettings
from routing.config import Config
from routing.config_file import load_config
from routing.keys import prefix

AUTHOR = "command line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of an apply."""

    version: int
    running: bool
    """Redis answers, so that workers may take it up within a second; else they do when they start."""


async def apply_text(settings: StoreSettings, text: str, filename: str) -> Applied:
    """Makes the text the active version. Raises ConfigError, Failure, RecordError."""
    config = load_config(text, filename)
    async with open_database(settings) as database, open_floor(settings) as floor:
        versions = ConfigVersions(database)
        await _refuse_to_strand(await versions.active(), config, floor)
        now_ms = time.time_ns() // 1_000_000
        version = await versions.add(text, author=AUTHOR, comment=filename, at_ms=now_ms)
        await versions.activate(version, by=AUTHOR, at_ms=now_ms)
        return Applied(version=version, running=await _answers(floor))


async def active_version(settings: StoreSettings) -> Version | None:
    """The active version; null before the first apply. Raises RecordError."""
    async with open_database(settings) as database:
        return await ConfigVersions(database).active()


async def active_numbers(settings: StoreSettings) -> frozenset[str]:
    """The numbers of the active configuration; none where there is none, or SQL cannot be read. Changes nothing."""
    if has_no_file(settings.database_url):
        return frozenset()
    database = Database(settings.database_url)
    try:
        active = await ConfigVersions(database).active()
    except RecordError:
        return frozenset()
    finally:
        await database.close()
    if active is None:
        return frozenset()
    return frozenset(number.number for number in load_config(active.text, f"version {active.n}").numbers)


async def _refuse_to_strand(active: Version | None, config: Config, floor: Redis | None) -> None:
    if active is None or floor is None:
        return
    before = load_config(active.text, f"version {active.n}")
    for queue in sorted(set(before.queues) - set(config.queues)):
        try:
            waiting = await floor.zrange(f"{prefix('main')}waiting:{queue}", 0, -1)
        except (RedisError, OSError):
            return
        if waiting:
            raise Failure(f"queue {queue} has callers in line and is not in the file: {', '.join(map(str, waiting))}")


async def _answers(floor: Redis | None) -> bool:
    try:
        return floor is not None and bool(await floor.ping())
    except (RedisError, OSError):
        return False
