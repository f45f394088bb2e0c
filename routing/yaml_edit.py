"""A YAML text changed so that it has other values, and everything that need not change stays as it was typed. Pure.

Guarantees that the result has exactly the values asked for (it is read again before it is given out), that a value
which is the same keeps its bytes, and that comments stay, but for those inside of what is taken away. Never guesses: a
layout that cannot be edited like this is refused.

Works on the places of the tree that differ (``yaml_source.py``); nothing is formatted anew, so that a change costs as
much as reading the file twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import orjson

from routing.yaml_align import align
from routing.yaml_places import Awkward, Places
from routing.yaml_rows import BlockRows, FlowRows, Row
from routing.yaml_source import Entries, Items, Leaf, Plain, Source, read_source
from routing.yaml_words import Unwritable, in_block, in_line, key_of, like, refuse_unwritable

_DASH = re.compile(r"\n *-")
_LAYOUT = "the layout of the text cannot be edited here; change the text itself"


def rewritten(text: str, value: Mapping[str, Plain]) -> str:
    """The text with that value. The order of its keys counts for new keys alone: they stand behind the one before them.

    Raises Unwritable: a value that cannot be written, or a text that cannot be edited."""
    before = read_source(text)
    if before is None:
        raise Unwritable("the text is no YAML that can be edited")
    return rewritten_source(text, before, value)


def rewritten_source(text: str, before: Source, value: Mapping[str, Plain]) -> str:
    """The same, where the text has been read already."""
    wanted = dict(value)
    refuse_unwritable(wanted)
    if same(before.value, wanted):
        return text
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    places = Places(text.removeprefix(mark))
    try:
        _Edit(places).change(before, wanted, _Spot())
        after = places.edited()
    except Awkward:
        raise Unwritable(_LAYOUT) from None
    read = read_source(after)
    if read is None or not same(read.value, wanted):
        raise Unwritable(_LAYOUT)
    return f"{mark}{after}"


def same(one: Plain, other: Plain) -> bool:
    """Whether two values are equal as JSON is: the order of keys does not count, and 1 is not true."""
    return one is other or canonical(one) == canonical(other)


def canonical(value: Plain) -> bytes:
    """Equal for equal values."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a value stands."""

    after: int | None = None
    """Behind its colon or dash; null: it is the whole text."""
    flow: bool = False
    """Within brackets."""
    quoted: bool = False
    """Its neighbours are written as in JSON."""


