"""Imports of one site: one at a time of all workers, by a lease; each in a child process, and told of in Redis for an
hour.

Holds no row of a file. Guarantees that a file is gone when its import is over, and that one whose worker died is not
said to run for longer than half a minute.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from cti.calls.background import Background
from cti.calls.clock import RedisClock
from cti.imports.model import Import, ImportId, Order, State
from cti.record.lease import Lease

COMMAND = ("-m", "cti.imports.child")
LONGEST_LINE = 1 << 20
TICK_S = 1.0
"""How often Redis is told how far it is, and the lease renewed."""
LEASE_MS = 15_000
RUNNING_MS = 30_000
KEPT_MS = 3_600_000
BROKE_OFF = "It broke off, and nothing was imported: try again."

log = structlog.get_logger()


class Upload:
    """A file that was sent, in a folder of its own that nobody else can read."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="cti-import-")
        self.path = Path(self._folder.name) / "contacts.csv"

    def drop(self) -> None:
        """Gone. Twice is harmless."""
        self._folder.cleanup()


class Imports:
    """``import:{id}`` and ``lease:import``. Redis errors pass through."""

    def __init__(
        self,
        redis: Redis,
        clock: RedisClock,
        background: Background,
        *,
        prefix: str,
        database_url: str,
        region: str | None,
    ) -> None:
        self._redis = redis
        self._clock = clock
        self._background = background
        self._prefix = prefix
        self._database_url = database_url
        self._region = region
        self._ends: dict[ImportId, asyncio.Event] = {}

    async def start(self, upload: Upload, *, dry_run: bool, by: str) -> Import | None:
        """Takes the upload over. Null: another import is running, and the upload is still the caller's."""
        lease = Lease(self._redis, f"{self._prefix}lease:import", lasts_ms=LEASE_MS)
        if not await lease.hold():
            return None
        name = ImportId(secrets.token_hex(12))
        begun = Import(id=name, by=by, dry_run=dry_run, started_ms=self._clock.now_ms())
        await self._keep(begun)
        self._ends[name] = asyncio.Event()
        if not self._background.start(f"import:{name}", lambda: self._run(begun, upload, lease)):
            del self._ends[name]
            await lease.release()
            return None
        return begun

    async def get(self, name: ImportId, *, within_s: float = 0.0) -> Import | None:
        """As it is now; one that this worker runs is waited for so long. Null: unknown, or its worker has died."""
        end = self._ends.get(name)
        if end is not None and within_s:
            with suppress(TimeoutError):
                async with asyncio.timeout(within_s):
                    await end.wait()
        kept = await self._redis.get(self._key(name))
        return Import.read(kept) if kept else None

    async def _run(self, begun: Import, upload: Upload, lease: Lease) -> None:
        last = begun
        try:
            async with self._child(begun, upload) as child:
                async for last in self._told(begun, child):
                    if last.state is State.RUNNING:
                        with suppress(RedisError, OSError):  # the import does not hang on who looks on
                            await self._keep(last)
                            await lease.hold()
        finally:
            if last.state is State.RUNNING:
                last = replace(last, state=State.FAILED, detail=BROKE_OFF)
            await self._conclude(replace(last, ended_ms=self._clock.now_ms()), upload, lease)

    async def _conclude(self, last: Import, upload: Upload, lease: Lease) -> None:
        """Whoever hears that it is over may start the next."""
        upload.drop()
        log.info("import_ended", state=last.state, dry_run=last.dry_run)
        with suppress(RedisError, OSError):
            await lease.release()
            await self._keep(last)
        self._ends.pop(last.id).set()

    async def _told(self, begun: Import, child: Process) -> AsyncIterator[Import]:
        """How far it is, every tick; at last how it ended, or as it was when the child fell silent."""
        now, last = asyncio.get_running_loop().time, begun
        tick_at = now() + TICK_S
        while line := await _line(child, tick_at - now()):
            last = _heard(last, line)
            if last.state is not State.RUNNING or now() >= tick_at:
                yield last
                tick_at = now() + TICK_S
        yield last

    @asynccontextmanager
    async def _child(self, begun: Import, upload: Upload) -> AsyncIterator[Process]:
        """Gone when the block is left."""
        child = await asyncio.create_subprocess_exec(
            sys.executable, *COMMAND, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE
        )
        stdin = child.stdin
        try:
            order = Order(
                database_url=self._database_url,
                path=str(upload.path),
                region=self._region,
                dry_run=begun.dry_run,
                by=begun.by,
            )
            if stdin is not None:
                stdin.write(order.line())
            yield child
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    child.kill()
            await child.wait()
            if stdin is not None:
                stdin.close()

    async def _keep(self, one: Import) -> None:
        lasts_ms = RUNNING_MS if one.state is State.RUNNING else KEPT_MS
        await self._redis.set(self._key(one.id), one.text(), px=lasts_ms)

    def _key(self, name: ImportId) -> str:
        return f"{self._prefix}import:{name}"


SILENCE = b" "
"""Nothing was said for a tick."""


async def _line(child: Process, within_s: float) -> bytes:
    """The next line; empty: there will be none."""
    if child.stdout is None:
        return b""
    try:
        async with asyncio.timeout(max(0.01, within_s)):
            return await child.stdout.readline()
    except TimeoutError:
        return SILENCE


def _heard(last: Import, line: bytes) -> Import:
    word, _, rest = line.rstrip(b"\n").partition(b" ")
    match word:
        case b"progress":
            return replace(last, progress=float(rest))
        case b"done":
            return replace(last, state=State.DONE, progress=1.0, result=orjson.loads(rest))
        case b"failed":
            return replace(last, state=State.FAILED, detail=orjson.loads(rest))
        case _:
            return last
