"""One value, typed by many hands: YAML texts of every usual layout, with comments everywhere, for Hypothesis."""

from __future__ import annotations

import json
from itertools import count

from hypothesis import strategies as st

from routing.yaml_source import Plain
from routing.yaml_words import in_line

WORDS = st.sampled_from(
    (
        *("ana", "bo lind", "15m", "08:00-18:00", "+15550100", "yes", "no", "null", "12", "1e3", "0x1F", "2026-12-25"),
        *("it's", 'a "b"', "a: b", "a #b", "- x", "#", "", " blank ", "ż𝄞", "two\nlines", "tab\there", "x, y", "{a}"),
        *("\u2028", "!t", "&a", "*a", "%x", "@x", "`x`", "?", ":", "-", "...", "---", "\\", "\\n", "1_000", "0o17"),
        *(".5", "~", "[b]", "y", "On", "one\n", "x\n  y\n"),
    )
)
TEXTS = WORDS | st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=8)
SCALARS: st.SearchStrategy[Plain] = st.one_of(
    TEXTS, st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.sampled_from([0.8, 0.25, 1.5, -2.5])
)
KEYS = st.sampled_from(["id", "name", "skills", "queues", "no", "12", "mon-fri", "2026-12-24", "ż", "a b", "x:y", "#k"])
VALUES: st.SearchStrategy[Plain] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)


class Typist:
    """Types a value; every layout is drawn, every comment is another."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data
        self._comments = count(1)

    def text(self, value: dict[str, Plain]) -> str:
        """The whole file."""
        lines = self._block(value, 0)
        text = "\n".join([*self._between(0), *lines, *self._between(0)])
        return text if self._may() else f"{text}\n"

    def _may(self) -> bool:
        return self._data.draw(st.booleans())

    def _comment(self) -> str:
        return f"# c{next(self._comments)}"

    def _behind(self) -> str:
        return f"{self._data.draw(st.sampled_from([' ', '   ']))}{self._comment()}" if self._may() else ""

    def _between(self, indent: int) -> list[str]:
        pick = self._data.draw(st.integers(0, 5))
        return {0: [""], 1: [" " * indent + self._comment()]}.get(pick, [])

    # In lines

    def _block(self, value: Plain, indent: int) -> list[str]:
        """Lines of a mapping or a list that is not empty."""
        lines: list[str] = []
        pad = " " * indent
        assert isinstance(value, dict | list)
        rows = value.items() if isinstance(value, dict) else [(None, item) for item in value]
        for key, child in rows:
            head = "-" if key is None else f"{self._key(key)}:"
            lines += self._between(indent) + self._row(f"{pad}{head}", child, indent, is_item=key is None)
        return lines

    def _row(self, head: str, child: Plain, indent: int, *, is_item: bool) -> list[str]:
        if not child or not isinstance(child, dict | list) or self._may():
            return self._short(head, child, indent)
        if is_item and isinstance(child, dict):
            first, *others = self._block(child, indent + 2)
            while not first.strip() or first.strip().startswith("#"):
                first, *others = others
            return [f"{head} {first.strip()}", *others]
        step = self._data.draw(st.sampled_from([2, 4] if is_item or isinstance(child, dict) else [0, 2]))
        return [f"{head}{self._behind()}", *self._block(child, indent + step)]

    def _short(self, head: str, child: Plain, indent: int) -> list[str]:
        if child is None and self._may():
            return [f"{head}{self._behind()}"]
        if isinstance(child, str) and child.strip() == child and child.isalnum() and self._may():
            return [f"{head} {self._data.draw(st.sampled_from(['|-', '>-']))}", f"{' ' * indent}    {child}"]
        if isinstance(child, list) and len(child) > 1 and self._may():
            return self._tall(head, child, indent)
        return [f"{head} {self._flow(child, flow=False)}{self._behind()}"]

    def _tall(self, head: str, child: list[Plain], indent: int) -> list[str]:
        """Brackets over several lines."""
        pad = " " * (indent + 2)
        last = len(child) - 1
        commas = ["," if n < last or self._may() else "" for n in range(len(child))]
        rows = [
            f"{pad}{self._flow(one, flow=True)}{comma}{self._behind()}"
            for one, comma in zip(child, commas, strict=True)
        ]
        return [f"{head} [{self._behind()}", *rows, f"{pad}]{self._behind()}"]

    # In one line

    def _flow(self, value: Plain, *, flow: bool) -> str:
        gap = self._data.draw(st.sampled_from(["", " "]))
        if isinstance(value, dict):
            inner = ", ".join(f"{self._key(key)}: {self._flow(child, flow=True)}" for key, child in value.items())
            return f"{{{gap}{inner}{gap}}}"
        if isinstance(value, list):
            comma = "," if value and self._may() else ""
            return f"[{gap}{', '.join(self._flow(child, flow=True) for child in value)}{comma}{gap}]"
        if isinstance(value, str) and "\n" not in value and value.isprintable() and self._may():
            return "'" + value.replace("'", "''") + "'"
        return in_line(value, flow=flow, quoted=self._may() and isinstance(value, str))

    def _key(self, key: str) -> str:
        return json.dumps(key, ensure_ascii=False) if self._may() else in_line(key, flow=True)
