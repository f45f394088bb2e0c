"""The demands of a simulated floor: who meets each, and who is asked first. Reps are bits of whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from routing.config import Rep
from routing.demands import fit_of
from routing.model import Demand, RepId, Strategy

IDLE, ASKED, OCCUPIED = range(3)
"""What breaks a tie within a rank: the longest idle · the longest since the last offer · the least occupied."""
_TIES = {Strategy.ROUND_ROBIN: ASKED, Strategy.LEAST_OCCUPIED: OCCUPIED}


class SimDemand:
    """One demand."""

    __slots__ = ("demand", "line", "meets", "ranks", "serves", "tie")

    def __init__(self, demand: Demand, line: int, reps: Sequence[Rep], flexibility: Mapping[RepId, int]) -> None:
        """``reps`` in the order of their bits; ``line``: the number of its queue."""
        fits = {index: fit for index, rep in enumerate(reps) if (fit := fit_of(rep, demand)) is not None}
        self.demand = demand
        self.line = line
        self.meets = _bits(fits)
        self.serves = _bits(index for index, rep in enumerate(reps) if rep.serves(*demand.queues))
        """Whoever serves its queues, whether they meet it or not."""
        self.tie = _TIES.get(demand.strategy, IDLE)
        ranked = [(_rank(demand.strategy, fit, flexibility[reps[index].id]), index) for index, fit in fits.items()]
        ranked.sort()
        self.ranks = tuple(_bits(index for _, index in same) for _, same in groupby(ranked, key=lambda one: one[0]))
        """Those who are equal but for the tie, the first rank first."""


def _rank(strategy: Strategy, fit: int, flexibility: int) -> tuple[int, ...]:
    match strategy:
        case Strategy.BEST_FIT:
            return (-fit,)
        case Strategy.LEAST_FLEXIBLE:
            return (flexibility, -fit)
        case _:
            return ()


def _bits(indexes: Iterable[int]) -> int:
    return sum(1 << index for index in indexes)


def bits_of(mask: int) -> list[int]:
    """The places of its bits, lowest first."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
