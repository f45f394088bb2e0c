"""What a rep wants to be, as far as a worker has seen: it outlives a floor that was emptied. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from routing.model import RepState, RepStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What ``set_status`` is asked for."""

    status: RepStatus
    """AVAILABLE, AWAY or OFFLINE."""
    reason: str | None = None


def wish_of(seen: RepState, before: Wish | None) -> Wish | None:
    """The wish behind a status. Whoever is busy wants what they wanted before, or what they asked for since."""
    if seen.next_status is not None:
        return Wish(status=seen.next_status)
    match seen.status:
        case RepStatus.AVAILABLE | RepStatus.AWAY | RepStatus.OFFLINE:
            return Wish(status=seen.status, reason=seen.reason)
        case RepStatus.NOT_RESPONDING:
            return Wish(status=RepStatus.AWAY, reason=seen.reason)
        case _:
            return before or Wish(status=RepStatus.AVAILABLE)


def to_restore(wish: Wish | None, now: RepState | None) -> Wish | None:
    """What is to be asked for again on a new floor: nothing where the rep has said something since."""
    untouched = now is None or (now.status is RepStatus.OFFLINE and now.reason is None)
    return wish if untouched and wish is not None and wish.status is not RepStatus.OFFLINE else None
