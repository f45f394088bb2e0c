"""The picture of a simulation: ``cti simulate --plot FILE.svg`` or ``.png``.

Guarantees that the same result gives the same bytes on the same machine, and that what cannot be written is said before
anything is simulated.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cti.commands.failure import Failure
from cti.commands.plot_classes import MOST_CLASSES, Side, class_panels
from cti.commands.plot_marks import LOOK, QUIET, SMALL, Spec
from cti.commands.plot_people import people_panels
from routing.config import Config
from routing.simulate.runs import Runs
from routing.simulate.scenario import Scenario

VEGA_LITE = "6.4"
"""Drawn by the same rules whatever else the library learns."""
PIXELS = 2.0
"""Of a PNG, for each unit."""
WORDS_WIDTH = 130


def refuse_plot(path: Path) -> None:
    """Raises Failure where no picture can be written there. Leaves nothing behind."""
    if path.suffix.lower() not in (".svg", ".png"):
        raise Failure(f"--plot {path}: the name must end in .svg or .png")
    existed = path.exists()
    try:
        path.open("ab").close()
        if not existed:
            path.unlink()
    except OSError as error:
        raise Failure(f"--plot {path}: cannot be written: {error.strerror}") from None


def plot(path: Path, runs: Runs, names: Sequence[str], scenario_name: str) -> None:
    """Draws what the replications tell that are over. ``names``: of the configurations' files."""
    import vl_convert  # a tenth of a second, and 80 MB of memory

    spec = picture(runs, names, scenario_name)
    if path.suffix.lower() == ".svg":
        drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[]).encode()
    else:
        drawn = vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=PIXELS, allowed_base_urls=[])
    try:
        path.write_bytes(drawn)
    except OSError as error:
        raise Failure(f"--plot {path}: cannot be written: {error.strerror}") from None


def picture(runs: Runs, names: Sequence[str], scenario_name: str) -> Spec:
    """All panels, as Vega-Lite."""
    titles = [f"{letter}: {name}" for letter, name in zip("AB", names, strict=False)] if len(names) > 1 else names
    sides = [
        Side(name=title, result=runs.result(which), day=runs.days[which], targets=runs.worlds[which].targets())
        for which, title in enumerate(titles)
    ]
    starts = local_start(runs.scenario, runs.configs)
    classes = [each.name for each in runs.scenario.classes]
    above = {"hconcat": class_panels(sides, classes, starts), "spacing": 24}
    below = {"hconcat": people_panels(sides), "spacing": 24}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": {
            "text": f"{scenario_name} played on {' and '.join(names)}",
            "subtitle": _said(sides, len(classes)),
            "fontSize": 18,
            "subtitleFontSize": SMALL + 1,
            "subtitleColor": QUIET,
            "offset": 14,
        },
        "vconcat": [above, below],
        "config": LOOK,
    }


def local_start(scenario: Scenario, configs: Sequence[Config]) -> datetime | None:
    """When it begins, by the clock of the opening hours where they all have the same one."""
    zones = {each.zone for config in configs for each in config.hours.values()}
    if scenario.starts is None or len(zones) != 1:
        return scenario.starts
    return scenario.starts.astimezone(zones.pop())


def _said(sides: Sequence[Side], classes: int) -> list[str]:
    result = sides[0].result
    times = "replication" if result.replications == 1 else "replications"
    counted = f"{sum(side.result.calls for side in sides):,} calls in {result.replications:,} {times}"
    shown = f"; the {MOST_CLASSES} classes of {classes} with the most callers" if classes > MOST_CLASSES else ""
    warnings = dict.fromkeys(
        f"{side.name}: {warning}" if len(sides) > 1 else warning for side in sides for warning in side.result.warnings
    )
    return [line for each in (counted + shown, *warnings) for line in textwrap.wrap(each, WORDS_WIDTH)]
