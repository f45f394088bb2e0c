"""``cti serve`` as real processes with the emulator beside them, and a view of its floor from outside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from cti.app import House, Overrides
from cti.embedded import running_url
from cti.record.database import Database
from cti.settings import Settings
from tests.support.emulator import running_emulator
from tests.support.environment import an_environment
from tests.support.eventually import eventually, eventually_now
from tests.support.house import ONE_QUEUE, Running, apply, emulator_settings, service_settings
from tests.support.migrated import at_this_schema
from tests.support.running import a_free_port, command_of, descendants, lives, started
from tests.support.tap import Tap, a_tap


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Running):
    """A service whose processes can be killed; ``house`` only looks on (its loops do not run)."""

    process: subprocess.Popen[str]
    directory: Path
    wanted: int
    """Workers."""
    to_redis: Tap
    """The wire between the workers and Redis."""
    to_line: Tap
    """The wire between the workers and the emulator's REST API."""

    def workers(self) -> frozenset[int]:
        """Process ids of the workers that run now."""
        return frozenset(pid for pid in descendants(self.process.pid) if "cti.worker" in command_of(pid))

    async def is_ready(self) -> None:
        """Waits until all workers serve, and the service says that it is ready."""
        await eventually(lambda: len(self.workers()) == self.wanted and self.workers() <= self._ready(), 30.0)
        await eventually(lambda: _is_ready(self.process, self.url), 30.0)

    def _ready(self) -> frozenset[int]:
        """Process ids that have said so in the log."""
        said = re.findall(r"\bready\b.*\bpid=(\d+)", (self.directory / "output").read_text())
        return frozenset(map(int, said))

    def embedded_server(self) -> int | None:
        """Process id of the embedded server; null while there is none."""
        servers = [pid for pid in descendants(self.process.pid) if "unixsocket" in command_of(pid)]
        return servers[0] if servers else None

    def kill(self, pid: int) -> None:
        """Really; returns when it is dead."""
        os.kill(pid, signal.SIGKILL)
        eventually_now(lambda: not lives(pid))


@asynccontextmanager
async def a_service(
    *,
    redis_url: str | None,
    tmp_path: Path,
    database_url: str | None = None,
    workers: int = 2,
    config: str = ONE_QUEUE,
) -> AsyncIterator[Service]:
    """Ready to take calls. Without ``redis_url`` on an embedded server, without ``database_url`` on SQLite."""
    port = a_free_port()
    database_url = database_url or f"sqlite:///{tmp_path}/service.db"
    await at_this_schema(database_url)
    database = Database(database_url)
    await apply(database, config)
    await database.close()
    async with (
        running_emulator(emulator_settings(port)) as emulator,
        a_tap(emulator.url) as to_line,
        a_tap(redis_url or "unix:///none") as to_redis,
    ):
        settings = service_settings(
            redis_url=redis_url and to_redis.url,
            database_url=database_url,
            base_url=to_line.url,
            port=port,
            data_dir=tmp_path,
        )
        arguments = ["serve", "--port", str(port), "--workers", str(workers)]
        with started(arguments, env=an_environment(**settings.environment()), cwd=tmp_path) as process:
            url = f"http://127.0.0.1:{port}"
            await eventually(lambda: _is_ready(process, url), 120.0)
            own = {"redis_url": redis_url or running_url(tmp_path), "twilio_api_base_url": emulator.url}
            async with _looking_on(settings.model_copy(update=own)) as house:
                service = Service(
                    house=house,
                    emulator=emulator,
                    url=url,
                    process=process,
                    directory=tmp_path,
                    wanted=workers,
                    to_redis=to_redis,
                    to_line=to_line,
                )
                await service.is_ready()
                yield service


@asynccontextmanager
async def _looking_on(settings: Settings) -> AsyncIterator[House]:
    """A worker's parts in this process, past the taps; its loops do not run."""
    house = House(settings, Overrides())
    try:
        await house.clock.sync()
        await house.rules.refresh()
        yield house
    finally:
        await house.line.close()
        await house.redis.aclose()
        await house.database.close()


async def _is_ready(process: subprocess.Popen[str], url: str) -> bool:
    assert process.poll() is None
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            return (await client.get(f"{url}/readyz")).status_code == 200
        except httpx.TransportError:
            return False