@dataclass(frozen=True, slots=True)
class _Edit:
    places: Places

    def change(self, node: Source, value: Plain, spot: _Spot) -> None:
        """Edits so that the node has that value."""
        if same(node.value, value):
            return
        kept = len(self.places.edits)
        try:
            if isinstance(node, Entries) and isinstance(value, dict) and value:
                self._entries(node, value, spot)
            elif isinstance(node, Items) and isinstance(value, list) and value:
                self._items(node, value, spot)
            else:
                self._anew(node, value, spot)
        except Awkward:
            if spot.after is None or isinstance(node, Leaf) or self._has_comments(node):
                raise
            del self.places.edits[kept:]
            self._anew(node, value, spot)

    def _has_comments(self, node: Source) -> bool:
        at = node.start
        for leaf in _leaves(node):
            if "#" in self.places.text[at : leaf.start]:
                return True
            at = leaf.end
        return "#" in self.places.text[at : node.end]

    # A value written anew

    def _anew(self, node: Source, value: Plain, spot: _Spot) -> None:
        if spot.after is None:
            raise Awkward
        words = self._words(node, value, spot)
        if node.start == node.end:
            self._fill(node.start, words, spot.after)
        elif isinstance(node, Leaf) or node.flow:
            self.places.replace(node.start, node.end, words)
        else:
            self._instead_of_block(node, words, spot.after)

    def _words(self, node: Source, value: Plain, spot: _Spot) -> str:
        """A text as the one before it was written, anything else as its neighbours."""
        if not isinstance(value, str) or not isinstance(node, Leaf) or not node.style:
            return in_line(value, flow=spot.flow, quoted=spot.quoted)
        if node.style in ("'", '"'):
            return like(value, node.style, flow=spot.flow)
        written = self.places.text[node.start : node.end]
        indent = re.search(r"\n( +)\S", written)
        lines = in_block(value, node.style, indent[1]) if indent else None
        return in_line(value, flow=spot.flow) if lines is None else self.places.line_break.join(lines)

    def _fill(self, at: int, words: str, after: int) -> None:
        """Where nothing is written yet."""
        gap = "" if self.places.text[at - 1] in " \t\n" else " "
        self.places.insert(max(at, after), f"{gap}{words}")

    def _instead_of_block(self, node: Source, words: str, after: int) -> None:
        """Something in one line, where lines stood."""
        head = self.places.text[after : node.start]
        if "\n" not in head:
            self.places.replace(node.start, node.end, words)
        elif "#" not in head:
            self.places.replace(after, node.end, f" {words}")
        else:
            self.places.insert(after, f" {words}")
            self.places.replace(self.places.line_before(node.start), node.end, "")

    # Lists

    def _items(self, node: Items, value: list[Plain], spot: _Spot) -> None:
        found = align([_known_by(item) for item in node.value], [_known_by(item) for item in value])
        if len(found.gone) == len(node.items):
            self._anew(node, value, spot)
            return
        rows = self._rows(node)
        inner = replace(spot, flow=node.flow)
        for old, new in found.pairs:
            if not same(node.value[old], value[new]):
                after = rows[old][0] if node.flow else rows[old][0] + 1
                self.change(node.items[old], value[new], replace(inner, after=after))
        self._take(node, rows, frozenset(found.gone))
        for behind, news in found.added.items():
            if node.flow:
                words = [in_line(value[new], flow=True, quoted=self._quotes(node, spot)) for new in news]
                self._put_flow(rows, behind, words, frozenset(found.gone))
            else:
                like_this = node.items[max(behind, 0)]
                BlockRows(self.places, rows).put(behind, [self._dashed(value[new], like_this) for new in news])

    def _rows(self, node: Items) -> list[Row]:
        if node.flow:
            return [(item.start, item.end) for item in node.items]
        dash, rows = node.start, list[Row]()
        for item in node.items:
            dash = self._dash(rows[-1][1]) if rows else dash
            rows.append((dash, max(item.end, dash + 1)))
        return rows

    def _dash(self, after: int) -> int:
        """The next one; between two items only empty lines and comments stand."""
        found = _DASH.search(self.places.text, after)
        if found is None:
            raise Awkward
        return found.end() - 1

    def _dashed(self, value: Plain, neighbour: Source) -> list[str]:
        """An item of a list, laid out as its neighbour is."""
        if not isinstance(value, dict) or not value or not isinstance(neighbour, Entries) or neighbour.flow:
            return [f"- {in_line(value, flow=False)}"]
        first, *others = _lines_of(value)
        return [f"- {first}", *(f"  {line}" for line in others)]

    # Mappings

    def _entries(self, node: Entries, value: dict[str, Plain], spot: _Spot) -> None:
        names = list(node.value)
        renamed = _renamed(names, list(value))
        now = [renamed.get(name, name) for name in names]
        gone = frozenset(n for n, name in enumerate(now) if name not in value)
        if len(gone) == len(names):
            self._anew(node, value, spot)
            return
        inner = replace(spot, flow=node.flow, quoted=self._quotes(node, spot))
        rows = [(key.start, max(child.end, self._colon(key, child))) for key, child in node.entries]
        for (key, child), name, new in zip(node.entries, names, now, strict=True):
            if name != new:
                self.places.replace(key.start, key.end, key_of(new, quoted=inner.quoted))
            if new in value and not same(child.value, value[new]):
                self.change(child, value[new], replace(inner, after=self._colon(key, child)))
        self._take(node, rows, gone)
        for behind, added in _added(now, value).items():
            if node.flow:
                words = [self._pair(name, value[name], inner) for name in added]
                self._put_flow(rows, behind, words, gone)
            else:
                lines = [self._keyed(name, value[name], node, behind, is_root=spot.after is None) for name in added]
                BlockRows(self.places, rows).put(behind, lines)

    def _colon(self, key: Leaf, child: Source) -> int:
        """Behind it. Raises Awkward: a key alone."""
        found = self.places.text.find(":", key.end, max(child.start, key.end + 1))
        if found < 0:
            raise Awkward
        return found + 1

    def _pair(self, name: str, value: Plain, spot: _Spot) -> str:
        return f"{key_of(name, quoted=spot.quoted)}: {in_line(value, flow=spot.flow, quoted=spot.quoted)}"

    def _keyed(self, name: str, value: Plain, node: Entries, behind: int, *, is_root: bool) -> list[str]:
        """An entry of a mapping; in lines where its neighbours are, or where it is a section of the file."""
        neighbour = node.entries[behind][1]
        is_lines = isinstance(neighbour, Entries) and not neighbour.flow and isinstance(value, dict)
        is_table = isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value))
        if not value or not (is_lines or (is_root and is_table)):
            return [self._pair(name, value, _Spot())]
        step = "  "
        if is_lines and self.places.begins_line(neighbour.start):
            step = " " * (self.places.column(neighbour.start) - self.places.column(node.entries[behind][0].start))
        lines = (
            _lines_of(value) if isinstance(value, dict) else [f"- {in_line(one, flow=False)}" for one in _list(value)]
        )
        gap = [""] if is_root and self._is_spaced(node, behind) else []
        return [*gap, f"{key_of(name)}:", *(f"{step}{line}" for line in lines)]

    def _is_spaced(self, node: Entries, behind: int) -> bool:
        """An empty line stands around that entry."""
        text, (key, child) = self.places.text, node.entries[behind]
        below = text[self.places.line_end(child.end) :].splitlines()[1:2]
        above = text[: self.places.line_start(key.start)].splitlines()[-1:]
        return any(not line.strip() for line in (*below, *above))

    # Both

    def _quotes(self, node: Source, spot: _Spot) -> bool:
        if isinstance(node, Entries) and node.flow:
            return node.entries[0][0].style == '"'
        return spot.quoted and spot.flow

    def _take(self, node: Items | Entries, rows: list[Row], gone: frozenset[int]) -> None:
        if node.flow:
            FlowRows(self.places, rows).take(gone)
        else:
            BlockRows(self.places, rows).take(gone)

    def _put_flow(self, rows: list[Row], behind: int, words: list[str], gone: frozenset[int]) -> None:
        at_end = all(n in gone for n in range(behind + 1, len(rows)))
        FlowRows(self.places, rows).put(behind, words, at_end=at_end)


