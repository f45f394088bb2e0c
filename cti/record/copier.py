"""Copies transitions from the record stream into SQL: exactly once in effect, one copier at a time.

Never makes a call wait and never loses an entry: what SQL has not committed stays in the stream. Guarantees that an
entry is in SQL within 1 s while both answer, that an entry that nobody can read goes to ``dead_letters`` instead of
blocking the others, and that two copiers at once (a paused one that wakes up) do no harm.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import structlog
from prometheus_client import Counter, Gauge
from redis.asyncio import Redis
from redis.exceptions import RedisError

from cti.record.cancelling import is_cancelled
from cti.record.copying import bury, store
from cti.record.database import Database
from cti.record.entries import Entry, Poison, poison, read_batch
from cti.record.errors import RecordConflict, RecordError, RecordRefused
from cti.record.lease import Lease
from cti.record.record_stream import Backlog, RawEntry, RecordStream

LEASE_MS = 3_000
"""Renewed with each batch; a copier that died is replaced after at most this and ``TURN_S``."""
BATCH = 200
"""Entries of 3 to 6 KB: about 1 MB in one transaction."""
BLOCK_MS = 500
GATHER_S = 0.2
"""After a small batch: at 50 calls/s that makes 5 commits a second of 300; a batch costs as much as 20 entries."""
TURN_S = 1.0
LONGEST_BACK_OFF_S = 2.0

log = structlog.get_logger()
heartbeat = Gauge(
    "cti_copier_heartbeat_seconds", "When the copier last went round, Unix time", multiprocess_mode="mostrecent"
)
copied = Counter("cti_copier_entries_total", "Transitions copied to SQL")
buried = Counter("cti_copier_dead_letters_total", "Transitions that could not be read")


class Copier:
    """``run()`` in a task of its own, ended by ``stop()``; every worker may have one."""

    def __init__(self, database: Database, redis: Redis, *, prefix: str) -> None:
        self._database = database
        self._stream = RecordStream(redis, prefix=prefix)
        self._lease = Lease(redis, f"{prefix}copier", lasts_ms=LEASE_MS)
        self._stopping = asyncio.Event()
        self._failures = 0

    async def run(self) -> None:
        """Copies until ``stop()``; failures of Redis and SQL are waited out."""
        while not self._stopping.is_set() and not is_cancelled():
            try:
                pause_s = await self._turn()
                self._failures = 0
            except (RecordError, RedisError, OSError, TimeoutError) as error:
                pause_s = self._back_off(error)
            heartbeat.set(time.time())
            await self._pause(pause_s)
        with suppress(RedisError, OSError):
            await self._lease.release()

    def stop(self) -> None:
        """Lets ``run()`` end after the batch in hand, within ``BLOCK_MS`` where there is none."""
        self._stopping.set()

    async def backlog(self) -> Backlog:
        """What waits for SQL. Raises RedisError."""
        return await self._stream.backlog()

    async def _turn(self) -> float:
        """One batch, or somebody else's turn; how long to pause then."""
        if not await self._lease.hold():
            return TURN_S
        raw = await self._stream.oldest(count=BATCH, block_ms=BLOCK_MS)
        if not raw:
            return 0.0
        await self._copy(raw)
        await self._stream.forget([entry_id for entry_id, _ in raw])
        return GATHER_S if len(raw) < BATCH else 0.0

    async def _copy(self, raw: Sequence[RawEntry]) -> None:
        read = read_batch(raw)
        entries = [entry for entry in read if isinstance(entry, Entry)]
        letters = [letter for letter in read if isinstance(letter, Poison)]
        try:
            await self._database.run(partial(store, entries=entries))
        except (RecordRefused, RecordConflict):
            letters += await self._copy_one_by_one(raw, entries)
        await self._bury(letters)
        copied.inc(len(raw) - len(letters))

    async def _copy_one_by_one(self, raw: Sequence[RawEntry], entries: Sequence[Entry]) -> list[Poison]:
        """Finds those that SQL refuses for ever."""
        refused = []
        fields = dict(raw)
        for entry in entries:
            try:
                await self._database.run(partial(store, entries=[entry]))
            except (RecordRefused, RecordConflict) as error:
                refused.append(poison(entry.entry_id, fields[entry.entry_id], str(error)))
        return refused

    async def _bury(self, letters: Sequence[Poison]) -> None:
        if not letters:
            return
        now_ms = time.time_ns() // 1_000_000
        await self._database.run(partial(bury, letters=letters, at_ms=now_ms))
        buried.inc(len(letters))
        for letter in letters:
            log.error("transition_not_readable", entry=letter.entry_id)

    def _back_off(self, error: Exception) -> float:
        self._failures += 1
        log.warning("copier_waits", because=type(error).__name__, failures=self._failures)
        return float(min(LONGEST_BACK_OFF_S, 0.1 * 2 ** min(self._failures, 6)))

    async def _pause(self, seconds: float) -> None:
        if seconds:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._stopping.wait()
