"""Simulated calls take the way that the configuration says: each piece of it, in small scenes without chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from routing.config import Config
from routing.config_file import load_config
from routing.facts import CallerFacts, CallFacts, Facts
from routing.model import RepId
from routing.simulate.draws import Constant
from routing.simulate.intervals import t_quantile
from routing.simulate.people import SimCall, SimRep
from routing.simulate.play import Play
from routing.simulate.result import ALL
from routing.simulate.runs import Runs
from routing.simulate.scenario import ArrivalClass, RecordedCall, RepHabits, Scenario, Shift
from routing.simulate.tally import ClassTally
from routing.simulate.verdict import verdicts
from routing.simulate.world import World
from tests.support.simulations import a_class, a_floor, a_scenario, play, play_both

HEAD = """skills: [help, sell]
reps:
  - {id: ana, name: Ana, skills: {help: 4}}
  - {id: bo, name: Bo, skills: {help: 1, sell: 3}}
queues:
  - {id: support, max_wait: 10m, wrap_up: 30s, offer_timeout: 20s, service_level: {answered_within: 20s}}
  - {id: sales, max_wait: 10m, wrap_up: 0s, strategy: longest_idle}
"""


def a_text(rules: str, head: str = HEAD) -> Config:
    return load_config(head + "rules:\n" + rules, "a floor")


def at(*seconds: float, talk_s: float | None = 60.0, patience_s: float | None = None, **facts: Any) -> ArrivalClass:
    """Callers who come at these moments."""
    known = Facts(
        call=CallFacts(from_="+48600100200", to="+15550100", answers=tuple(facts.pop("answers", ()))),
        caller=CallerFacts(match="one", **facts),
    )
    calls = tuple(
        RecordedCall(
            name="some",
            at_ms=second * 1000.0,
            routed_ms=0.0,
            facts=known,
            talk_ms=None if talk_s is None else talk_s * 1000.0,
            wrap_up_ms=None,
            waited_ms=(patience_s or 0.0) * 1000.0,
            gave_up=patience_s is not None,
        )
        for second in seconds
    )
    return ArrivalClass(name="some", recorded=calls, talk=Constant(mean_ms=60_000.0))


def played(config: Config, *classes: ArrivalClass, **more: Any) -> tuple[list[tuple[float, str]], list[ClassTally]]:
    """(second, rep) of everybody who was asked, and what was counted."""
    scenario = Scenario(duration_ms=4 * 3_600_000.0, classes=classes, **more)
    run = Play(World(config, scenario), scenario, seed=1, replication=0)
    order, asked = sorted(config.reps), list[tuple[float, str]]()

    def watch(call: SimCall, rep: SimRep, now: float) -> None:
        asked.append((now / 1000.0, order[rep.index]))

    run.watch = watch
    while run.run(1_000):
        pass
    return asked, list(run.tally.classes)


def test_a_rep_takes_the_next_call_when_talk_and_after_call_work_are_over() -> None:
    asked, (tally,) = played(a_text("  - {name: all, route: {queue: support, needs: {help: 2}}}\n"), at(0.0, 10.0))
    assert asked == [(0.0, "ana"), (90.0, "ana")]
    assert (tally.answered, tally.wait_ms, tally.waited) == (2, 80_000.0, 1)


def test_speed_divides_talk_and_not_after_call_work() -> None:
    config = a_text("  - {name: all, route: {queue: support, needs: {help: 2}}}\n")
    asked, _ = played(config, at(0.0, 1.0), habits={RepId("ana"): RepHabits(speed=2.0)})
    assert asked == [(0.0, "ana"), (60.0, "ana")]


def test_a_step_lets_somebody_else_take_the_call_at_its_moment() -> None:
    rules = "  - {name: all, route: {queue: support, needs: {help: 2}, steps: [{after: 15s, needs: {help: 1}}]}}\n"
    asked, _ = played(a_text(rules), at(0.0, 1.0))
    assert asked == [(0.0, "ana"), (16.0, "bo")]


def test_the_preferred_rep_is_waited_for_as_long_as_the_rule_says() -> None:
    rules = "  - {name: all, route: {queue: support, prefer_rep: {who: owner, wait: 20s}, needs: {help: 1}}}\n"
    asked, (tally,) = played(a_text(rules), at(0.0, 5.0, owner="ana"))
    assert asked == [(0.0, "ana"), (25.0, "bo")]
    assert tally.by_preferred == 1


@pytest.mark.parametrize(
    ("then", "end"),
    [("hang_up", "hang_up"), ("voicemail", "voicemail"), ('{dial: "+15550999"}', "dial"), ("callback", "callback")],
)
def test_the_plan_ends_the_wait_in_its_way(then: str, end: str) -> None:
    rules = f"  - {{name: all, route: {{queue: support, needs: {{help: 2}}, steps: [{{after: 30s, then: {then}}}]}}}}\n"
    asked, (tally,) = played(a_text(rules), at(0.0, 1.0))
    assert dict(tally.ends) == {end: 1}
    assert tally.wait_ms == 30_000.0
    assert asked[1:] == ([(90.0, "ana")] if end == "callback" else []), "who is called back keeps the place"


def test_a_wait_without_an_end_of_its_own_ends_with_the_queue() -> None:
    config = a_text("  - {name: all, route: {queue: support, needs: {help: 2}}}\n")
    _, (tally,) = played(config, at(0.0, 1.0, talk_s=3_000.0))
    assert dict(tally.ends) == {"hang_up": 1}
    assert tally.wait_ms == 600_000.0


def test_who_gives_up_leaves_the_line() -> None:
    config = a_text("  - {name: all, route: {queue: support, needs: {help: 2}}}\n")
    asked, (busy, impatient) = played(config, at(0.0), replace(at(5.0, patience_s=12.0), name="impatient"))
    assert asked == [(0.0, "ana")]
    assert (impatient.abandoned, impatient.abandoned_in_time, impatient.wait_ms) == (1, 1, 12_000.0)
    assert busy.answered == 1


def test_a_step_that_would_help_nobody_is_passed_over() -> None:
    first, second = "{after: 10s, skip_if: nobody_free, needs: {sell: 1}}", "{after: 20s, needs: {help: 1}}"
    rules = f"  - {{name: all, route: {{queue: support, needs: {{help: 2}}, steps: [{first}, {second}]}}}}\n"
    asked, _ = played(a_text(rules), at(0.0, 1.0, 2.0))
    assert asked == [(0.0, "ana"), (11.0, "bo"), (90.0, "ana")], "bo is busy when the third could ask for bo alone"


def test_nobody_waits_for_a_person_who_is_not_there() -> None:
    rules = "  - {name: all, route: {queue: support, needs: {help: 2}, steps: [{after: 60s, needs: {help: 1}}]}}\n"
    asked, _ = played(a_text(rules), at(5.0), shifts=(Shift(until_ms=1.0, reps=frozenset({RepId("bo")})),))
    assert asked == [(5.0, "bo")], "the step is taken at once"


def test_when_everybody_has_gone_the_last_step_is_taken() -> None:
    rules = "  - {name: all, route: {queue: support, needs: {help: 2}, steps: [{after: 5m, then: voicemail}]}}\n"
    nobody = (Shift(until_ms=1.0, reps=frozenset()),)
    _, (tally,) = played(a_text(rules), at(5.0), shifts=nobody)
    assert dict(tally.ends) == {"voicemail": 1}
    assert tally.wait_ms == 0.0


def test_who_goes_off_duty_finishes_the_call_first() -> None:
    config = a_text("  - {name: all, route: {queue: support, needs: {help: 2}}}\n")
    shifts = (
        Shift(until_ms=30_000.0, reps=frozenset({RepId("ana")})),
        Shift(until_ms=9e9, reps=frozenset({RepId("bo")})),
    )
    scenario = Scenario(duration_ms=600_000.0, classes=(at(0.0),), shifts=shifts)
    run = Play(World(config, scenario), scenario, seed=1, replication=0)
    while run.run(100):
        pass
    assert run.tally.busy_ms == [90_000.0, 0.0]
    assert run.tally.duty_ms == [90_000.0, 570_000.0]


def test_an_offer_that_is_missed_goes_to_the_next_and_the_rep_comes_back() -> None:
    config = a_text("  - {name: all, route: {queue: support, needs: {help: 1}}}\n")
    asked, _ = played(config, at(0.0, 200.0), habits={RepId("ana"): RepHabits(misses=1.0)})
    assert asked[:2] == [(0.0, "ana"), (20.0, "bo")]
    assert (200.0, "ana") in asked, "a minute later"


def test_a_declined_call_is_offered_to_somebody_else_and_not_soon_again() -> None:
    config = a_text("  - {name: all, route: {queue: support, needs: {help: 2}}}\n")
    asked, _ = played(config, at(0.0, patience_s=35.0), habits={RepId("ana"): RepHabits(declines=1.0)})
    assert asked == [(0.0, "ana"), (10.0, "ana"), (20.0, "ana"), (30.0, "ana")]


def test_answers_in_menus_are_stated_and_blocked_callers_refused() -> None:
    rules = """  - {name: menu, ask: {say: {en: Which?}, keys: {1: sales, 2: support}}}
  - {name: blocked, when: 'caller.tier == "bad"', block: busy}
  - {name: sales, when: '"sales" in call.answers', route: {queue: sales, needs: {sell: 1}}}
  - {name: all, route: {queue: support, needs: {help: 2}}}
