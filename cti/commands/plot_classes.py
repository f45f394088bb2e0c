"""The upper panels of a plotted simulation: of each class of callers, the wait over the day and the service level.
Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cti.commands.plot_marks import (
    INK,
    PALE,
    SIDE,
    SMALL,
    Spec,
    colour,
    data,
    field,
    names_by_row,
    percent,
    share_axis,
)
from routing.simulate.day import Day, Stretch
from routing.simulate.intervals import Figure
from routing.simulate.result import ALL, Result

MOST_CLASSES = 40
WAIT_WIDTH, LEVEL_WIDTH = 520, 250
HEIGHT, LEAST_ROW, MOST_ROW = 330, 40, 200
NAME_WIDTH = 64
ROW_GAP = 30
"""Holds the name."""
TITLE_GAP = 12
BAR, GAP = 24, 0.15
STROKES = (4.5, 2)
"""Where both are equal the second lies on the first."""
MINUTE_S, HOUR_MS = 60.0, 3_600_000.0
MINUTES_FROM_S = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One configuration's replications."""

    name: str
    result: Result
    day: Day
    targets: Sequence[Sequence[float]]
    """Of each class, the shares that its queues aim at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A class, or all together."""

    name: str
    """As in the results."""
    label: str
    classes: tuple[int, ...]


