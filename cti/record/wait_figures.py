"""How long callers of queues waited, from SQL: the figures that a service level is made of.

Service level, as everywhere: answered within T / (arrived − abandoned within T). Calls whose wait is not over are left
out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from cti.record.database import Database
from cti.record.tables import calls


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFigures:
    """Of one queue's calls that arrived in some time."""

    arrived: int = 0
    answered: int = 0
    answered_within: int = 0
    abandoned: int = 0
    abandoned_within: int = 0

    @property
    def service_level(self) -> float | None:
        """Null: nobody came, or all gave up within that time."""
        counted = self.arrived - self.abandoned_within
        return self.answered_within / counted if counted else None


async def wait_figures(database: Database, within_ms: Mapping[str, int], *, since_ms: int) -> Mapping[str, WaitFigures]:
    """Of calls that arrived since then, by queue. ``within_ms``: queue → T. Raises RecordUnavailable."""
    by_time: dict[int, list[str]] = {}
    for queue, ms in within_ms.items():
        by_time.setdefault(ms, []).append(queue)

    def work(connection: Connection) -> dict[str, WaitFigures]:
        found: dict[str, WaitFigures] = {}
        for ms, queues in by_time.items():
            found |= _of_queues(connection, queues, ms, since_ms)
        return found

    return await database.read(work)


def _of_queues(connection: Connection, queues: Sequence[str], ms: int, since_ms: int) -> dict[str, WaitFigures]:
    answered, abandoned = calls.c.answered_ms.is_not(None), calls.c.end_reason == "abandoned"
    over = answered | (calls.c.state == "ended")
    query = (
        select(
            calls.c.queue,
            func.count(),
            _count(answered),
            _count(calls.c.answered_ms - calls.c.arrived_ms <= ms),
            _count(abandoned),
            _count(abandoned & (calls.c.ended_ms - calls.c.arrived_ms <= ms)),
        )
        .where(calls.c.queue.in_(queues), calls.c.arrived_ms >= since_ms, over)
        .where(calls.c.end_reason.is_distinct_from("merged"))
        .group_by(calls.c.queue)
    )
    return {
        str(queue): WaitFigures(
            arrived=arrived,
            answered=took,
            answered_within=soon,
            abandoned=gave_up,
            abandoned_within=gave_up_soon,
        )
        for queue, arrived, took, soon, gave_up, gave_up_soon in connection.execute(query)
    }


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)
