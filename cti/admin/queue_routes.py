"""The queues with how well they are served, and the numbers, as the active configuration has them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path

from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.calls.views import View, iso
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import not_found
from cti.record.wait_figures import WaitFigures, wait_figures
from routing.config import PhoneNumber, Queue
from routing.model import QueueId

HOUR_MS = 3_600_000
Id = Annotated[str, Path(max_length=64)]


def add_queue_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/queues`` and ``/numbers``; ``last_hour`` is of calls that arrived in it and do not wait any more."""
    reading, watching = guard.allow(Right.READ_CONFIG), guard.allow(Right.WATCH_FLOOR)

    @router.get("/queues")
    async def queues(_: Identity = watching) -> View:
        return {"queues": await _views(parts, list(parts.rules.config.queues.values()))}

    @router.get("/queues/{queue_id}")
    async def queue(queue_id: Id, _: Identity = watching) -> View:
        known = parts.rules.config.queues.get(QueueId(queue_id))
        if known is None:
            raise not_found()
        [view] = await _views(parts, [known])
        return view

    @router.get("/numbers")
    async def numbers(_: Identity = reading) -> View:
        return {"numbers": [_number_view(line) for line in parts.rules.config.numbers]}


async def _views(parts: DeskParts, queues: list[Queue]) -> list[View]:
    since_ms = parts.clock.now_ms() - HOUR_MS
    within_ms = {str(queue.id): queue.service_level.answered_within_ms for queue in queues}
    figures = await wait_figures(parts.database, within_ms, since_ms=since_ms)
    counts = await parts.matcher.waiting_counts([queue.id for queue in queues])
    return [_queue_view(queue, *counts[queue.id], figures.get(queue.id, WaitFigures())) for queue in queues]


def _queue_view(queue: Queue, waiting: int, oldest_ms: int | None, figures: WaitFigures) -> View:
    level = queue.service_level
    return {
        "id": queue.id,
        "name": queue.name,
        "strategy": queue.strategy,
        "max_wait_s": queue.max_wait_ms / 1000,
        "offer_timeout_s": queue.offer_timeout_ms / 1000,
        "wrap_up_s": queue.wrap_up_ms / 1000,
        "max_size": queue.max_size,
        "service_level": {"answered_within_s": level.answered_within_ms / 1000, "target": level.target},
        "waiting": waiting,
        "longest_since": iso(oldest_ms),
        "last_hour": {**asdict(figures), "service_level": figures.service_level},
    }


def _number_view(line: PhoneNumber) -> View:
    return {"number": line.number, "name": line.name, "language": line.language, "greeting": dict(line.greeting)}
