"""Values of a configuration as words, and the plain sentence for any field that differs. Pure.

Guarantees that two unequal values of one type give at least one sentence, whatever fields their type has: a field that
nobody wrote a sentence for is named by its own name, with its new and its old value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from routing.conditions import Condition
from routing.duration import format_duration
from routing.hours import DAY_MIN, Days, Span
from routing.resolving import SkillOf

Say = Callable[[Any, Any], Iterable[str]]
"""Sentences, without their subject, for an old and a new value that differ; none: the plain one is used."""
NOTHING: Mapping[str, Say] = {}
_KEYS = ("id", "number", "name")
"""What items of a list are told apart by; the first that they have."""


def said(value: object, name: str = "") -> str:
    """One value. ``name``: the field's, for its unit (``wait_ms``)."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return format_duration(value) if name.endswith("_ms") else str(value)
    if isinstance(value, str):
        return str(value) or "empty"
    return _said_of_type(value)


def _said_of_type(value: object) -> str:
    match value:
        case Condition(text=text):
            return " ".join(text.split())
        case SkillOf(family=family, fact=fact):
            return f"the {family} of {fact}"
        case Span(start=start, end=end):
            return f"{_clock(start)}-{_clock(end if end <= DAY_MIN else end - DAY_MIN)}"
        case Days():
            return _said_days(value)
        case date():
            return value.isoformat()
        case ZoneInfo():
            return value.key
        case Mapping():
            return ", ".join(f"{said(key)} {said(one)}" for key, one in value.items()) or "none"
        case frozenset():
            return listed(sorted(said(one) for one in value))
        case tuple():
            return listed([_said_item(one) for one in value])
        case _:
            return _said_fields(value)


def _said_item(value: object) -> str:
    """Of a list; a skill with its level as ``support 3``."""
    return " ".join(map(said, value)) if isinstance(value, tuple) else said(value)


def _said_fields(value: object) -> str:
    """What of a dataclass is not as usual."""
    if not is_dataclass(value) or isinstance(value, type):
        return str(value)
    found = [(one.name, getattr(value, one.name)) for one in fields(value) if one.name != key_name(value)]
    return ", ".join(f"{label(name)} {said(each, name)}" for name, each in found if each not in (None, (), {}, ""))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _said_days(days: Days) -> str:
    first, last = (f"{day:%m-%d}" if days.yearly else day.isoformat() for day in (days.first, days.last))
    return f"{first if first == last else f'{first}/{last}'}{' of every year' if days.yearly else ''}"


def listed(words: Sequence[str]) -> str:
    """``a, b``; ``none``."""
    return ", ".join(words) or "none"


def label(name: str) -> str:
    """A field's name as a word: ``max_wait_ms`` → ``max wait``."""
    return name.removesuffix("_ms").strip("_").replace("_", " ")


def key_name(value: object) -> str | None:
    """The field that tells this item of a list from the others."""
    return next((name for name in _KEYS if hasattr(value, name)), None) if is_dataclass(value) else None


def changes(subject: str, before: object, after: object, say: Mapping[str, Say] = NOTHING) -> Iterator[str]:
    """Every field in which two values of the same dataclass differ. ``say``: field → its own sentences."""
    for name in [field.name for field in fields(before)]:  # type: ignore[arg-type]  # dataclasses, both
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        own = tuple(say[name](old, new)) if name in say else ()
        yield from (f"{subject}: {sentence}" for sentence in own)
        if not own:
            yield from plain(f"{subject}: ", label(name), old, new, name)


def plain(prefix: str, what: str, old: object, new: object, name: str = "") -> Iterator[str]:
    """``rule x: priority is now 10 instead of 0``, for whatever it is; goes into what is composed."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _plain_mapping(prefix, what, old, new, name)
    elif isinstance(old, frozenset) and isinstance(new, frozenset):
        yield from (f"{prefix}{what} has {one} too" for one in sorted(map(said, new - old)))
        yield from (f"{prefix}{what} no longer has {one}" for one in sorted(map(said, old - new)))
    elif _are_keyed(old, new):
        yield from _plain_list(prefix, what, old, new)
    elif is_dataclass(old) and type(old) is type(new) and not isinstance(old, Condition | Span | Days | SkillOf):
        for field in fields(old):
            before, after = getattr(old, field.name), getattr(new, field.name)
            if before != after:
                yield from plain(prefix, f"{what} {label(field.name)}".strip(), before, after, field.name)
    else:
        yield f"{prefix}{what} is now {said(new, name)} instead of {said(old, name)}"


def _are_keyed(old: object, new: object) -> bool:
    """Both are lists of things with distinct ids or names."""
    if not (isinstance(old, tuple) and isinstance(new, tuple) and (old or new)):
        return False
    if any(key_name(one) is None for one in (*old, *new)):
        return False
    return all(len(by_key(some)) == len(some) for some in (old, new))


def by_key(items: Iterable[object]) -> dict[object, object]:
    """Key → item."""
    return {getattr(item, key_name(item) or ""): item for item in items}


def _plain_list(prefix: str, what: str, old: Any, new: Any) -> Iterator[str]:
    before, after = by_key(old), by_key(new)
    yield from _plain_mapping(prefix, what, before, after, "")
    kept = [key for key in before if key in after]
    order = [key for key in after if key in before]
    if kept != order:
        yield f"{prefix}{what}: the order is now {listed([said(key) for key in after])}"


def _plain_mapping(
    prefix: str, what: str, old: Mapping[Any, object], new: Mapping[Any, object], name: str
) -> Iterator[str]:
    for key in [*old, *(key for key in new if key not in old)]:
        one = f"{what} {said(key)}".strip()
        if key not in new:
            yield f"{prefix}{one} is gone"
        elif key not in old:
            yield _new(f"{prefix}{one} is new", said(new[key], name))
        elif old[key] != new[key]:
            yield from plain(prefix, one, old[key], new[key], name)


def _new(sentence: str, more: str) -> str:
    return f"{sentence}: {more}" if more else sentence
