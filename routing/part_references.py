"""What of a configuration file refers to one of its parts: what would point nowhere without it, and what follows when
it is named anew. Pure.

Works on the file's value as it stands, before anything is known of its meaning; conditions are looked at word by word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from routing.cel_text import tokens_of
from routing.yaml_source import Plain


class Kind(StrEnum):
    """A section of the file whose parts have names."""

    REPS = "reps"
    SKILLS = "skills"
    QUEUES = "queues"
    NUMBERS = "numbers"
    HOURS = "hours"
    HOLIDAYS = "holidays"
    PROMPTS = "prompts"


class _As(StrEnum):
    """How the name stands there."""

    VALUE = "value"
    KEY = "key"
    ITEM = "item"
    WORD = "word"
    """``hours.NAME`` within a condition."""
    NUMBER = "number"
    """A text within a condition."""


Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A place that has a part's name."""

    what: str
    """``rule``, ``test``, ``rep``, ``hours`` or ``user``."""
    name: str
    """Of the rule, the test, the rep…"""
    field: str
    """``rules[2].route.needs``; nothing outside of the file."""
    blocks: bool
    """The part cannot go while this refers to it."""

    def __str__(self) -> str:
        return f"{self.what} {self.name}"


@dataclass(frozen=True, slots=True)
class _Place:
    path: Path
    """Of the value that has the name."""
    how: _As
    what: str
    name: str
    blocks: bool = True

    @property
    def reference(self) -> Reference:
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return Reference(what=self.what, name=self.name, field="".join(steps)[1:], blocks=self.blocks)


def references(document: Mapping[str, Plain], kind: Kind, name: str) -> tuple[Reference, ...]:
    """Every place, in the order of reps, hours, rules, tests."""
    return tuple(place.reference for place in _places(document, kind, name))


def named_anew(document: Mapping[str, Plain], kind: Kind, old: str, new: str) -> dict[str, Plain]:
    """The same with another name in all these places."""
    copy = _Copy(dict(document))
    for place in _places(document, kind, old):
        copy.rename(place, old, new)
    return copy.root


def without(document: Mapping[str, Plain], kind: Kind, name: str) -> dict[str, Plain]:
    """The same without the name in what reps have."""
    copy = _Copy(dict(document))
    for place in _places(document, kind, name):
        if place.what == "rep":
            copy.take_out(place, name)
    return copy.root


# Where a name can stand


def _places(document: Mapping[str, Plain], kind: Kind, name: str) -> Iterator[_Place]:
    yield from _in_reps(document, kind, name)
    if kind is Kind.HOLIDAYS:
        yield from _in_hours(document, name)
    for index, rule in enumerate(_list(document.get("rules"))):
        title = _text(_map(rule).get("name")) or f"number {index + 1}"
        for path, how in _in_rule(_map(rule), kind, name):
            yield _Place(("rules", index, *path), how, "rule", title, blocks=how is not _As.NUMBER)
    key = {Kind.REPS: "rep", Kind.QUEUES: "queue"}.get(kind)
    for index, test in enumerate(_list(document.get("tests"))):
        if key is not None and _map(_map(test).get("expect")).get(key) == name:
            title = _text(_map(test).get("name")) or f"number {index + 1}"
            yield _Place(("tests", index, "expect", key), _As.VALUE, "test", title)


def _in_reps(document: Mapping[str, Plain], kind: Kind, name: str) -> Iterator[_Place]:
    if kind not in (Kind.SKILLS, Kind.QUEUES):
        return
    how = _As.KEY if kind is Kind.SKILLS else _As.ITEM
    for index, rep in enumerate(_list(document.get("reps"))):
        has = _map(rep).get(str(kind))
        if isinstance(has, dict | list) and name in has:
            yield _Place(("reps", index, str(kind)), how, "rep", _text(_map(rep).get("id")) or "", blocks=False)


def _in_hours(document: Mapping[str, Plain], name: str) -> Iterator[_Place]:
    for place, hours in _map(document.get("hours")).items():
        has = _map(hours).get("holidays")
        if has == name or (isinstance(has, list) and name in has):
            how = _As.ITEM if isinstance(has, list) else _As.VALUE
            yield _Place(("hours", place, "holidays"), how, "hours", place)


