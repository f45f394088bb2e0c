"""The lower panels of a plotted simulation: how occupied reps are, by name or as a distribution, and skills. Pure."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from cti.commands.plot_classes import LEVEL_WIDTH, WAIT_WIDTH, Side
from cti.commands.plot_marks import (
    INK,
    LINE,
    SIDE,
    SMALL,
    Spec,
    colour,
    data,
    field,
    lines_of,
    names_by_row,
    percent,
    share_axis,
)
from routing.simulate.intervals import NO_FIGURE, Figure

MOST_NAMED, MOST_SKILLS = 24, 40
"""Of more reps than that the distribution is shown."""
STEPS = 20
"""Of the distribution: 5 % each."""
EXTREMES = 3
SPREAD_HEIGHT = 200
NAME_WIDTH = 26
WORDS_WIDTH = 84
Occupancies = Mapping[str, Mapping[str, Figure]]


def people_panels(sides: Sequence[Side]) -> list[Spec]:
    """One panel of reps, one of skills."""
    reps = _names([side.result.reps for side in sides])
    title = "Occupancy of reps" if len(reps) > 1 else "Occupancy of the rep"
    what = "(talk + wrap-up) / time on duty; black: 95 % interval"
    if len(reps) > MOST_NAMED:
        people = _spread(sides, reps, f"Occupancy of {len(reps):,} reps: how many are how busy")
    else:
        people = _bars(sides, [side.result.reps for side in sides], reps, title, what, WAIT_WIDTH)
    skills = _names([side.result.skills for side in sides])
    if not skills:
        return [people]
    title = "Occupancy by skill" if len(skills) <= MOST_SKILLS else f"Occupancy of the {MOST_SKILLS} busiest skills"
    by_skill = [side.result.skills for side in sides]
    return [people, _bars(sides, by_skill, skills[:MOST_SKILLS], title, "of all who have it", LEVEL_WIDTH)]


def _names(found: Sequence[Occupancies]) -> list[str]:
    """The busiest first, by the first configuration that has them."""
    names = dict.fromkeys(name for each in found for name in each)
    return sorted(names, key=lambda name: -(next(filter(None, (_mean(each, name) for each in found)), 0.0)))


def _mean(found: Occupancies, name: str) -> float | None:
    return _figure(found, name).mean


def _figure(found: Occupancies, name: str) -> Figure:
    return found[name]["occupancy"] if name in found else NO_FIGURE


# ── by name ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _bars(
    sides: Sequence[Side], found: Sequence[Occupancies], names: Sequence[str], title: str, what: str, width: int
) -> Spec:
    values = [
        {"row": number, SIDE: side.name, **_bar(_figure(each, name))}
        for number, name in enumerate(names)
        for side, each in zip(sides, found, strict=True)
    ]
    sides_named = [side.name for side in sides]
    lines = max(len(lines_of(name, NAME_WIDTH)) for name in names)
    step = max(LINE * lines, (LINE + 1) * len(sides)) + 6
    axis = {"title": None, "labelExpr": names_by_row(names, NAME_WIDTH), "ticks": False, "domain": False}
    y: Spec = {"y": field("row", "ordinal", sort="ascending", axis=axis, scale={"paddingInner": 0.2})}
    if len(sides) > 1:
        y["yOffset"] = field(SIDE, "nominal", scale={"domain": sides_named, "paddingInner": 0.1})
    bar = {"mark": "bar", "encoding": {"x": {**field("mean"), **share_axis(None)}, **y, "color": colour(sides_named)}}
    ends = {
        "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5},
        "transform": [{"filter": "datum.low != null"}],
        "encoding": {"x": field("low"), "x2": {"field": "high"}, **y},
    }
    said = {
        "mark": {"type": "text", "align": "left", "fontSize": SMALL, "color": INK},
        "encoding": {"x": {"value": width + 8}, **y, "text": field("said", "nominal")},
    }
    return {
        "title": {"text": title, "subtitle": what},
        "data": data(values),
        "width": width,
        "height": {"step": step, "for": "position"},
        "layer": [bar, ends, said],
    }


def _bar(each: Figure) -> Spec:
    low = None if each.ci95_low is None else max(0.0, each.ci95_low)
    high = None if each.ci95_high is None else min(1.0, each.ci95_high)
    return {"mean": each.mean, "low": low, "high": high, "said": "–" if each.mean is None else percent(each.mean)}


# ── as a distribution ─────────────────────────────────────────────────────────────────────────────────────────────


def _spread(sides: Sequence[Side], names: Sequence[str], title: str) -> Spec:
    values = [value for which, side in enumerate(sides) for value in _steps(which, len(sides), side, names)]
    sides_named = [side.name for side in sides]
    bar = {
        "mark": {"type": "rect", "stroke": "white", "strokeWidth": 0.5},
        "encoding": {
            "x": {**field("from"), **share_axis(None)},
            "x2": {"field": "to"},
            "y2": {"datum": 0},
            "y": field("reps", axis={"title": "reps", "tickCount": 4, "tickMinStep": 1}),
            "color": colour(sides_named),
        },
    }
    letters = ("A: ", "B: ") if len(sides) > 1 else ("",)
    said = [letter + _extremes(side.result.reps) for letter, side in zip(letters, sides, strict=True)]
    words = [line for each in said for line in textwrap.wrap(each, WORDS_WIDTH)]
    return {
        "title": {"text": title, "subtitle": words},
        "data": data(values),
        "width": WAIT_WIDTH,
        "height": SPREAD_HEIGHT,
        "layer": [bar],
    }


def _steps(which: int, of: int, side: Side, names: Sequence[str]) -> Iterator[Spec]:
    """Bars of two configurations stand side by side within a step."""
    means = [mean for name in names if (mean := _mean(side.result.reps, name)) is not None]
    reps = Counter(min(STEPS - 1, int(mean * STEPS)) for mean in means)
    for step in range(STEPS):
        begin, end = (step + which / of) / STEPS, (step + (which + 1) / of) / STEPS
        yield {SIDE: side.name, "from": begin, "to": end, "reps": reps[step]}


def _extremes(reps: Occupancies) -> str:
    known = [(mean, name) for name in reps if (mean := _mean(reps, name)) is not None]
    known.sort(key=lambda each: (-each[0], each[1]))
    if not known:
        return "nobody was on duty"
    busiest = ", ".join(f"{name} {percent(mean)}" for mean, name in known[:EXTREMES])
    mean, name = known[-1]
    absent = len(reps) - len(known)
    never = f"; {absent:,} never on duty" if absent else ""
    return f"busiest {busiest}; least {name} {percent(mean)}{never}"
