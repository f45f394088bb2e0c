"""A wire between two programs that a test can listen to, and stop at an exact point: what has been sent has been sent.

    async with a_tap(valkey.url) as tap:                        # the service is given tap.url
        asker = tap.stop_reply(rb'\\["claim",')                   # the answer to the next claim never arrives
        ...
        os.kill(await asker, signal.SIGKILL)                     # the process that asked

Passes bytes on as they come, reads no protocol. A pattern must fit into one write of the sender.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import struct
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

_CHUNK = 1 << 16
_LOCAL_PEERPID = 2
"""macOS: the process behind a unix socket."""
Stop = Literal["nothing", "request", "reply"]


@dataclass(slots=True, kw_only=True, eq=False)
class Watch:
    """What is looked for, once."""

    pattern: re.Pattern[bytes]
    stop: Stop
    asker: asyncio.Future[int]


@dataclass(slots=True, kw_only=True)
class Tap:
    """``url`` leads to the other side, through here."""

    url: str
    watches: list[Watch] = field(default_factory=list)

    def see(self, pattern: bytes) -> asyncio.Future[int]:
        """The process that sends the next request with this in it (0 where a TCP socket does not say)."""
        return self._watch(pattern, "nothing")

    def stop_request(self, pattern: bytes) -> asyncio.Future[int]:
        """The same; neither the request nor anything after it on its connection arrives."""
        return self._watch(pattern, "request")

    def stop_reply(self, pattern: bytes) -> asyncio.Future[int]:
        """The same; the request arrives, and from then on nothing passes on its connection, either way."""
        return self._watch(pattern, "reply")

    def _watch(self, pattern: bytes, stop: Stop) -> asyncio.Future[int]:
        asker: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.watches.append(Watch(pattern=re.compile(pattern), stop=stop, asker=asker))
        return asker

    def stops(self, chunk: bytes, pid: int) -> Stop:
        """What becomes of these bytes of a request."""
        stop: Stop = "nothing"
        for watch in [watch for watch in self.watches if watch.pattern.search(chunk)]:
            self.watches.remove(watch)
            if not watch.asker.done():
                watch.asker.set_result(pid)
            stop = watch.stop if watch.stop != "nothing" else stop
        return stop


@asynccontextmanager
async def a_tap(url: str) -> AsyncIterator[Tap]:
    """Before ``unix:///…`` or ``http://host:port``; the tap's own URL is of the same kind."""
    parts = urlsplit(url)
    directory = Path(tempfile.mkdtemp(prefix="cti-tap-"))
    tap = Tap(url="")
    ends: set[asyncio.StreamWriter] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.add(writer)
        try:
            await _carry(tap, reader, writer, url)
        finally:
            writer.transport.abort()
            ends.discard(writer)

    if parts.scheme == "unix":
        server = await asyncio.start_unix_server(connected, directory / "tap", limit=_CHUNK)
        tap.url = f"unix://{directory}/tap{'?' + parts.query if parts.query else ''}"
    else:
        server = await asyncio.start_server(connected, "127.0.0.1", 0, limit=_CHUNK)
        tap.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield tap
    finally:
        server.close()
        for end in tuple(ends):
            end.transport.abort()
        while ends:  # noqa: ASYNC110 - each wire sees its end by itself
            await asyncio.sleep(0.005)
        shutil.rmtree(directory, ignore_errors=True)


async def _carry(tap: Tap, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str) -> None:
    there, to_there = await _open(url)
    pid = _process_behind(writer)
    is_silent = asyncio.Event()

    async def requests() -> None:
        while chunk := await reader.read(_CHUNK):
            stop = tap.stops(chunk, pid)
            if not is_silent.is_set() and stop != "request":
                to_there.write(chunk)
                await to_there.drain()
            if stop != "nothing":
                is_silent.set()

    async def replies() -> None:
        while chunk := await there.read(_CHUNK):
            if not is_silent.is_set():
                writer.write(chunk)
                await writer.drain()

    ways = [asyncio.create_task(way()) for way in (requests, replies)]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        to_there.transport.abort()


async def _open(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return await asyncio.open_unix_connection(parts.path, limit=_CHUNK)
    return await asyncio.open_connection(parts.hostname, parts.port, limit=_CHUNK)


def _process_behind(writer: asyncio.StreamWriter) -> int:
    """Known for unix sockets, whose other side the kernel vouches for."""
    peer = writer.get_extra_info("socket")
    if peer.family != socket.AF_UNIX:
        return 0
    if hasattr(socket, "SO_PEERCRED"):
        return int(struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])
    return int(peer.getsockopt(0, _LOCAL_PEERPID))
