"""The rules of a configuration file: conditions, routes, steps, and the order they stand in. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from routing.cel_text import Objection, joined, tokens_of
from routing.condition_doubts import doubts
from routing.conditions import Condition, compile_condition
from routing.config import Closing, PreferRep, Route, RouteStep, Rule
from routing.config_menus import read_ask, read_block
from routing.config_reading import (
    Notes,
    Table,
    did_you_mean,
    read_items,
    read_reference,
    read_text,
    read_truth,
    refuse_repeats,
)
from routing.config_sections import MAX_QUEUES, Names, read_levels
from routing.duration import format_duration
from routing.errors import Problem
from routing.facts import CALL_FIELDS
from routing.model import QueueId, SkillName
from routing.phone_text import plus_and_digits
from routing.plan import ends_wait
from routing.resolving import Asked, SkillOf, members
from routing.yaml_tree import Entries, Items, Node, Scalar

MAX_RULES, MAX_STEPS = 1_000, 20
MAX_OUTCOMES = 200
"""Ways in which one rule's needs from the call can come out: each is a demand that reps are ranked for."""
_ROUTE_KEYS = ("queue", "priority", "head_start", "prefer_rep", "needs", "prefers", "steps", "closing")
_STEP_KEYS = ("after", "queues", "needs", "prefers", "priority", "offer_callback", "then", "skip_if")
_SKIPS = ("nobody_on_duty", "nobody_free")
_FACT = re.compile(r"(call|caller)\.[A-Za-z_][A-Za-z0-9_]{0,63}")
_ENDS = ("hang_up", "voicemail", "callback")
_DIALLED = re.compile(r"\+[1-9][0-9]{5,14}")


def read_rules(root: Table, names: Names) -> tuple[Rule, ...]:
    """``rules:``, in the order of the file; their order is checked too."""
    found = root.need("rules")
    if found is None:
        return ()
    nodes = read_items(found, root.notes, most=MAX_RULES)
    if isinstance(found, Items) and not found.items:
        root.notes.refuse(found, "must hold at least one rule; the last one without a condition")
    rules = [(node, _read_rule(node, root.notes, names)) for node in nodes]
    refuse_repeats(((node, rule.name or None) for node, rule in rules), root.notes, "the rule")
    _check_order(nodes, root.notes)
    return tuple(rule for _, rule in rules)


def _read_rule(node: Node, notes: Notes, names: Names) -> Rule:
    table = Table(node, notes, ("name", "when", "route", "ask", "block"))
    name, when, route = table.need("name"), table.get("when"), table.get("route")
    ask, block = table.get("ask"), table.get("block")
    if isinstance(node, Entries) and route is None and ask is None and block is None:
        table.need("route")
    if block is not None and (route is not None or ask is not None):
        notes.refuse(block, "stands alone: a rule that blocks neither asks nor routes")
    return Rule(
        name=(None if name is None else read_text(name, notes)) or "",
        when=None if when is None else _read_condition(when, notes, names),
        route=None if route is None else _read_route(route, notes, names),
        ask=None if ask is None else read_ask(ask, notes, names.language),
        block=None if block is None else read_block(block, notes, names.language),
    )


# Conditions


def _read_condition(node: Node, notes: Notes, names: Names) -> Condition | None:
    """Null where it is unconditional, or where it was refused."""
    if not isinstance(node, Scalar):
        notes.refuse(node, "must be one expression")
        return None
    if not node.text.strip():
        notes.refuse(node, "is empty; leave the key out for an unconditional rule")
        return None
    compiled = compile_condition(node.text, hours=names.hours)
    if isinstance(compiled, Condition):
        notes.warnings.extend(_placed(node, doubt) for doubt in doubts(compiled, lists=names.lists, hours=names.hours))
        return None if compiled.is_always_true else compiled
    for objection in compiled:
        notes.problems.append(_placed(node, objection))
    return None


def _placed(node: Scalar, objection: Objection) -> Problem:
    """The file's line, where lines in the text are lines in the file; else the text's first."""
    before = node.text[: objection.at]
    line_in_text = 0 if node.folded else before.count("\n")
    column = len(before) + 1 if node.folded else len(before) - (before.rfind("\n") + 1) + 1
    message = f"{objection.message} (at character {column})"
    return Problem(line=node.first_line + line_in_text, field=node.path, message=message)


