"""Simulations in Redis, where every worker sees them.

Knows nothing of processes. Guarantees that each is taken by one worker, and that what is over changes no more but for
what was known of it. Redis errors pass through.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from redis.asyncio import Redis

from cti.record.record_stream import text_of
from cti.simulations.model import Simulation, SimulationId, State, Task

MOST_WAITING = 8
KEPT = 20
"""The newest, of everybody, and those that wait or run however old."""
LIFE_MS = 86_400_000
"""From the last change."""
LEASE_MS = 5_000
"""Of the worker that runs one; renewed several times within."""

_SCRIPTS = Path(__file__).with_name("scripts")
_SHOWN = tuple(
    ["state", "created_ms", "by", "asked", "progress", "seconds_left", "known", "started_ms", "ended_ms", "detail"]
)
LOST = "The worker that ran it has ended: start it again."


Fields = Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A simulation that somebody asks for."""

    task: Task
    asked: Mapping[str, object]
    """What is shown of it."""
    by: str


class Simulations:
    """``simulation:{id}``, ``simulations`` and the ids that wait and run, under one prefix."""

    def __init__(self, redis: Redis, *, prefix: str) -> None:
        """``redis`` answers text."""
        self._redis = redis
        self._one = f"{prefix}simulation:"
        self._all, self._waiting, self._running = (
            f"{prefix}{name}" for name in ("simulations", "simulations:waiting", "simulations:running")
        )
        self.lease_key = f"{prefix}lease:simulation"
        self._queue = redis.register_script((_SCRIPTS / "queueSimulation.lua").read_text())
        self._change = redis.register_script((_SCRIPTS / "changeSimulation.lua").read_text())

    # -- those who ask -------------------------------------------------------------------------------------------------

    async def queue(self, wanted: Wanted, *, now_ms: int) -> SimulationId | None:
        """Puts it in line; null: too many wait."""
        name = SimulationId(secrets.token_hex(12))
        fields: dict[str, str | int | float | bytes] = {
            "state": State.WAITING.value,
            "created_ms": now_ms,
            "by": wanted.by,
            "asked": orjson.dumps(wanted.asked),
            "task": orjson.dumps(wanted.task),
        }
        waits = await self._queue(
            keys=[self._waiting, self._all, self._one + name],
            args=[name, now_ms, MOST_WAITING, KEPT, LIFE_MS, self._one, *_flat(fields)],
        )
        return name if waits else None

    async def get(self, name: SimulationId) -> Simulation | None:
        """With its result, as far as it is known."""
        values = await self._redis.hmget(self._one + name, [*_SHOWN, "result"])
        return _simulation(name, (*_SHOWN, "result"), values)

    async def list(self) -> tuple[Simulation, ...]:
        """The newest first, without their results."""
        found = await self._redis.zrange(self._all, 0, -1, desc=True)
        names = [text_of(name) for name in found if isinstance(name, bytes | str)]
        async with self._redis.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.hmget(self._one + name, _SHOWN)
            rows = await pipeline.execute() if names else []
        read = (_simulation(name, _SHOWN, row) for name, row in zip(names, rows, strict=True))
        return tuple(each for each in read if each is not None)

    async def cancel(self, name: SimulationId, *, now_ms: int) -> None:
        """It is over, if it was not; the worker that runs it ends it within a second."""
        over: Fields = {"state": State.CANCELLED.value, "ended_ms": now_ms}
        await self.change(name, {State.WAITING, State.RUNNING}, over)
        await self._redis.lrem(self._waiting, 0, name)

    # -- those who run them, under the lease ---------------------------------------------------------------------------

    async def pending(self) -> bool:
        """Whether one waits, or was left running."""
        return bool(await self._redis.llen(self._waiting) or await self._redis.llen(self._running))

    async def take(self, *, now_ms: int) -> tuple[SimulationId, Task] | None:
        """The next one, which runs from now on."""
        begun: Fields = {"state": State.RUNNING.value, "started_ms": now_ms}
        while moved := await self._redis.lmove(self._waiting, self._running, "LEFT", "RIGHT"):
            name = SimulationId(text_of(moved))
            state = await self.change(name, {State.WAITING}, begun)
            task = await self._redis.hget(self._one + name, "task")
            if state is State.RUNNING and task:
                return name, Task.read(orjson.loads(task))
            await self.leave(name)
        return None

    async def change(self, name: SimulationId, expected: Collection[State], fields: Fields) -> State | None:
        """Its state afterwards, changed or not; null: there is none."""
        states = f"|{'|'.join(expected)}|"
        found = await self._change(keys=[self._one + name], args=[states, LIFE_MS, *_flat(fields)])
        return State(found) if found else None

    async def leave(self, name: SimulationId) -> None:
        """It runs no longer."""
        await self._redis.lrem(self._running, 0, name)

    async def fail_abandoned(self, *, now_ms: int) -> tuple[SimulationId, ...]:
        """What another worker was at when it ended has failed; returns which."""
        names = [SimulationId(text_of(name)) for name in await self._redis.lrange(self._running, 0, -1)]
        over: Fields = {"state": State.FAILED.value, "ended_ms": now_ms, "detail": LOST}
        for name in names:
            await self.change(name, {State.WAITING, State.RUNNING}, over)
            await self.leave(name)
        return tuple(names)


def _flat(fields: Mapping[str, str | int | float | bytes]) -> list[str | int | float | bytes]:
    return [part for pair in fields.items() for part in pair]


def _simulation(name: str, fields: Sequence[str], values: Sequence[bytes | str | None]) -> Simulation | None:
    texts = (None if value is None else text_of(value) for value in values)
    row = dict(zip(fields, texts, strict=True))
    if row["state"] is None or row["created_ms"] is None:
        return None
    return Simulation(
        id=SimulationId(name),
        state=State(row["state"]),
        created_ms=int(row["created_ms"]),
        by=row["by"] or "",
        asked=row["asked"] or "{}",
        progress=float(row["progress"] or 0.0),
        seconds_left=float(row["seconds_left"]) if row["seconds_left"] else None,
        known=int(row["known"] or 0),
        started_ms=_number(row["started_ms"]),
        ended_ms=_number(row["ended_ms"]),
        detail=row["detail"],
        result=row.get("result"),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text else None
