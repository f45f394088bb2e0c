"""YAML text as plain values that know where they stand in it: what an edit needs that leaves the rest as it is. Pure.

Reads what ``yaml_tree.py`` takes and nothing else (no anchors, tags, repeated keys, second document). That module
tells what is wrong with a text; here such a text is null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import yaml
from yaml.resolver import Resolver

from routing.yaml_tree import MAX_BYTES, MAX_DEPTH

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
"""A value as JSON has it. What only YAML knows (a date, ``0x10``, ``yes``) is its text."""

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,14})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})\.[0-9]{1,14}")
_WORDS = {"true": True, "false": False}
_RESOLVER = Resolver()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value; ``text[start:end]`` is all of it, quotes included, and nothing where none is written."""

    start: int
    end: int
    value: Plain
    style: str
    """``'``, ``"``, ``|``, ``>``, or nothing."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list; ``end`` is that of its last item, or behind its bracket."""

    start: int
    end: int
    value: list[Plain]
    flow: bool
    items: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping; ``end`` as of a list."""

    start: int
    end: int
    value: dict[str, Plain]
    flow: bool
    entries: tuple[tuple[Leaf, Source], ...]


Source = Leaf | Items | Entries


def read_source(text: str) -> Source | None:
    """Null for a text that ``yaml_tree.read_tree`` refuses. A byte order mark in front is not counted."""
    if len(text) > MAX_BYTES:
        return None
    text = text.removeprefix("\ufeff")
    try:
        return _Reader(text, yaml.parse(text, Loader=_LOADER)).read()
    except (_Unusable, yaml.YAMLError, ValueError):  # ValueError: lone surrogates, absurd escapes
        return None


def is_text(written: str) -> bool:
    """Whether YAML takes that unquoted word for a text."""
    return _kind(written) == "str"


@lru_cache(maxsize=4_096)
def _kind(written: str) -> str:
    resolve: Callable[[type, str, tuple[bool, bool]], str] = _RESOLVER.resolve
    tag = resolve(yaml.ScalarNode, written, (True, False))
    return tag.rsplit(":", 1)[-1]


class _Unusable(Exception):
    """``read_tree`` says why."""


@dataclass(slots=True)
class _Reader:
    text: str
    events: Iterator[yaml.Event]

    def read(self) -> Source:
        event = next(self.events)
        while isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
            event = next(self.events)
        root = self._node(event, 0)
        for event in self.events:
            if not isinstance(event, yaml.DocumentEndEvent | yaml.StreamEndEvent):
                raise _Unusable
        return root

    def _node(self, event: yaml.Event, depth: int) -> Source:
        if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None or depth > MAX_DEPTH:
            raise _Unusable
        if isinstance(event, yaml.ScalarEvent):
            return self._leaf(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(event, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._entries(event, depth)
        raise _Unusable

    def _leaf(self, event: yaml.ScalarEvent) -> Leaf:
        start, end = _start(event), _end(event)
        style = event.style or ""
        if style in ("|", ">"):
            end = _end_of_block(self.text, start, end)
        value = event.value if style else plain_of(event.value)
        return Leaf(start, end, value, style)

    def _items(self, begin: yaml.SequenceStartEvent, depth: int) -> Items:
        items: list[Source] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        end = _end(event) if begin.flow_style else items[-1].end
        start = _start(begin)
        return Items(start, end, [item.value for item in items], bool(begin.flow_style), tuple(items))

    def _entries(self, begin: yaml.MappingStartEvent, depth: int) -> Entries:
        entries: list[tuple[Leaf, Source]] = []
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key, Leaf):
                raise _Unusable
            entries.append((key, self._node(next(self.events), depth + 1)))
        value = {self._name(key): child.value for key, child in entries}
        if len(value) < len(entries):
            raise _Unusable
        end = _end(event) if begin.flow_style else entries[-1][1].end
        return Entries(_start(begin), end, value, bool(begin.flow_style), tuple(entries))

    def _name(self, key: Leaf) -> str:
        """A key is its words, whatever YAML takes them for."""
        return key.value if isinstance(key.value, str) else self.text[key.start : key.end]


def _start(event: yaml.Event) -> int:
    return int(event.start_mark.index) if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return int(event.end_mark.index) if event.end_mark else 0


def _end_of_block(text: str, start: int, end: int) -> int:
    """Without its last line break; with the empty lines below it only where they count (``|+``)."""
    header = text[start:end].partition("\n")[0]
    if "+" not in header.partition("#")[0]:
        return start + len(text[start:end].rstrip())
    return start + len(text[start:end].removesuffix("\n").removesuffix("\r"))


def plain_of(text: str) -> Plain:
    """What that unquoted word is."""
    kind = _kind(text) if len(text) < 40 else "str"
    if kind == "null":
        return None
    if kind == "bool":
        return _WORDS.get(text, text)
    if kind == "int" and _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if kind == "float" and _DECIMAL.fullmatch(text) else text
