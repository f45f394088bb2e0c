"""Recorded calls as classes of a scenario, and what is not known of them: how long they would have talked or waited.

Pure. A caller who was answered would have waited at least until then: the rest is drawn without memory, from how many
of the class gave up in all the time that they waited (the estimate that censored waits give).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import log
from random import Random
from statistics import fmean

from routing.simulate.draws import Constant
from routing.simulate.scenario import ArrivalClass, RecordedCall

USUAL_TALK_MS = 180_000.0


def classes_of(calls: Sequence[RecordedCall]) -> tuple[ArrivalClass, ...]:
    """By name, each in its order."""
    by_name = groupby(sorted(calls, key=lambda call: call.name), key=lambda call: call.name)
    return tuple(_class(name, tuple(some)) for name, some in by_name)


def _class(name: str, calls: tuple[RecordedCall, ...]) -> ArrivalClass:
    talks = [call.talk_ms for call in calls if call.talk_ms is not None]
    return ArrivalClass(name=name, recorded=calls, talk=Constant(mean_ms=fmean(talks) if talks else USUAL_TALK_MS))


def talks_of(each: ArrivalClass, source: Random) -> list[float]:
    """As recorded; of calls that nobody answered, that of another one of the class."""
    known = [call.talk_ms for call in each.recorded if call.talk_ms is not None] or [each.talk.mean_ms]
    return [call.talk_ms if call.talk_ms is not None else source.choice(known) for call in each.recorded]


def patience_of(each: ArrivalClass, source: Random) -> list[float]:
    """As recorded; of callers who did not give up, longer than they waited."""
    gave_up = sum(call.gave_up for call in each.recorded)
    if not gave_up:
        return [float("inf")] * len(each.recorded)
    longer_ms = sum(call.waited_ms for call in each.recorded) / gave_up
    return [
        call.waited_ms if call.gave_up else call.waited_ms - longer_ms * log(1.0 - source.random())
        for call in each.recorded
    ]
