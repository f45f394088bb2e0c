"""Places in a text, and what is to stand there instead. Pure.

Positions are offsets in the text as it was; nothing is changed before all edits are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_REST = re.compile(r"[ \t]*(,?)[ \t]*(#[^\n]*)?")


class Awkward(Exception):
    """Something stands so that only writing more of it anew would do."""


@dataclass(slots=True)
class Places:
    """A text and the edits that were found for it."""

    text: str
    edits: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def line_break(self) -> str:
        """As the text has them."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def replace(self, start: int, end: int, words: str) -> None:
        """``words`` instead of what stands from ``start`` to ``end``; an insertion where both are the same."""
        self.edits.append((start, end, words))

    def insert(self, at: int, words: str) -> None:
        """``words`` before what stands at ``at``."""
        self.edits.append((at, at, words))

    def insert_lines(self, at: int, lines: Iterable[str]) -> None:
        """Lines below the one that ends at ``at``."""
        self.insert(at, "".join(f"{self.line_break}{line}" for line in lines))

    def take_lines(self, first: int, last: int) -> None:
        """The lines from that place to that one go, and the break above them; of the text's first line that below."""
        end = self.line_end(last)
        if self.line_start(first) > 0:
            self.replace(self.line_before(first), end, "")
        else:
            self.replace(0, end + len(self.line_break) if end < len(self.text) else end, "")

    def edited(self) -> str:
        """The text with all edits. Raises Awkward where two of them meet."""
        parts: list[str] = []
        at = 0
        for start, end, words in sorted(self.edits, key=lambda edit: edit[:2]):
            if start < at:
                raise Awkward
            parts += [self.text[at:start], words]
            at = end
        return "".join([*parts, self.text[at:]])

    # Lines

    def line_start(self, at: int) -> int:
        """Where the line of that place begins."""
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Where it ends: before its break, or at the text's end."""
        found = self.text.find("\n", at)
        if found < 0:
            return len(self.text)
        return found - 1 if found > at and self.text[found - 1] == "\r" else found

    def line_before(self, at: int) -> int:
        """Where the line before that of the place ends. Raises Awkward: there is none."""
        start = self.line_start(at)
        if start == 0:
            raise Awkward
        return start - 2 if self.text[start - 2 : start] == "\r\n" else start - 1

    def column(self, at: int) -> int:
        """Characters before it in its line."""
        return at - self.line_start(at)

    def begins_line(self, at: int) -> bool:
        """Only blanks stand before it in its line."""
        return not self.text[self.line_start(at) : at].strip()

    def ends_line(self, at: int) -> tuple[bool, bool]:
        """Whether behind it only a comma and a comment stand in its line; and whether there is a comma."""
        found = _REST.match(self.text, at, self.line_end(at))
        is_all = found is not None and found.end() == self.line_end(at)
        return is_all, found is not None and bool(found[1])
