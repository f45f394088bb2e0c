"""What is counted of calls as they are saved: whose wait is over, how, and whether in time; who was short of staff.

Service level, as everywhere: answered within T / (arrived − abandoned within T), T being the queue's
``answered_within``. Each worker counts what it saved; a call counts once, in the queue that it stood in last.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import Counter

from cti.calls.model import Call, CallState, EndReason
from cti.calls.step import Note
from routing.model import QueueId

waits = Counter(
    "cti_queue_calls_total",
    "Calls whose wait is over; within: in the queue's answered_within",
    ["queue", "outcome", "within"],
)
short_staffed = Counter(
    "cti_short_staffed_total", "Calls whose step was taken at once, for nobody on duty could ever take them", ["queue"]
)

_OVER = frozenset({CallState.ENDED, CallState.DIVERTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """One that is over."""

    queue: QueueId
    outcome: str
    """``answered`` · ``abandoned`` · ``other`` (sent away, moved out of the house, lost)."""
    within: bool


def wait_over(before: Call, after: Call, within_ms: int) -> Wait | None:
    """Null: it is not over, or was before, or there was none."""
    if after.queue is None or before.answered_ms is not None:
        return None
    if after.answered_ms is not None:
        return Wait(queue=after.queue, outcome="answered", within=after.answered_ms - after.arrived_ms <= within_ms)
    if after.state not in _OVER or before.state in _OVER or after.end_reason is EndReason.MERGED:
        return None
    outcome = "abandoned" if after.end_reason is EndReason.ABANDONED else "other"
    return Wait(queue=after.queue, outcome=outcome, within=after.since_ms - after.arrived_ms <= within_ms)


def count(before: Call, after: Call, notes: Iterable[Note], within_ms: int) -> None:
    """What a step that was saved adds to the counters."""
    over = wait_over(before, after, within_ms)
    if over is not None:
        waits.labels(queue=over.queue, outcome=over.outcome, within=str(over.within).lower()).inc()
    if after.queue is not None and any(note.kind == "short_staffed" for note in notes):
        short_staffed.labels(queue=after.queue).inc()
