"""What a simulation found: figures per class, rep, queue and skill, as the contract names them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from routing.config import Config
from routing.simulate.intervals import Figure, figure
from routing.simulate.scenario import Scenario
from routing.simulate.tally import ClassTally, Tally

Values = Mapping[str, float | None]
"""Name of a figure → its value in one replication; null: there was no such call."""
ENDS = ("hang_up", "voicemail", "dial", "callback", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One replication, or the difference between two."""

    classes: Mapping[str, Values]
    """With ``all`` of them together under that name."""
    reps: Mapping[str, Values]
    queues: Mapping[str, Values]
    skills: Mapping[str, Values]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All replications."""

    classes: Mapping[str, Mapping[str, Figure]]
    reps: Mapping[str, Mapping[str, Figure]]
    queues: Mapping[str, Mapping[str, Figure]]
    skills: Mapping[str, Mapping[str, Figure]]
    calls: int
    seconds: float
    """Simulated, all replications together."""
    replications: int
    warnings: tuple[str, ...] = ()


ALL = ""
"""The name of all classes together; no class can have it."""


def measure(tally: Tally, scenario: Scenario, config: Config) -> Measured:
    """The figures of one replication."""
    span_s = (tally.ends_ms - tally.begins_ms) / 1000.0
    classes = {each.name: _class_values((tally.classes[n],), span_s) for n, each in enumerate(scenario.classes)}
    order = sorted(config.reps)
    shares = {rep: (tally.busy_ms[n], tally.duty_ms[n]) for n, rep in enumerate(order)}
    queues: dict[str, Values] = {
        queue: _occupancy(shares[rep] for rep in order if config.reps[rep].serves(queue)) for queue in config.queues
    }
    skills: dict[str, Values] = {
        skill: _occupancy(shares[rep] for rep in order if skill in config.reps[rep].skills)
        for skill in sorted(config.skills)
    }
    return Measured(
        classes={ALL: _class_values(tally.classes, span_s), **classes},
        reps={rep: _occupancy((shares[rep],)) for rep in order},
        queues=queues,
        skills=skills,
    )


def result(measured: Sequence[Measured], *, calls: int, scenario: Scenario, warnings: Iterable[str] = ()) -> Result:
    """The figures of all replications."""
    return Result(
        classes=_figures(measured, lambda each: each.classes),
        reps=_figures(measured, lambda each: each.reps),
        queues=_figures(measured, lambda each: each.queues),
        skills=_figures(measured, lambda each: each.skills),
        calls=calls,
        seconds=scenario.duration_ms / 1000.0 * len(measured),
        replications=len(measured),
        warnings=tuple(warnings),
    )


def differences(a: Sequence[Measured], b: Sequence[Measured]) -> tuple[Measured, ...]:
    """b − a, replication by replication: the same callers, so that chance counts only where it differs."""
    return tuple(
        Measured(
            classes=_minus(one.classes, other.classes),
            reps=_minus(one.reps, other.reps),
            queues=_minus(one.queues, other.queues),
            skills=_minus(one.skills, other.skills),
        )
        for one, other in zip(a, b, strict=True)
    )


def _minus(a: Mapping[str, Values], b: Mapping[str, Values]) -> dict[str, Values]:
    return {name: {key: _less(a[name][key], b[name][key]) for key in a[name]} for name in a if name in b}


def _less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else b - a


def _figures(
    measured: Sequence[Measured], part: Callable[[Measured], Mapping[str, Values]]
) -> dict[str, dict[str, Figure]]:
    if not measured:
        return {}
    first = part(measured[0])
    return {
        name: {key: figure([part(each)[name][key] for each in measured]) for key in values}
        for name, values in first.items()
    }


def _occupancy(shares: Iterable[tuple[float, float]]) -> Values:
    busy = on_duty = 0.0
    for each_busy, each_on_duty in shares:
        busy += each_busy
        on_duty += each_on_duty
    return {"occupancy": busy / on_duty if on_duty else None}


def _class_values(some: Sequence[ClassTally], span_s: float) -> Values:
    arrived = sum(each.arrived for each in some)
    answered = sum(each.answered for each in some)
    abandoned = sum(each.abandoned for each in some)
    in_time = sum(each.answered_in_time for each in some)
    counted = arrived - sum(each.abandoned_in_time for each in some)
    wait_s = sum(each.wait_ms for each in some) / 1000.0
    answered_s = sum(each.wait_answered_ms for each in some) / 1000.0
    return {
        "arrived": float(arrived),
        "answered": float(answered),
        "abandoned": float(abandoned),
        **{end: float(sum(each.ends[end] for each in some)) for end in ENDS},
        "waited": _share(sum(each.waited for each in some), arrived),
        "mean_wait_s": _share(wait_s, arrived),
        "mean_wait_answered_s": _share(answered_s, answered),
        "service_level": _share(in_time, counted),
        "answered_share": _share(answered, arrived),
        "abandoned_share": _share(abandoned, arrived),
        "by_preferred": _share(sum(each.by_preferred for each in some), answered),
        "in_line": sum(sum(each.part_line_ms) for each in some) / 1000.0 / span_s,
    }


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
