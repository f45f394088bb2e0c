"""A rep's desk in Redis: all of it at one moment, and the events behind a cursor.

Never writes. Guarantees that a snapshot and its cursor are of one moment (``scripts/readDesk.lua``).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import orjson
from redis.asyncio import Redis

from cti.calls import codec
from cti.calls.model import Call
from cti.calls.views import View
from cti.desk.cursors import Cursor
from routing.keys import prefix
from routing.model import RepId, RepState, RepStatus
from routing.replies import rep_state_of, reply_of, text_of
from routing.scripts import MATCHER_SCRIPTS, ScriptRunner

EVENTS_A_READ = 100
"""A pop with its contact is some 2 KB."""
READS_AT_ONCE = 20
"""Of the pool's connections: 1,000 desks that are woken together, or come back together, must not use up all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """What a desk shows."""

    rep: RepState
    call: Call | None
    """The rep's call, if it is offered to this rep, or taken by this rep."""
    now_ms: int
    cursor: Cursor
    """Of the last event that this state contains."""
    continues: bool
    """The stream goes on without a gap from the cursor that was asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event as it was written."""

    id: str
    text: str
    """JSON; instants may be ms."""

    def event(self) -> View:
        """The same, read."""
        event: View = orjson.loads(self.text)
        return event


class Feed:
    """Reads desks of one site. Raises NotReady and Redis's own errors."""

    def __init__(self, redis: Redis, *, site: str = "main") -> None:
        self._redis = redis
        self._prefix = prefix(site)
        self._turn = asyncio.Semaphore(READS_AT_ONCE)
        self._scripts = ScriptRunner(redis, Path(__file__).with_name("scripts"), MATCHER_SCRIPTS)

    def wake_channel(self, rep: RepId) -> str:
        """Where readers of the rep's events are woken."""
        return f"{self._prefix}wake:{rep}"

    async def read(self, rep: RepId, *, after: Cursor | None = None) -> DeskState:
        """The desk now, and whether it may go on from ``after``."""
        keys = [self._prefix + "floor", f"{self._prefix}rep:{rep}", f"{self._prefix}events:{rep}"]
        async with self._turn:
            raw = await self._scripts.run("readDesk", keys, [after.id if after else ""])
        reply = cast("list[object]", raw)
        if text_of(reply[0]) != "DESK":
            reply_of(reply)
        epoch, now_ms, last, whole, fields, document = reply[1:]
        state = _state(rep, [text_of(one) for one in cast("list[object]", fields)], int(text_of(now_ms)))
        return DeskState(
            rep=state,
            call=_own(text_of(document), rep),
            now_ms=int(text_of(now_ms)),
            cursor=Cursor(epoch=text_of(epoch), id=text_of(last)),
            continues=whole == 1 and after is not None and after.epoch == text_of(epoch),
        )

    async def after(self, rep: RepId, last: str) -> tuple[Told, ...]:
        """The next events behind a stream id, at most ``EVENTS_A_READ``."""
        async with self._turn:
            rows = await self._redis.xrange(f"{self._prefix}events:{rep}", min=f"({last}", count=EVENTS_A_READ)
        return _told(rows)

    async def newest(self, rep: RepId, count: int) -> tuple[Told, ...]:
        """The newest events, the newest first."""
        return _told(await self._redis.xrevrange(f"{self._prefix}events:{rep}", count=count))

    async def epoch(self) -> str | None:
        """The floor's; null while it is being rebuilt."""
        found = await self._redis.hget(self._prefix + "floor", "epoch")
        return None if found is None else text_of(found)


def _told(rows: object) -> tuple[Told, ...]:
    entries = cast("list[tuple[str, dict[str, str]]]", rows)
    return tuple(Told(id=text_of(id_), text=text_of(fields["e"])) for id_, fields in entries)


def _state(rep: RepId, flat: list[str], now_ms: int) -> RepState:
    if not flat:
        return RepState(rep=rep, status=RepStatus.OFFLINE, since_ms=now_ms, connected=False)
    return rep_state_of(rep, dict(zip(flat[::2], flat[1::2], strict=True)))


def _own(document: str, rep: RepId) -> Call | None:
    """The call, unless it is (still, or again) without this rep."""
    if not document:
        return None
    call = codec.load(document)
    return call if call.offer is not None and call.offer.rep == rep else None
