"""YAML text as a tree of plain values that know their line and their path.

Reads YAML's events instead of building objects: no tags, no anchors or aliases (no bombs), no guessed types, no
duplicate keys, bounded size and depth. Never raises on any text; what is wrong comes back as problems. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import yaml
from yaml.resolver import Resolver

from routing.errors import Problem

MAX_BYTES = 1 << 20
MAX_DEPTH = 10
MAX_KEY = 64
WHOLE_FILE = "(file)"
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml reads 1 MiB in 1 s, pure Python in 20 s
_MARKUP = (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """One value as written."""

    path: str
    line: int
    """Of its key, or of itself in a list; 1-based."""
    text: str
    kind: str
    """What YAML takes it for: ``str`` (also whatever is quoted), ``bool``, ``int``, ``float``, ``null``, …"""
    first_line: int
    """Where the text itself begins: one later than its ``|`` for a block."""
    folded: bool = False
    """True when its lines were joined, so that lines inside the text say nothing about lines in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    path: str
    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A mapping; its keys are text and stand only once."""

    path: str
    line: int
    entries: Mapping[str, Node]


Node = Scalar | Items | Entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The root, null where the text is no usable YAML, and what was wrong."""

    root: Node | None
    problems: tuple[Problem, ...]


def read_tree(text: str) -> Tree:
    """The tree of one YAML document."""
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        return _refused(0, f"the file is larger than {MAX_BYTES // 1024} KiB")
    try:
        return _Builder(yaml.parse(text, Loader=_LOADER)).build()
    except _Unusable as error:
        return _refused(error.line, str(error))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return _refused(mark.line + 1 if mark else 0, f"not YAML: {error.problem or error.context}")
    except (yaml.YAMLError, ValueError) as error:  # ValueError: lone surrogates, absurd escapes
        return _refused(0, f"not YAML: {str(error).splitlines()[0]}")


def _refused(line: int, message: str) -> Tree:
    return Tree(root=None, problems=(Problem(line=line, field=WHOLE_FILE, message=message),))


class _Unusable(Exception):
    """Reading cannot go on."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class _Builder:
    events: Iterator[yaml.Event]
    problems: list[Problem] = field(default_factory=list)
    resolver: Resolver = field(default_factory=Resolver)

    def build(self) -> Tree:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, _MARKUP):
                continue
            if root is not None:
                raise _Unusable(_line(event), "a second document begins here; the file holds one")
            root = self._node(event, "", _line(event), 0)
        if root is None:
            raise _Unusable(1, "the file is empty")
        return Tree(root=root, problems=tuple(self.problems))

    def _node(self, event: yaml.Event, path: str, line: int, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Unusable(_line(event), "anchors and aliases (& and *) are not allowed; write the value out")
        if getattr(event, "tag", None) is not None:
            raise _Unusable(_line(event), "tags (!) are not allowed")
        if depth > MAX_DEPTH:
            raise _Unusable(_line(event), f"nested more than {MAX_DEPTH} deep")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path, line)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(path, line, depth)
        return self._entries(path, line, depth)

    def _scalar(self, event: yaml.ScalarEvent, path: str, line: int) -> Scalar:
        plain = event.implicit[0] and not event.style
        resolve: Callable[[type, str, tuple[bool, bool]], str] = self.resolver.resolve
        tag = resolve(yaml.ScalarNode, event.value, (True, False)) if plain else "str"
        return Scalar(
            path=path,
            line=line,
            text=event.value,
            kind=tag.rsplit(":", 1)[-1],
            first_line=_line(event) + (1 if event.style in ("|", ">") else 0),
            folded=event.style != "|",
        )

    def _items(self, path: str, line: int, depth: int) -> Items:
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self._node(event, f"{path}[{len(items)}]", _line(event), depth + 1))
        return Items(path=path, line=line, items=tuple(items))

    def _entries(self, path: str, line: int, depth: int) -> Entries:
        entries: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event)
            child = f"{path}.{key}" if path else key
            value = self._node(next(self.events), child, _line(event), depth + 1)
            if key in entries:
                message = f"stands here a second time; the first is in line {entries[key].line}"
                self.problems.append(Problem(line=_line(event), field=child, message=message))
                continue
            entries[key] = value
        return Entries(path=path, line=line, entries=entries)

    def _key(self, event: yaml.Event) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise _Unusable(_line(event), "a key must be a single word or text")
        if event.anchor is not None or event.tag is not None:
            raise _Unusable(_line(event), "anchors and tags (& and !) are not allowed")
        if len(event.value) > MAX_KEY:
            raise _Unusable(_line(event), f"a key is longer than {MAX_KEY} characters")
        return str(event.value)


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 0


def lines_of(node: Node) -> dict[str, int]:
    """path → line, of every value below and including the node."""
    lines: dict[str, int] = {}
    waiting: list[Node] = [node]
    while waiting:
        here = waiting.pop()
        lines[here.path] = here.line
        if isinstance(here, Items):
            waiting.extend(here.items)
        elif isinstance(here, Entries):
            waiting.extend(here.entries.values())
    return lines
