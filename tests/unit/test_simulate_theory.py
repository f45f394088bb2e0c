"""Where theory is exact the simulator agrees with it, within intervals that are narrow enough to count.

``make prove`` plays more loads, all of them four times as long, and what takes longest only there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from random import Random

import pytest

from routing.config import Config
from routing.simulate.demands import SimDemand, bits_of
from routing.simulate.draws import Constant, Exponential, Lognormal
from routing.simulate.floor import SimFloor
from routing.simulate.people import SimRep
from routing.simulate.play import Play
from routing.simulate.result import ALL, Measured, Result, differences, measure, result
from routing.simulate.scenario import Scenario
from routing.simulate.world import World
from tests.support.queueing import erlang_a, erlang_c, m_g_1, priorities
from tests.support.simulations import MINUTE_MS, a_class, a_floor, a_scenario, holds, play
from tests.support.skill_graph import SkillGraph

PROVING = os.environ.get("CTI_PROVE") == "1"
LONGER = 4 if PROVING else 1
SEED = int(os.environ.get("CTI_SEED", "1")) if PROVING else 1
TALK_MIN, WITHIN_MIN = 3.0, 1 / 3


def played(config: Config, scenario: Scenario) -> Result:
    return play(config, scenario, replications=20 * LONGER, seed=SEED)


def agree(found: Result, name: str, expected: Mapping[str, float]) -> None:
    for figure, value in expected.items():
        assert holds(found.classes[name][figure], value), (figure, value, found.classes[name][figure])


@pytest.mark.parametrize(
    ("per_minute", "reps", "hours"),
    [(0.8, 3, 150)] + ([(1 / 3, 2, 1_000), (1.0, 4, 1_500), (5.0, 20, 250), (28.0, 100, 60)] if PROVING else []),
)
def test_callers_who_wait_for_ever_fare_as_erlang_c_says(per_minute: float, reps: int, hours: float) -> None:
    theory = erlang_c(per_minute, TALK_MIN, reps, WITHIN_MIN)
    shown = played(a_floor(reps), a_scenario(a_class(per_minute=per_minute), hours=hours, warm_up=3))
    agree(shown, ALL, {"waited": theory.waits})
    if PROVING:
        agree(shown, ALL, {"mean_wait_s": theory.wait * 60, "service_level": theory.in_time})
    for rep in shown.reps.values():
        assert holds(rep["occupancy"], per_minute * TALK_MIN / reps)


@pytest.mark.parametrize(("per_minute", "reps"), [(3.0, 9)] + ([(3.0, 7), (1.0, 3), (20.0, 62)] if PROVING else []))
def test_callers_who_give_up_fare_as_erlang_a_says(per_minute: float, reps: int) -> None:
    theory = erlang_a(per_minute, TALK_MIN, 2.0, reps)
    callers = a_class(per_minute=per_minute, patience=Exponential(mean_ms=2 * MINUTE_MS))
    shown = played(a_floor(reps), a_scenario(callers, hours=150 / per_minute, warm_up=2))
    agree(shown, ALL, {"waited": theory.waits, "mean_wait_s": theory.wait * 60, "abandoned_share": theory.gives_up})


@pytest.mark.parametrize("cv", [0.0] + ([0.7, 1.2] if PROVING else []))
def test_before_one_rep_the_spread_of_talks_counts_as_pollaczek_and_khinchine_say(cv: float) -> None:
    talk = Lognormal(mean_ms=3 * MINUTE_MS, cv=cv) if cv else Constant(mean_ms=3 * MINUTE_MS)
    shown = played(a_floor(1), a_scenario(a_class(per_minute=0.15, talk=talk), hours=500, warm_up=5))
    agree(shown, ALL, {"mean_wait_s": m_g_1(0.15, TALK_MIN, cv) * 60})


@pytest.mark.skipif(not PROVING, reason="long: make prove")
def test_higher_priorities_wait_as_much_less_as_theory_says_and_littles_law_holds_of_each() -> None:
    rules = """  - {name: gold, when: 'caller.tier == "gold"', route: {queue: all, priority: 1, needs: {a: 1}}}\n"""
    rates = (0.1, 0.06)
    classes = [a_class(name, per_minute=rate) for name, rate in zip(("gold", "others"), rates, strict=True)]
    shown = played(a_floor(1, rules=rules), a_scenario(*classes, hours=2_200, warm_up=10))
    for each, rate, wait in zip(classes, rates, priorities(rates, TALK_MIN, 1), strict=True):
        agree(shown, each.name, {"mean_wait_s": wait * 60})
        in_line, waited = shown.classes[each.name]["in_line"], shown.classes[each.name]["mean_wait_s"]
        assert in_line.mean == pytest.approx(rate / 60 * (waited.mean or 0.0), rel=0.01)


def test_a_small_skill_graph_fares_as_its_markov_chain_says() -> None:
    graph = SkillGraph(
        arrives={"a": 0.5, "b": 0.4},
        gives_up=0.5,
        serves={"r1": ("a", 1 / 3), "r2": ("ab", 1.25 / 3), "r3": ("b", 1 / 3)},
        longest=9,
    )
    exact = graph.solve()
    assert exact.lost() < 1e-5
    rules = """  - {name: b, when: 'caller.tier == "b"', route: {queue: all, needs: {b: 1}}}\n"""
    floor = a_floor({rep: skills for rep, (skills, _) in graph.serves.items()}, rules=rules)
    classes = [
        a_class(name, per_minute=rate, patience=Exponential(mean_ms=2 * MINUTE_MS))
        for name, rate in graph.arrives.items()
    ]
    shown = played(floor, a_scenario(*classes, hours=220, warm_up=2, speeds={"r2": 1.25}))
    for name in graph.arrives:
        agree(shown, name, {"waited": exact.waits(name)})
        assert holds(shown.classes[name]["mean_wait_s"], exact.wait(name) * 60)
    for rep in graph.serves:
        assert holds(shown.reps[rep]["occupancy"], exact.busy(rep))


class AnyOfThem(SimFloor):
    """Asks anybody who is free, by dice."""

    dice = Random(SEED)

    def _best(self, demand: SimDemand, free: int) -> SimRep:
        return self.reps[self.dice.choice(bits_of(free & demand.meets))]


@pytest.mark.skipif(not PROVING, reason="long: make prove")
def test_whether_the_longest_idle_or_anybody_is_asked_is_all_the_same_to_callers_even_where_reps_differ_in_speed() -> (
    None
):
    """Of all orders by idle time, random ones included: arXiv 1402.3606."""
    speeds = {"r000": 0.5, "r001": 1.0, "r002": 1.5, "r003": 2.0}
    floor = a_floor(4)
    scenario = a_scenario(a_class(per_minute=1.0), hours=90, warm_up=2, speeds=speeds)
    measured: dict[type[SimFloor], list[Measured]] = {SimFloor: [], AnyOfThem: []}
    for chooses, runs in measured.items():
        for n in range(20 * LONGER):
            play = Play(World(floor, scenario), scenario, seed=SEED, replication=n, floor=chooses)
            while play.run(100_000):
                pass
            runs.append(measure(play.tally, scenario, floor))
    apart = result(differences(measured[SimFloor], measured[AnyOfThem]), calls=0, scenario=scenario)
    usual = result(measured[SimFloor], calls=0, scenario=scenario)
    for of_usual, of_apart in (
        (usual.classes[ALL]["waited"], apart.classes[ALL]["waited"]),
        *((usual.reps[rep]["occupancy"], apart.reps[rep]["occupancy"]) for rep in speeds),
    ):
        assert of_usual.mean is not None
        assert of_apart.mean is not None
        assert of_apart.half_width is not None
        assert of_apart.half_width <= 0.02 * of_usual.mean
        assert abs(of_apart.mean) <= 1.5 * of_apart.half_width
