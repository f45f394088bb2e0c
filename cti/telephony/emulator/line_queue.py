"""A queue of waiting legs, first in, first out. Frozen; every change is a function from queue to queue. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from cti.telephony.emulator.twiml_model import Target
from cti.telephony.model import CallSid

DEFAULT_MAX_SIZE = 1000
QueueResult = Literal["redirected", "hangup", "leave", "queue-full", "error", "system-error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One leg in line, and where to tell how its wait ended."""

    call_sid: CallSid
    enqueued_at: datetime
    action: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineQueue:
    """One queue; made by the first ``<Enqueue>`` that names it, and kept when empty."""

    sid: str
    name: str
    created_at: datetime
    max_size: int = DEFAULT_MAX_SIZE
    members: tuple[Member, ...] = ()
    waits_s: tuple[float, ...] = ()
    """How long the last hundred waits lasted."""

    @property
    def full(self) -> bool:
        """True when nobody else can enter."""
        return len(self.members) >= self.max_size

    @property
    def average_wait_s(self) -> int:
        """Mean of the waits that ended, whole seconds."""
        return round(sum(self.waits_s) / len(self.waits_s)) if self.waits_s else 0


def enter(queue: LineQueue, member: Member) -> LineQueue:
    """The leg stands at the end of the line. Raises ValueError when the queue is full."""
    if queue.full:
        raise ValueError("the queue is full")
    return replace(queue, members=(*queue.members, member))


def depart(queue: LineQueue, sid: CallSid, at: datetime) -> LineQueue:
    """The leg is out of the line; harmless when it was not in it."""
    gone = member_of(queue, sid)
    if gone is None:
        return queue
    waited = (at - gone.enqueued_at).total_seconds()
    return replace(
        queue,
        members=tuple(member for member in queue.members if member.call_sid != sid),
        waits_s=(*queue.waits_s[-99:], waited),
    )


def member_of(queue: LineQueue, sid: CallSid) -> Member | None:
    """The leg's place in line, if it has one."""
    return next((member for member in queue.members if member.call_sid == sid), None)


def position(queue: LineQueue, sid: CallSid) -> int:
    """1 for the first in line; 0 when it is not in line."""
    return next((at for at, member in enumerate(queue.members, 1) if member.call_sid == sid), 0)
