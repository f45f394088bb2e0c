"""Floors in virtual time, seeded: callers come, wait in lines, talk and leave; each is told once how long to wait.

A line's departures are kept as ``matcher/flow.lua`` keeps them, so that what is told here is what a caller would hear.
"""

from __future__ import annotations

import heapq
import math
import random
from bisect import insort
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from routing.expected_wait import LONGEST_MS, Departure, LineFlow, Truth, WaitRange, exact_wait, to_be_spoken

KEPT = 20
MINUTE_MS = 60_000.0
FIRST_TOLD_MS = 9_000.0
"""When a caller first hears a range: in the third turn of the wait."""
RING_MS, CONNECT_MS = 4_000.0, 2_000.0
"""From the offer to the accept, and from there until both are in; means."""

Rate = Callable[[float], float]
"""Something per minute, at that minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """Callers of one line."""

    line: str
    per_minute: Rate
    most_per_minute: float
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Reps who serve the same lines."""

    lines: tuple[str, ...]
    reps: Rate
    """How many are on duty; who is talking goes home afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A floor to be played."""

    name: str
    streams: tuple[Stream, ...]
    groups: tuple[Group, ...]
    talk_minutes: float = 4.0
    talk_spread: float | None = None
    """Null: exponential talks; else the sigma of lognormal ones."""
    patience_minutes: float | None = None
    """Mean; null: nobody hangs up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What one caller was told, and what came."""

    exact: Truth
    """Of the range before it was rounded."""
    told: Truth
    least_ms: float
    most_ms: float
    waited_ms: float


@dataclass(slots=True)
class Line:
    """Who waits, and how the line has moved."""

    waiting: list[tuple[int, float, int]] = field(default_factory=list)
    """(-priority, arrival, caller), in order."""
    stood_ms: float = 0.0
    since_ms: float | None = None
    taken: deque[Departure] = field(default_factory=lambda: deque(maxlen=KEPT))

    def clock(self, now: float) -> float:
        """For how long somebody has stood here."""
        return self.stood_ms + (now - self.since_ms if self.since_ms is not None else 0.0)

    def settle(self, now: float) -> None:
        """Starts or stops the clock after callers came or left."""
        if self.waiting and self.since_ms is None:
            self.since_ms = now
        elif not self.waiting and self.since_ms is not None:
            self.stood_ms, self.since_ms = self.clock(now), None


Kind = Literal["come", "tell", "leave", "accept", "free"]


