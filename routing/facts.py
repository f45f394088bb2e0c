"""What the rules may know about a call and its caller, as values, and as the names that conditions see. Pure.

Standard fields always exist: null, or an empty list, when not known. Sizes are capped, so that nothing a caller or a
CRM can send makes a condition expensive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

from routing.phone_text import plus_and_digits

MAX_TEXT = 1_000
"""Longer texts are cut for conditions."""
MAX_LIST = 50
"""Longer lists are cut for conditions: two nested macros over 100 items already cost 10 ms, over 50 a quarter."""
MATCHES = ("one", "many", "none", "unavailable", "withheld")

Value = str | int | None | list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """What is known about the call itself."""

    from_: str | None = None
    """The caller's number, or whatever the line sent; null when withheld. Seen as ``call.from``."""
    to: str | None = None
    """The number that was dialled."""
    country: str | None = None
    """ISO 3166 code of the caller's number."""
    language: str | None = None
    """BCP 47, where the line or a menu found it out."""
    stir: str | None = None
    """The line's verdict on the caller's number (STIR/SHAKEN)."""
    answers: tuple[str, ...] = ()
    """What the caller chose in a menu, first answer first."""
    attempts: int = 0
    """How often this caller tried before without reaching anybody."""
    forwarded_from: str | None = None
    lists: tuple[str, ...] = ()
    """The configuration's lists of numbers that the caller's stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerFacts:
    """What the CRM says about who is calling."""

    match: str = "none"
    """One of ``MATCHES``."""
    name: str | None = None
    tier: str | None = None
    owner: str | None = None
    """Id of the rep who looks after the caller; may name nobody that the configuration knows."""
    stage: str | None = None
    language: str | None = None
    timezone: str | None = None
    company: str | None = None
    email: str | None = None
    lead_source: str | None = None
    campaign: str | None = None
    external_id: str | None = None
    last: str | None = None
    """Id of the rep who last spoke with the caller."""
    tags: tuple[str, ...] = ()
    fields: Mapping[str, str | None] = field(default_factory=dict)
    """Custom fields by name; a standard field of the same name wins."""

    @classmethod
    def none(cls, match: str = "none") -> CallerFacts:
        """Nobody is known by this number, or it is withheld, or the CRM did not answer."""
        return cls(match=match)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a rule may ask."""

    call: CallFacts = field(default_factory=CallFacts)
    caller: CallerFacts = field(default_factory=CallerFacts)


_CALL_ATTRIBUTES = {f.name.rstrip("_"): f.name for f in fields(CallFacts)}
CALL_FIELDS = tuple(_CALL_ATTRIBUTES)
"""The names under ``call.``"""
CALLER_FIELDS = tuple(f.name for f in fields(CallerFacts) if f.name != "fields")
"""The standard names under ``caller.``; any other is a custom field."""
FieldKind = Literal["text", "number", "list"]
_STANDARD = frozenset(CALLER_FIELDS)
_NUMBERS = frozenset({"from", "to", "forwarded_from"})
_SPECIAL = frozenset({"match", "tags"})


def merge_callers(candidates: Sequence[CallerFacts]) -> CallerFacts:
    """Several contacts share the number: a field counts only where all of them agree, else it is null (or empty).

    No candidate gives ``none()``; one keeps all it has, with ``match`` ``one``. Tags are sorted.
    """
    if not candidates:
        return CallerFacts.none()
    first, *others = candidates
    agreed = {
        name: getattr(first, name)
        for name in CALLER_FIELDS
        if name not in _SPECIAL and all(getattr(first, name) == getattr(other, name) for other in others)
    }
    custom = sorted({name for candidate in candidates for name in candidate.fields})
    return CallerFacts(
        match="many" if others else "one",
        tags=_agreed_tags(candidates),
        fields={name: _agreed(candidate.fields.get(name) for candidate in candidates) for name in custom},
        **agreed,
    )


def _agreed_tags(candidates: Sequence[CallerFacts]) -> tuple[str, ...]:
    distinct = {frozenset(candidate.tags) for candidate in candidates}
    return tuple(sorted(distinct.pop())) if len(distinct) == 1 else ()


def _agreed(values: Iterable[str | None]) -> str | None:
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def activation(facts: Facts, asked: frozenset[str] | None = None) -> dict[str, dict[str, Value]]:
    """The names a condition sees: ``call`` and ``caller`` as mappings of plain values.

    With ``asked`` (``call.to``, ``caller.tier``…) only those: fewer values, less time.
    """
    seen: dict[str, dict[str, Value]] = {"call": {}, "caller": {}}
    for path in _every_path(facts.caller) if asked is None else asked:
        root, _, name = path.partition(".")
        if root == "hours":
            continue
        if root == "call":
            seen[root][name] = _call_value(facts.call, name)
        elif name in _STANDARD:
            seen[root][name] = _value(getattr(facts.caller, name))
        elif name in facts.caller.fields:
            seen[root][name] = _value(facts.caller.fields[name])
    return seen


def fact_of(facts: Facts, path: str) -> str | None:
    """The text under ``call.country``, ``caller.language`` or a custom field's name; null: not known, or no text."""
    root, _, name = path.partition(".")
    if root == "call":
        value = _call_value(facts.call, name)
    else:
        value = getattr(facts.caller, name) if name in _STANDARD else facts.caller.fields.get(name)
    return value[:MAX_TEXT] if isinstance(value, str) else None


def kind_of(path: str) -> FieldKind:
    """What a condition finds under ``call.answers`` or a custom field's name, where it is known."""
    root, _, name = path.partition(".")
    attribute = _CALL_ATTRIBUTES[name] if root == "call" else name
    facts = CallFacts() if root == "call" else CallerFacts()
    value = None if name == "fields" else getattr(facts, attribute, None)
    if isinstance(value, tuple):
        return "list"
    return "number" if isinstance(value, int) else "text"


def _every_path(caller: CallerFacts) -> Iterable[str]:
    yield from (f"call.{name}" for name in CALL_FIELDS)
    yield from (f"caller.{name}" for name in caller.fields)
    yield from (f"caller.{name}" for name in CALLER_FIELDS)


def _call_value(call: CallFacts, name: str) -> Value:
    value: str | int | tuple[str, ...] | None = getattr(call, _CALL_ATTRIBUTES[name])
    return _value(plus_and_digits(value) if isinstance(value, str) and name in _NUMBERS else value)


def _value(value: str | int | tuple[str, ...] | None) -> Value:
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if isinstance(value, tuple):
        return [item[:MAX_TEXT] for item in value[:MAX_LIST]]
    return value
