"""Two texts that began as one, put together line by line: what only one side changed is taken, what both changed
differently is a conflict with both sides. Pure.

Guarantees that without a change on one side the other side is the result, byte for byte; that every line comes from one
of the three; that the sides can be swapped; and that no text takes longer than a second to compare.

Changes of neighbouring lines are no conflict, as they are for ``diff3``: most lines of a configuration are one rep, one
step or one key, and whoever reads the result has it checked before it counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

MOST_PAIRS = 2_000_000
"""Pairs of equal lines that are weighed; above (a file of nothing but repeated lines) all of it counts as changed."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A place that both have changed, each in another way."""

    line: int
    """In *yours*, 1-based: where it begins."""
    base: str
    yours: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The file from top to bottom: text that is agreed, and conflicts."""

    parts: tuple[str | Conflict, ...]

    @property
    def text(self) -> str | None:
        """All of it; null where there are conflicts."""
        agreed = [part for part in self.parts if isinstance(part, str)]
        return "".join(agreed) if len(agreed) == len(self.parts) else None

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """In the order of the file."""
        return tuple(part for part in self.parts if isinstance(part, Conflict))


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines ``start`` to ``end`` of the base became ``lines``; an insertion where both are the same."""

    start: int
    end: int
    lines: Sequence[str]

    def collides(self, start: int, end: int) -> bool:
        """Whether it changes the same lines, or inserts at the same place."""
        if start == end == self.start == self.end:
            return True
        return self.start < end and start < self.end


def merge(base: str, *, yours: str, theirs: str) -> Merge:
    """The base with the changes of both."""
    lines, mine, other = (_LINE.findall(text) for text in (base, yours, theirs))
    found: list[list[str] | Conflict] = []
    at, line = 0, 1
    for start, end, ours, others in _regions(_changes(lines, mine), _changes(lines, other)):
        line += start - at
        sides = [_with(changes, lines, start, end) for changes in (ours, others)]
        found += [lines[at:start], _decided(lines[start:end], *sides, line=line)]
        at, line = end, line + len(sides[0])
    return Merge(parts=tuple(_joined([*found, lines[at:]])))


def _joined(found: Sequence[list[str] | Conflict]) -> Iterator[str | Conflict]:
    """What is agreed in one piece; a line at the end of a side has its break where something follows now."""
    parts = [part for part in found if part]
    parts[:-1] = map(_ended, parts[:-1])
    agreed: list[str] = []
    for part in parts:
        if isinstance(part, Conflict):
            yield from ("".join(agreed), part) if agreed else (part,)
            agreed = []
        else:
            agreed += part
    if agreed:
        yield "".join(agreed)


def _ended(part: list[str] | Conflict) -> list[str] | Conflict:
    if isinstance(part, Conflict):
        sides = (part.base, part.yours, part.theirs)
        base, yours, theirs = (side if side.endswith("\n") or not side else f"{side}\n" for side in sides)
        return replace(part, base=base, yours=yours, theirs=theirs)
    return part if part[-1].endswith("\n") else [*part[:-1], f"{part[-1]}\n"]


def _decided(base: list[str], yours: list[str], theirs: list[str], *, line: int) -> list[str] | Conflict:
    if yours == theirs or theirs == base:
        return yours
    if yours == base:
        return theirs
    return Conflict(line=line, base="".join(base), yours="".join(yours), theirs="".join(theirs))


def _with(changes: Sequence[_Change], lines: list[str], start: int, end: int) -> list[str]:
    """That part of the base as one side has it."""
    found: list[str] = []
    for change in changes:
        found += [*lines[start : change.start], *change.lines]
        start = change.end
    return [*found, *lines[start:end]]


def _regions(
    yours: list[_Change], theirs: list[_Change]
) -> Iterator[tuple[int, int, Sequence[_Change], Sequence[_Change]]]:
    """Parts of the base, each with the changes of both sides that collide there; others are alone."""
    sides = (yours[::-1], theirs[::-1])
    while sides[0] or sides[1]:
        first = min((side[-1] for side in sides if side), key=lambda change: (change.start, change.end))
        start, end = first.start, first.end
        taken: tuple[list[_Change], list[_Change]] = ([], [])
        grows = True
        while grows:
            grows = False
            for side, mine in zip(sides, taken, strict=True):
                while side and (side[-1] is first or side[-1].collides(start, end)):
                    mine.append(side.pop())
                    end = max(end, mine[-1].end)
                    grows = True
        yield start, end, *taken


def _changes(base: list[str], text: list[str]) -> list[_Change]:
    """What became of the base, in its order; lines that were replaced one by one are changes of their own."""
    head = _common(base, text)
    tail = _common(base[head:][::-1], text[head:][::-1])
    old, new = base[head : len(base) - tail], text[head : len(text) - tail]
    found: list[_Change] = []
    for start, end, lines in _compared(old, new):
        if len(lines) == end - start:
            found += [_Change(head + start + n, head + start + n + 1, [line]) for n, line in enumerate(lines)]
        else:
            found.append(_Change(head + start, head + end, lines))
    return found


def _common(some: list[str], others: list[str]) -> int:
    return next((n for n, (a, b) in enumerate(zip(some, others, strict=False)) if a != b), min(len(some), len(others)))


def _compared(old: list[str], new: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    counts = Counter(new)
    if sum(counts[line] for line in old) > MOST_PAIRS:
        yield 0, len(old), new
        return
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield start, end, new[first:last]
