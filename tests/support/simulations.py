"""Small simulations: configurations of some reps, classes of callers, and runs of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from cti.simulations.model import Task
from cti.simulations.redis_store import Wanted
from routing.config import Config
from routing.config_file import load_config
from routing.facts import CallerFacts, CallFacts, Facts
from routing.model import RepId
from routing.simulate.callers import Caller
from routing.simulate.draws import Exponential, Length, source_of
from routing.simulate.intervals import Figure
from routing.simulate.result import Result
from routing.simulate.runs import Runs
from routing.simulate.scenario import ArrivalClass, RepHabits, Scenario
from routing.simulate.tally import ClassTally
from tests.support.house import ONE_QUEUE

MINUTE_MS = 60_000.0
TALK = Exponential(mean_ms=3 * MINUTE_MS)


def a_floor(
    reps: int | Mapping[str, str] = 3, *, rules: str = "", strategy: str = "longest_idle", queue: str = ""
) -> Config:
    """Some reps with the skill ``a``, or named ones with skills of one letter each, in one queue without after-call
    work; ``rules`` before the one for everybody."""
    skills = dict.fromkeys((f"r{n:03d}" for n in range(reps)), "a") if isinstance(reps, int) else reps
    known = sorted({letter for letters in skills.values() for letter in letters})
    people = "".join(
        f"  - {{id: {rep}, name: {rep}, skills: {{{', '.join(f'{letter}: 3' for letter in letters)}}}}}\n"
        for rep, letters in skills.items()
    )
    return load_config(
        f"skills: [{', '.join(known)}]\n"
        f"reps:\n{people}"
        f"queues: [{{id: all, strategy: {strategy}, max_wait: 24h, wrap_up: 0s, "
        f"service_level: {{answered_within: 20s}}{queue}}}]\n"
        f"rules:\n{rules}  - {{name: everybody, route: {{queue: all, needs: {{{known[0]}: 1}}}}}}\n",
        "a floor",
    )


def a_class(
    name: str = "all",
    *,
    per_minute: float = 1.0,
    talk: Length = TALK,
    patience: Length | None = None,
    tier: str | None = None,
    owner: str | None = None,
) -> ArrivalClass:
    """Callers with a number, who talk three minutes."""
    return ArrivalClass(
        name=name,
        rates=((float("inf"), per_minute / MINUTE_MS),),
        facts=Facts(
            call=CallFacts(from_="+48600100200", to="+15550100"),
            caller=CallerFacts(match="one", tier=tier or name, owner=owner),
        ),
        talk=talk,
        patience=patience,
    )


def a_scenario(
    *classes: ArrivalClass, hours: float = 8.0, warm_up: float = 0.0, speeds: Mapping[str, float] | None = None
) -> Scenario:
    """Everybody on duty all the time."""
    duration_ms = hours * 60 * MINUTE_MS
    return Scenario(
        duration_ms=duration_ms,
        warm_up_ms=warm_up * 60 * MINUTE_MS,
        classes=tuple(_until(each, duration_ms) for each in classes),
        habits={RepId(rep): RepHabits(speed=speed) for rep, speed in (speeds or {}).items()},
    )


def _until(each: ArrivalClass, duration_ms: float) -> ArrivalClass:
    return replace(each, rates=tuple((min(until, duration_ms), rate) for until, rate in each.rates))


def play(config: Config, scenario: Scenario, *, replications: int = 10, seed: int = 1) -> Result:
    """All replications."""
    runs = Runs(configs=[config], scenario=scenario, seed=seed, replications=replications)
    for _ in runs.steps():
        pass
    return runs.result()


def play_both(a: Config, b: Config, scenario: Scenario, *, replications: int = 10, seed: int = 1) -> Runs:
    """The same callers twice."""
    runs = Runs(configs=[a, b], scenario=scenario, seed=seed, replications=replications)
    for _ in runs.steps():
        pass
    return runs


LOADED = """
duration: 4h
arrivals: [{name: all, rate: 40/h, talk: {exponential: 90s}, call: {to: "+15550100"}}]
"""


def a_wish(*, replications: int, scenario: str = LOADED) -> Wanted:
    """A simulation as it is asked for by API."""
    return Wanted(
        task=Task(config=ONE_QUEUE, scenario=scenario, replications=replications, seed=1), asked={}, by="adam"
    )


def a_caller(each: ArrivalClass | None = None) -> Caller:
    """The class as it is played."""
    return Caller(0, each or a_class(), ClassTally(), 1.0, partial(source_of, 1, 0, "all"))


def holds(figure: Figure, expected: float, *, within: float = 0.02) -> bool:
    """Whether the interval holds the value; it must be narrow to count. A figure's own interval misses one truth in
    twenty, so it is asked of one that is half as wide again: one in 300."""
    half = figure.half_width
    assert figure.mean is not None
    assert half is not None
    assert half <= within * abs(expected), f"{figure.mean} ± {half} is too wide for {expected}"
    return abs(figure.mean - expected) <= 1.5 * half
