"""A scenario file is read whole or refused with line, field and what to write instead."""

from __future__ import annotations

import pytest

from routing.errors import ConfigError
from routing.facts import CallFacts
from routing.simulate.draws import Constant, Exponential, Lognormal
from routing.simulate.recorded_file import read_recorded
from routing.simulate.scenario import Scenario
from routing.simulate.scenario_file import read_scenario

HOUR_MS = 3_600_000.0
WHOLE = """\
duration: 8h
warm_up: 30m
starts: "2026-11-23T08:00:00+01:00"
arrivals:
  - name: gold-pl
    rate: 30/h
    call: {from: "+48600100200", to: "+15550100", answers: [sales]}
    caller: {tier: gold, owner: ana}
    talk: {exponential: 180s}
    patience: {exponential: 120s}
    wrap_up: 10s
    callback: 0.4
  - name: others
    periods: [{until: 2h, rate: 252/h}, {until: 4h, rate: 3/min}]
    talk: {lognormal: {mean: 180s, cv: 1.2}}
reps: {ana: {speed: 1.25, declines: 0.1, misses: 0.05}}
on_duty: [{until: 2h, reps: [ana, bo]}, {until: 8h, reps: [ana]}]
random_load: {gamma: {shape: 28.7}}
answer_delay: {constant: 4s}
away: 2m
"""


def read(text: str) -> Scenario:
    return read_scenario(text, "monday.yaml", reps={"ana", "bo"})


def told(error: ConfigError) -> str:
    return "; ".join(f"line {each.line}: {each.field} {each.message}" for each in error.problems)


