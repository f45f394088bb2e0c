"""How many reps it takes: the formulas where they hold, and the simulation where they do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing.model import RepId
from routing.simulate.draws import Constant, Exponential
from routing.simulate.erlang import Load, least_agents, service_level
from routing.simulate.runs import Runs
from routing.simulate.scenario import RepHabits, Scenario
from routing.simulate.staffing import Interval, Staffing
from tests.support.queueing import erlang_c
from tests.support.simulations import MINUTE_MS, a_class, a_floor

HOUR_MS = 60 * MINUTE_MS
NO_WORK = Constant(mean_ms=0.0)


def a_load(per_h: float, patience_s: float | None = None) -> Load:
    """Talks of three minutes."""
    return Load(
        per_ms=per_h / HOUR_MS, handle_ms=3 * MINUTE_MS, patience_ms=None if patience_s is None else patience_s * 1000.0
    )


def staffing(scenario: Scenario, config: str | int | dict[str, str] = 4, **options: float | str) -> Staffing:
    """Run to its end."""
    rules = str(options.pop("rules", ""))
    floor = a_floor(config if isinstance(config, int | dict) else 4, rules=rules)
    search = Staffing(config=floor, scenario=scenario, interval_ms=options.pop("interval_ms", 4 * HOUR_MS), **options)  # type: ignore[arg-type]  # numbers, all of them
    for _ in search.steps():
        pass
    return search


def a_day(*classes: tuple[str, float], hours: float = 5.0, **about: object) -> Scenario:
    """An hour to warm up, then what comes; classes by tier and calls an hour."""
    made = tuple(
        replace(a_class(name, per_minute=per_h / 60.0), rates=((hours * HOUR_MS, per_h / HOUR_MS),), wrap_up=NO_WORK)
        for name, per_h in classes
    )
    return replace(Scenario(duration_ms=hours * HOUR_MS, warm_up_ms=HOUR_MS, classes=made), **about)  # type: ignore[arg-type]  # a scenario's


@pytest.mark.parametrize("per_h", [30.0, 252.0, 1_200.0])
def test_erlang_c_asks_for_the_fewest_who_are_enough(per_h: float) -> None:
    n = least_agents(a_load(per_h), within_ms=20_000.0, target=0.8)

    def level(agents: int) -> float:
        return erlang_c(per_h / 3600.0, 180.0, agents, 20.0).in_time

    assert service_level(a_load(per_h), n, within_ms=20_000.0) == pytest.approx(level(n))
    assert level(n) >= 0.8
    assert n - 1 <= per_h / 20.0 or level(n - 1) < 0.8


@pytest.mark.parametrize(("agents", "per_h", "patience_s"), [(5, 100.0, 120.0), (14, 300.0, 60.0)])
def test_erlang_a_is_what_a_plain_simulation_gives(agents: int, per_h: float, patience_s: float) -> None:
    day = a_day(("all", per_h), hours=31.0)
    impatient = replace(day.classes[0], patience=Exponential(mean_ms=patience_s * 1000.0))
    runs = Runs(configs=[a_floor(agents)], scenario=replace(day, classes=(impatient,)), replications=10)
    for _ in runs.steps():
        pass
    simulated = runs.result().classes["all"]["service_level"]
    expected = service_level(a_load(per_h, patience_s), agents, within_ms=20_000.0)
    assert simulated.mean is not None
    assert simulated.half_width is not None
    assert simulated.half_width < 0.02 * simulated.mean
    assert abs(simulated.mean - expected) <= 1.5 * simulated.half_width


def test_nobody_gives_up_after_a_long_patience_and_both_formulas_agree() -> None:
    for n in (13, 15, 20):
        patient = service_level(a_load(250.0, 1e6), n, within_ms=20_000.0)
        assert patient == pytest.approx(service_level(a_load(250.0), n, within_ms=20_000.0), abs=2e-3)


def test_where_the_formula_holds_the_simulation_finds_its_figure() -> None:
    search = staffing(a_day(("all", 252.0)), target=0.75)
    (found,) = search.intervals
    assert (found.reps, found.erlang, found.by_patience) == (16, 16, False)
    assert [each.reps for each in search.reasons] == [16, 16]


def test_skills_ask_for_more_than_the_formula_and_the_reasons_say_so() -> None:
    rules = "".join(
        f"  - {{name: {skill}, when: 'caller.tier == \"{skill}\"', route: {{queue: all, needs: {{{skill}: 1}}}}}}\n"
        for skill in "bc"
    )
    search = staffing(a_day(("b", 60.0), ("c", 60.0)), {"ro": "ab", "sy": "ac"}, rules=rules, target=0.8)
    (found,) = search.intervals
    alone = least_agents(a_load(60.0), within_ms=20_000.0, target=0.8)
    assert found.staff == (alone, alone)
    assert found.erlang < 2 * alone
    assert [each.what for each in search.reasons][2:] == [
        "not everybody can take every call",
        "the target holds for each class, not only on average",
    ]
    assert search.reasons[0].reps == found.erlang
    assert search.reasons[-1].reps == found.reps


def test_more_calls_ask_for_more_reps_and_offers_that_are_declined_too() -> None:
    day = a_day(("all", 60.0), hours=3.0)
    busier = replace(day.classes[0], rates=((2 * HOUR_MS, 60 / HOUR_MS), (3 * HOUR_MS, 240 / HOUR_MS)))
    search = staffing(replace(day, classes=(busier,)), interval_ms=HOUR_MS)
    first, second = [each.reps for each in search.intervals]
    assert first is not None
    assert second is not None
    assert second > 2 * first

    lazy = {RepId(f"r{n:03d}"): RepHabits(declines=0.2) for n in range(4)}
    slow = staffing(replace(day, habits=lazy, answer_delay=Constant(mean_ms=5_000.0)))
    assert slow.intervals[0].reps is not None
    assert slow.intervals[0].reps > first
    assert "offers declined or missed, time to answer, speed" in [each.what for each in slow.reasons]


def test_where_nobody_takes_a_call_no_number_of_reps_is_enough() -> None:
    deaf = {RepId(f"r{n:03d}"): RepHabits(declines=1.0) for n in range(4)}
    day = a_day(("all", 10.0), hours=2.0, habits=deaf)
    impatient = replace(day.classes[0], patience=Exponential(mean_ms=MINUTE_MS))
    search = staffing(replace(day, classes=(impatient,)))
    (found,) = search.intervals
    assert found.staff is None
    assert found.classes["all"].mean == 0.0
    assert search.reasons == []


def test_callers_who_all_give_up_at_once_are_not_answered_by_nobody() -> None:
    day = a_day(("all", 30.0), hours=2.0)
    hasty = replace(day.classes[0], patience=Constant(mean_ms=10_000.0))
    (found,) = staffing(replace(day, classes=(hasty,))).intervals
    assert found.reps is not None
    assert found.reps > 0


def test_hours_in_which_nobody_calls_ask_for_nobody() -> None:
    day = a_day(("all", 60.0), hours=3.0)
    early = replace(day.classes[0], rates=((2 * HOUR_MS, 60 / HOUR_MS),))
    search = staffing(replace(day, classes=(early,)), interval_ms=HOUR_MS)
    assert [each.reps for each in search.intervals][1] == 0


def test_the_same_seed_finds_the_same() -> None:
    def found() -> list[Interval]:
        return staffing(a_day(("all", 90.0), hours=3.0), seed=5).intervals

    assert found() == found()
