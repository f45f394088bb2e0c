"""Wakes this worker's readers when their rep has a new event: one Redis connection for all of them.

What it says is only "look": the events are read from the rep's stream, so a wake that is lost costs time, never an
event. Guarantees a wake for every channel after each (re)connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from cti.record.cancelling import is_cancelled
from routing.replies import text_of

WAIT_S = 1.0
AGAIN_S = 0.5
NOBODY = "{main}:wake"
"""Nothing is ever said here."""

log = structlog.get_logger()


class Wakes:
    """``run()`` in a task of its own."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._readers: dict[str, set[asyncio.Event]] = {}
        self._asked: asyncio.Event = asyncio.Event()

    @contextmanager
    def on(self, channel: str, wake: asyncio.Event) -> Iterator[None]:
        """Sets ``wake`` whenever there may be something new, and once when listening has begun."""
        self._readers.setdefault(channel, set()).add(wake)
        self._asked.set()
        try:
            yield
        finally:
            self._readers[channel].discard(wake)
            if not self._readers[channel]:
                del self._readers[channel]
                self._asked.set()

    async def run(self) -> None:
        """Listens until cancelled; Redis away is waited out."""
        while True:  # not ``is_cancelled()``: in Python 3.11 a task group that failed leaves its task looking cancelled
            try:
                async with self._redis.pubsub() as pubsub, asyncio.TaskGroup() as group:
                    listening = asyncio.Event()
                    group.create_task(self._follow(pubsub, listening))
                    group.create_task(self._hear(pubsub, listening))
            except* (RedisError, OSError) as errors:
                log.warning("wakes_wait", because=type(errors.exceptions[0]).__name__)
            await asyncio.sleep(AGAIN_S)

    async def _follow(self, pubsub: PubSub, listening: asyncio.Event) -> None:
        """Only this task writes on the connection: it subscribes to what readers ask for."""
        await pubsub.subscribe(NOBODY)  # a connection without a channel cannot be read from
        listening.set()
        subscribed: set[str] = set()
        while not is_cancelled():
            self._asked.clear()
            wanted = set(self._readers)
            if fresh := wanted - subscribed:
                await pubsub.subscribe(*fresh)
            if stale := subscribed - wanted:
                await pubsub.unsubscribe(*stale)
            subscribed = wanted
            await self._asked.wait()

    async def _hear(self, pubsub: PubSub, listening: asyncio.Event) -> None:
        """Only this task reads from the connection."""
        await listening.wait()
        while not is_cancelled():
            message = await pubsub.get_message(timeout=WAIT_S)
            if message is not None and message["type"] in {"message", "subscribe"}:
                for wake in self._readers.get(text_of(message["channel"]), ()):
                    wake.set()
