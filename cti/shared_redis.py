"""A Redis client whose commands share one connection: each goes out at once, answers come back in order.

redis-py's pool lends a connection to one command at a time, with its retries, timers and records around it; a webhook
is five such commands, and they cost more than the rest of it (``docs/decisions/0014``). Here commands of many
coroutines are under way together. Pipelines, subscriptions and blocking reads use the pool as before.

Guarantees that a command is sent at most once (a lost connection fails what was under way, the next command connects
anew), and that no answer reaches a command that did not ask for it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import Any

import hiredis
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection, DefaultParser
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

PATIENCE_S = 2.0
"""How long a server that is away is waited for."""
_AGAIN_S = 0.05
_BLOCK = {"BLOCK", b"BLOCK"}
_CHUNK = 1 << 16


class SharedRedis(Redis):
    """``SharedRedis.from_pool(pool)``; the pool's settings are the shared connection's too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._line: _Line | None = None
        self._opening: asyncio.Task[_Line] | None = None

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """As redis-py's, without its retries: whoever asks knows what may be repeated."""
        if not _BLOCK.isdisjoint(args):
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]  # redis-py's own
        line = self._line
        if line is None or line.over:
            line = await self._connected()
        answer = await line.ask((*args[0].split(), *args[1:]) if " " in args[0] else args)  # CONFIG GET is two words
        callback = self.response_callbacks.get(args[0])
        if callback is None:
            return answer
        options.pop("keys", None)
        return callback(answer, **options)

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Ends the shared connection and the pool's."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait({self._opening})
        if self._line is not None:
            await self._line.close()
        await super().aclose(close_connection_pool)

    async def _connected(self) -> _Line:
        """Whoever comes while it is being opened waits for the same, and hears the same failure."""
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open(), name="redis connects")
            self._opening.add_done_callback(lambda task: task.cancelled() or task.exception())  # all may have gone
        return await asyncio.shield(self._opening)

    async def _open(self) -> _Line:
        if self._line is not None:
            await self._line.close()
        self._line = await _Line.open(self.connection_pool)
        return self._line


class _Line:
    """One connection and the commands that wait for their answers on it, oldest first."""

    def __init__(self, connection: AbstractConnection, *, decodes: bool, timeout_s: float | None) -> None:
        if connection._reader is None or connection._writer is None:
            raise RedisConnectionError("not connected")
        self._connection = connection
        self._incoming, self._outgoing = connection._reader, connection._writer
        self._timeout_s = timeout_s
        self._waiting: deque[tuple[float, asyncio.Future[Any]]] = deque()
        """Who waits, and since when (loop time)."""
        self._timer: asyncio.TimerHandle | None = None
        self._parser = hiredis.Reader(
            protocolError=RedisConnectionError,
            replyError=DefaultParser.parse_error,
            notEnoughData=_MORE,
            **({"encoding": "utf-8", "errors": "strict"} if decodes else {}),
        )
        self.over = False
        """Lost or closed: the next command needs another."""
        self._reading = asyncio.get_running_loop().create_task(self._read(), name="redis answers")

    @classmethod
    async def open(cls, pool: Any) -> _Line:
        """Connects as the pool would (address, password, TLS, database); a server that is away for a moment, as when it
        restarts, is waited for. Raises RedisError."""
        until = asyncio.get_running_loop().time() + PATIENCE_S
        connection, settings = pool.make_connection(), pool.connection_kwargs
        while True:
            try:
                await connection.connect()
                break
            except RedisConnectionError:
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(_AGAIN_S)
        timeout_s = settings.get("socket_timeout")
        return cls(connection, decodes=bool(settings.get("decode_responses")), timeout_s=timeout_s)

    async def ask(self, command: tuple[Any, ...]) -> Any:
        """Raises what the server answered, ConnectionError or TimeoutError."""
        if self.over:
            raise RedisConnectionError("the connection was lost")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        self._outgoing.write(hiredis.pack_command(command))
        self._waiting.append((loop.time(), answer))
        if self._timer is None and self._timeout_s is not None:
            self._timer = loop.call_later(self._timeout_s, self._look_at_oldest, self._timeout_s)
        return await answer

    async def close(self) -> None:
        """Ends the connection; what was under way fails."""
        self._lose(RedisConnectionError("closed"))
        self._reading.cancel()
        await asyncio.wait({self._reading})
        with contextlib.suppress(RedisError, OSError):
            await self._connection.disconnect()

    def _look_at_oldest(self, timeout_s: float) -> None:
        """One timer for all: answers come in order, so that the oldest command is the one to worry about."""
        self._timer = None
        if self._waiting:
            loop = asyncio.get_running_loop()
            left_s = self._waiting[0][0] + timeout_s - loop.time()
            if left_s <= 0:
                self._lose(RedisTimeoutError("no answer in time"))
            else:
                self._timer = loop.call_later(left_s, self._look_at_oldest, timeout_s)

    async def _read(self) -> None:
        try:
            while data := await self._incoming.read(_CHUNK):
                self._parser.feed(data)
                while (answer := self._parser.gets()) is not _MORE:
                    self._deliver(answer)
            self._lose(RedisConnectionError("the server closed the connection"))
        except (OSError, RedisError) as error:
            self._lose(RedisConnectionError(type(error).__name__))

    def _deliver(self, answer: Any) -> None:
        if isinstance(answer, hiredis.PushNotification):
            return
        _, waiting = self._waiting.popleft()
        if waiting.done():  # whoever asked was cancelled
            return
        if isinstance(answer, Exception):
            waiting.set_exception(answer)
        else:
            waiting.set_result(answer)

    def _lose(self, error: RedisError) -> None:
        self.over = True
        self._outgoing.close()
        if self._timer is not None:
            self._timer.cancel()
        for _, waiting in self._waiting:
            if not waiting.done():
                waiting.set_exception(error)
        self._waiting.clear()


_MORE = object()
"""What the parser says when an answer is not complete."""