def test_everything_that_the_format_has_is_read() -> None:
    scenario = read(WHOLE)
    gold, others = scenario.classes
    assert (scenario.duration_ms, scenario.warm_up_ms, scenario.load_shape) == (8 * HOUR_MS, HOUR_MS / 2, 28.7)
    assert scenario.starts is not None
    assert gold.rates == ((8 * HOUR_MS, 30 / HOUR_MS),)
    assert gold.facts.call == CallFacts(from_="+48600100200", to="+15550100", answers=("sales",))
    assert (gold.facts.caller.tier, gold.facts.caller.owner) == ("gold", "ana")
    assert (gold.talk, gold.patience) == (Exponential(mean_ms=180_000.0), Exponential(mean_ms=120_000.0))
    assert (gold.wrap_up, gold.callback) == (Constant(mean_ms=10_000.0), 0.4)
    assert others.rates == ((2 * HOUR_MS, 252 / HOUR_MS), (4 * HOUR_MS, 3 / 60_000.0))
    assert (others.talk, others.patience) == (Lognormal(mean_ms=180_000.0, cv=1.2), None)
    assert [(shift.until_ms, shift.reps) for shift in scenario.shifts] == [
        (2 * HOUR_MS, {"ana", "bo"}),
        (8 * HOUR_MS, {"ana"}),
    ]
    habits = scenario.habits["ana"]  # type: ignore[index]  # the key is a plain text here
    assert (habits.speed, habits.declines, habits.misses) == (1.25, 0.1, 0.05)
    assert (scenario.answer_delay, scenario.away) == (Constant(mean_ms=4_000.0), Constant(mean_ms=120_000.0))


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("rate: 30/h", "rate: -30/h", "line 6: arrivals[0].rate must not be negative; must be a rate, like 30/h"),
        ("rate: 30/h", "rate: 30", "line 6: arrivals[0].rate must be a rate, like 30/h, 1.5/min or 0.2/s"),
        ("rate: 30/h", "rate: 30/h\n    periods: []", "line 7: arrivals[0].periods stands beside rate"),
        ("    rate: 30/h\n", "", "line 5: arrivals[0] needs rate, like 30/h, or periods"),
        ("until: 4h", "until: 1h", "line 14: arrivals[1].periods[1].until ends before it begins"),
        (
            "2h, rate: 252/h}, {until: 4h",
            "20h, rate: 252/h}, {until: 10h",
            "line 14: arrivals[1].periods[1].until ends",
        ),
        ("{exponential: 180s}", "{exponential: 0s}", "line 9: arrivals[0].talk.exponential must be from 0.001s to"),
        ("{exponential: 180s}", "{gamma: 180s}", "line 9: arrivals[0].talk.gamma unknown key"),
        ("{exponential: 180s}", "{exponential: 1s, constant: 1s}", "line 9: arrivals[0].talk must be one of"),
        ("cv: 1.2", "cv: 0", "line 15: arrivals[1].talk.lognormal.cv must be a number above 0"),
        ("    talk: {exponential: 180s}\n", "", "line 5: arrivals[0].talk is missing"),
        ("name: others", "name: gold-pl", "line 13: arrivals[1] the class 'gold-pl' stands in line 5 already"),
        ("{ana: {speed", "{anna: {speed", "line 16: reps.anna there is no rep 'anna'; did you mean ana?"),
        ("speed: 1.25", "speed: 0", "line 16: reps.ana.speed must be a number above 0"),
        ("declines: 0.1", "declines: 0.99", "line 16: reps.ana declines and misses together are more than all"),
        ("[ana, bo]", "[ana, zed]", "line 17: on_duty[0].reps[1] there is no rep 'zed'"),
        ("{until: 8h, reps", "{until: 1h, reps", "line 17: on_duty[1].until ends before it begins"),
        ("warm_up: 30m", "warm_up: 8h", "line 2: warm_up must end before the duration does"),
        ("shape: 28.7", "shape: -1", "line 18: random_load.gamma.shape must be a number above 0"),
        ("callback: 0.4", "callback: 4", "line 12: arrivals[0].callback must be a share from 0 to 1"),
        ("rate: 30/h", "rate: 999999999/s", "line 4: arrivals brings more than 100,000,000 calls"),
        ("duration: 8h\n", "", "line 1: duration is missing"),
        ("away: 2m", "a_way: 2m", "line 20: a_way unknown key; did you mean away?"),
        ('to: "+15550100"', 'at: "2026-11-23T08:00:00+01:00"', "arrivals[0].call.at callers of a class come at many"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(was: str, now: str, said: str) -> None:
    assert was in WHOLE
    with pytest.raises(ConfigError) as refused:
        read(WHOLE.replace(was, now))
    assert said in told(refused.value)
    assert "monday.yaml" in str(refused.value)


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("rate: 30/h", f"rate: {30 / 3_600!r}/s"),
        ("rate: 30/h", "rate: 3e1/h"),
        ("speed: 1.25", "speed: 1.2500000000000002"),
        ("shape: 28.7", "shape: 28.699999999999999"),
        ("cv: 1.2}", "cv: 1.2000000000000002}"),
        ("{exponential: 180s}", "{exponential: 179.99999999999997s}"),
        ("duration: 8h", "duration: 479.99999999999994m"),
    ],
)
def test_numbers_that_a_program_has_computed_are_read(was: str, now: str) -> None:
    assert was in WHOLE
    plain, computed = read(WHOLE), read(WHOLE.replace(was, now))
    assert computed.duration_ms == plain.duration_ms
    assert computed.classes[0].rates[0][1] == pytest.approx(plain.classes[0].rates[0][1])
    assert computed.classes[0].talk == plain.classes[0].talk


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"nonsense", "line 2: (line) is no JSON object"),
        (b'{"at_s": -1, "class": "a"}', "line 2: at_s Input should be greater than or equal to 0"),
        (b'{"at_s": 1}', "line 2: class Field required"),
        (b'{"at_s": 1, "class": ""}', "line 2: class String should have at least 1 character"),
        (b'{"at_s": 1e306, "class": "a"}', "line 2: at_s Input should be less than or equal to"),
        (b'{"at_s": 1, "class": "a", "waited_s": 1e306}', "line 2: waited_s Input should be less than or equal to"),
        (b'{"at_s": 1, "class": "a", "name": "Jan"}', "line 2: name Extra inputs are not permitted"),
    ],
)
def test_a_recording_that_cannot_be_read_names_its_line(line: bytes, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_recorded([b'{"at_s": 0.5, "class": "a"}', line], "week.jsonl")
    assert said in told(refused.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("duration: 5s", "line 2: duration is over before the first of the recorded calls looks for a rep"),
        ("random_load: {gamma: {shape: 3}}", "line 2: random_load stands beside recorded; those calls come as they"),
    ],
)
def test_what_would_leave_a_recording_as_it_is_is_refused(more: str, said: str) -> None:
    calls = read_recorded([b'{"at_s": 10, "class": "a"}'], "week.jsonl")
    with pytest.raises(ConfigError) as refused:
        read_scenario(f"recorded: week.jsonl\n{more}\n", "monday.yaml", reps=(), recorded=lambda _: calls)
    assert said in told(refused.value)


def test_recorded_calls_keep_their_order_within_a_millisecond() -> None:
    lines = [b'{"at_s": 8.023001, "class": "later"}', b'{"at_s": 8.023, "class": "first", "routed_s": 0.0000004}']
    assert [(call.name, call.at_ms) for call in read_recorded(lines, "week.jsonl")] == [
        ("first", 8023.0),
        ("later", 8023.001),
    ]
