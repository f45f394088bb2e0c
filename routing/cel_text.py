"""The words of a condition (CEL) and what they refer to, found without evaluating anything. Pure.

CEL is bounded by design, but not tightly: 24 chained ``map(x, x + x)`` filled 400 MB, three nested macros over 100 tags
took 0.9 s. The limits here keep every evaluation within some milliseconds; they hold for text that CEL itself accepts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from routing.facts import CALL_FIELDS
from routing.phone_text import plus_and_digits

MAX_CHARACTERS = 1_000
MAX_BRACKETS = 20
MAX_MACROS_NESTED = 2
MAX_ITEMS = 50
MAX_MAPS = 1
MAX_PLUS = 5
MAX_MATCHES = 2
MAX_PATTERN = 300
"""Characters of a pattern times the numbers in its ``{n,m}``. A pattern is compiled at every use: each repeated ``\\w``
costs 0.5 ms, so that ``(\\w{14}){14}`` under two macros took 260 s."""

MACROS = frozenset({"all", "exists", "exists_one", "existsOne", "filter", "map"})
FUNCTIONS = MACROS | frozenset(
    {"has", "size", "contains", "startsWith", "endsWith", "matches", "int", "uint", "double", "string", "timestamp"}
    | {"duration", "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours"}
    | {"getMinutes", "getSeconds"}
)
_WORDS = frozenset({"true", "false", "null", "in"})
_ROOTS = frozenset({"call", "caller", "hours"})
HOURS_FIELDS = ("open", "holiday")
_TOKEN = re.compile(
    r"""(?P<blank>\s+|//[^\n]*)
    |(?P<text>[rRbB]{0,2}(?:'''(?:\\.|[^\\])*?'''|\"{3}(?:\\.|[^\\])*?\"{3}|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"))
    |(?P<number>0[xX][0-9a-fA-F]+[uU]?|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?[uU]?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>&&|\|\||==|!=|<=|>=|[-<>+*/%!?:.,()\[\]{}])
    |(?P<odd>.)""",
    re.X | re.S | re.A,
)
_REPEAT = re.compile(r"\{(\d+)?(?:,(\d+)?)?\}")
_OPEN = frozenset("([{")
_CLOSE = frozenset(")]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word of a condition."""

    kind: str
    text: str
    at: int
    """Offset in the condition, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why a condition is refused, and where in it."""

    at: int
    message: str


def tokens_of(text: str) -> tuple[Token, ...]:
    """The words without blanks and comments. Phone numbers in quotes (``"+1 (555) 0100"``) become plus and digits."""
    matches = (match for match in _TOKEN.finditer(text) if match.lastgroup != "blank")
    return tuple(
        Token(kind=match.lastgroup or "odd", text=_tidied(match.group()), at=match.start()) for match in matches
    )


def _tidied(word: str) -> str:
    if word[:1] not in "'\"" or word[1:2] != "+":
        return word
    return word[0] + plus_and_digits(word[1:-1]) + word[-1]


def joined(tokens: Sequence[Token]) -> str:
    """The same condition in one spelling; equal for conditions that differ in blanks and comments only."""
    return " ".join(token.text for token in tokens)


def fields_asked(tokens: Sequence[Token]) -> frozenset[str] | None:
    """``call.to``, ``caller.tier``, ``hours.office``…: what a condition can ask for. Null when it uses ``call`` or
    ``caller`` whole."""
    asked: set[str] = set()
    words = [token.text for token in tokens] + ["", ""]
    for index, token in enumerate(tokens):
        is_root = token.kind == "name" and token.text in _ROOTS and (not index or words[index - 1] != ".")
        if is_root and words[index + 1] != ".":
            return None
        if is_root:
            asked.add(f"{token.text}.{words[index + 2]}")
    return frozenset(asked)


def objections(tokens: Sequence[Token], hours: frozenset[str]) -> tuple[Objection, ...]:
    """Everything a condition may not do, in the order of the text; ``hours``: the names of opening hours. Made for text
    that CEL itself accepts."""
    return _Walk(tokens=tokens, hours=hours).run()


@dataclass(slots=True, kw_only=True)
class _Frame:
    """One open bracket."""

    is_macro: bool
    is_literal: bool
    bound: str | None = None
    commas: int = 0


@dataclass(slots=True, kw_only=True)
class _Walk:
    tokens: Sequence[Token]
    hours: frozenset[str]
    frames: list[_Frame] = field(default_factory=list)
    found: list[Objection] = field(default_factory=list)

    def run(self) -> tuple[Objection, ...]:
        self._limit("map", MAX_MAPS)
        self._limit("+", MAX_PLUS)
        self._limit("matches", MAX_MATCHES)
        for index, token in enumerate(self.tokens):
            self._step(index, token)
        return tuple(sorted(self.found, key=lambda objection: objection.at))

    def _limit(self, word: str, most: int) -> None:
        here = [token for token in self.tokens if token.text == word and token.kind in ("name", "sign")]
        if len(here) > most:
            self._object(here[most], f"uses {word} more than {most} times")

    def _step(self, index: int, token: Token) -> None:
        if token.kind == "odd" or token.text == "`":
            self._object(token, f"{token.text!r} has no meaning here")
        elif token.text in _OPEN:
            self._open(index, token)
        elif token.text in _CLOSE:
            del self.frames[-1:]
        elif token.text == ",":
            self._comma(token)
        elif token.kind == "name" and token.text not in _WORDS:
            self._name(index, token)

    def _object(self, token: Token, message: str) -> None:
        self.found.append(Objection(at=token.at, message=message))

    def _text(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def _ends_value(self, index: int) -> bool:
        """True when a ``[`` behind that token is an index, not a list."""
        if index < 0:
            return False
        token = self.tokens[index]
        return token.kind in ("text", "number") or token.text in _CLOSE or (token.kind == "name" and token.text != "in")

    def _open(self, index: int, token: Token) -> None:
        is_macro = token.text == "(" and self._text(index - 1) in MACROS and self._text(index - 2) == "."
        is_literal = token.text == "{" or (token.text == "[" and not self._ends_value(index - 1))
        bound = self._text(index + 1) if is_macro and self._text(index + 2) == "," else None
        self.frames.append(_Frame(is_macro=is_macro, is_literal=is_literal, bound=bound))
        if len(self.frames) == MAX_BRACKETS + 1:
            self._object(token, f"brackets are nested more than {MAX_BRACKETS} deep")
        if is_macro and sum(frame.is_macro for frame in self.frames) == MAX_MACROS_NESTED + 1:
            self._object(token, f"macros (exists, all, filter…) are nested more than {MAX_MACROS_NESTED} deep")
        if bound in _ROOTS:
            self._object(self.tokens[index + 1], f"{bound} is taken; give this variable another name")

    def _comma(self, token: Token) -> None:
        if not self.frames or not self.frames[-1].is_literal:
            return
        self.frames[-1].commas += 1
        if self.frames[-1].commas == MAX_ITEMS:
            self._object(token, f"a list holds more than {MAX_ITEMS} items")

    def _name(self, index: int, token: Token) -> None:
        if self._text(index + 1) == "(":
            self._function(index, token)
        elif self._text(index - 1) == ".":
            self._member(index, token)
        elif token.text not in {frame.bound for frame in self.frames}:
            self._root(index, token)

    def _function(self, index: int, token: Token) -> None:
        if token.text not in FUNCTIONS:
            self._object(token, f"there is no function {token.text}{_guess(token.text, FUNCTIONS)}")
        if token.text == "matches":
            self._pattern(index, token)

    def _pattern(self, index: int, token: Token) -> None:
        pattern = self.tokens[index + 2] if index + 2 < len(self.tokens) else token
        if self._text(index - 1) != "." or pattern.kind != "text" or self._text(index + 3) != ")":
            self._object(token, 'write matches as field.matches("pattern"), with the pattern in quotes')
            return
        size = len(pattern.text)
        for least, most in _REPEAT.findall(pattern.text):
            size *= max(int(least or 1), int(most or 1), 1)
        if size > MAX_PATTERN:
            self._object(pattern, f"the pattern is too large: characters times repetitions exceed {MAX_PATTERN}")
        if any(frame.is_macro for frame in self.frames):
            self._object(token, "matches cannot stand inside a macro; use contains, startsWith or endsWith there")

    def _member(self, index: int, token: Token) -> None:
        if not self._ends_value(index - 2):
            self._object(token, "a name cannot begin with a dot")
        is_call = self._text(index - 2) == "call" and self._text(index - 3) != "."
        if is_call and token.text not in CALL_FIELDS:
            self._object(token, f"call has no field {token.text}{_guess(token.text, CALL_FIELDS)}")

    def _root(self, index: int, token: Token) -> None:
        if token.text == "hours":
            self._opening(index, token)
        elif token.text not in _ROOTS:
            self._object(
                token, f"{token.text} is unknown; names begin with call., caller. or hours., texts stand in quotes"
            )

    def _opening(self, index: int, token: Token) -> None:
        """``hours.office.open``: which hours, and what of them."""
        name, what = self._text(index + 2), self._text(index + 4)
        if (self._text(index + 1), self._text(index + 3)) != (".", ".") or what not in HOURS_FIELDS:
            self._object(token, "write hours as hours.NAME.open or hours.NAME.holiday")
        elif name not in self.hours:
            self._object(token, f"there are no hours {name}{_guess(name, self.hours)}")


def _guess(word: str, words: Sequence[str] | frozenset[str]) -> str:
    near = get_close_matches(word, sorted(words), n=1)
    return f"; did you mean {near[0]}?" if near else ""
