"""Texts of configurations and scenarios to what is simulated: the same for the command and the API. No clock, no I/O.

Guarantees that whatever is wrong raises ConfigError, whose ``filename`` says in which text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from crm_adapter.phone import country_of, international
from cti.simulations.model import Period, Task
from routing.config import Config
from routing.config_file import load_config
from routing.errors import ConfigError, Problem
from routing.facts import Facts
from routing.languages import language_of
from routing.phone_text import plus_and_digits
from routing.simulate.scenario import RecordedCall, Scenario
from routing.simulate.scenario_file import Recorded, read_scenario
from routing.simulate.world import uses_hours

CONFIG, COMPARE, SCENARIO, RECORDED = "config", "compare", "scenario", "recorded"
"""Names of the texts."""
NO_CALLS = "no call of that time ever looked for a rep and is over"
NO_START = 'the rules look at opening hours; say when it begins, like "2026-11-23T08:00:00+01:00"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What is played."""

    configs: tuple[Config, ...]
    scenario: Scenario


def read_task(task: Task, calls: Callable[[Period], tuple[RecordedCall, ...]]) -> Inputs:
    """``calls``: those of the period, where there is one."""
    texts = [(CONFIG, task.config), (COMPARE, task.compare)]
    configs = tuple(load_config(text, name) for name, text in texts if text is not None)
    period = task.period
    if period is None:
        return Inputs(configs=configs, scenario=scenario_for(configs, task.scenario, SCENARIO, None))
    scenario = scenario_for(configs, task.scenario, RECORDED, lambda _: calls(period))
    return Inputs(configs=configs, scenario=scenario)


def scenario_for(configs: Sequence[Config], text: str, name: str, recorded: Recorded | None) -> Scenario:
    """The scenario in that text; it may name the reps of all of them."""
    reps = {rep for config in configs for rep in config.reps}
    scenario = read_scenario(text, name, reps=reps, enrich=partial(_enriched, configs[0]), recorded=recorded)
    if scenario.starts is None and any(map(uses_hours, configs)):
        raise ConfigError([Problem(line=0, field="starts", message=NO_START)], filename=name)
    return scenario


def first_line(error: ConfigError, *, with_lines: bool = True) -> str:
    """The first problem, and how many there are beside it; ``with_lines``: somebody can look them up."""
    first, *others = error.problems
    place = str(first) if with_lines and first.line else f"{first.field}: {first.message}"
    more = f" (and {len(others)} more)" if others else ""
    return f"{error.filename}: {place}{more}"


def _enriched(config: Config, facts: Facts) -> Facts:
    """As for a live call: the country of the number, and the language that the caller is spoken to in."""
    call = facts.call
    country = call.country or country_of(international(call.from_ or ""))
    line = next((each.language for each in config.numbers if each.number == plus_and_digits(call.to or "")), None)
    language = call.language or language_of(facts.caller.language, country, line=line)
    return replace(facts, call=replace(call, country=country, language=language))
