"""Typed access to the tree of a configuration file. Pure.

Reading never stops at a problem: it notes it, with line and field, and goes on with a stand-in, so that one check finds
everything. What was built is thrown away if anything was noted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from routing.duration import format_duration, parse_duration
from routing.errors import Problem
from routing.yaml_tree import WHOLE_FILE, Entries, Items, Node, Scalar

DAY_MS = 86_400_000
MAX_GUESSES = 1_000
_ID = re.compile(r"[a-z0-9_-]{1,64}")
_SHARE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,9})?")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclass(slots=True)
class Notes:
    """What was found wrong so far, and what merely looks wrong."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, node: Node, message: str) -> None:
        """Notes that the value at that place cannot be used."""
        self.problems.append(Problem(line=node.line, field=node.path or WHOLE_FILE, message=message))

    def warn(self, node: Node, message: str) -> None:
        """Notes that the value at that place can be used and probably should not."""
        self.warnings.append(Problem(line=node.line, field=node.path or WHOLE_FILE, message=message))


def did_you_mean(word: str, words: Collection[str]) -> str:
    """``; did you mean …?`` or nothing, also where there are too many words to compare with."""
    if len(words) > MAX_GUESSES:
        return ""
    near = get_close_matches(word[:64], sorted(words), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


# One value. Each takes the node and gives the value, or null after noting why it cannot be used.


def read_text(node: Node, notes: Notes, *, most: int = 200, lines: bool = False) -> str | None:
    """Text of 1 to ``most`` characters without control characters; several lines only if ``lines``."""
    if not isinstance(node, Scalar):
        notes.refuse(node, "must be a text")
        return None
    if node.kind != "str":
        notes.refuse(node, _not_text(node))
        return None
    text = node.text.strip()
    if not text:
        notes.refuse(node, "is empty")
    elif len(text) > most:
        notes.refuse(node, f"has {len(text)} characters; at most {most} are allowed")
    elif any(unicodedata.category(char) in ("Cc", "Cs") and not (lines and char == "\n") for char in text):
        notes.refuse(node, "holds a line break or another control character")
    else:
        return text
    return None


def _not_text(node: Scalar) -> str:
    if node.kind == "null":
        return "is empty"
    kind = {"bool": "yes or no", "int": "a number", "float": "a number", "timestamp": "a date"}.get(
        node.kind, "no text"
    )
    return f"YAML reads {_shown(node.text)} as {kind}; put it into quotes"


def read_id(node: Node, notes: Notes) -> str | None:
    """An id: 1 to 64 of a-z, 0-9, ``_`` and ``-``."""
    text = read_text(node, notes)
    if text is None:
        return None
    if not _ID.fullmatch(text):
        notes.refuse(node, f"{_shown(text)} is no id; use 1 to 64 of a-z, 0-9, _ and -")
        return None
    return text


def read_reference(node: Node, notes: Notes, known: Collection[str], what: str) -> str | None:
    """An id that must stand among the known ones."""
    name = read_text(node, notes)
    if name is None or name in known:
        return name
    notes.refuse(node, f"there is no {what} {_shown(name)}{did_you_mean(name, known)}")
    return None


def read_whole(node: Node, notes: Notes, *, least: int, most: int) -> int | None:
    """A whole number, written plainly."""
    is_whole = isinstance(node, Scalar) and node.kind == "int" and _WHOLE.fullmatch(node.text) is not None
    if isinstance(node, Scalar) and is_whole and least <= int(node.text) <= most:
        return int(node.text)
    notes.refuse(node, f"must be a whole number from {least} to {most}")
    return None


def read_share(node: Node, notes: Notes) -> float | None:
    """A part of all, from 0 to 1."""
    is_number = isinstance(node, Scalar) and node.kind in ("int", "float") and _SHARE.fullmatch(node.text) is not None
    if isinstance(node, Scalar) and is_number and 0 <= float(node.text) <= 1:
        return float(node.text)
    notes.refuse(node, "must be a share from 0 to 1, like 0.8")
    return None


def read_truth(node: Node, notes: Notes) -> bool | None:
    """``true`` or ``false``."""
    if isinstance(node, Scalar) and node.kind == "bool" and node.text in ("true", "false"):
        return node.text == "true"
    notes.refuse(node, "must be true or false")
    return None


def read_duration(node: Node, notes: Notes, *, least_ms: int, most_ms: int) -> int | None:
    """A length of time, in ms."""
    ms = parse_duration(node.text) if isinstance(node, Scalar) else None
    if ms is None:
        notes.refuse(node, "must be a length of time, like 20s, 15m, 8h, 1h30m or 1.5m")
        return None
    if not least_ms <= ms <= most_ms:
        notes.refuse(node, f"must be from {format_duration(least_ms)} to {format_duration(most_ms)}")
        return None
    return ms


def read_items(node: Node, notes: Notes, *, most: int) -> tuple[Node, ...]:
    """The items of a list."""
    if not isinstance(node, Items):
        notes.refuse(node, "must be a list")
        return ()
    if len(node.items) > most:
        notes.refuse(node, f"has {len(node.items)} items; at most {most} are allowed")
        return ()
    return node.items


def refuse_repeats(values: Iterable[tuple[Node, str | None]], notes: Notes, what: str) -> None:
    """Notes each value that stood before; nulls are passed over."""
    first: dict[str, Node] = {}
    for node, value in values:
        if value is None:
            continue
        earlier = first.setdefault(value, node)
        if earlier is not node:
            notes.refuse(node, f"{what} {_shown(value)} stands in line {earlier.line} already")


@dataclass(slots=True)
class Table:
    """A mapping whose keys are known; any other is refused with a guess."""

    node: Node
    notes: Notes
    keys: Collection[str]

    def __post_init__(self) -> None:
        if not isinstance(self.node, Entries):
            self.notes.refuse(self.node, f"must be a mapping with {', '.join(self.keys)}")
            return
        for key, child in self.node.entries.items():
            if key not in self.keys:
                self.notes.refuse(
                    child, f"unknown key{did_you_mean(key, self.keys) or '; known: ' + ', '.join(self.keys)}"
                )

    def get(self, key: str) -> Node | None:
        """The value under that key, if it is there."""
        return self.node.entries.get(key) if isinstance(self.node, Entries) else None

    def need(self, key: str) -> Node | None:
        """The same; its absence is noted."""
        found = self.get(key)
        if found is None and isinstance(self.node, Entries):
            path = f"{self.node.path}.{key}" if self.node.path else key
            self.notes.problems.append(Problem(line=self.node.line, field=path, message="is missing"))
        return found

    def text(self, key: str, default: str, *, most: int = 200, lines: bool = False) -> str:
        """The text under that key, or the default."""
        found = self.get(key)
        return default if found is None else read_text(found, self.notes, most=most, lines=lines) or default

    def duration(self, key: str, default_ms: int, *, least_ms: int = 0, most_ms: int = DAY_MS) -> int:
        """The length of time under that key in ms, or the default."""
        found = self.get(key)
        read = None if found is None else read_duration(found, self.notes, least_ms=least_ms, most_ms=most_ms)
        return default_ms if read is None else read

    def whole(self, key: str, *, least: int, most: int) -> int | None:
        """The whole number under that key; null when it is absent."""
        found = self.get(key)
        return None if found is None else read_whole(found, self.notes, least=least, most=most)

    def items(self, key: str, *, most: int) -> tuple[Node, ...]:
        """The list under that key; empty when it is absent."""
        found = self.get(key)
        return () if found is None else read_items(found, self.notes, most=most)
