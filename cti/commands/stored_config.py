"""The configuration in SQL, as commands use it. Workers look there twice a second.

What may become active is decided by ``cti/calls/configuration.py``, as for the API.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import assert_never

from redis.asyncio import Redis
from redis.exceptions import RedisError

from cti.calls.configuration import Activated, Configuration, Differences, Outcome, Overtaken, Stranding, Unfit
from cti.commands.failure import Failure
from cti.commands.stores import open_database, open_floor
from cti.record.config_model import NoSuchVersion, Version, VersionInfo
from cti.record.configs import ConfigVersions
from cti.record.database import Database, has_no_file
from cti.record.errors import RecordError
from cti.settings import StoreSettings
from routing.config_file import load_config

HIGHEST = 2**31 - 1
"""What SQL takes for a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of an apply, or of going back."""

    version: int
    running: bool
    """Redis answers, so that workers may take it up within a second; else they do when they start."""
    previous: int | None
    """The version that was active before."""
    differences: Differences
    """From that one, in words; null where it cannot be read by this release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Another version is active than the one that was named."""

    active: int | None
    changed_since: Differences
    differences: Differences


def author() -> str:
    """Who is at the terminal: ``command line (ada)``."""
    try:
        return f"command line ({getpass.getuser()})"[:254]
    except (OSError, KeyError, ImportError):  # a container's user without a name
        return "command line"


async def apply_text(
    settings: StoreSettings, text: str, filename: str, *, comment: str | None = None, based_on: int | None = None
) -> Applied | Behind:
    """Makes a text that passes its checks the active version; nothing is kept of one that is refused. ``comment`` left
    out: the file's name. Raises ConfigError, Failure, RecordError."""
    load_config(text, filename)
    async with _opened(settings) as (configuration, floor):
        why, now_ms = filename if comment is None else comment, _now_ms()
        if based_on is not None and await configuration.versions.get(based_on) is None:
            raise Failure(f"there is no version {based_on}")
        stranding = await configuration.stranding(text)
        if stranding is not None:
            raise _stranded(stranding)
        behind = None if based_on is None else await configuration.overtaken(based_on, text)
        if behind is not None:
            return _behind(behind)
        drafted = await configuration.draft(text, author=author(), comment=why, at_ms=now_ms, based_on=based_on)
        if isinstance(drafted, NoSuchVersion):
            raise Failure(f"there is no version {drafted.n}")
        outcome = await configuration.activate(drafted.n, by=author(), comment=why, at_ms=now_ms)
        return await _applied(outcome, floor)


async def go_back(settings: StoreSettings, n: int | None, *, comment: str) -> Applied | Behind:
    """Makes an older version active again; null: the one before the active. Raises Failure, RecordError."""
    async with _opened(settings) as (configuration, floor):
        former = await configuration.versions.former_n() if n is None else n
        if former is None:
            raise Failure("no version was active before the one that is")
        version = await configuration.versions.get(former)
        if version is not None and version.activated_ms is None:
            raise Failure(f"version {former} never was active; going back is to one that was")
        return await _applied(
            await configuration.activate(former, by=author(), comment=comment, at_ms=_now_ms()), floor
        )


async def active_version(settings: StoreSettings) -> Version | None:
    """The active version; null before the first apply. Raises RecordError."""
    async with open_database(settings) as database:
        return await ConfigVersions(database).active()


async def some_version(settings: StoreSettings, n: int) -> Version:
    """One version. Raises Failure, RecordError."""
    async with open_database(settings) as database:
        found = await ConfigVersions(database).get(n) if n <= HIGHEST else None
    if found is None:
        raise Failure(f"there is no version {n}")
    return found


async def former_and_active(settings: StoreSettings) -> tuple[int | None, int | None]:
    """The numbers of the version before the active one, and of the active one. Raises RecordError."""
    async with open_database(settings) as database:
        versions = ConfigVersions(database)
        return await versions.former_n(), await versions.active_n()


async def list_versions(settings: StoreSettings, *, limit: int) -> tuple[VersionInfo, ...]:
    """The newest first. Raises RecordError."""
    async with open_database(settings) as database:
        return await ConfigVersions(database).list(limit=limit)


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


@asynccontextmanager
async def _opened(settings: StoreSettings) -> AsyncIterator[tuple[Configuration, Redis | None]]:
    async with open_database(settings) as database, open_floor(settings) as floor:
        yield Configuration(ConfigVersions(database), floor), floor


async def _applied(outcome: Outcome, floor: Redis | None) -> Applied | Behind:
    match outcome:
        case Activated(n=n, previous=previous, differences=differences):
            running = await _answers(floor)
            return Applied(version=n, running=running, previous=previous, differences=differences)
        case Overtaken():
            return _behind(outcome)
        case NoSuchVersion(n=n):
            raise Failure(f"there is no version {n}")
        case Unfit(report=report):
            first = report.problems[0]
            raise Failure(f"this release cannot use that version: {first}")
        case Stranding():
            raise _stranded(outcome)
        case _:
            assert_never(outcome)


def _stranded(found: Stranding) -> Failure:
    return Failure(f"queue {found.queue} has callers in line and is not in the file: {', '.join(found.calls)}")


def _behind(found: Overtaken) -> Behind:
    return Behind(active=found.active, changed_since=found.changed_since, differences=found.differences)


async def _answers(floor: Redis | None) -> bool:
    try:
        return floor is not None and bool(await floor.ping())
    except (RedisError, OSError):
        return False


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