"""
    config = a_text(rules)
    assert played(config, at(0.0, answers=["sales"]))[0] == [(0.0, "bo")]
    assert played(config, at(0.0, answers=["support"]))[0] == [(0.0, "ana")]
    asked, (tally,) = played(config, at(0.0, tier="bad"))
    assert (asked, dict(tally.ends)) == ([], {"refused": 1})


def test_opening_hours_count_at_the_moment_of_the_call() -> None:
    head = HEAD + 'hours: {office: {timezone: Europe/Warsaw, open: {mon-fri: "08:00-18:00"}}}\n'
    rules = """  - {name: closed, when: '!hours.office.open', route: {queue: sales, needs: {sell: 1}}}
  - {name: all, route: {queue: support, needs: {help: 2}, closing: {hours: office, then: voicemail}}}
"""
    starts = datetime.fromisoformat("2026-11-23T17:58:00+01:00")
    asked, (tally,) = played(a_text(rules, head), at(0.0, 100.0, 130.0, talk_s=100.0), starts=starts)
    assert asked == [(0.0, "ana"), (130.0, "bo")]
    assert dict(tally.ends) == {"voicemail": 1}, "who waits when it closes"
    assert tally.wait_ms == 20_000.0


def test_opening_hours_change_at_whole_minutes_of_the_clock_wherever_the_scenario_starts() -> None:
    head = HEAD + 'hours: {office: {timezone: Europe/Warsaw, open: {mon-fri: "08:00-18:00"}}}\n'
    rules = """  - {name: closed, when: '!hours.office.open', route: {queue: sales, needs: {sell: 1}}}
  - {name: all, route: {queue: support, needs: {help: 2}}}
