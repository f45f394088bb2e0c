"""Why the rules before the one that was taken were not: which part of each condition did not hold, and for what. Pure.

Runs the rules once more, part by part. For people who ask; a call is decided without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from routing.cel_text import Token, tokens_of
from routing.conditions import Condition, compile_condition, seen
from routing.config import Config, Rule
from routing.expectations import Heard
from routing.facts import Facts, Value, activation
from routing.hours import Hours
from routing.planner import lists_of

_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the terms that ``&&`` joins."""

    text: str
    """As written."""
    saw: Mapping[str, Value | bool] = field(default_factory=dict)
    """What it asked for, by name (``caller.tier``, ``hours.office.open``)."""
    problem: str | None = None
    """Why it could not be evaluated, and so did not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A rule before the one that was taken."""

    index: int
    """Its place among the rules, from 0."""
    rule: str
    asked: bool = False
    """It only asks, and has asked."""
    parts: tuple[Part, ...] = ()
    """Those that did not hold."""


def passed_over(config: Config, taken: Heard, now_ms: int) -> tuple[PassedOver, ...]:
    """The rules before the one that was taken, in order. ``now_ms``: the moment of that decision."""
    facts = replace(taken.facts, call=replace(taken.facts.call, lists=lists_of(config, taken.facts)))
    return tuple(_before(config, taken, facts, now_ms))


def _before(config: Config, taken: Heard, facts: Facts, now_ms: int) -> Iterator[PassedOver]:
    asked = {question.rule for question in taken.questions}
    for index, rule in enumerate(config.rules):
        if rule.name == taken.course.rule:
            return
        if _only_asked(rule, asked):
            yield PassedOver(index=index, rule=rule.name, asked=True)
        elif rule.when is not None:
            parts = tuple(_failed(rule.when, facts, config.hours, now_ms))
            yield PassedOver(index=index, rule=rule.name, parts=parts)


def _only_asked(rule: Rule, asked: Collection[str]) -> bool:
    return rule.route is None and rule.block is None and rule.name in asked


def _failed(when: Condition, facts: Facts, hours: Mapping[str, Hours], now_ms: int) -> Iterator[Part]:
    """The terms that did not hold; the whole condition where its terms do not stand alone."""
    terms = [compile_condition(text, hours=frozenset(hours)) for text in _terms(when.text)]
    found = [term for term in terms if isinstance(term, Condition)]
    for term in found if len(found) == len(terms) else [when]:
        verdict = term.holds(seen(facts, term.asked, hours=hours, now_ms=now_ms))
        if not verdict.holds:
            saw = dict(_saw(term, facts, hours, now_ms))
            yield Part(text=term.text, saw=saw, problem=verdict.problem)


def _terms(text: str) -> Iterator[str]:
    """What stands between ``&&`` outside all brackets; the whole where ``||`` or ``?`` binds less."""
    tokens, depth, begin = tokens_of(text), 0, 0
    ands: list[Token] = []
    for token in tokens:
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0 and token.text in ("||", "?"):
            yield text
            return
        if depth == 0 and token.text == "&&":
            ands.append(token)
    for token in ands:
        yield text[begin : token.at].strip()
        begin = token.at + len(token.text)
    yield text[begin:].strip()


def _saw(term: Condition, facts: Facts, hours: Mapping[str, Hours], now_ms: int) -> Iterator[tuple[str, Value | bool]]:
    """The values of the facts that are named; none where a term may ask for any."""
    if term.asked is None:
        return
    values = activation(facts, term.asked)
    for path in sorted(term.asked):
        root, _, name = path.partition(".")
        if root != "hours":
            yield path, values[root].get(name)
        elif f"{path}.holiday" in term.spelling.replace(" ", ""):
            yield f"{path}.holiday", hours[name].is_holiday(now_ms)
        else:
            yield f"{path}.open", hours[name].is_open(now_ms)
