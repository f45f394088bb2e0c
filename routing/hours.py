"""When a place is open: a week of spans in a time zone, with holidays and exceptions. Pure; instants are Unix ms.

The day's spans are those of its exception, else none on a closed day, else the weekday's. A span may pass midnight and
goes on into the next day, unless that one is closed or an exception itself. Spans are wall-clock times: on the days
when clocks change they are an hour longer or shorter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_MIN = 1_440
_QUARTER_MS = 900_000
"""Clocks change at quarters of an hour."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From ``start`` until before ``end``, in minutes after midnight; an end beyond 1,440 is on the next day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """A range of days, of one year or of every year."""

    first: date
    last: date
    yearly: bool = False
    """Months and days alone count; a range may pass the end of the year."""

    def holds(self, day: date) -> bool:
        """Whether that day is one of them."""
        if not self.yearly:
            return self.first <= day <= self.last
        first, here, last = ((each.month, each.day) for each in (self.first, day, self.last))
        return first <= here <= last if first <= last else here >= first or here <= last


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """One place's opening hours."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    """Monday first."""
    closed: tuple[Days, ...] = ()
    """Its own closed days and its holidays."""
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def is_open(self, now_ms: int) -> bool:
        """Whether it is open at that instant."""
        local = self._local(now_ms)
        day, minute = local.date(), local.hour * 60 + local.minute
        spans, is_usual = self._spans(day)
        if any(span.start <= minute < span.end for span in spans):
            return True
        yesterday = self._spans(day - timedelta(days=1))[0] if is_usual else ()
        return any(minute < span.end - DAY_MIN for span in yesterday)

    def is_holiday(self, now_ms: int) -> bool:
        """Whether that day is a closed one, and no exception to it."""
        day = self._local(now_ms).date()
        return day not in self.exceptions and self._is_closed(day)

    def closes_at(self, now_ms: int, *, within_ms: int) -> int | None:
        """The first instant from now on at which it is not open; null: open for all of ``within_ms``."""
        if not self.is_open(now_ms):
            return now_ms
        last_ms = now_ms + within_ms
        moments = sorted({*self._edges(now_ms, last_ms), *_quarters(now_ms, last_ms)})
        return next((ms for ms in moments if now_ms < ms <= last_ms and not self.is_open(ms)), None)

    def _local(self, now_ms: int) -> datetime:
        return (_EPOCH + timedelta(milliseconds=now_ms)).astimezone(self.zone)

    def _is_closed(self, day: date) -> bool:
        return any(days.holds(day) for days in self.closed)

    def _spans(self, day: date) -> tuple[tuple[Span, ...], bool]:
        """Those that begin on that day; whether it is a day like any other."""
        if day in self.exceptions:
            return self.exceptions[day], False
        if self._is_closed(day):
            return (), False
        return self.week[day.weekday()], True

    def _edges(self, now_ms: int, last_ms: int) -> Iterator[int]:
        """Where spans end, and midnights, as instants."""
        day, last = self._local(now_ms).date() - timedelta(days=1), self._local(last_ms).date()
        while day <= last:
            for minute in (0, *(span.end for span in self._spans(day)[0])):
                edge = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(minutes=minute)
                yield from (int(edge.replace(fold=fold).timestamp() * 1000) for fold in (0, 1))
            day += timedelta(days=1)


def _quarters(now_ms: int, last_ms: int) -> range:
    return range(now_ms - now_ms % _QUARTER_MS + _QUARTER_MS, last_ms + 1, _QUARTER_MS)
