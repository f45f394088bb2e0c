"""Queueing theory where it is exact, for the simulator to be compared with. Times in one unit; nothing is rounded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


def erlang_b(load: float, servers: int) -> float:
    """The share that finds all servers busy where nobody waits."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What callers find on average."""

    waits: float
    """The share that has to wait."""
    wait: float
    """Mean, of all."""
    in_time: float
    """Answered within T, of all but those who gave up within T."""
    gives_up: float = 0.0


def erlang_c(rate: float, talk: float, servers: int, within: float) -> Expected:
    """M/M/n."""
    load = rate * talk
    blocked = erlang_b(load, servers)
    waits = servers * blocked / (servers - load * (1.0 - blocked))
    spare = (servers - load) / talk
    return Expected(waits=waits, wait=waits / spare, in_time=1.0 - waits * math.exp(-spare * within))


def erlang_a(rate: float, talk: float, patience: float, servers: int, states: int = 4_000) -> Expected:
    """M/M/n+M, from the stationary distribution of its birth and death chain. ``in_time`` is left at 0."""
    weights, weight = [1.0], 1.0
    for n in range(1, states):
        weight *= rate / (min(n, servers) / talk + max(0, n - servers) / patience)
        weights.append(weight)
        if weight < 1e-300:
            break
    total = math.fsum(weights)
    queue = math.fsum((n - servers) * each for n, each in enumerate(weights) if n > servers) / total
    waits = math.fsum(weights[servers:]) / total
    return Expected(waits=waits, wait=queue / rate, in_time=0.0, gives_up=queue / patience / rate)


def m_g_1(rate: float, talk: float, cv: float) -> float:
    """Mean wait before one server, by Pollaczek and Khinchine."""
    busy = rate * talk
    return rate * talk * talk * (1.0 + cv * cv) / 2.0 / (1.0 - busy)


def priorities(rates: Sequence[float], talk: float, servers: int) -> list[float]:
    """Mean wait of each class, the highest priority first: M/M/n, nobody is interrupted (Kella and Yechiali, 1985)."""
    load = sum(rates) * talk
    blocked = erlang_b(load, servers)
    waits = servers * blocked / (servers - load * (1.0 - blocked))
    found, above = [], 0.0
    for rate in rates:
        busy = above + rate * talk / servers
        found.append(waits * talk / servers / ((1.0 - above) * (1.0 - busy)))
        above = busy
    return found