"""
    starts = datetime.fromisoformat("2026-11-23T17:59:30+01:00")
    assert played(a_text(rules, head), at(20.0, 40.0), starts=starts)[0] == [(20.0, "ana"), (40.0, "bo")]


def test_a_full_queue_sends_the_next_caller_to_the_plans_last_step() -> None:
    head = HEAD.replace("max_wait: 10m, wrap_up: 30s", "max_wait: 10m, max_size: 1, wrap_up: 30s")
    rules = "  - {name: all, route: {queue: support, needs: {help: 2}, steps: [{after: 5m, then: voicemail}]}}\n"
    asked, (tally,) = played(a_text(rules, head), at(0.0, 1.0, 2.0))
    assert asked == [(0.0, "ana"), (90.0, "ana")]
    assert dict(tally.ends) == {"voicemail": 1}


def test_the_same_seed_gives_the_same_figures_and_another_one_others() -> None:
    scenario = a_scenario(a_class(per_minute=1.0), hours=4)
    first, again = (play(a_floor(4), scenario, replications=2, seed=3) for _ in range(2))
    assert first == again
    assert play(a_floor(4), scenario, replications=2, seed=4) != first


def test_two_configurations_are_given_the_same_callers_and_what_differs_is_said_in_words() -> None:
    scenario = a_scenario(a_class(per_minute=1.1), hours=40, warm_up=1)
    runs = play_both(a_floor(4), a_floor(5), scenario, replications=10)
    arrived = [[each.classes["all"]["arrived"] for each in of] for of in runs.measured]
    assert arrived[0] == arrived[1]
    said = verdicts(runs.difference().classes)
    assert len(said) == 2
    assert "all callers wait" in said[0]
    assert " s less" in said[0]
    assert verdicts(play_both(a_floor(4), a_floor(4), scenario, replications=3).difference().classes) == (
        "no difference that these replications can tell from chance",
    )


def test_that_fewer_are_answered_is_not_said_once_more_where_they_have_given_up() -> None:
    scenario = a_scenario(a_class(per_minute=1.0, patience=Constant(mean_ms=30_000.0)), hours=60)
    said = verdicts(play_both(a_floor(4), a_floor(2), scenario, replications=5).difference().classes)
    assert "give up" in said[0]
    assert "are answered in time" in said[0]
    assert "percentage points less often" in said[0]
    assert said[0].count("are answered") == 1


@pytest.mark.parametrize(
    ("per_minute", "warm_up"),
    [
        pytest.param((1.0,), 0.0, id="more than two can serve"),
        pytest.param((20.0,), 0.0, id="so many that all but the first wait for as long as they may"),
        pytest.param((1.0,), 9.0, id="counted from the middle on"),
        pytest.param((0.8, 1.2, 1.0), 0.0, id="at rates that change"),
        pytest.param((0.1, 0.1, 2.0), 0.0, id="from some moment on"),
    ],
)
def test_a_line_that_grows_without_end_is_warned_of(per_minute: tuple[float, ...], warm_up: float) -> None:
    found = play(a_floor(2), at_rates(per_minute, warm_up=warm_up), replications=4)
    assert "grows for as long as callers come" in found.warnings[0]


@pytest.mark.parametrize(
    ("per_minute", "reps"),
    [
        pytest.param((1.0,), 5, id="half of the time nobody waits"),
        pytest.param((1.0, 2.0, 1.0), 4, id="a peak that is over"),
        pytest.param((1.0, 1.0, 1.2), 4, id="many at last, whom they can serve"),
        pytest.param((0.0,), 1, id="nobody comes"),
    ],
)
def test_a_line_that_settles_is_not_warned_of(per_minute: tuple[float, ...], reps: int) -> None:
    assert play(a_floor(reps), at_rates(per_minute), replications=4).warnings == ()


def at_rates(per_minute: tuple[float, ...], *, warm_up: float = 0.0) -> Scenario:
    """Twenty hours, in which these rates hold one after the other for as long each."""
    scenario = a_scenario(a_class(), hours=20, warm_up=warm_up)
    part_ms = scenario.duration_ms / len(per_minute)
    rates = tuple((n * part_ms, each / 60_000.0) for n, each in enumerate(per_minute, 1))
    return replace(scenario, classes=(replace(scenario.classes[0], rates=rates),))


def test_who_waits_exactly_the_promised_time_is_answered_or_gone_within_it() -> None:
    waits = Constant(mean_ms=20_000.0)
    gone = play(a_floor(1), a_scenario(a_class(per_minute=2.0, patience=waits), hours=200), replications=1)
    assert gone.classes[ALL]["service_level"].mean == 1.0
    slow = replace(a_scenario(a_class(per_minute=2.0), hours=200), answer_delay=waits)
    config = a_floor(60, queue=", offer_timeout: 30s")
    assert play(config, slow, replications=1).classes[ALL]["service_level"].mean == 1.0


def test_memory_does_not_grow_with_the_number_of_calls() -> None:
    def most(hours: float) -> int:
        scenario = a_scenario(a_class(per_minute=20.0), hours=hours)
        run, most = Play(World(a_floor(63), scenario), scenario, seed=1, replication=0), 0
        while run.run(500):
            most = max(most, run.pending)
        return most

    assert most(20.0) < 1.5 * most(5.0)


def test_figures_of_no_call_are_left_out_and_one_replication_has_no_interval() -> None:
    scenario = a_scenario(a_class("some", per_minute=1.0), a_class("none", per_minute=0.0), hours=2)
    found = play(a_floor(4), scenario, replications=1)
    assert found.classes["none"]["mean_wait_s"].mean is None
    assert found.classes["some"]["arrived"].ci95_low is None
    assert found.classes[ALL]["arrived"] == found.classes["some"]["arrived"]


def test_what_is_known_when_it_is_broken_off_is_of_whole_replications() -> None:
    runs = Runs(configs=[a_floor(4)], scenario=a_scenario(a_class(), hours=20), replications=5)
    steps = runs.steps()
    done = next(steps)
    while runs.complete < 2:
        done = next(steps)
    assert runs.result().replications == 2
    assert 0.3 < done < 0.5


def test_students_t_is_exact() -> None:
    tables = {1: 12.7062, 2: 4.3027, 5: 2.5706, 9: 2.2622, 30: 2.0423, 99: 1.9842}
    assert {freedom: round(t_quantile(freedom), 4) for freedom in tables} == tables
