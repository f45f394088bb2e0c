"""Changing the configuration: drafts, what differs, activation, going back. The same for the API and for the shell.

Guarantees that what becomes active passed every check of this release, its own tests included; that nobody overwrites a
version that they have not seen; and that no queue disappears under callers in line. Reading a large file takes seconds
of the processor: it is done in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from redis.asyncio import Redis
from redis.exceptions import RedisError

from cti.record.audit import AuditLine
from cti.record.config_model import NoSuchVersion, OtherActive, TurnedOn, Version
from cti.record.configs import ConfigVersions
from routing.config import Config
from routing.config_difference import differences
from routing.config_file import Report, read_config
from routing.keys import prefix
from routing.replies import text_of

KEPT = 4
"""Configurations in memory: one of 20,000 reps takes seconds to read, and an activation looks at the same two often."""
Differences = tuple[str, ...] | None
"""Sentences; null where one of the two versions cannot be read by this release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft is kept, with problems or without."""

    n: int
    based_on: int | None
    report: Report
    differences: Differences
    """From the version it is based on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activated:
    """It is active; workers follow within a second."""

    n: int
    previous: int | None
    """``n`` itself: it was active already."""
    differences: Differences
    """From the version that was active before; none where there was none."""
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """Its text has problems; nothing was changed."""

    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """Another version became active since; nothing was changed."""

    based_on: int | None
    active: int | None
    changed_since: Differences
    """From the base to what is active now; null without a base."""
    differences: Differences
    """What activating would change now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranding:
    """A queue that has callers in line is not in it; nothing was changed."""

    queue: str
    calls: tuple[str, ...]


Outcome = Activated | NoSuchVersion | Unfit | Overtaken | Stranding


class Configuration:
    """The versions of one site. Raises RecordUnavailable."""

    def __init__(self, versions: ConfigVersions, floor: Redis | None, *, site: str = "main") -> None:
        """``floor`` answers text; null where Redis does not run, so that nobody can be in line."""
        self.versions = versions
        self._floor = floor
        self._prefix = prefix(site)

    async def draft(
        self, text: str, *, author: str, comment: str, at_ms: int, based_on: int | None = None
    ) -> Drafted | NoSuchVersion:
        """Keeps a text. ``based_on`` left out: the version that is active now."""
        if based_on is not None and await self.versions.get(based_on) is None:
            return NoSuchVersion(n=based_on)
        n = await self.versions.add(text, author=author, comment=comment, at_ms=at_ms, based_on=based_on)
        added = await self.versions.get(n)
        base = await self._base(None if added is None else added.based_on)
        _, report = await asyncio.to_thread(read_text, text)
        told = await asyncio.to_thread(_told, base, text)
        return Drafted(n=n, based_on=base.n if base else None, report=report, differences=told)

    async def activate(
        self, n: int, *, by: str, comment: str, at_ms: int, seen: Collection[int] | None = None
    ) -> Outcome:
        """Makes ``n`` the active one. ``seen``: versions of which one must be active; left out, a draft's base must be,
        and a version that was active before may replace any."""
        version = await self.versions.get(n)
        if version is None:
            return NoSuchVersion(n=n)
        _, report = await asyncio.to_thread(read_text, version.text)
        if report.problems:
            return Unfit(report=report)
        over = _over(version, seen)
        stranding = None if version.active else await self.stranding(version.text)
        if stranding is not None:
            return stranding
        turned = await self.versions.activate(n, by=by, at_ms=at_ms, comment=comment, over=over)
        if isinstance(turned, NoSuchVersion):
            return turned
        if isinstance(turned, OtherActive):
            return await self.replaced(next(iter(over or ()), None), turned.active, version.text)
        return await self._activated(turned, version.text, report)

    async def difference(self, n: int, to: int) -> Differences | NoSuchVersion:
        """From one version to another."""
        before, after = await self.versions.get(n), await self.versions.get(to)
        if before is None or after is None:
            return NoSuchVersion(n=n if before is None else to)
        return await asyncio.to_thread(_told, before, after.text)

    async def read(self, n: int) -> Config | None:
        """One version; null where there is none, or this release cannot read it."""
        version = await self.versions.get(n)
        return None if version is None else await asyncio.to_thread(_loaded, version.text)

    async def difference_to(self, text: str) -> Differences:
        """From the active version to a text; nothing while none is active."""
        return await asyncio.to_thread(_told, await self.versions.active(), text)

    async def difference_from(self, n: int, text: str) -> Differences | NoSuchVersion:
        """From one version to a text."""
        before = await self.versions.get(n)
        return NoSuchVersion(n=n) if before is None else await asyncio.to_thread(_told, before, text)

    async def publish(
        self, text: str, *, over: int, by: str, comment: str, at_ms: int, change: AuditLine | None = None
    ) -> Outcome:
        """A text that replaces version ``over`` at once, if that is still the active one; else nothing is kept."""
        _, report = await asyncio.to_thread(read_text, text)
        if report.problems:
            return Unfit(report=report)
        stranding = await self.stranding(text)
        if stranding is not None:
            return stranding
        turned = await self.versions.publish(text, by=by, at_ms=at_ms, over=over, comment=comment, change=change)
        if isinstance(turned, OtherActive):
            return await self.replaced(over, turned.active, text)
        return await self._activated(turned, text, report)

    async def _activated(self, turned: TurnedOn, text: str, report: Report) -> Activated:
        before = await self._base(turned.previous)
        told = await asyncio.to_thread(_told, before, text)
        return Activated(n=turned.n, previous=turned.previous, differences=told, report=report)

    async def overtaken(self, base: int, text: str) -> Overtaken | None:
        """Null while that version is the active one; for whoever asks before anything is kept."""
        active = await self.versions.active_n()
        return None if active == base else await self.replaced(base, active, text)

    async def replaced(self, base: int | None, active: int | None, text: str | None) -> Overtaken:
        """What changed since ``base``, and what the text would change now; no text: nothing is left to change."""
        seen, now = await self._base(base), await self._base(active)
        since = await asyncio.to_thread(_told, seen, now.text) if seen and now else None
        told = None if text is None else await asyncio.to_thread(_told, now, text)
        return Overtaken(based_on=base, active=active, changed_since=since, differences=told)

    async def _base(self, n: int | None) -> Version | None:
        return None if n is None else await self.versions.get(n)

    async def stranding(self, text: str) -> Stranding | None:
        """A queue with callers in line that the text has not and the active version has."""
        active = await self.versions.active()
        if active is None or self._floor is None:
            return None
        before, after = await asyncio.to_thread(lambda: (_loaded(active.text), _loaded(text)))
        if before is None or after is None:
            return None
        for queue in sorted(set(before.queues) - set(after.queues)):
            try:
                waiting = [*await self._floor.zrange(f"{self._prefix}waiting:{queue}", 0, -1)]
                waiting += await self._promised(queue)
            except (RedisError, OSError):
                return None  # nobody can say who waits; the calls keep their plans in any case
            if waiting:
                return Stranding(queue=queue, calls=tuple(sorted(set(map(str, waiting)))))
        return None

    async def _promised(self, queue: str) -> list[str]:
        """Calls that are to be called back for that queue, in line or to be tried later."""
        found: list[str] = []
        if self._floor is None:
            return found
        async for key in self._floor.scan_iter(match=f"{self._prefix}callbacks:*", count=1_000):
            call = await self._floor.hget(key, queue)
            is_open = call and await self._floor.zscore(f"{self._prefix}calls", text_of(call)) is not None
            found += [text_of(call)] if is_open else []
        return found


def _over(version: Version, seen: Collection[int] | None) -> Collection[int | None] | None:
    """The versions that it may replace; null: any."""
    if seen is not None:
        return tuple(seen)
    return (version.based_on,) if version.activated_ms is None else None


def _told(before: Version | None, text: str) -> Differences:
    if before is None:
        return ()
    old, new = _loaded(before.text), _loaded(text)
    return None if old is None or new is None else differences(old, new)


def _loaded(text: str) -> Config | None:
    return read_text(text)[0]


@lru_cache(maxsize=KEPT)
def read_text(text: str) -> tuple[Config | None, Report]:
    """``read_config``; one text is drafted, activated and compared within a moment, and read once."""
    return read_config(text)