@dataclass(slots=True)
class Floor:
    """One scene while it is played."""

    scene: Scene
    dice: random.Random
    now: float = 0.0
    told: int = 0
    asked: int = 0
    """Callers who were still waiting when they could have been told."""
    heard: list[Heard] = field(default_factory=list)
    _events: list[tuple[float, int, Kind, tuple[int, ...]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _lines: dict[str, Line] = field(default_factory=dict)
    _busy: list[int] = field(default_factory=list)
    _idle: list[int] = field(default_factory=list)
    _stream_of: dict[int, int] = field(default_factory=dict)
    _ranges: dict[int, tuple[float, tuple[float, float], WaitRange]] = field(default_factory=dict)

    def play(self, callers: int) -> Sequence[Heard]:
        """Until that many callers have been told a range and were answered."""
        self._lines = {stream.line: Line() for stream in self.scene.streams}
        self._busy = [0] * len(self.scene.groups)
        for index in range(len(self.scene.streams)):
            self._next_arrival(index)
        handlers: dict[Kind, Callable[..., None]] = {
            "come": self._come,
            "tell": self._tell,
            "leave": self._leave,
            "accept": self._accept,
            "free": self._free,
        }
        while len(self.heard) < callers:
            self.now, _, kind, about = heapq.heappop(self._events)
            handlers[kind](*about)
        return self.heard

    def _at(self, ms: float, kind: Kind, *about: int) -> None:
        heapq.heappush(self._events, (ms, next(self._order), kind, about))

    def _minute(self) -> float:
        return self.now / MINUTE_MS

    def _next_arrival(self, index: int) -> None:
        stream, at = self.scene.streams[index], self.now
        while True:
            at += self.dice.expovariate(stream.most_per_minute) * MINUTE_MS
            if self.dice.random() * stream.most_per_minute < stream.per_minute(at / MINUTE_MS):
                return self._at(at, "come", index)

    def _come(self, index: int) -> None:
        self._next_arrival(index)
        stream, caller = self.scene.streams[index], next(self._order)
        self._stream_of[caller] = index
        for number, group in enumerate(self.scene.groups):
            if stream.line in group.lines and self._busy[number] < group.reps(self._minute()):
                return self._offer(number, caller, from_line=False)
        line = self._lines[stream.line]
        insort(line.waiting, (-stream.priority, self.now, caller))
        line.settle(self.now)
        self._at(self.now + FIRST_TOLD_MS, "tell", caller)
        if self.scene.patience_minutes is not None:
            patience = self.dice.expovariate(1 / self.scene.patience_minutes) * MINUTE_MS
            self._at(self.now + patience, "leave", caller)
        return None

    def _place(self, caller: int) -> int | None:
        line = self._lines[self.scene.streams[self._stream_of[caller]].line]
        return next((place for place, (_, _, other) in enumerate(line.waiting, start=1) if other == caller), None)

    def _tell(self, caller: int) -> None:
        place, stream = self._place(caller), self.scene.streams[self._stream_of[caller]]
        if place is None:
            return
        self.asked += 1
        line = self._lines[stream.line]
        flow = LineFlow(
            now_ms=int(self.now),
            stood_ms=int(line.clock(self.now)),
            place=place,
            priority=stream.priority,
            on_duty=1,
            taken=tuple(line.taken),
        )
        span = exact_wait(flow)
        if span is not None and span[1] <= LONGEST_MS:
            self.told += 1
            self._ranges[caller] = (self.now, span, to_be_spoken(*span))

    def _leave(self, caller: int) -> None:
        place, stream = self._place(caller), self.scene.streams[self._stream_of[caller]]
        if place is not None:
            del self._lines[stream.line].waiting[place - 1]
            self._lines[stream.line].settle(self.now)

    def _offer(self, group: int, caller: int, *, from_line: bool) -> None:
        self._busy[group] += 1
        ring = self.dice.expovariate(1 / RING_MS)
        self._at(self.now + ring, "accept", group, caller, int(from_line))

    def _accept(self, group: int, caller: int, from_line: int) -> None:
        stream = self.scene.streams[self._stream_of[caller]]
        line = self._lines[stream.line]
        if from_line:
            stood = int(line.clock(self.now))
            line.taken.appendleft(Departure(stood_ms=stood, at_ms=int(self.now), priority=stream.priority))
        answered = self.now + self.dice.expovariate(1 / CONNECT_MS)
        self._note(caller, answered)
        self._at(answered + self._talk_ms(), "free", group)

    def _note(self, caller: int, answered: float) -> None:
        if caller not in self._ranges:
            return
        told_at, (least, most), told = self._ranges.pop(caller)
        waited = answered - told_at
        exact: Truth = "shorter" if waited < least else "longer" if waited > most else "inside"
        said = told.truth(int(waited))
        self.heard.append(Heard(exact=exact, told=said, least_ms=told.least_ms, most_ms=told.most_ms, waited_ms=waited))

    def _talk_ms(self) -> float:
        mean, sigma = self.scene.talk_minutes * MINUTE_MS, self.scene.talk_spread
        if sigma is None:
            return self.dice.expovariate(1 / mean)
        return self.dice.lognormvariate(math.log(mean) - sigma * sigma / 2, sigma)

    def _free(self, number: int) -> None:
        self._busy[number] -= 1
        group = self.scene.groups[number]
        if self._busy[number] >= group.reps(self._minute()):
            return
        heads = [(self._lines[name].waiting[0], name) for name in group.lines if self._lines[name].waiting]
        if heads:
            (_, _, caller), name = min(heads)
            self._lines[name].waiting.pop(0)
            self._lines[name].settle(self.now)
            self._offer(number, caller, from_line=True)