def _check_order(nodes: Sequence[Node], notes: Notes) -> None:
    """Every rule can be reached, and the last one takes every call."""
    first_with: dict[str, Node] = {}
    unconditional: Node | None = None
    for node in nodes:
        spelling = _spelling(node)
        if unconditional is not None:
            notes.refuse(node, f"is never reached: the rule in line {unconditional.line} takes every call")
        elif spelling in first_with:
            notes.refuse(node, f"is never reached: the rule in line {first_with[spelling].line} has the same condition")
        elif spelling == "false":
            notes.warn(node, "is never reached: its condition is false")
        if _only_asks(node):
            continue
        unconditional = node if unconditional is None and spelling == "true" else unconditional
        first_with.setdefault(spelling, node)
    last = nodes[-1] if nodes else None
    if last is not None and _only_asks(last):
        notes.refuse(last, "the last rule must route, so that a call without an answer has a plan")
    elif last is not None and unconditional is None:
        notes.refuse(last, "the last rule must be unconditional, so that every call has a plan; leave out its when")


def _only_asks(node: Node) -> bool:
    """Passed over once it has asked."""
    return isinstance(node, Entries) and "ask" in node.entries and "route" not in node.entries


def _spelling(node: Node) -> str:
    when = node.entries.get("when") if isinstance(node, Entries) else None
    if when is None:
        return "true"
    return joined(tokens_of(when.text[:2_000])) if isinstance(when, Scalar) else when.path


# Routes


def _read_route(node: Node, notes: Notes, names: Names) -> Route:
    table = Table(node, notes, _ROUTE_KEYS)
    queue = table.need("queue")
    route = Route(
        queue=QueueId((None if queue is None else read_reference(queue, notes, names.queues, "queue")) or ""),
        priority=table.whole("priority", least=0, most=1_000) or 0,
        head_start_ms=table.duration("head_start", 0),
        prefer_rep=_read_preference(table.get("prefer_rep"), notes, names),
        needs=_read_asked(table, "needs", names) or (),
        prefers=_read_asked(table, "prefers", names) or (),
        steps=_read_steps(table, names),
        closing=_read_closing(table.get("closing"), notes, names),
    )
    families = [len(members(wanted.family, map(SkillName, names.skills))) + 1 for wanted in route.wanted]
    if math.prod(families) > MAX_OUTCOMES:
        notes.refuse(node, f"can come out in {math.prod(families)} ways; at most {MAX_OUTCOMES} are allowed")
    return route


def _read_asked(table: Table, key: str, names: Names) -> Asked | None:
    """``{support: 3, language: caller.language}``: skills, and families of which a fact chooses one."""
    found = table.get(key)
    if found is None:
        return None
    most, word = (10, "least") if key == "needs" else (100, "weight")
    if not isinstance(found, Entries):
        return read_levels(found, table.notes, names, most=most)
    from_facts = {name for name, child in found.entries.items() if _is_from_fact(child)}
    plain = {name: child for name, child in found.entries.items() if name not in from_facts}
    levels = read_levels(replace(found, entries=plain), table.notes, names, most=most)
    chosen = [_read_skill_of(name, found.entries[name], table.notes, names, word, most) for name in sorted(from_facts)]
    return (*levels, *chosen)


def _is_from_fact(node: Node) -> bool:
    return isinstance(node, Entries) or (isinstance(node, Scalar) and _FACT.fullmatch(node.text) is not None)


def _read_skill_of(
    family: str, node: Node, notes: Notes, names: Names, word: str, most: int
) -> tuple[SkillName | SkillOf, int]:
    """``caller.language``, or ``{is: caller.language, least: 3}``."""
    fact, level = node, 1
    if isinstance(node, Entries):
        table = Table(node, notes, ("is", word))
        fact, level = table.need("is") or node, table.whole(word, least=1, most=most) or 1
    text = fact.text if isinstance(fact, Scalar) else ""
    if not members(family, map(SkillName, names.skills)):
        notes.refuse(node, f"there is no skill {family}-…, like {family}-a, of which a fact could choose one")
    if fact is not node and not _FACT.fullmatch(text):
        notes.refuse(fact, "must be a fact, like caller.language")
    root, _, name = text.partition(".")
    if root == "call" and name not in CALL_FIELDS:
        notes.refuse(fact, f"call has no field {name}{did_you_mean(name, CALL_FIELDS)}")
    return SkillOf(family, text), level


