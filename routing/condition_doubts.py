"""What in a condition can be evaluated and will hardly ever hold: slips of the pen, for warnings. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from routing.cel_text import Objection, Token, tokens_of
from routing.conditions import Condition, failure_on_sample
from routing.config_reading import did_you_mean
from routing.facts import CALLER_FIELDS

_LISTS = frozenset({"call.answers", "call.lists", "caller.tags"})
_COUNTS = frozenset({"call.attempts"})
_LINES = frozenset({"call.from", "call.to", "call.forwarded_from"})
_CONVERSIONS = frozenset({"int", "uint", "double", "string", "timestamp", "duration"})
_NO_PLUS = re.compile(r"[\"']([0-9]{7,20})[\"']")
"""Shorter ones may be extensions."""


def doubts(condition: Condition, *, lists: Collection[str], hours: frozenset[str] = frozenset()) -> list[Objection]:
    """What looks wrong, in the order of the text. ``lists``: the names of the lists that the file has."""
    tokens = tokens_of(condition.text)
    found = [*_compared(tokens), *_unknown_lists(tokens, lists)]
    return sorted(found or _failing(condition, tokens, hours), key=lambda objection: objection.at)


def _fact_at(tokens: Sequence[Token], index: int) -> str:
    """``call.to`` where it begins at that token and is not gone into any further; else nothing."""
    words = [token.text for token in tokens[max(index, 0) : index + 4]]
    if index < 0 or len(words) < 3 or words[1] != "." or words[3:] in (["."], ["["], ["("]):
        return ""
    return f"{words[0]}.{words[2]}"


def _compared(tokens: Sequence[Token]) -> Iterator[Objection]:
    """A fact beside a text in quotes, either way round."""
    for index, token in enumerate(tokens[:-1]):
        if token.text not in ("==", "!=") or index == 0:
            continue
        sides = ((index - 3, tokens[index + 1]), (index + 1, tokens[index - 1]))
        for at, text in sides:
            fact = _fact_at(tokens, at)
            if fact and text.kind == "text":
                yield from _beside_text(fact, tokens[at], text)


def _beside_text(fact: str, at: Token, text: Token) -> Iterator[Objection]:
    if fact in _LISTS:
        yield Objection(at=at.at, message=f"{fact} is a list and equals no text; write {text.text} in {fact}")
    elif fact in _COUNTS:
        yield Objection(at=at.at, message=f"{fact} is a number and equals no text; leave out the quotes")
    elif fact in _LINES and _NO_PLUS.fullmatch(text.text):
        message = "has no plus, as the numbers of calls have; write plus, country code and number"
        yield Objection(at=text.at, message=message)


def _unknown_lists(tokens: Sequence[Token], lists: Collection[str]) -> Iterator[Objection]:
    for index, token in enumerate(tokens):
        if token.text != "in" or _fact_at(tokens, index + 1) != "call.lists" or tokens[index - 1].kind != "text":
            continue
        name = tokens[index - 1].text.strip("\"'")
        if name not in lists:
            yield Objection(at=tokens[index - 1].at, message=f"there is no list {name}{did_you_mean(name, lists)}")


def _failing(condition: Condition, tokens: Sequence[Token], hours: frozenset[str]) -> Iterator[Objection]:
    """What is wrong with values that are all there is wrong with every call's. Conversions depend on the value."""
    standard = {f"caller.{name}" for name in CALLER_FIELDS}
    if condition.asked is None or any(token.text in _CONVERSIONS for token in tokens):
        return
    if any(fact.startswith("caller.") and fact not in standard for fact in condition.asked):
        return
    failure = failure_on_sample(condition, hours)
    if failure is not None:
        yield Objection(at=0, message=f"fails even where everything is known: {failure}")
