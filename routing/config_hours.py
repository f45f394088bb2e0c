"""Opening hours and holidays of a configuration file. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from routing.config_reading import Notes, Table, did_you_mean, read_items, read_reference, read_text
from routing.hours import DAY_MIN, Days, Hours, Span
from routing.yaml_tree import Entries, Items, Node, Scalar

MAX_HOURS, MAX_HOLIDAYS, MAX_DAYS, MAX_SPANS = 100, 100, 1_000, 10
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d) ?- ?(\d{1,2}):([0-5]\d)", re.A)
_LEAP_YEAR = 2024
_DAYS = 'must be a day, like "2026-12-25", "12-25" (every year) or a range of such: "2026-12-24/2027-01-02"'


def read_hours(root: Table) -> dict[str, Hours]:
    """``hours:``: name → opening hours; may be left out."""
    holidays = _read_holidays(root)
    found: dict[str, Hours] = {}
    for name, node in _named(root, "hours", MAX_HOURS):
        found[name] = _read_one(node, root.notes, holidays)
    return found


def _read_holidays(root: Table) -> dict[str, tuple[Days, ...]]:
    """``holidays:``: name → days; may be left out."""
    return {name: _read_days(node, root.notes) for name, node in _named(root, "holidays", MAX_HOLIDAYS)}


def _named(root: Table, key: str, most: int) -> Iterable[tuple[str, Node]]:
    node = root.get(key)
    if node is None:
        return
    if not isinstance(node, Entries):
        root.notes.refuse(node, "must be a mapping from names to what they mean")
        return
    if len(node.entries) > most:
        root.notes.refuse(node, f"has {len(node.entries)} entries; at most {most} are allowed")
        return
    for name, child in node.entries.items():
        if _ID.fullmatch(name):
            yield name, child
        else:
            root.notes.refuse(child, "has no usable name; use a-z, 0-9 and _, a letter first")


def _read_one(node: Node, notes: Notes, holidays: dict[str, tuple[Days, ...]]) -> Hours:
    table = Table(node, notes, ("timezone", "open", "closed", "holidays", "exceptions"))
    zone, week, closed = table.need("timezone"), table.need("open"), table.get("closed")
    days = () if closed is None else _read_days(closed, notes)
    return Hours(
        zone=ZoneInfo("UTC") if zone is None else _read_zone(zone, notes),
        week=((),) * 7 if week is None else _read_week(week, notes),
        closed=_in_order((*days, *_read_holiday_names(table, holidays))),
        exceptions=_read_exceptions(table.get("exceptions"), notes),
    )


def _in_order(days: Iterable[Days]) -> tuple[Days, ...]:
    """Each once, so that lists of the same days are equal."""
    return tuple(sorted(set(days), key=lambda one: (one.yearly, one.first, one.last)))


def _read_zone(node: Node, notes: Notes) -> ZoneInfo:
    name = read_text(node, notes)
    if name is None or name in available_timezones():
        return ZoneInfo(name or "UTC")
    guess = did_you_mean(name, available_timezones())
    notes.refuse(node, f"there is no time zone {name!r}{guess or '; names are like Europe/Warsaw'}")
    return ZoneInfo("UTC")


def _read_holiday_names(table: Table, holidays: dict[str, tuple[Days, ...]]) -> tuple[Days, ...]:
    node = table.get("holidays")
    if node is None:
        return ()
    nodes = read_items(node, table.notes, most=MAX_HOLIDAYS) if isinstance(node, Items) else (node,)
    names = (read_reference(each, table.notes, holidays.keys(), "holidays") for each in nodes)
    return tuple(days for name in names if name in holidays for days in holidays[name])


# The week


def _read_week(node: Node, notes: Notes) -> tuple[tuple[Span, ...], ...]:
    week: list[tuple[Span, ...]] = [()] * 7
    if not isinstance(node, Entries):
        notes.refuse(node, 'must be a mapping from days to spans, like {mon-fri: "08:00-18:00", sat: "09:00-12:00"}')
        return tuple(week)
    said: dict[int, str] = {}
    for key, child in node.entries.items():
        spans = _read_spans(child, notes)
        for day in _weekdays(key, child, notes):
            if day in said:
                notes.refuse(child, f"{_WEEKDAYS[day]} stands under {said[day]} already")
            said.setdefault(day, key)
            week[day] = spans
    return tuple(week)


def _weekdays(key: str, node: Node, notes: Notes) -> tuple[int, ...]:
    """``mon``, ``mon-fri``, ``fri-mon``."""
    first, _, last = key.partition("-")
    if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
        notes.refuse(node, f"{key!r} is no day; use mon, tue, wed, thu, fri, sat, sun, or two of them: mon-fri")
        return ()
    start, end = _WEEKDAYS.index(first), _WEEKDAYS.index(last or first)
    return tuple(day % 7 for day in range(start, end + 1 if end >= start else end + 8))


def _read_spans(node: Node, notes: Notes) -> tuple[Span, ...]:
    """``08:00-18:00``, a list of such, or ``closed``; sorted."""
    if isinstance(node, Scalar) and node.text == "closed":
        return ()
    nodes = read_items(node, notes, most=MAX_SPANS) if isinstance(node, Items) else (node,)
    read = [(each, _read_span(each, notes)) for each in nodes]
    spans = sorted(span for _, span in read if span is not None)
    if any(after.start < before.end for before, after in pairwise(spans)):
        notes.refuse(node, "has spans that overlap")
    return tuple(spans)


def _read_span(node: Node, notes: Notes) -> Span | None:
    match = _SPAN.fullmatch(node.text.strip()) if isinstance(node, Scalar) else None
    numbers = [] if match is None else [int(number) for number in match.groups()]
    if not numbers or numbers[0] > 23 or numbers[2] * 60 + numbers[3] > DAY_MIN:
        notes.refuse(node, 'must be a span of the day, like "08:00-18:00", "22:00-06:00" or "00:00-24:00"')
        return None
    start, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    return Span(start, end if end > start else end + DAY_MIN)


# Days


def _read_exceptions(node: Node | None, notes: Notes) -> dict[date, tuple[Span, ...]]:
    if node is None:
        return {}
    if not isinstance(node, Entries):
        notes.refuse(node, 'must be a mapping from days to spans, like {"2026-12-24": "08:00-12:00"}')
        return {}
    found: dict[date, tuple[Span, ...]] = {}
    for key, child in node.entries.items():
        day = _date(key)
        if day is None:
            notes.refuse(child, f"{key!r} is no day; write it as 2026-12-24")
            continue
        found[day] = _read_spans(child, notes)
    return found


def _read_days(node: Node, notes: Notes) -> tuple[Days, ...]:
    read = (_read_day(each, notes) for each in read_items(node, notes, most=MAX_DAYS))
    return tuple(days for days in read if days is not None)


def _read_day(node: Node, notes: Notes) -> Days | None:
    first, _, last = (node.text.strip() if isinstance(node, Scalar) else "").partition("/")
    yearly = len(first) == len("12-25")
    begins, ends = (_date(f"{_LEAP_YEAR}-{text}" if yearly else text) for text in (first, last or first))
    if begins is None or ends is None:
        notes.refuse(node, _DAYS)
        return None
    if ends < begins and not yearly:
        notes.refuse(node, "ends before it begins")
    return Days(first=begins, last=ends, yearly=yearly)


def _date(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.A):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
