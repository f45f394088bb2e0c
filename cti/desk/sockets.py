"""The live sockets of this worker: keeps their reps connected, and their wishes through a floor that was emptied.

Never reads from a browser (``socket.py`` does). Guarantees that each socket is touched every 4 s (it counts as lost
after 10), and that a new epoch is noticed within a second: reps who were available or away are so again, and every
desk gets a snapshot.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle

import structlog
from prometheus_client import Gauge
from redis.exceptions import RedisError

from cti.calls.errors import CallError
from cti.calls.views import View
from cti.desk.desk import Desk
from cti.desk.parts import DeskParts
from cti.desk.wakes import Wakes
from cti.desk.wishes import Wish, to_restore, wish_of
from cti.record.cancelling import is_cancelled
from routing.errors import NotReady
from routing.model import RepId, RepState, RepStatus

TOUCH_S = 4.0
TURNS = 20
"""A twentieth of the sockets at a time: a thousand touches at once would hold up every call for a fifth of a second."""
LOOK_S = 1.0
TOUCHES_AT_ONCE = 10
"""Desks that come and go together share few connections to Redis."""

log = structlog.get_logger()
heartbeat = Gauge(
    "cti_desk_sockets_heartbeat_seconds", "When a worker last touched its sockets, Unix time", multiprocess_mode="min"
)
open_sockets = Gauge("cti_desk_sockets", "Open sockets of reps' desks", multiprocess_mode="livesum")


@dataclass(slots=True, kw_only=True, eq=False)
class LiveSocket:
    """One tab, or one program."""

    id: str
    rep: RepId
    turn: int
    """Which twentieth of ``TOUCH_S`` it is touched in."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """There may be events, or something else to look at."""
    start_over: bool = False
    """The floor has another epoch: a snapshot is due."""


class DeskSockets:
    """``run()`` in a task of its own."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self.desk = Desk(parts)
        self._wakes = Wakes(parts.redis)
        self._sockets: set[LiveSocket] = set()
        self._wishes: dict[RepId, Wish] = {}
        self._epoch: str | None = None
        self._turns = cycle(range(TURNS))
        self._looking = asyncio.Lock()
        self._touching = asyncio.Semaphore(TOUCHES_AT_ONCE)

    @property
    def count(self) -> int:
        """How many are open in this worker."""
        return len(self._sockets)

    @asynccontextmanager
    async def joined(self, rep: RepId) -> AsyncIterator[LiveSocket]:
        """The rep is connected for as long as the socket is open."""
        socket = LiveSocket(id=secrets.token_hex(8), rep=rep, turn=next(self._turns))
        with self._wakes.on(self.desk.feed.wake_channel(rep), socket.wake):
            self._sockets.add(socket)
            open_sockets.inc()
            try:
                await self._look_and_touch([socket])
                yield socket
            finally:
                self._sockets.discard(socket)
                open_sockets.dec()
                await self._left(socket)

    def seen(self, rep: RepState) -> None:
        """What a reader saw of its rep: remembered in case the floor forgets."""
        wish = wish_of(rep, self._wishes.get(rep.rep))
        if wish is not None:
            self._wishes[rep.rep] = wish

    def heard(self, rep: RepId, event: View) -> None:
        """The same, from an event that was sent on."""
        if event["type"] != "rep_status":
            return
        later = event["next_status"]
        self.seen(
            RepState(
                rep=rep,
                status=RepStatus(event["status"]),
                since_ms=0,
                connected=event["connected"],
                reason=event["reason"],
                next_status=RepStatus(later) if later else None,
            )
        )

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._wakes.run())
            group.create_task(self._keep_touching())
            group.create_task(self._keep_looking())

    async def _keep_touching(self) -> None:
        for turn in cycle(range(TURNS)):
            await asyncio.sleep(TOUCH_S / TURNS)
            if is_cancelled():
                return
            await self._look_and_touch([socket for socket in self._sockets if socket.turn == turn])
            heartbeat.set_to_current_time()

    async def _look_and_touch(self, sockets: Collection[LiveSocket]) -> None:
        """While Redis or the floor is away the sockets simply wait. A new floor is looked for first: a touch makes it
        say "offline" of a rep whom it has never seen, and that would pass for the rep's wish."""
        if not sockets:
            return
        try:
            await self.look()
            await self._touch(sockets)
        except (RedisError, NotReady, CallError) as error:
            log.warning("sockets_not_touched", because=type(error).__name__)

    async def _touch(self, sockets: Collection[LiveSocket]) -> None:
        """One round trip for all."""
        if sockets:
            async with self._touching:
                matches = await self._parts.matcher.touch_sockets([(socket.rep, socket.id) for socket in sockets])
            await self._parts.conductor.take_up(matches)

    async def _left(self, socket: LiveSocket) -> None:
        if all(other.rep != socket.rep for other in self._sockets):
            self._wishes.pop(socket.rep, None)
        try:
            async with self._touching:
                await self._parts.matcher.drop_socket(socket.rep, socket.id)
        except (RedisError, NotReady) as error:
            log.warning("socket_not_dropped", because=type(error).__name__)

    async def _keep_looking(self) -> None:
        """For another epoch."""
        while not is_cancelled():
            try:
                await self.look()
            except (RedisError, NotReady, CallError) as error:
                log.warning("epoch_not_read", because=type(error).__name__)
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Notices a floor that was rebuilt, and announces this worker's reps to it."""
        async with self._looking:
            epoch = await self.desk.feed.epoch()
            if epoch is None or epoch == self._epoch:
                return
            if self._epoch is not None:
                await self._announce()
            self._epoch = epoch

    async def _announce(self) -> None:
        wishes = dict(self._wishes)
        await self._touch(self._sockets)
        for rep in {socket.rep for socket in self._sockets}:
            wish = to_restore(wishes.get(rep), await self._parts.matcher.rep(rep))
            if wish is not None:
                matches = await self._parts.matcher.set_status(rep, wish.status, reason=wish.reason)
                await self._parts.conductor.take_up(matches)
        for socket in tuple(self._sockets):
            socket.start_over = True
            socket.wake.set()
        log.info("reps_announced", sockets=len(self._sockets))