def _in_rule(rule: Mapping[str, Plain], kind: Kind, name: str) -> Iterator[tuple[Path, _As]]:
    route = _map(rule.get("route"))
    when = _text(rule.get("when")) or ""
    if kind is Kind.HOURS:
        if any(True for _ in _hours_words(when, name)):
            yield ("when",), _As.WORD
        if _map(route.get("closing")).get("hours") == name:
            yield ("route", "closing", "hours"), _As.VALUE
    elif kind is Kind.NUMBERS and any(token.kind == "text" and token.text[1:-1] == name for token in tokens_of(when)):
        yield ("when",), _As.NUMBER
    elif kind is Kind.REPS and _map(route.get("prefer_rep")).get("who") == name:
        yield ("route", "prefer_rep", "who"), _As.VALUE
    for path, plan in (("route",), route), *_steps(route):
        yield from _in_plan(path, plan, kind, name)


def _steps(route: Mapping[str, Plain]) -> list[tuple[Path, Mapping[str, Plain]]]:
    return [(("route", "steps", index), _map(step)) for index, step in enumerate(_list(route.get("steps")))]


def _in_plan(path: Path, plan: Mapping[str, Plain], kind: Kind, name: str) -> Iterator[tuple[Path, _As]]:
    """Of a route, and of its steps."""
    if kind is Kind.SKILLS:
        for key in ("needs", "prefers"):
            # of a family of skills only what the call has is asked for: that is no name
            if isinstance(_map(plan.get(key)).get(name), int):
                yield (*path, key), _As.KEY
    if kind is not Kind.QUEUES:
        return
    if plan.get("queue") == name:
        yield (*path, "queue"), _As.VALUE
    if name in _list(plan.get("queues")):
        yield (*path, "queues"), _As.ITEM
    if _map(plan.get("then")).get("queue") == name:
        yield (*path, "then", "queue"), _As.VALUE


def _hours_words(when: str, name: str) -> Iterator[int]:
    """Where the name stands in ``hours.NAME``."""
    words = [(token.text, token.at) for token in tokens_of(when)]
    for (before, _), (root, _), (dot, _), (word, at) in zip(
        [("", 0), *words], words, words[1:], words[2:], strict=False
    ):
        if before != "." and (root, dot, word) == ("hours", ".", name):
            yield at


# Names changed there


@dataclass(slots=True)
class _Copy:
    """A value that shares with the original what is not changed."""

    root: dict[str, Plain]
    _own: dict[Path, dict[str, Plain] | list[Plain]] = field(default_factory=dict)

    def rename(self, place: _Place, old: str, new: str) -> None:
        """The name at that place becomes another one."""
        match place.how:
            case _As.VALUE:
                self._put(place.path, new)
            case _As.KEY:
                found = _map(self._get(place.path))
                self._put(place.path, {new if key == old else key: value for key, value in found.items()})
            case _As.ITEM:
                self._put(place.path, [new if item == old else item for item in _list(self._get(place.path))])
            case _As.WORD:
                self._put(place.path, _hours_renamed(_text(self._get(place.path)) or "", old, new))
            case _As.NUMBER:
                return

    def take_out(self, place: _Place, name: str) -> None:
        """What a rep has under that name."""
        found = self._get(place.path)
        if isinstance(found, dict):
            self._put(place.path, {key: value for key, value in found.items() if key != name})
        else:
            self._put(place.path, [item for item in _list(found) if item != name])

    def _get(self, path: Path) -> Plain:
        return _child(self._container(path[:-1]), path[-1])

    def _put(self, path: Path, value: Plain) -> None:
        _set(self._container(path[:-1]), path[-1], value)

    def _container(self, path: Path) -> dict[str, Plain] | list[Plain]:
        if not path:
            return self.root
        if path not in self._own:
            above = self._container(path[:-1])
            found = _child(above, path[-1])
            own = dict(found) if isinstance(found, dict) else list(_list(found))
            _set(above, path[-1], own)
            self._own[path] = own
        return self._own[path]


def _child(container: dict[str, Plain] | list[Plain], step: str | int) -> Plain:
    if isinstance(container, dict):
        return container[str(step)]
    return container[int(step)]


def _set(container: dict[str, Plain] | list[Plain], step: str | int, value: Plain) -> None:
    if isinstance(container, dict):
        container[str(step)] = value
    else:
        container[int(step)] = value


def _hours_renamed(when: str, old: str, new: str) -> str:
    for at in reversed(list(_hours_words(when, old))):
        when = f"{when[:at]}{new}{when[at + len(old) :]}"
    return when


def _map(value: Plain) -> Mapping[str, Plain]:
    return value if isinstance(value, dict) else {}


def _list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else []


def _text(value: Plain) -> str | None:
    return value if isinstance(value, str) else None
