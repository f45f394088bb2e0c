"""The parts of a configuration file that have names of their own: reps, skills, queues, numbers, hours, holidays and
prompts, as the file has them; and the file's value with one of them added, changed or taken away. Pure.

Knows nothing of what the values mean: ``config_file.py`` checks the file that comes of it. What refers to a part is in
``part_references.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from routing.config_file import SECTIONS
from routing.part_references import Kind, Reference, named_anew, references, without
from routing.phone_text import plus_and_digits
from routing.yaml_edit import same
from routing.yaml_source import Plain

Document = Mapping[str, Plain]
"""The value of a whole file."""
Part = Mapping[str, Plain]
"""One part with its name under ``id`` (a number's under ``number``); a key that is null is left out."""


class _Form(StrEnum):
    ITEMS = "items"
    """A list of mappings that know their name."""
    WORDS = "words"
    """A list of names."""
    NAMED = "named"
    """A mapping from names to what they mean."""


@dataclass(frozen=True, slots=True)
class _Shape:
    form: _Form
    key: str = "id"
    inner: str | None = None
    """The part's only other key, where the file has its value without a key."""
    usual: tuple[tuple[str, Plain], ...] = ()
    """What a key says where it is left out; null: the part's name."""
    keeps_name: str | None = None
    """Why the part cannot be named anew."""


_SHAPES = {
    Kind.REPS: _Shape(
        _Form.ITEMS,
        usual=(("name", None), ("device", "browser"), ("skills", {})),
        keeps_name="people, contacts and past calls know a rep by the id; add another rep",
    ),
    Kind.QUEUES: _Shape(_Form.ITEMS, usual=(("name", None),)),
    Kind.NUMBERS: _Shape(
        _Form.ITEMS,
        key="number",
        usual=(("name", None), ("greeting", {})),
        keeps_name="it is another line; add that one",
    ),
    Kind.SKILLS: _Shape(_Form.WORDS),
    Kind.HOURS: _Shape(_Form.NAMED),
    Kind.HOLIDAYS: _Shape(_Form.NAMED, inner="days"),
    Kind.PROMPTS: _Shape(_Form.NAMED, inner="text", keeps_name="a prompt is heard where its name says"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """A part that is not there yet."""

    kind: Kind
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A part as it is from now on; with another name under its key it is named anew, and so is what refers to it."""

    kind: Kind
    id: str
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """A part that goes; reps lose a skill or a queue that goes."""

    kind: Kind
    id: str


Change = Add | Put | Remove


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The file's value with the change."""

    document: Document
    id: str
    before: Part | None
    after: Part | None
    affects: tuple[Reference, ...] = ()
    """What is changed along, or is about this part and stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchPart:
    """There is no part of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartExists:
    """There is a part of that name already."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StillReferred:
    """Something would refer to what is not there any more."""

    references: tuple[Reference, ...]
    affects: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BadPart:
    """A part that the file has no place for."""

    field: str
    message: str


def parts(document: Document, kind: Kind) -> dict[str, Part]:
    """name → the part, in the order of the file."""
    section, shape = document.get(kind), _SHAPES[kind]
    if shape.form is _Form.NAMED:
        return {name: _unwrapped(shape, name, value) for name, value in _mapping(section).items()}
    if shape.form is _Form.WORDS:
        return {word: {shape.key: word} for word in _list(section) if isinstance(word, str)}
    items = [item for item in _list(section) if isinstance(item, dict)]
    return {name_of(kind, str(item.get(shape.key, ""))): item for item in items}


def name_of(kind: Kind, written: str) -> str:
    """The name that a part goes by: of a number, plus and digits."""
    return plus_and_digits(written) if kind is Kind.NUMBERS else written


def changed(document: Document, change: Change) -> Changed | NoSuchPart | PartExists | StillReferred | BadPart:
    """What becomes of the file."""
    known = parts(document, change.kind)
    if isinstance(change, Remove):
        return _removed(document, change, known)
    shape = _SHAPES[change.kind]
    written = change.part.get(shape.key, change.id if isinstance(change, Put) else None)
    if not isinstance(written, str) or not written:
        return BadPart(field=shape.key, message="is missing" if written is None else "must be a name")
    old = change.id if isinstance(change, Put) else None
    if old is not None and old not in known and change.kind is not Kind.PROMPTS:
        return NoSuchPart()
    before, new = known.get(old) if old is not None else None, name_of(change.kind, written)
    if new != old and new in known:
        return PartExists(id=new)
    if old not in (None, new) and shape.keeps_name:
        return BadPart(field=shape.key, message=f"cannot become another one: {shape.keeps_name}")
    part = _tidied(change.kind, change.part, written, before)
    if (wrong := _misplaced(shape, part)) is not None:
        return wrong
    return _written(document, change.kind, old, new, part, before)


def _written(document: Document, kind: Kind, old: str | None, new: str, part: Part, before: Part | None) -> Changed:
    along = references(document, kind, old) if old not in (None, new) and old is not None else ()
    if old is not None and old != new:
        document = named_anew(document, kind, old, new)
    shape, section = _SHAPES[kind], document.get(kind)
    if shape.form is _Form.NAMED:
        value = part.get(shape.inner) if shape.inner else {key: one for key, one in part.items() if key != shape.key}
        now: Plain = _keyed_anew(_mapping(section), old, new, value)
    else:
        item: Plain = new if shape.form is _Form.WORDS else dict(part)
        now = _listed_anew(kind, _list(section), old, item)
    return Changed(document=_with_section(document, kind, now), id=new, before=before, after=part, affects=along)


def _removed(document: Document, change: Remove, known: Mapping[str, Part]) -> Changed | NoSuchPart | StillReferred:
    if change.id not in known:
        return NoSuchPart()
    found = references(document, change.kind, change.id)
    blocking, affected = (tuple(one for one in found if one.blocks is blocks) for blocks in (True, False))
    if blocking:
        return StillReferred(references=blocking, affects=affected)
    shape, section = _SHAPES[change.kind], document.get(change.kind)
    left: Plain = (
        {name: value for name, value in _mapping(section).items() if name != change.id}
        if shape.form is _Form.NAMED
        else [item for item in _list(section) if _item_name(change.kind, item) != change.id]
    )
    document = _with_section(without(document, change.kind, change.id), change.kind, left)
    return Changed(document=document, id=change.id, before=known[change.id], after=None, affects=affected)


# The shapes


def _tidied(kind: Kind, part: Part, written: str, before: Part | None) -> Part:
    """Without nulls, without what a key that was left out says anyway, and with the name as it was typed."""
    shape, there = _SHAPES[kind], before or {}
    typed = there.get(shape.key)
    name = typed if isinstance(typed, str) and name_of(kind, typed) == name_of(kind, written) else written
    usual = {key: written if value is None else value for key, value in shape.usual}
    kept = {
        key: value
        for key, value in part.items()
        if value is not None and (key in there or key not in usual or not same(usual[key], value))
    }
    return {shape.key: name, **kept, **{shape.key: name}}


def _misplaced(shape: _Shape, part: Part) -> BadPart | None:
    """Keys that the file has no place for; it has one for all keys of a mapping, and checks them itself."""
    if shape.form is _Form.WORDS:
        known = {shape.key}
    elif shape.inner:
        known = {shape.key, shape.inner}
    else:
        return None
    odd = next((key for key in part if key not in known), None)
    if odd is not None:
        return BadPart(field=odd, message=f"unknown key; known: {', '.join(sorted(known))}")
    if shape.inner and shape.inner not in part:
        return BadPart(field=shape.inner, message="is missing")
    return None


def _unwrapped(shape: _Shape, name: str, value: Plain) -> Part:
    if shape.inner:
        return {shape.key: name, shape.inner: value}
    return {shape.key: name, **_mapping(value)}


def _keyed_anew(section: Mapping[str, Plain], old: str | None, new: str, value: Plain) -> dict[str, Plain]:
    if old is None or old not in section:
        return {**section, new: value}
    return {new if name == old else name: value if name == old else each for name, each in section.items()}


def _listed_anew(kind: Kind, section: list[Plain], old: str | None, item: Plain) -> list[Plain]:
    if old is None:
        return [*section, item]
    return [item if _item_name(kind, each) == old else each for each in section]


def _item_name(kind: Kind, item: Plain) -> str | None:
    written = item.get(_SHAPES[kind].key) if isinstance(item, dict) else item
    return name_of(kind, written) if isinstance(written, str) else None


def _with_section(document: Document, kind: Kind, section: Plain) -> Document:
    """A section that is new stands where it usually does."""
    if kind in document or same(section, []) or same(section, {}):
        return {name: section if name == kind else value for name, value in document.items()}
    above = SECTIONS[: SECTIONS.index(kind)]
    behind = next((name for name in reversed(list(document)) if name in above), None)
    found: dict[str, Plain] = {} if behind is not None else {kind: section}
    for name, value in document.items():
        found[name] = value
        if name == behind:
            found[str(kind)] = section
    return found


def _mapping(value: Plain) -> Mapping[str, Plain]:
    return value if isinstance(value, dict) else {}


def _list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else []
