"""The picture of a simulation: what is in it, that it is the same each time, and what it is refused for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cti.commands.failure import Failure
from cti.commands.plotted import local_start, picture, plot, refuse_plot
from cti.commands.simulate import Wanted, simulate
from routing.config import Config
from routing.config_file import load_config
from routing.hours import Hours
from routing.simulate.runs import Runs
from routing.simulate.scenario import Scenario
from tests.support.simulations import a_class, a_floor, a_scenario

LONG = 'premium callers from abroad whose contract is <bold> & "new"'
SCENARIO = a_scenario(a_class("gold"), a_class(LONG, per_minute=0.2), hours=2.0)


def some_runs(*configs: Config, scenario: Scenario = SCENARIO, seed: int = 1, replications: int = 2) -> Runs:
    runs = Runs(configs=configs or [a_floor(4)], scenario=scenario, seed=seed, replications=replications)
    for _ in runs.steps():
        pass
    return runs


def svg(folder: Path, runs: Runs, *names: str) -> str:
    path = folder / "drawn.svg"
    plot(path, runs, names or ("a.yaml",), "s.yaml")
    return path.read_text(encoding="utf-8")


def words(drawn: str) -> str:
    """All text of the picture, in order."""
    texts = [each for each in ElementTree.fromstring(drawn).iter() if each.tag.endswith("}text")]
    return " ".join(" ".join(each.itertext()) for each in texts)


def rows(found: object, key: str) -> Iterator[dict[str, object]]:
    """All rows of data that have such a value."""
    if isinstance(found, dict):
        if found.get(key) is not None and "values" not in found and "field" not in found:
            yield found
        for each in found.values():
            yield from rows(each, key)
    if isinstance(found, list):
        for each in found:
            yield from rows(each, key)


def test_it_names_each_class_rep_and_skill(tmp_path: Path) -> None:
    said = words(svg(tmp_path, some_runs(a_floor({"ana": "a", "bo": "ab"}))))
    assert LONG in said
    for word in ("all callers", "gold", "ana", "bo", " a ", " b ", "s.yaml played on a.yaml", "2 replications"):
        assert word in said


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, ending: str) -> None:
    one, again, other = (tmp_path / f"{name}.{ending}" for name in ("one", "again", "other"))
    for path, seed in ((one, 1), (again, 1), (other, 2)):
        plot(path, some_runs(seed=seed), ("a.yaml",), "s.yaml")
    assert one.read_bytes() == again.read_bytes() != other.read_bytes()


def test_a_png_is_one(tmp_path: Path) -> None:
    path = tmp_path / "A.PNG"
    plot(path, some_runs(), ("a.yaml",), "s.yaml")
    assert path.read_bytes().startswith(b"\x89PNG\r\n")


def test_a_comparison_shows_both_under_the_names_of_their_files(tmp_path: Path) -> None:
    runs = some_runs(a_floor(2), a_floor(4))
    said = words(svg(tmp_path, runs, "same.yaml", "same.yaml"))
    assert "A: same.yaml" in said
    assert "B: same.yaml" in said
    drawn = {row["side"] for row in rows(picture(runs, ("a", "b"), "s"), "wait")}
    assert drawn == {"A: a", "B: b"}


def test_the_service_level_stands_with_its_interval_and_the_queues_target() -> None:
    runs = some_runs(target_floor())
    spec = picture(runs, ("a",), "s")
    known = runs.result().classes
    levels = {row["row"]: row for row in rows(spec, "level")}
    for number, name in enumerate(("", "gold", LONG)):
        assert levels[number]["level"] == known[name]["service_level"].mean
        low = known[name]["service_level"].ci95_low
        assert low is not None
        assert levels[number]["low"] == max(0.0, low)
    assert [row["target"] for row in rows(spec, "target")] == [0.9, 0.9, 0.9]


def target_floor() -> Config:
    return load_config(
        "skills: [a]\nreps: [{id: ana, name: Ana, skills: {a: 1}}, {id: bo, name: Bo, skills: {a: 1}}]\n"
        "queues: [{id: all, service_level: {answered_within: 30s, target: 0.9}}, {id: unused}]\n"
        "rules: [{name: everybody, route: {queue: all, needs: {a: 1}}}]\n",
        "a floor",
    )


def test_few_reps_stand_by_name_and_many_as_a_distribution(tmp_path: Path) -> None:
    few = words(svg(tmp_path, some_runs(a_floor(24))))
    assert all(f"r{n:03d}" in few for n in range(24))
    runs = some_runs(a_floor(300))
    many = words(svg(tmp_path, runs))
    assert "Occupancy of 300 reps" in many
    assert many.count("r0") + many.count("r1") + many.count("r2") < 10
    steps = [row for row in rows(picture(runs, ("a",), "s"), "reps") if "from" in row]
    assert sum(int(str(row["reps"])) for row in steps) == 300


def test_nobody_calls_and_something_is_drawn(tmp_path: Path) -> None:
    scenario = replace(SCENARIO, classes=tuple(replace(each, rates=((1.0, 0.0),)) for each in SCENARIO.classes))
    said = words(svg(tmp_path, some_runs(scenario=scenario, replications=1)))
    assert said.count("no calls") == 3


def test_of_five_hundred_classes_those_with_the_most_callers_are_shown(tmp_path: Path) -> None:
    classes = [a_class(f"class {n:03d}", per_minute=0.1 if n < 480 else 1.0) for n in range(500)]
    runs = some_runs(a_floor(40), scenario=a_scenario(*classes, hours=0.5), replications=1)
    said = words(svg(tmp_path, runs))
    assert "the 40 classes of 500 with the most callers" in said
    assert all(f"class {n}" in said for n in range(480, 500))
    assert len(list(rows(picture(runs, ("a",), "s"), "level"))) <= 41


def test_what_is_known_of_a_run_broken_off_is_drawn(tmp_path: Path) -> None:
    runs = Runs(configs=[a_floor(4), a_floor(5)], scenario=SCENARIO, replications=50)
    steps = runs.steps()
    while [len(each) for each in runs.measured] != [2, 1]:
        next(steps)
    assert "in 1 replication" in words(svg(tmp_path, runs, "a.yaml", "b.yaml"))


def test_the_day_stands_by_the_clock_of_the_opening_hours(tmp_path: Path) -> None:
    config = replace(a_floor(4), hours=hours_of_warsaw())
    scenario = replace(SCENARIO, starts=datetime.fromisoformat("2026-11-23T07:00:00+00:00"))
    runs = some_runs(config, scenario=scenario)
    said = words(svg(tmp_path, runs))
    assert "08:30" in said
    assert "07:30" not in said
    assert str(local_start(scenario, [a_floor(1)])) == "2026-11-23 07:00:00+00:00"


def hours_of_warsaw() -> Mapping[str, Hours]:
    text = (
        "skills: [a]\nreps: [{id: ana, name: Ana, skills: {a: 1}}]\nqueues: [{id: all}]\n"
        'hours: {office: {timezone: Europe/Warsaw, open: {mon: "09:00-17:00"}}}\n'
        "rules: [{name: everybody, route: {queue: all, needs: {a: 1}}}]\n"
    )
    return load_config(text, "hours").hours


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("drawn.pdf", "the name must end in .svg or .png"),
        ("drawn", "the name must end in .svg or .png"),
        ("missing/drawn.svg", "cannot be written: No such file or directory"),
        ("folder.svg", "cannot be written: Is a directory"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_simulated(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(Failure) as failure:
        simulate(wanted(tmp_path, plot=tmp_path / name))  # its other files are not there either
    assert str(failure.value) == f"--plot {tmp_path / name}: {said}"


def test_asking_leaves_no_file_behind_and_an_old_one_as_it_was(tmp_path: Path) -> None:
    old = tmp_path / "old.svg"
    old.write_text("before")
    refuse_plot(old)
    refuse_plot(tmp_path / "new.svg")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("old.svg", "before")]


def test_a_folder_that_went_away_meanwhile_is_said(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="cannot be written: No such file"):
        plot(tmp_path / "gone" / "a.svg", some_runs(), ("a.yaml",), "s.yaml")


def test_the_command_draws_beside_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(
        "skills: [a]\nreps: [{id: ana, name: Ana, skills: {a: 1}}]\nqueues: [{id: all}]\n"
        "rules: [{name: everybody, route: {queue: all, needs: {a: 1}}}]\n"
    )
    (tmp_path / "s.yaml").write_text(
        "duration: 1h\narrivals: [{name: gold, rate: 10/h, talk: {constant: 60s}, call: {to: '+15550100'}}]\n"
    )
    simulate(wanted(tmp_path, plot=tmp_path / "drawn.svg"))
    assert json.loads(capsys.readouterr().out)["replications"] == 2
    assert "gold" in words((tmp_path / "drawn.svg").read_text(encoding="utf-8"))


def wanted(folder: Path, *, plot: Path) -> Wanted:
    config, scenario = folder / "a.yaml", folder / "s.yaml"
    return Wanted(config=config, scenario=scenario, compare=None, replications=2, seed=1, json=True, plot=plot)


def test_who_wants_no_picture_does_not_wait_for_the_library() -> None:
    said = "import cti.commands.simulate, sys; sys.exit('vl_convert' in sys.modules)"
    subprocess.run([sys.executable, "-c", said], check=True)
