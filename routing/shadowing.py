"""Which rules can never be taken, because an earlier one takes every call that they would: by their texts alone. Pure.

Sound and not complete: what is found is never taken, whatever a call holds (a condition that fails is false, also in
both); what is not found may still never happen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from routing.cel_text import Token, joined, tokens_of
from routing.config import Rule

_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True, slots=True)
class _Atom:
    """A part of a condition that stands between ``&&``."""

    about: str
    """The fact that is compared with texts; else the part itself."""
    kind: str
    """``in``: equal to one of the texts, ``out``: to none of them, ``text``: anything else."""
    texts: frozenset[str] = frozenset()

    def implies(self, other: _Atom) -> bool:
        """Whether the other holds wherever this does."""
        if self.about != other.about:
            return False
        match self.kind, other.kind:
            case "in", "in":
                return self.texts <= other.texts
            case "in", "out":
                return not self.texts & other.texts
            case "out", "out":
                return other.texts <= self.texts
            case _:
                return self.kind == other.kind == "text"


_All = frozenset[_Atom]
"""A condition's parts: it holds where all of them do."""


def shadowed(rules: Sequence[Rule]) -> dict[int, int]:
    """Rule → the earlier one that takes all of its calls, both from 0. One that only asks takes none."""
    found: dict[int, int] = {}
    earlier: dict[str, list[tuple[int, _All]]] = {}
    for index, rule in enumerate(rules):
        ways = _ways(rule)
        takers = [_taker(way, earlier) for way in ways]
        if takers and None not in takers:
            found[index] = max(taker for taker in takers if taker is not None)
        if rule.route is not None or rule.block is not None:
            for way in ways:
                earlier.setdefault(min(atom.about for atom in way), []).append((index, way))
    return found


def _taker(way: _All, earlier: dict[str, list[tuple[int, _All]]]) -> int | None:
    candidates = (each for about in sorted({atom.about for atom in way}) for each in earlier.get(about, ()))
    return min((index for index, needed in candidates if _holds(needed, way)), default=None)


def _holds(needed: _All, way: _All) -> bool:
    return all(any(atom.implies(part) for atom in way) for part in needed)


def _ways(rule: Rule) -> list[_All]:
    """The ways in which the condition holds: the parts between its outermost ``||``. None for an unconditional rule,
    which the reader of the file looks at."""
    if rule.when is None:
        return []
    return [
        frozenset(_atom(_bare(part)) for part in _split(_bare(way), "&&"))
        for way in _split(_bare(tokens_of(rule.when.spelling)), "||")
    ]


def _split(tokens: Sequence[Token], sign: str) -> Iterator[Sequence[Token]]:
    """At a sign outside of brackets, where nothing that binds less stands beside it."""
    depth, begin = 0, 0
    outside = {"?"} | ({"||"} if sign == "&&" else set())
    if any(token.text in outside for token in _outer(tokens)):
        yield tokens
        return
    for place, token in enumerate(tokens):
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0 and token.text == sign:
            yield tokens[begin:place]
            begin = place + 1
    yield tokens[begin:]


def _outer(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0:
            yield token


def _bare(tokens: Sequence[Token]) -> Sequence[Token]:
    """Without brackets around the whole."""
    while len(tokens) > 2 and tokens[0].text == "(" and len(list(_outer(tokens))) == 1:
        tokens = tokens[1:-1]
    return tokens


def _atom(tokens: Sequence[Token]) -> _Atom:
    """``caller.tier == "gold"``, either way round, ``!=``, and ``in`` with a list of texts are understood."""
    words = [token.text for token in tokens]
    if len(words) == 5 and words[1] in ("==", "!=") and tokens[0].kind == "text":
        tokens, words = (*tokens[2:], tokens[1], tokens[0]), [*words[2:], words[1], words[0]]
    about = "".join(words[:3])
    is_fact = len(words) > 4 and words[1] == "." and tokens[0].kind == tokens[2].kind == "name"
    if is_fact and len(words) == 5 and words[3] in ("==", "!=") and _is_plain(tokens[4]):
        return _Atom(about, "in" if words[3] == "==" else "out", frozenset({words[4][1:-1]}))
    if is_fact and words[3] == "in" and words[4] == "[" and words[-1] == "]":
        listed = tokens[5:-1]
        if all(_is_plain(token) if place % 2 == 0 else token.text == "," for place, token in enumerate(listed)):
            return _Atom(about, "in", frozenset(token.text[1:-1] for token in listed[::2]))
    return _Atom(joined(tokens), "text")


def _is_plain(token: Token) -> bool:
    """A text that means what stands between its quotes."""
    return (
        token.kind == "text"
        and token.text[0] in "'\""
        and "\\" not in token.text
        and token.text[:3] not in ("'''", '"""')
    )
