"""The day in parts, against small floors that can be counted by hand."""

from __future__ import annotations

import pytest

from routing.simulate.day import Day, Stretch
from routing.simulate.draws import Constant
from routing.simulate.runs import Runs
from routing.simulate.scenario import ArrivalClass, RecordedCall, Scenario
from tests.support.simulations import a_class, a_floor, a_scenario

MINUTE_MS = 60_000.0
DAY_MS = 96 * MINUTE_MS
"""A part is a minute, and what few calls are put together in is eight."""


def at(*minutes: float, name: str = "some") -> ArrivalClass:
    """Callers who come at these moments and talk four minutes."""
    calls = tuple(
        RecordedCall(
            name=name,
            at_ms=minute * MINUTE_MS,
            routed_ms=0.0,
            facts=a_class().facts,
            talk_ms=4 * MINUTE_MS,
            wrap_up_ms=None,
            waited_ms=0.0,
            gave_up=False,
        )
        for minute in minutes
    )
    return ArrivalClass(name=name, recorded=calls, talk=Constant(mean_ms=MINUTE_MS))


def days(*classes: ArrivalClass, warm_up: float = 0.0, replications: int = 1, reps: tuple[int, ...] = (1,)) -> Runs:
    scenario = Scenario(duration_ms=DAY_MS, warm_up_ms=warm_up * MINUTE_MS, classes=classes)
    runs = Runs(configs=[a_floor(each) for each in reps], scenario=scenario, replications=replications)
    for _ in runs.steps():
        pass
    return runs


def waits(day: Day, *classes: int) -> dict[float, float | None]:
    """Minute at which a stretch begins → how long they waited, in minutes."""
    return {
        each.begins_ms / MINUTE_MS: None if each.mean_wait_s is None else each.mean_wait_s / 60.0
        for each in day.stretches(classes)
        if each.arrived_per_h
    }


def test_a_wait_counts_where_the_caller_came() -> None:
    """Talks of four minutes: who comes at 1 waits for 4 − 1, who comes at 7 for 8 − 7, who comes at 9 until 12."""
    (day,) = days(at(0.0, 1.0, 7.0, 9.0)).days
    assert waits(day, 0) == {0.0: pytest.approx((0 + 3 + 1) / 3), 8.0: pytest.approx(3.0)}


def test_arrivals_are_those_of_a_replication() -> None:
    (day,) = days(at(0.0, 1.0, 20.0), replications=5).days
    assert [each.arrived_per_h for each in day.stretches((0,))[:4]] == pytest.approx([15.0, 0.0, 7.5, 0.0])


def test_a_stretch_without_callers_has_no_wait() -> None:
    (day,) = days(at(0.0, 20.0)).days
    assert [each.mean_wait_s for each in day.stretches((0,))[:4]] == [0.0, None, 0.0, None]


def test_classes_are_told_apart_and_together() -> None:
    (day,) = days(at(0.0, name="one"), at(2.0, name="two")).days
    assert waits(day, 0) == {0.0: 0.0}
    assert waits(day, 1) == {0.0: pytest.approx(2.0)}
    assert waits(day, 0, 1) == {0.0: pytest.approx(1.0)}


def test_the_warm_up_is_left_out_and_the_first_stretch_begins_at_its_end() -> None:
    (day,) = days(at(0.0, 9.0, 10.0, 17.0), warm_up=10.0).days
    first, *_ = day.stretches((0,))
    assert (first.begins_ms, first.ends_ms) == (10 * MINUTE_MS, 16 * MINUTE_MS)
    assert first.arrived_per_h == pytest.approx(10.0)
    assert first.mean_wait_s == pytest.approx(180.0), "the one who comes at 10 waits for the one who came at 9"


def test_many_calls_are_shown_in_more_detail_than_few() -> None:
    scenario = a_scenario(a_class("many", per_minute=30.0), a_class("few", per_minute=0.1), hours=8.0)
    runs = Runs(configs=[a_floor(120)], scenario=scenario, replications=1)
    for _ in runs.steps():
        pass
    assert [len(runs.days[0].stretches((which,))) for which in (0, 1)] == [96, 12]


def test_of_a_comparison_only_replications_that_are_over_for_both_count() -> None:
    scenario = a_scenario(a_class(per_minute=1.0), hours=1.6)
    runs = Runs(configs=[a_floor(1), a_floor(2)], scenario=scenario, replications=3)
    steps = runs.steps()
    while [len(each) for each in runs.measured] != [2, 1]:
        next(steps)

    def came(stretches: tuple[Stretch, ...]) -> list[float]:
        return [each.arrived_per_h for each in stretches]

    a, b = (came(day.stretches((0,))) for day in runs.days)
    assert a == b
    one = Runs(configs=[a_floor(1)], scenario=scenario, replications=1)
    for _ in one.steps():
        pass
    assert came(one.days[0].stretches((0,))) == a


def test_a_day_on_which_nobody_came_is_empty() -> None:
    day = Day(a_scenario(a_class()))
    assert {(each.arrived_per_h, each.mean_wait_s) for each in day.stretches((0,))} == {(0.0, None)}