def _read_preference(node: Node | None, notes: Notes, names: Names) -> PreferRep | None:
    if node is None:
        return None
    table = Table(node, notes, ("who", "wait", "must_qualify", "team_wait"))
    who, must_qualify = table.need("who"), table.get("must_qualify")
    known = names.reps | {"owner", "last"}
    return PreferRep(
        who=(None if who is None else read_reference(who, notes, known, "rep")) or "",
        wait_ms=table.duration("wait", 0),
        must_qualify=must_qualify is None or read_truth(must_qualify, notes) is not False,
        team_wait_ms=table.duration("team_wait", 0),
    )


def _read_closing(node: Node | None, notes: Notes, names: Names) -> Closing | None:
    if node is None:
        return None
    table = Table(node, notes, ("hours", "then"))
    hours, then = table.need("hours"), table.need("then")
    name = None if hours is None else read_reference(hours, notes, names.hours, "hours")
    what = None if then is None else _read_then(then, notes, names)
    if then is not None and what is not None and what.startswith("queue:"):
        notes.refuse(then, "must end the wait; another queue is for a rule that asks for hours")
    return Closing(hours=name or "", then=what or "")


def _read_steps(route: Table, names: Names) -> tuple[RouteStep, ...]:
    nodes = route.items("steps", most=MAX_STEPS)
    steps: list[RouteStep] = []
    for node in nodes:
        step = _read_step(node, route.notes, names)
        _check_step(node, step, steps[-1] if steps else None, route.notes)
        steps.append(step)
    return tuple(steps)


def _read_step(node: Node, notes: Notes, names: Names) -> RouteStep:
    table = Table(node, notes, _STEP_KEYS)
    table.need("after")
    offer = table.get("offer_callback")
    return RouteStep(
        after_ms=table.duration("after", 0, least_ms=1),
        queues=_read_queues(table, names),
        needs=_read_asked(table, "needs", names),
        prefers=_read_asked(table, "prefers", names),
        priority=table.whole("priority", least=0, most=1_000),
        offer_callback=None if offer is None else read_truth(offer, notes),
        then=_read_then(table.get("then"), notes, names),
        skip_if=_read_skip(table.get("skip_if"), notes),
    )


def _read_queues(table: Table, names: Names) -> tuple[QueueId, ...] | None:
    if table.get("queues") is None:
        return None
    nodes = table.items("queues", most=MAX_QUEUES)
    queues = [(node, read_reference(node, table.notes, names.queues, "queue")) for node in nodes]
    refuse_repeats(queues, table.notes, "the queue")
    return tuple(sorted(QueueId(queue) for _, queue in queues if queue))


def _read_skip(node: Node | None, notes: Notes) -> str | None:
    return None if node is None else read_reference(node, notes, _SKIPS, "reason to skip a step called")


def _check_step(node: Node, step: RouteStep, before: RouteStep | None, notes: Notes) -> None:
    if not isinstance(node, Entries):
        return
    if node.entries.keys() <= {"after", "skip_if"}:
        notes.refuse(node, "changes nothing; say queues, needs, prefers, priority, offer_callback or then")
    if ends_wait(step.then) and node.entries.keys() - {"after", "then", "skip_if"}:
        notes.refuse(node, "ends the wait, and so can change nothing else")
    if before is None:
        return
    if ends_wait(before.then) and before.skip_if is None:
        notes.refuse(node, "is never reached: the step before it ends the wait")
    if step.after_ms and step.after_ms <= before.after_ms:
        notes.refuse(
            node.entries["after"], f"must be later than the step before it ({format_duration(before.after_ms)})"
        )


def _read_then(node: Node | None, notes: Notes, names: Names) -> str | None:
    if node is None:
        return None
    if isinstance(node, Entries):
        return _read_then_mapping(node, notes, names)
    word = node.text if isinstance(node, Scalar) else ""
    if word in _ENDS:
        return word
    notes.refuse(node, f'must be {", ".join(_ENDS)}, {{queue: an id}} or {{dial: "+15550123"}}')
    return None


def _read_then_mapping(node: Entries, notes: Notes, names: Names) -> str | None:
    table = Table(node, notes, ("queue", "dial"))
    dial = table.get("dial")
    if dial is not None:
        return _read_dial(node, dial, notes)
    queue = table.need("queue")
    name = None if queue is None else read_reference(queue, notes, names.queues, "queue")
    return f"queue:{name}" if name else None


def _read_dial(node: Entries, dial: Node, notes: Notes) -> str | None:
    if len(node.entries) > 1:
        notes.refuse(node, "says both queue and dial; one of them")
    number = plus_and_digits(read_text(dial, notes) or "")
    if not _DIALLED.fullmatch(number):
        notes.refuse(dial, 'must be a number with its country code, like "+15550123"')
        return None
    return f"dial:{number}"
