"""The queues of the active configuration with how well they are served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from cti.calls.part_changes import Active
from cti.calls.views import View, iso
from cti.desk.parts import DeskParts
from cti.record.wait_figures import WaitFigures, wait_figures
from routing.config import Queue
from routing.model import QueueId
from routing.part_references import Kind

HOUR_MS = 3_600_000


async def queue_views(parts: DeskParts, active: Active, names: Sequence[str]) -> list[View]:
    """Those queues; ``last_hour`` is of calls that arrived in it and do not wait any more, ``written`` is the queue as
    the file has it."""
    queues = [active.config.queues[QueueId(name)] for name in names]
    since_ms = parts.clock.now_ms() - HOUR_MS
    within_ms = {str(queue.id): queue.service_level.answered_within_ms for queue in queues}
    figures = await wait_figures(parts.database, within_ms, since_ms=since_ms)
    counts = await parts.matcher.waiting_counts([queue.id for queue in queues])
    written = active.parts[Kind.QUEUES]
    return [
        {
            **_queue_view(queue, *counts[queue.id], figures.get(queue.id, WaitFigures())),
            "written": dict(written[queue.id]),
        }
        for queue in queues
    ]


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
