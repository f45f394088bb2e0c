"""What one replication counts, per class and per rep. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

PARTS = 96
"""The day is cut into so many equal parts, for plots and for what grows without end."""

_HAIR_MS = 1e-3
"""By so much a wait of exactly the time may seem longer, once it has been added to the moment of arrival."""


class ClassTally:
    """Calls of one class that arrived after the warm-up."""

    __slots__ = (
        "abandoned",
        "abandoned_in_time",
        "answered",
        "answered_in_time",
        "area_ms",
        "arrived",
        "by_preferred",
        "ends",
        "in_line",
        "line_ms",
        "part_arrived",
        "part_counted",
        "part_in_time",
        "part_line_ms",
        "part_wait_ms",
        "wait_answered_ms",
        "wait_ms",
        "waited",
    )

    def __init__(self) -> None:
        self.arrived = self.answered = self.abandoned = self.waited = self.by_preferred = 0
        self.answered_in_time = self.abandoned_in_time = 0
        self.wait_ms = self.wait_answered_ms = 0.0
        self.ends: Counter[str] = Counter()
        """How else calls ended: ``hang_up``, ``voicemail``, ``dial``, ``callback``, ``refused``."""
        self.in_line, self.line_ms = 0, 0.0
        """How many wait now, and since when."""
        self.part_line_ms = [0.0] * PARTS
        """Calls × ms in line."""
        self.part_arrived = [0] * PARTS
        self.part_wait_ms = [0.0] * PARTS
        self.part_counted = [0] * PARTS
        """Of those that count for the service level."""
        self.part_in_time = [0] * PARTS


class Tally:
    """One replication."""

    def __init__(self, *, classes: int, reps: int, warm_up_ms: float, duration_ms: float) -> None:
        self.begins_ms, self.ends_ms = warm_up_ms, duration_ms
        self.classes: Sequence[ClassTally] = [ClassTally() for _ in range(classes)]
        self.calls = 0
        """All that came, those of the warm-up too."""
        self.busy_ms = [0.0] * reps
        """Talk and after-call work, between the warm-up and the end."""
        self.duty_ms = [0.0] * reps
        self._part_ms = duration_ms / PARTS * (1.0 + 1e-12)
        """Whoever comes at the very end is in the last one."""

    def within(self, since_ms: float, until_ms: float) -> float:
        """How much of that lies between the warm-up and the end."""
        return max(0.0, min(until_ms, self.ends_ms) - max(since_ms, self.begins_ms))

    def arrived(self, of: ClassTally, now: float) -> None:
        """A call comes."""
        self.calls += 1
        if now >= self.begins_ms:
            of.arrived += 1
            of.part_arrived[int(now / self._part_ms)] += 1

    def answered(self, of: ClassTally, arrived_ms: float, now: float, within_ms: float, *, by_preferred: bool) -> None:
        """A rep talks with the caller."""
        if arrived_ms < self.begins_ms:
            return
        wait, part = now - arrived_ms, int(arrived_ms / self._part_ms)
        of.answered += 1
        of.by_preferred += by_preferred
        of.part_counted[part] += 1
        if wait <= within_ms + _HAIR_MS:
            of.answered_in_time += 1
            of.part_in_time[part] += 1
        if wait > 0.0:
            of.waited += 1
            of.wait_ms += wait
            of.wait_answered_ms += wait
            of.part_wait_ms[part] += wait

    def abandoned(self, of: ClassTally, arrived_ms: float, now: float, within_ms: float) -> None:
        """The caller hangs up."""
        if arrived_ms < self.begins_ms:
            return
        of.abandoned += 1
        if now - arrived_ms <= within_ms + _HAIR_MS:
            of.abandoned_in_time += 1
            self._waited(of, arrived_ms, now)
        else:
            self._unanswered(of, arrived_ms, now)

    def ended(self, of: ClassTally, arrived_ms: float, now: float, end: str) -> None:
        """The wait ends in another way."""
        if arrived_ms >= self.begins_ms:
            of.ends[end] += 1
            self._unanswered(of, arrived_ms, now)

    def line(self, of: ClassTally, now: float, change: int) -> None:
        """Somebody of the class enters the line or leaves it."""
        if of.in_line and now > self.begins_ms and of.line_ms < self.ends_ms:
            self._line_stood(of, max(of.line_ms, self.begins_ms), min(now, self.ends_ms))
        of.in_line += change
        of.line_ms = now

    def _line_stood(self, of: ClassTally, since_ms: float, until_ms: float) -> None:
        part, last = int(since_ms / self._part_ms), int(until_ms / self._part_ms)
        while part < last:
            ends_ms = (part + 1) * self._part_ms
            of.part_line_ms[part] += of.in_line * (ends_ms - since_ms)
            part, since_ms = part + 1, ends_ms
        of.part_line_ms[part] += of.in_line * (until_ms - since_ms)

    def _unanswered(self, of: ClassTally, arrived_ms: float, now: float) -> None:
        of.part_counted[int(arrived_ms / self._part_ms)] += 1
        self._waited(of, arrived_ms, now)

    def _waited(self, of: ClassTally, arrived_ms: float, now: float) -> None:
        wait = now - arrived_ms
        of.wait_ms += wait
        of.waited += wait > 0.0
        of.part_wait_ms[int(arrived_ms / self._part_ms)] += wait
