"""On floors in steady flow the range that callers are told holds about as often as it is meant to."""

from __future__ import annotations

import os
import re

import pytest

from cti.bench.waiting_floor import KEPT, Scene
from cti.bench.waits import CALLERS, CHANGING, SEED, STEADY, play
from routing.expected_wait import INSIDE
from routing.scripts import MATCHER_SCRIPTS

PROVING = os.environ.get("CTI_PROVE") == "1"
SEED_GIVEN = int(os.environ.get("CTI_SEED", SEED))


@pytest.mark.parametrize("scene", STEADY, ids=lambda scene: scene.name)
def test_in_steady_flow_the_truth_falls_inside_as_often_as_is_meant(scene: Scene) -> None:
    found = play(scene, 2 * CALLERS if PROVING else 2_000, seed=SEED_GIVEN)
    for share in (found["inside"], found["inside_before_rounding"]):
        assert share == pytest.approx(100 * INSIDE, abs=8)
    assert found["told_of_those_in_line"] > 90


@pytest.mark.parametrize("scene", CHANGING, ids=lambda scene: scene.name)
def test_where_the_flow_changes_most_callers_are_still_told_the_truth(scene: Scene) -> None:
    found = play(scene, CALLERS if PROVING else 1_000, seed=SEED_GIVEN)
    assert found["inside"] > 60


def test_the_simulated_line_keeps_as_many_departures_as_the_scripts_do() -> None:
    text = (MATCHER_SCRIPTS / "includes" / "matcher" / "flow.lua").read_text()
    assert re.search(r"^local KEPT = (\d+)$", text, re.M) is not None
    assert f"local KEPT = {KEPT}\n" in text
