"""A part of a scenario as a scenario of its own, staffed anew. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from routing.simulate.scenario import ArrivalClass, Scenario, Shift


def window(scenario: Scenario, *, counted_from_ms: float, begins_ms: float, ends_ms: float) -> Scenario:
    """What comes from ``begins_ms`` to ``ends_ms``, of which the time before ``counted_from_ms`` only warms up."""
    starts = None if scenario.starts is None else scenario.starts + timedelta(milliseconds=begins_ms)
    return replace(
        scenario,
        duration_ms=ends_ms - begins_ms,
        warm_up_ms=counted_from_ms - begins_ms,
        classes=tuple(_cut(each, begins_ms, ends_ms) for each in scenario.classes),
        starts=starts,
        shifts=(),
    )


def staffed(scenario: Scenario, shifts: Sequence[Shift]) -> Scenario:
    """The same with other people."""
    return replace(scenario, shifts=tuple(shifts))


def _cut(each: ArrivalClass, begins_ms: float, ends_ms: float) -> ArrivalClass:
    calls = (
        replace(call, at_ms=call.at_ms - begins_ms, asked=())
        for call in each.recorded
        if begins_ms <= call.at_ms and call.at_ms + call.routed_ms < ends_ms
    )
    rates = ((min(until, ends_ms) - begins_ms, rate) for until, rate in each.rates if until > begins_ms)
    return replace(each, rates=tuple(rates), recorded=tuple(calls))
