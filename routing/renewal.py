"""A demand table's profiles, put on the floor: one run of it.

Guarantees that others get their turn, in this process and on the server, every few ms; that the server works while the
next reps are being computed; and that the outcome is as if one rep after the other had been given theirs, by queues.
Only what differs is computed and written.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Protocol, cast

from routing.config import Rep
from routing.demands import DemandTable, in_order
from routing.model import DemandId, Match, Profile, QueueId, RepId
from routing.profile_changes import ProfileChanges
from routing.replies import Reply, text_of
from routing.scripts import Argument, Client

PAGE = 256
"""Reps whose profiles are read in one round trip."""
AT_ONCE = 8
"""Reps computed before others get their turn: some 0.5 ms."""
SOURCES_AT_ONCE = 50
GROUPED_AT_ONCE = 1000
FIRST_STEP, LARGEST_STEP = 16, 256
STEP_US = 4000
"""What one step may cost the server; how many reps that is, the steps before tell."""
GONE = "gone"

Changed = Sequence[tuple[Rep | RepId, str]]
"""A rep, or the id of one who is not in the table, and what the profile is made of."""


class Run(Protocol):
    """Runs a script of the matcher."""

    async def __call__(self, name: str, *arguments: Argument) -> Reply: ...


class Renewal:
    """One run."""

    def __init__(self, *, redis: Client, prefix: str, run: Run, table: DemandTable, version: int) -> None:
        self._redis = redis
        self._prefix = prefix
        self._run = run
        self._table = table
        self._version = version
        self._step = FIRST_STEP
        self._matches: list[Match] = []
        self._revived: frozenset[DemandId] = frozenset()
        """Demands that went with a version that was never written whole, and are back."""

    async def run(self) -> tuple[Match, ...]:
        """All of it. Raises StaleVersion as soon as the floor has another table."""
        self._revived = (await self._revived_demands()) & self._table.demands.keys()
        steps = self._steps(await self._known())
        step = await anext(steps, None)
        while step is not None:
            step = await self._write_beside(step, steps)
        await self._run("endRenewal", self._version)
        return tuple(self._matches)

    async def _write_beside(self, step: ProfileChanges, steps: AsyncIterator[ProfileChanges]) -> ProfileChanges | None:
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._write(step))
                following = both.create_task(_following(steps))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from failed  # callers tell StaleVersion and NotReady by their type
        return following.result()

    async def _write(self, step: ProfileChanges) -> None:
        at = 1
        while at <= len(step):
            result = (await self._run("renewProfiles", self._version, *step.arguments(at))).result
            if at == 1 and result["next"] > len(step):
                self._learn(len(step), result["us"])
            at = result["next"]
            if at <= len(step):
                self._matches += (await self._run("setProfiles", self._version, *step.row(at))).matches
                at += 1

    def _learn(self, reps: int, took_us: int) -> None:
        wanted = reps * STEP_US // max(1, took_us)
        self._step = max(AT_ONCE, min(LARGEST_STEP, wanted, 2 * self._step))

    async def _steps(self, known: dict[RepId, str]) -> AsyncIterator[ProfileChanges]:
        step = ProfileChanges(self._table.demands, self._revived)
        async for page in self._pages(known):
            standing = await self._standing(page)
            for n, (rep, source) in enumerate(page):
                profile = Profile(rep=rep, fits={}) if isinstance(rep, str) else self._table.profile_of(rep)
                step.add(profile, source, standing[n])
                if n % AT_ONCE == 0:
                    await asyncio.sleep(0)
                if len(step) >= self._step:
                    yield step
                    step = ProfileChanges(self._table.demands, self._revived)
        if len(step):
            yield step

    async def _pages(self, known: dict[RepId, str]) -> AsyncIterator[Changed]:
        page: list[tuple[Rep | RepId, str]] = []
        async for rep in self._in_order():
            source = self._table.source(rep)
            if known.pop(rep.id, None) != source or self._revived:
                page.append((rep, source))
            if len(page) == PAGE:
                yield page
                page = []
        page += [(rep, GONE) for rep, source in sorted(known.items()) if source != GONE]
        for start in range(0, len(page), PAGE):
            yield page[start : start + PAGE]

    async def _in_order(self) -> AsyncIterator[Rep]:
        """Those of the same queues together, others in turn now and then."""
        groups: dict[frozenset[QueueId] | None, list[Rep]] = {}
        for n, rep in enumerate(self._table.reps.values()):
            groups.setdefault(rep.queues, []).append(rep)
            if n % GROUPED_AT_ONCE == 0:
                await asyncio.sleep(0)
        n = 0
        for queues in in_order(groups):
            for rep in groups[queues]:
                yield rep
                n += 1
                if n % SOURCES_AT_ONCE == 0:
                    await asyncio.sleep(0)

    async def _known(self) -> dict[RepId, str]:
        """What the profiles on the floor are made of."""
        found = self._redis.hscan_iter(self._prefix + "sources", count=500)
        return {RepId(text_of(rep)): text_of(source) async for rep, source in found}

    async def _revived_demands(self) -> frozenset[DemandId]:
        found = self._redis.smembers(self._prefix + "revived")
        return frozenset(DemandId(text_of(each)) for each in await cast("Awaitable[set[object]]", found))

    async def _standing(self, page: Changed) -> Sequence[str | bytes | None]:
        names = [rep if isinstance(rep, str) else rep.id for rep, _ in page]
        return await self._redis.hmget(self._prefix + "meets", names)


async def _following(steps: AsyncIterator[ProfileChanges]) -> ProfileChanges | None:
    return await anext(steps, None)
