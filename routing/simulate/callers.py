"""The classes of a scenario as they are played: their moments, talks and patience, and what they ask for. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import repeat
from random import Random

from routing.simulate.draws import Draw, arrivals, source_of
from routing.simulate.people import FOREVER
from routing.simulate.recordings import patience_of, talks_of
from routing.simulate.scenario import ArrivalClass, Asked, RecordedCall, Scenario
from routing.simulate.tally import ClassTally, Tally

Source = Callable[[str], Random]
"""The stream of random numbers of that name."""


class Caller:
    """One class in one replication. Each of its callables tells of the next call, and is asked once for each."""

    __slots__ = (
        "asked",
        "callback",
        "facts",
        "moments",
        "number",
        "patience",
        "routed",
        "talk",
        "tally",
        "wrap_up",
    )

    def __init__(self, index: int, each: ArrivalClass, tally: ClassTally, factor: float, source: Source) -> None:
        self.tally = tally
        self.number = partial(source("odds").getrandbits, 64)
        """What its odds are made of."""
        self.callback = each.callback
        self.moments: Iterator[float] = arrivals(each.rates, factor, source("arrivals"))
        """When it looks for a rep."""
        self.routed: Draw | None = None
        """How long before that it came."""
        self.facts: Callable[[], int] = repeat(index).__next__
        """The number of what the rules know of it."""
        self.talk: Draw = each.talk.draw(source("talk"))
        self.patience: Draw = each.patience.draw(source("patience")) if each.patience else repeat(FOREVER).__next__
        self.wrap_up: Draw | None = each.wrap_up.draw(source("wrap_up")) if each.wrap_up else None
        self.asked: Callable[[], Sequence[Asked]] | None = None

    def replay(self, each: ArrivalClass, facts: Sequence[int], source: Source) -> None:
        """Recorded calls instead; ``facts``: the number of what the rules know, of each."""
        calls = each.recorded
        self.moments = (call.at_ms + call.routed_ms for call in calls)
        self.routed = (call.routed_ms for call in calls).__next__
        self.facts = iter(facts).__next__
        self.talk = iter(talks_of(each, source("talk"))).__next__
        self.patience = iter(patience_of(each, source("patience"))).__next__
        self.wrap_up = map(_wrap_up, calls).__next__
        self.asked = (call.asked for call in calls).__next__


UNKNOWN_MS = -1.0
"""After-call work: the queue's longest."""


def _wrap_up(call: RecordedCall) -> float:
    return UNKNOWN_MS if call.wrap_up_ms is None else call.wrap_up_ms


def callers_of(scenario: Scenario, tally: Tally, facts: FactsOf, *, seed: int, replication: int) -> list[Caller]:
    """All of them. The same seed and replication give the same callers, whatever answers them."""
    factor = 1.0
    if (shape := scenario.load_shape) is not None:
        factor = source_of(seed, replication, "load").gammavariate(shape, 1.0 / shape)
    found = []
    for index, each in enumerate(scenario.classes):
        source = partial(source_of, seed, replication, each.name)
        caller = Caller(facts(index)[0], each, tally.classes[index], factor, source)
        if each.recorded:
            caller.replay(each, facts(index), source)
        found.append(caller)
    return found


FactsOf = Callable[[int], Sequence[int]]
"""The index of a class → the numbers of what the rules know: one, or one for each recorded call."""
