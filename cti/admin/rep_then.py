"""What the time lines of calls say of a rep at a moment. Pure.

Statuses are not recorded as such: whoever was away or offline left no trace here, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cti.record.call_model import TimelineEntry
from routing.model import RepStatus

_REFUSED = {"declined": "declined", "expired": "missed", "vanished": "missed", "softphone": "missed"}
"""Outcomes that are held against the rep."""
_WORK_ENDED = frozenset({"filed", "wrap_up_over", "wrap_up_skipped"})


def refusals(entries: Iterable[TimelineEntry]) -> dict[str, str]:
    """rep → ``declined`` or ``missed``, of a call's moments up to now; a later one counts."""
    found: dict[str, str] = {}
    for entry in entries:
        outcome = _REFUSED.get(str(entry.data.get("outcome")))
        if entry.kind in {"offer_ended", "not_connected"} and outcome is not None:
            found[str(entry.data.get("rep"))] = outcome
    return found


def doing_at(entries: Sequence[TimelineEntry], rep: str, at_ms: int) -> RepStatus | None:
    """What the rep did with that call at that moment: RESERVED, ON_CALL, WRAP_UP; null: nothing."""
    status: RepStatus | None = None
    holder: str | None = None
    for entry in entries:
        if entry.at_ms > at_ms:
            break
        holder = str(entry.data.get("rep")) if entry.kind == "offered" else holder
        status = _after(entry, status)
    return status if holder == rep else None


def _after(entry: TimelineEntry, status: RepStatus | None) -> RepStatus | None:
    match entry.kind:
        case "offered":
            return RepStatus.RESERVED
        case "accepted":
            return RepStatus.ON_CALL
        case "hung_up":
            return RepStatus.WRAP_UP
        case "offer_ended" | "not_connected":
            return None
        case "ended":
            return status if status is RepStatus.WRAP_UP else None
        case kind if kind in _WORK_ENDED:
            return None
    return status
