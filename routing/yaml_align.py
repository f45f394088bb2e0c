"""Which item of one list became which of another, so that an edit touches as few of them as it can. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

MOST_PAIRS = 1_000_000
"""Pairs of equal items that are weighed; above, what differs is paired from its begin on."""


@dataclass(slots=True)
class Alignment:
    """Indices of the old list and of the new one."""

    pairs: list[tuple[int, int]] = field(default_factory=list)
    """The same place, with the same value or another."""
    gone: set[int] = field(default_factory=set)
    added: dict[int, list[int]] = field(default_factory=dict)
    """old item (-1: none) → the new ones behind it."""


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> Alignment:
    """``old``, ``new``: what each item is known by. Whoever is known stays where it is, as far as the order allows."""
    found = Alignment()
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    found.pairs = [(n, n) for n in range(head)]
    for equal, start, end, first, last in _changes(old[head : len(old) - tail], new[head : len(new) - tail]):
        both = min(end - start, last - first)
        found.pairs += [(head + start + n, head + first + n) for n in range(both)]
        if equal:
            continue
        found.gone |= {head + n for n in range(start + both, end)}
        if first + both < last:
            found.added[head + start + both - 1] = [head + n for n in range(first + both, last)]
    found.pairs += [(len(old) - n, len(new) - n) for n in range(tail, 0, -1)]
    return found


def _changes(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[bool, int, int, int, int]]:
    counts = Counter(new)
    if sum(counts[one] for one in old) > MOST_PAIRS:
        yield False, 0, len(old), 0, len(new)
        return
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield kind == "equal", start, end, first, last


def _common(some: Sequence[Hashable], others: Sequence[Hashable]) -> int:
    pairs = enumerate(zip(some, others, strict=False))
    return next((n for n, (one, other) in pairs if one != other), min(len(some), len(others)))
