"""What the panels of a plotted simulation share: colours, sizes, names on several lines, scales. Pure: Vega-Lite as
plain mappings."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping, Sequence

Spec = dict[str, object]
COLOURS = ("#0072b2", "#d55e00")
"""Of the first configuration and the second; told apart by everybody (Okabe and Ito)."""
INK, QUIET, PALE = "#222222", "#666666", "#ebebeb"
SMALL = 12
"""At 72 pixels an inch: 12 pt."""
LINE = 15
SIDE = "side"
LOOK: Spec = {
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "background": "white",
    "padding": 16,
    "view": {"stroke": None},
    "concat": {"spacing": 28},
    "facet": {"spacing": 10},
    "title": {"anchor": "start", "fontSize": 14, "subtitleFontSize": SMALL, "subtitleColor": QUIET, "color": INK},
    "axis": {
        "labelFontSize": SMALL,
        "titleFontSize": SMALL,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": "#ececec",
        "domainColor": "#aaaaaa",
        "tickColor": "#aaaaaa",
        "labelLimit": 0,
    },
    "axisY": {"labelLineHeight": LINE, "labelPadding": 6},
    "header": {"labelFontSize": SMALL, "labelColor": INK, "labelLimit": 0, "labelLineHeight": LINE},
    "legend": {"labelFontSize": 13, "labelLimit": 0, "symbolSize": 160},
}


def lines_of(name: str, width: int) -> list[str]:
    """A name that is cut nowhere, however long."""
    return textwrap.wrap(name, width) or [name]


def names_by_row(names: Sequence[str], width: int) -> str:
    """An expression: the number of a row → its name, on several lines where it is long."""
    return f"{json.dumps([lines_of(name, width) for name in names])}[+datum.label]"


def data(values: Sequence[Mapping[str, object]]) -> Spec:
    """Rows of a panel."""
    return {"values": list(values)}


def field(name: str, kind: str = "quantitative", **more: object) -> Spec:
    """An encoding; the axis is given in ``more``."""
    return {"field": name, "type": kind, **more}


def colour(sides: Sequence[str]) -> Spec:
    """By configuration; explained where there are two."""
    legend = {"orient": "top", "title": None, "columns": 1, "symbolType": "square", "symbolStrokeWidth": 0}
    scale = {"domain": list(sides), "range": list(COLOURS[: len(sides)])}
    return field(SIDE, "nominal", scale=scale, legend=legend if len(sides) > 1 else None)


def share_axis(title: str | None) -> Spec:
    """0 to 100 %."""
    return {
        "scale": {"domain": [0, 1], "nice": False},
        "axis": {"labelExpr": "round(100 * datum.value) + ' %'", "values": [0, 0.25, 0.5, 0.75, 1], "title": title},
    }


def percent(value: float) -> str:
    """93 %."""
    return f"{value * 100:.0f} %"