def class_panels(sides: Sequence[Side], classes: Sequence[str], starts: datetime | None) -> list[Spec]:
    """Two panels with a row for each class. ``starts``: on the clock that people there read."""
    rows = rows_of(sides, classes)
    height = max(min(HEIGHT // len(rows), MOST_ROW), LEAST_ROW)
    wait, level = _waits(sides, rows, starts), _levels(sides, rows, height)
    names = names_by_row([row.label for row in rows], NAME_WIDTH)
    return [_rows(wait, names, WAIT_WIDTH, height), _rows(level, "' '", LEVEL_WIDTH, height)]


def rows_of(sides: Sequence[Side], classes: Sequence[str]) -> list[Row]:
    """All together, and the classes as the scenario has them; of very many, those with the most callers."""
    together = Row(name=ALL, label="all callers", classes=tuple(range(len(classes))))
    each = [Row(name=name, label=name, classes=(which,)) for which, name in enumerate(classes)]
    if len(each) == 1:
        return each
    arrived = sides[0].result.classes
    most = sorted(each, key=lambda row: -(arrived[row.name]["arrived"].mean or 0.0))[:MOST_CLASSES]
    return [together, *sorted(most, key=lambda row: row.classes)]


def _rows(panel: Spec, names: str, width: int, height: int) -> Spec:
    """Each row under its name; panels beside each other have names of the same height."""
    header: Spec = {"title": None, "labelExpr": names, "labelOrient": "top", "labelAnchor": "start", "labelPadding": 4}
    facet = {"row": field("row", "ordinal", sort="ascending", header=header)}
    inner = {"width": width, "height": height, "layer": panel.pop("layer")}
    return {**panel, "facet": facet, "spec": inner, "bounds": "flush", "spacing": ROW_GAP}


# ── the wait over the day ─────────────────────────────────────────────────────────────────────────────────────────


def _waits(sides: Sequence[Side], rows: Sequence[Row], starts: datetime | None) -> Spec:
    stretches = [(number, side, side.day.stretches(row.classes)) for number, row in enumerate(rows) for side in sides]
    begins = min(each.begins_ms for _, _, some in stretches for each in some)
    ends = max(each.ends_ms for _, _, some in stretches for each in some)
    clock = _Clock.over(ends, starts)
    longest_s = max((each.mean_wait_s or 0.0 for _, _, some in stretches for each in some), default=0.0)
    unit_s, unit = (MINUTE_S, "min") if longest_s >= MINUTES_FROM_S else (1.0, "s")
    top = max(longest_s, 1.0) / unit_s
    values: list[Spec] = []
    for number, side, some in stretches:
        values += _line(number, side.name, some, clock, unit_s)
    for number, _, some in stretches[:: len(sides)]:
        values += _shape(number, some, clock, top)
    x = field("t", clock.kind, axis=clock.axis, scale={"domain": [clock.at(begins), clock.at(ends)], **clock.scale})
    y: Spec = {"scale": {"domain": [0, top], "nice": 3}, "axis": {"title": None, "tickCount": 3}}
    area = {
        "mark": {"type": "rect", "color": PALE},
        "transform": [{"filter": "datum.came != null"}],
    }
    area["encoding"] = {"x": x, "x2": {"field": "until"}, "y": {**field("came"), **y}, "y2": {"datum": 0}}
    names = [side.name for side in sides]
    lines = [
        {
            "mark": {"type": "line", "point": {"size": 14}, "strokeWidth": width},
            "transform": [{"filter": f"datum.came == null && datum.side == {json.dumps(name)}"}],
            "encoding": {"x": x, "y": {**field("wait"), **y}, "color": colour(names)},
        }
        for name, width in zip(names, STROKES[-len(names) :], strict=True)
    ]
    return {
        "title": {
            "text": f"Mean wait over the day, {unit}",
            "subtitle": "by when callers came; grey: how many came, each row by its own peak",
            "offset": TITLE_GAP,
        },
        "data": data(values),
        "layer": [area, *lines],
    }


def _line(row: int, side: str, some: Sequence[Stretch], clock: _Clock, unit_s: float) -> Iterator[Spec]:
    for each in some:
        wait = None if each.mean_wait_s is None else each.mean_wait_s / unit_s
        yield {"row": row, SIDE: side, "t": clock.at((each.begins_ms + each.ends_ms) / 2), "wait": wait}


def _shape(row: int, some: Sequence[Stretch], clock: _Clock, top: float) -> Iterator[Spec]:
    """How many came: the same for all configurations."""
    peak = max((each.arrived_per_h for each in some), default=0.0)
    for each in some:
        came = each.arrived_per_h / peak * top if peak else 0.0
        yield {"row": row, "t": clock.at(each.begins_ms), "until": clock.at(each.ends_ms), "came": came}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clock:
    """Moments as the axis has them."""

    unit_ms: float
    origin_ms: float
    kind: str
    axis: Spec
    scale: Spec

    @classmethod
    def over(cls, ends_ms: float, starts: datetime | None) -> _Clock:
        """Clock time where it is known when the scenario begins, else time from its start."""
        if starts is not None:
            hours = ends_ms / HOUR_MS
            form = "%H:%M" if hours <= 36 else "%a %H:%M" if hours <= 24 * 8 else "%-d %b"
            axis: Spec = {"format": form, "title": None, "tickCount": 8, "labelOverlap": True}
            shown = (starts.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1)
            return cls(unit_ms=1.0, origin_ms=shown, kind="temporal", axis=axis, scale={"type": "utc"})
        unit_ms, unit = next(each for each in _UNITS if ends_ms >= 2 * each[0] or each is _UNITS[-1])
        axis = {"title": f"{unit} from the start", "tickCount": 8}
        return cls(unit_ms=unit_ms, origin_ms=0.0, kind="quantitative", axis=axis, scale={"nice": False})

    def at(self, ms: float) -> float:
        return self.origin_ms + ms / self.unit_ms


_UNITS = ((24 * HOUR_MS, "days"), (HOUR_MS, "hours"), (60_000.0, "minutes"), (1_000.0, "seconds"))


# ── service level ─────────────────────────────────────────────────────────────────────────────────────────────────


def _levels(sides: Sequence[Side], rows: Sequence[Row], height: int) -> Spec:
    values = [
        _level(number, side, row, side.result.classes[row.name]["service_level"])
        for number, row in enumerate(rows)
        for side in sides
    ]
    targets = [
        {"row": number, "target": target}
        for number, row in enumerate(rows)
        for target in sorted({each for side in sides for which in row.classes for each in side.targets[which]})
    ]
    names = [side.name for side in sides]
    step = min(BAR, height / (len(sides) + 0.4))
    outer = (height / step - len(sides) + GAP) / 2
    band = field(SIDE, "nominal", axis=None, scale={"domain": names, "paddingInner": GAP, "paddingOuter": outer})
    level = {**field("level"), **share_axis(None)}
    known = [{"filter": "datum.target == null"}]
    bars = {"mark": {"type": "bar"}, "transform": known, "encoding": {"x": level, "y": band, "color": colour(names)}}
    ends = {
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
        "transform": [{"filter": "datum.low != null"}],
        "encoding": {"x": field("low"), "x2": {"field": "high"}, "y": band},
    }
    said = {
        "mark": {"type": "text", "align": "left", "fontSize": SMALL, "color": INK, "dx": 0},
        "transform": known,
        "encoding": {"x": {"value": LEVEL_WIDTH + 8}, "y": band, "text": field("said", "nominal")},
    }
    aim = {
        "mark": {"type": "rule", "color": INK, "strokeDash": [4, 3], "strokeWidth": 1.2},
        "transform": [{"filter": "datum.target != null"}],
        "encoding": {"x": field("target")},
    }
    return {
        "title": {
            "text": "Service level",
            "subtitle": "answered in time; dashed: target; black: 95 % interval",
            "offset": TITLE_GAP,
        },
        "data": data([*values, *targets]),
        "layer": [bars, ends, aim, said],
    }


def _level(number: int, side: Side, row: Row, each: Figure) -> Spec:
    if each.mean is None:
        return {"row": number, SIDE: side.name, "level": None, "low": None, "high": None, "said": "no calls"}
    low = None if each.ci95_low is None else max(0.0, each.ci95_low)
    high = None if each.ci95_high is None else min(1.0, each.ci95_high)
    return {
        "row": number,
        SIDE: side.name,
        "level": each.mean,
        "low": low,
        "high": high,
        "said": percent(each.mean),
    }
