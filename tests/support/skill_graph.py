"""A small floor with skills, solved exactly: callers in the order in which they came, the longest idle rep first.

The stationary distribution of its Markov chain, states found one from the other. A state is who is idle, the longest
first, and the classes of those in line, the first first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

State = tuple[tuple[str, ...], tuple[str, ...]]
SWEEPS, ENOUGH = 5_000, 1e-12


@dataclass(frozen=True, kw_only=True)
class SkillGraph:
    """Rates in one unit of time. Arrivals beyond ``longest`` in line are lost: to be chosen so that none are."""

    arrives: Mapping[str, float]
    gives_up: float
    serves: Mapping[str, tuple[str, float]]
    """Rep → classes they serve, one letter each, and how many talks they end in a unit of time."""
    longest: int

    def moves(self, state: State) -> Iterator[tuple[State, float]]:
        idle, line = state
        for each, rate in self.arrives.items():
            rep = next((rep for rep in idle if each in self.serves[rep][0]), None)
            if rep is not None:
                yield (tuple(other for other in idle if other != rep), line), rate
            elif len(line) < self.longest:
                yield (idle, (*line, each)), rate
        for rep, (classes, rate) in self.serves.items():
            if rep in idle:
                continue
            at = next((n for n, each in enumerate(line) if each in classes), None)
            yield ((*idle, rep), line) if at is None else (idle, (*line[:at], *line[at + 1 :])), rate
        for n in range(len(line)):
            yield (idle, (*line[:n], *line[n + 1 :])), self.gives_up

    def solve(self) -> Solved:
        start: State = (tuple(self.serves), ())
        known, found = {start: 0}, [start]
        into: list[list[tuple[int, float]]] = [[]]
        leaves: list[float] = []
        for state in found:  # grows while it is gone through
            here, out = known[state], 0.0
            for following, rate in self.moves(state):
                if following not in known:
                    known[following] = len(found)
                    found.append(following)
                    into.append([])
                into[known[following]].append((here, rate))
                out += rate
            leaves.append(out)
        weights = [1.0 / len(found)] * len(found)
        for _ in range(SWEEPS):  # Gauss and Seidel
            moved = 0.0
            for n, sources in enumerate(into):
                now = sum(weights[source] * rate for source, rate in sources) / leaves[n]
                moved += abs(now - weights[n])
                weights[n] = now
            total = sum(weights)
            weights = [weight / total for weight in weights]
            if moved < ENOUGH:
                return Solved(graph=self, share=dict(zip(found, weights, strict=True)))
        raise AssertionError("the chain did not settle")


@dataclass(frozen=True, kw_only=True)
class Solved:
    """How much of the time is spent in each state."""

    graph: SkillGraph
    share: Mapping[State, float]

    def waits(self, which: str) -> float:
        """The share of that class that finds nobody."""
        serves = self.graph.serves
        return sum(p for (idle, _), p in self.share.items() if not any(which in serves[rep][0] for rep in idle))

    def wait(self, which: str) -> float:
        """The mean wait of all of that class, by Little's law."""
        return sum(line.count(which) * p for (_, line), p in self.share.items()) / self.graph.arrives[which]

    def busy(self, rep: str) -> float:
        """The share of the time in which that rep talks."""
        return sum(p for (idle, _), p in self.share.items() if rep not in idle)

    def lost(self) -> float:
        """The share of the time in which an arrival could be lost."""
        return sum(p for (_, line), p in self.share.items() if len(line) == self.graph.longest)
