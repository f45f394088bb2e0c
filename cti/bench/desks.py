"""Connected desks: what one costs in memory, and when its pop arrives.

``cti bench desks`` opens 1,000 desks on one worker and reads the worker's resident memory before and after.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import typer
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from cti.bench import floor_data
from cti.bench.stage import a_directory, a_postgres, a_stage

DESKS = 1_000
_AT_ONCE = 50
_PAGE = 4096


@dataclass(slots=True, kw_only=True)
class Desks:
    """Open desks, and when each call's pop came."""

    popped_s: dict[str, float] = field(default_factory=dict)
    """CallSid → monotonic second."""
    sockets: list[ClientConnection] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def have(self, pops: int, *, within_s: float) -> None:
        """Returns when so many pops have come. Raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while len(self.popped_s) < pops:
                self.changed.clear()
                await self.changed.wait()

    async def listen(self, socket: ClientConnection) -> None:
        """Notes pops until the desk is closed."""
        try:
            async for message in socket:
                came_s = time.monotonic()
                event = orjson.loads(message)
                if event["type"] == "screen_pop":
                    self.popped_s[event["call"]["call_sid"]] = came_s
                    self.changed.set()
        except ConnectionClosed:
            return


@asynccontextmanager
async def open_desks(port: int, secrets: Sequence[str]) -> AsyncIterator[Desks]:
    """One desk a token, each available."""
    desks = Desks()
    gate = asyncio.Semaphore(_AT_ONCE)

    async def open_one(secret: str) -> None:
        async with gate:
            headers = {"Authorization": f"Bearer {secret}"}
            url = f"ws://127.0.0.1:{port}/ws/desk"
            socket = await connect(url, additional_headers=headers, compression=None, proxy=None, open_timeout=60)
            desks.sockets.append(socket)

    async with asyncio.TaskGroup() as group:
        for secret in secrets:
            group.create_task(open_one(secret))
    async with asyncio.TaskGroup() as group:
        for socket in desks.sockets:
            group.create_task(desks.listen(socket))
        try:
            yield desks
        finally:
            for socket in desks.sockets:
                await socket.close()


def resident_bytes(pid: int) -> int:
    """Resident memory of a process (Linux)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE


async def _measure() -> dict[str, object]:
    with a_directory() as directory, a_postgres(directory) as url:
        secrets = await floor_data.fill(url, contacts=1_000, reps=DESKS)
        with a_stage(directory, url) as stage:
            before = resident_bytes(stage.worker_pid)
            async with open_desks(stage.port, secrets):
                after = resident_bytes(stage.worker_pid)
    return {
        "desks": DESKS,
        "before_mib": round(before / 2**20, 1),
        "kib_per_desk": round((after - before) / DESKS / 1024, 1),
    }


def main(*, as_json: bool) -> None:
    """Prints the figures."""
    figures = asyncio.run(_measure())
    if as_json:
        typer.echo(json.dumps(figures))
        return
    typer.echo(f"{figures['desks']} desks on one worker: {figures['kib_per_desk']} KiB each")