def _leaves(node: Source) -> Iterator[Leaf]:
    """Keys and values, in the order of the text."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Items):
        for item in node.items:
            yield from _leaves(item)
    else:
        for key, child in node.entries:
            yield key
            yield from _leaves(child)


def _known_by(item: Plain) -> str | bytes:
    """What stays the same of an item while the rest of it changes."""
    names = [item.get(key) for key in ("id", "number", "name")] if isinstance(item, dict) else []
    return next((name for name in names if isinstance(name, str)), None) or canonical(item)


def _lines_of(value: dict[str, Plain]) -> list[str]:
    return [f"{key_of(key)}: {in_line(child, flow=False)}" for key, child in value.items()]


def _list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else []


def _renamed(names: list[str], wanted: list[str]) -> dict[str, str]:
    """Keys that became others in the same place."""
    if len(names) != len(wanted):
        return {}
    known, new = set(names), set(wanted)
    return {old: name for old, name in zip(names, wanted, strict=True) if old not in new and name not in known}


def _added(names: list[str], value: dict[str, Plain]) -> dict[int, list[str]]:
    """entry → the new ones behind it; those before all others stand behind the first that stays."""
    places = {name: n for n, name in enumerate(names)}
    behind = next(n for n, name in enumerate(names) if name in value)
    found: dict[int, list[str]] = {}
    for name in value:
        if name in places:
            behind = places[name]
        else:
            found.setdefault(behind, []).append(name)
    return found
