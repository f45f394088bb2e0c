"""The ``tests:`` of a configuration file: facts of a call, and what the rules should make of it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from routing.config import ConfigTest, Expectation
from routing.config_reading import Notes, Table, read_items, read_reference, read_text, refuse_repeats
from routing.config_sections import Names
from routing.facts import CALL_FIELDS, CALLER_FIELDS, MATCHES, MAX_LIST, MAX_TEXT, CallerFacts, CallFacts, Facts
from routing.model import QueueId, RepId
from routing.yaml_tree import Entries, Node, Scalar

MAX_TESTS = 1_000
_LISTS = frozenset({"tags", "answers"})
_NO_TEXTS = ("answers", "attempts")


def read_tests(root: Table, names: Names, rules: Collection[str]) -> tuple[ConfigTest, ...]:
    """``tests:``, in the order of the file; may be left out."""
    nodes = root.items("tests", most=MAX_TESTS)
    tests = [(node, _read_test(node, root.notes, names, rules)) for node in nodes]
    refuse_repeats(((node, test.name or None) for node, test in tests), root.notes, "the test")
    return tuple(test for _, test in tests)


def _read_test(node: Node, notes: Notes, names: Names, rules: Collection[str]) -> ConfigTest:
    table = Table(node, notes, ("name", "call", "caller", "expect"))
    name, call, expect = table.need("name"), table.need("call"), table.need("expect")
    facts, at = read_call_facts(call, notes)
    return ConfigTest(
        name=(None if name is None else read_text(name, notes)) or "",
        facts=Facts(call=facts, caller=read_caller_facts(table.get("caller"), notes)),
        at=at,
        expect=Expectation() if expect is None else _read_expectation(expect, notes, names, rules),
    )


def read_call_facts(node: Node | None, notes: Notes) -> tuple[CallFacts, datetime | None]:
    """What is said of a call; and when it arrives, where that is said."""
    if node is None:
        return CallFacts(), None
    fields = tuple(name for name in CALL_FIELDS if name != "lists")
    table = Table(node, notes, (*fields, "at"))
    read: dict[str, Any] = {name: _read_fact(table.get(name), notes) for name in fields if name not in _NO_TEXTS}
    facts = CallFacts(
        from_=read.pop("from"),
        answers=_read_texts(table.get("answers"), notes),
        attempts=table.whole("attempts", least=0, most=1_000) or 0,
        **read,
    )
    return facts, read_moment(table.get("at"), notes)


def _read_fact(node: Node | None, notes: Notes) -> str | None:
    """A text, or null where it is left out or written as null."""
    if node is None or (isinstance(node, Scalar) and node.kind == "null"):
        return None
    return read_text(node, notes, most=MAX_TEXT)


def _read_texts(node: Node | None, notes: Notes) -> tuple[str, ...]:
    items = () if node is None else read_items(node, notes, most=MAX_LIST)
    return tuple(text for item in items if (text := read_text(item, notes, most=MAX_TEXT)) is not None)


def read_moment(node: Node | None, notes: Notes) -> datetime | None:
    """A moment with its offset."""
    if node is None:
        return None
    try:
        moment = datetime.fromisoformat(node.text if isinstance(node, Scalar) else "")
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        notes.refuse(node, 'must be a moment with its offset, like "2026-11-23T09:00:00+01:00"')
    return moment


def read_caller_facts(node: Node | None, notes: Notes) -> CallerFacts:
    """What the CRM says of a caller."""
    if node is None:
        return CallerFacts.none()
    if not isinstance(node, Entries):
        notes.refuse(node, "must be a mapping of what the CRM knows, like {tier: gold, owner: ana}")
        return CallerFacts.none()
    custom = [name for name in node.entries if name not in CALLER_FIELDS]
    for name in custom:
        _warn_of_near_miss(node.entries[name], name, notes)
    read = {name: _read_fact(child, notes) for name, child in node.entries.items() if name not in _LISTS}
    match = read.pop("match", None) or "one"
    if match not in MATCHES:
        notes.refuse(node.entries["match"], f"must be one of {', '.join(MATCHES)}")
    fields = {name: read.pop(name) for name in custom if name in read}
    return CallerFacts(match=match, tags=_read_texts(node.entries.get("tags"), notes), fields=fields, **read)


def _warn_of_near_miss(node: Node, name: str, notes: Notes) -> None:
    near = get_close_matches(name, CALLER_FIELDS, n=1, cutoff=0.75)
    if near:
        notes.warn(node, f"is taken for a custom field of the CRM; did you mean {near[0]}?")


def _read_expectation(node: Node, notes: Notes, names: Names, rules: Collection[str]) -> Expectation:
    table = Table(node, notes, ("rule", "queue", "rep", "priority"))
    if isinstance(node, Entries) and not node.entries:
        notes.refuse(node, "expects nothing; say rule, queue, rep or priority")
    queue, rep = _referred(table, "queue", names.queues), _referred(table, "rep", names.reps)
    return Expectation(
        rule=_referred(table, "rule", rules),
        queue=QueueId(queue) if queue else None,
        rep=RepId(rep) if rep else None,
        priority=table.whole("priority", least=0, most=1_000),
    )


def _referred(table: Table, key: str, known: Collection[str]) -> str | None:
    found = table.get(key)
    return None if found is None else read_reference(found, table.notes, known, key)
