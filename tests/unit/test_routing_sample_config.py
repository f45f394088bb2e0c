"""The demo's configuration: loads without a word, and its first rule is the unplanned hand-off."""

from __future__ import annotations

from pathlib import Path

import pytest

import cti.demo
from routing.config import Config
from routing.config_file import check_config, load_config
from routing.facts import CallerFacts, CallFacts, Facts
from routing.simulate.runs import Runs
from routing.simulate.scenario_file import read_scenario
from tests.support.configuration import planned

FOLDER = Path(cti.demo.__file__).parent
TEXT = (FOLDER / "sample_config.yaml").read_text(encoding="utf-8")


@pytest.fixture
def sample() -> Config:
    return load_config(TEXT, "sample_config.yaml")


def test_it_has_neither_problems_nor_warnings() -> None:
    report = check_config(TEXT)
    assert (report.problems, report.warnings) == ((), ())


def test_it_has_six_reps_three_queues_and_three_numbers(sample: Config) -> None:
    assert list(sample.reps) == ["ana", "bo", "cy", "dee", "eli", "fay"]
    assert all(rep.email == f"{rep.id}@example.com" for rep in sample.reps.values())
    assert list(sample.queues) == ["support", "sales", "billing"]
    assert [line.number for line in sample.numbers] == ["+15550100", "+15550101", "+15550102"]
    assert len(sample.tests) >= 6


@pytest.mark.parametrize("stage", ["lead", "mql", "sql", "opportunity"])
def test_a_prospect_on_the_support_line_goes_to_the_sales_owner_first(sample: Config, stage: str) -> None:
    facts = Facts(call=CallFacts(to="+1 555 0100"), caller=CallerFacts(match="one", stage=stage, owner="cy"))
    plan = planned(sample, facts, 0)
    assert plan.rule == sample.rules[0].name == "unplanned hand-off"
    assert plan.prefer is not None
    assert (plan.prefer.rep, plan.prefer.wait_ms, plan.prefer.must_qualify) == ("cy", 15_000, False)


def test_nobody_known_raises_no_rule_problem(sample: Config) -> None:
    for line in sample.numbers:
        assert planned(sample, Facts(call=CallFacts(to=line.number)), 0).problems == ()


def test_every_rule_offers_a_call_back_after_a_minute_and_ends_with_a_message(sample: Config) -> None:
    for rule in sample.rules:
        steps = rule.route.steps if rule.route else ()
        assert [step.after_ms for step in steps if step.offer_callback] == [60_000], rule.name
        assert [step.after_ms for step in steps if step.then == "voicemail"] == [600_000], rule.name


def test_its_scenario_plays_a_day_in_which_everybody_has_something_to_do(sample: Config) -> None:
    text = (FOLDER / "sample_scenario.yaml").read_text(encoding="utf-8")
    scenario = read_scenario(text, "sample_scenario.yaml", reps=sample.reps.keys())
    runs = Runs(configs=[sample], scenario=scenario, replications=2)
    assert list(runs.steps())[-1] == 1.0
    found = runs.result()
    assert {name: bool(each["answered"].mean) for name, each in found.classes.items()} == {
        "": True,
        **{each.name: True for each in scenario.classes},
    }
    assert all(each["occupancy"].mean for each in found.reps.values())
    assert found.warnings == ()
