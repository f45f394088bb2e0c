"""Rows of a YAML collection (items of a list, entries of a mapping) taken out of a text and put into it. Pure.

A row is from where its dash or key begins to where its value ends. Comments above a row stay, those in its own lines go
with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from routing.yaml_places import Awkward, Places

Row = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BlockRows:
    """Rows that stand below each other, by indentation."""

    places: Places
    rows: Sequence[Row]

    def take(self, gone: frozenset[int]) -> None:
        """Takes these out; at least one row stays."""
        for first, last in _runs(gone):
            start, end = self.rows[first][0], self.rows[last][1]
            if self.places.begins_line(start):
                self.places.take_lines(start, end)
                continue
            if first > 0 or last + 1 == len(self.rows):
                raise Awkward
            self._move_up(start, end, self.rows[last + 1][0])

    def _move_up(self, start: int, end: int, following: int) -> None:
        """The first row stands behind the dash of the list it is in: the next one takes its place."""
        if "#" in self.places.text[self.places.line_end(end) : following]:
            raise Awkward  # a comment above the next row would stand nowhere
        self.places.replace(start, following, "")

    def put(self, after: int, rows: Sequence[Sequence[str]]) -> None:
        """New rows, each of some lines without their indentation, below row ``after``; -1: above the first."""
        indent = " " * self.places.column(self.rows[max(after, 0)][0])
        lines = [f"{indent}{line}" if line else "" for row in rows for line in row]
        if after >= 0:
            self.places.insert_lines(self.places.line_end(self.rows[after][1]), lines)
        elif self.places.begins_line(self.rows[0][0]):
            self.places.insert_lines(self.places.line_before(self.rows[0][0]), lines)
        else:
            raise Awkward


@dataclass(frozen=True, slots=True)
class FlowRows:
    """Rows within brackets, with commas between them; each in a line of its own, or not."""

    places: Places
    rows: Sequence[Row]

    def take(self, gone: frozenset[int]) -> None:
        """Takes these out; at least one row stays."""
        for first, last in _runs(gone):
            start, end = self.rows[first][0], self.rows[last][1]
            if last + 1 < len(self.rows):
                if self._own_lines(start, end, comma=True):
                    self.places.take_lines(start, end)
                else:
                    self.places.replace(start, self.rows[last + 1][0], "")
                continue
            before = self.rows[first - 1][1]
            if "#" in self.places.text[before:start] and self._own_lines(start, end):
                self.places.take_lines(start, end)
            else:
                self.places.replace(before, end, "")

    def put(self, after: int, rows: Sequence[str], *, at_end: bool) -> None:
        """New rows behind row ``after``; -1: before the first. ``at_end``: no row stays behind that one."""
        if after < 0:
            start = self.rows[0][0]
            begins = self.places.begins_line(start)
            gap = f",{self.places.line_break}{' ' * self.places.column(start)}" if begins else ", "
            self.places.insert(start, "".join(f"{row}{gap}" for row in rows))
            return
        start, end = self.rows[after]
        is_alone, has_comma = self.places.ends_line(end)
        is_last = after + 1 == len(self.rows)
        if self.places.begins_line(start) and is_alone and (has_comma or is_last) and (is_last or not at_end):
            self._put_lines(end, " " * self.places.column(start), rows, has_comma=has_comma)
        else:
            self.places.insert(end, "".join(f", {row}" for row in rows))

    def _put_lines(self, end: int, indent: str, rows: Sequence[str], *, has_comma: bool) -> None:
        lines = [f"{indent}{row}," for row in rows]
        if not has_comma:
            self.places.insert(end, ",")
            lines[-1] = lines[-1].removesuffix(",")
        self.places.insert_lines(self.places.line_end(end), lines)

    def _own_lines(self, start: int, end: int, *, comma: bool = False) -> bool:
        is_alone, has_comma = self.places.ends_line(end)
        return self.places.begins_line(start) and is_alone and (has_comma or not comma)


def _runs(numbers: frozenset[int]) -> Iterator[tuple[int, int]]:
    """First and last of each that follow each other."""
    for number in sorted(numbers):
        if number - 1 not in numbers:
            last = number
            while last + 1 in numbers:
                last += 1
            yield number, last
