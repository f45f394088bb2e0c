"""Conditions of rules: one CEL expression each, checked and compiled when loaded, evaluated within milliseconds. Pure.

``compile_condition`` refuses what could never work; ``Condition.holds`` never raises: what fails at run time is false,
with a reason that holds no value of the call or the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo

import cel

from routing.cel_text import MAX_CHARACTERS, Objection, Token, fields_asked, joined, objections, tokens_of
from routing.facts import CallerFacts, CallFacts, Facts, activation
from routing.hours import DAY_MIN, Hours, Span

NO_HOURS: Mapping[str, Hours] = MappingProxyType({})
_NULL = " (perhaps null)"
_WORDS = "and, or, not are written &&, ||, !"
_SLIPS = (
    (re.compile(r"=|is\b", re.I), "equal is written =="),
    (re.compile(r"(?<=<)>"), "different is written !="),
    (re.compile(r"(and|or|not)\b|[&|]", re.I), _WORDS),
    (re.compile("[“”„‘’«»]"), 'texts stand in straight quotes: "gold"'),
    (re.compile("[\"']"), "a text ends with the quote that it begins with"),
)
_ALWAYS_OPEN = Hours(zone=ZoneInfo("UTC"), week=((Span(0, DAY_MIN),),) * 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a condition said of one call."""

    holds: bool
    problem: str | None = None
    """Why it could not be evaluated, and so counts as false; no personal data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A condition that was found good. Equal to another when they differ in blanks and comments only."""

    text: str = field(compare=False)
    """As written."""
    spelling: str
    """In one spelling, numbers as plus and digits: what is evaluated."""
    names: frozenset[str] = field(compare=False, repr=False)
    """Words of the text: the only names a reason may repeat."""
    asked: frozenset[str] | None = field(compare=False, repr=False)
    """The facts it can ask for (``caller.tier``); null: any."""
    program: cel.Program = field(compare=False, repr=False)

    @property
    def is_always_true(self) -> bool:
        """True for the condition ``true``, which is as good as none."""
        return self.spelling == "true"

    def holds(self, context: cel.Context) -> Verdict:
        """True or false for what ``seen`` made of a call. A value of another kind is false too, and said."""
        outcome = _run(self.program, context, self.names)
        if isinstance(outcome, Verdict):
            return outcome
        return Verdict(holds=False, problem=f"gave {_kind(outcome)}, not true or false")


def seen(
    facts: Facts, asked: frozenset[str] | None = None, *, hours: Mapping[str, Hours] = NO_HOURS, now_ms: int = 0
) -> cel.Context:
    """The facts and the opening hours at ``now_ms`` as conditions see them, all or only those asked for. Made once per
    call: converting 25 facts takes 90 µs, evaluating a condition 1 µs."""
    opening = {
        name: {"open": each.is_open(now_ms), "holiday": each.is_holiday(now_ms)}
        for name, each in hours.items()
        if asked is None or f"hours.{name}" in asked
    }
    return cel.Context(variables={**activation(facts, asked), "hours": opening})


def asked_by(conditions: Iterable[Condition]) -> frozenset[str] | None:
    """All facts that these conditions can ask for; null: any."""
    found: set[str] = set()
    for condition in conditions:
        if condition.asked is None:
            return None
        found |= condition.asked
    return frozenset(found)


def compile_condition(text: str, *, hours: frozenset[str] = frozenset()) -> Condition | tuple[Objection, ...]:
    """The condition, or everything that is wrong with it (offsets count from the text's beginning). ``hours``: those
    that it may name."""
    if len(text) > MAX_CHARACTERS:
        return (Objection(at=0, message=f"a condition has at most {MAX_CHARACTERS} characters, this has {len(text)}"),)
    refusal = _syntax_error(text)
    if refusal is not None:
        return (refusal,)
    tokens = tokens_of(text)
    found = objections(tokens, hours)
    if found:
        return found
    condition = _compiled(text, tokens)
    return _never_true_or_false(condition, hours) or _bad_patterns(tokens) or condition


def _compiled(text: str, tokens: tuple[Token, ...]) -> Condition:
    spelling = joined(tokens)
    names = frozenset(token.text.strip("\"'") for token in tokens if token.kind in ("name", "text"))
    program = cel.compile(spelling)
    return Condition(text=text, spelling=spelling, names=names, asked=fields_asked(tokens), program=program)


def _syntax_error(text: str) -> Objection | None:
    try:
        cel.compile(text)
    except ValueError as error:
        return _located(text, str(error))
    return None


def _located(text: str, message: str) -> Objection:
    """CEL reports ``…ERROR: <input>:2:3: Syntax error: what`` (line and column from 1) and then draws it."""
    _, _, rest = message.rpartition("<input>:") if message.count("<input>:") == 1 else message.partition("<input>:")
    line, _, rest = rest.partition(":")
    column, _, reason = rest.partition(":")
    reason = reason.splitlines()[0].strip() if reason.strip() else "cannot be read"
    lines = text.split("\n")
    if "Recursion limit" in reason or not line.isdigit() or not column.isdigit() or int(line) > len(lines):
        return Objection(at=0, message="cannot be read; it is nested too deeply")
    before = sum(len(earlier) + 1 for earlier in lines[: int(line) - 1])
    at = min(before + int(column) - 1, len(text))
    return Objection(at=at, message=reason.split(" expecting {")[0] + _instead(text, at))


def _instead(text: str, at: int) -> str:
    """What to write, where the text trips over one of the usual slips."""
    if re.search(r"\bnot\s+$", text[:at], re.I):
        return f"; {_WORDS}"
    return next((f"; {what}" for slip, what in _SLIPS if slip.match(text, at)), "")


def failure_on_sample(condition: Condition, hours: frozenset[str]) -> str | None:
    """Why the condition fails for a call of which every standard field is known; null: it does not, or the place in a
    list decides."""
    context = seen(_SAMPLE, hours=dict.fromkeys(hours, _ALWAYS_OPEN))
    problem = condition.holds(context).problem
    return problem.removesuffix(_NULL) if problem is not None and problem.endswith(_NULL) else None


def _never_true_or_false(condition: Condition, hours: frozenset[str]) -> tuple[Objection, ...]:
    """A condition that gives a text for a sample call gives one for real calls: ``call.to`` alone, ``caller.tags``."""
    context = seen(_SAMPLE, hours=dict.fromkeys(hours, _ALWAYS_OPEN))
    outcome = _run(condition.program, context, condition.names)
    if isinstance(outcome, Verdict) or outcome is None:
        return ()
    return (Objection(at=0, message=f"gives {_kind(outcome)}, not true or false; compare it with something"),)


def _bad_patterns(tokens: tuple[Token, ...]) -> tuple[Objection, ...]:
    patterns = [
        tokens[i + 2] for i, token in enumerate(tokens[:-2]) if token.text == "matches" and token.kind == "name"
    ]
    return tuple(Objection(at=p.at, message="is not a valid pattern") for p in patterns if not _is_pattern(p.text))


def _is_pattern(literal: str) -> bool:
    try:
        cel.compile(f'"".matches({literal})').execute({})
    except (RuntimeError, TypeError, ValueError):
        return False
    return True


def _run(program: cel.Program, context: cel.Context, names: frozenset[str]) -> object:
    """The value, wrapped as a verdict where it is true or false or could not be had."""
    try:
        value: object = program.execute(context)
    except KeyError as error:
        name = str(error.args[0]).strip("'\"") if error.args else ""
        known = name if name in names else "of that name"
        return Verdict(holds=False, problem=f"there is no field {known}")
    except IndexError:
        return Verdict(holds=False, problem="a list is shorter than the index")
    except ArithmeticError:
        return Verdict(holds=False, problem="the arithmetic has no result")
    except TypeError:
        return Verdict(holds=False, problem=f"compares or combines values of different kinds{_NULL}")
    except Exception:
        return Verdict(holds=False, problem=f"a function does not fit the value it is used on{_NULL}")
    return Verdict(holds=value) if isinstance(value, bool) else value


def _kind(value: object) -> str:
    kinds = {str: "a text", list: "a list", dict: "a mapping", type(None): "null"}
    return kinds.get(type(value), "a number" if isinstance(value, int | float) else "another kind of value")


_SAMPLE = Facts(
    call=CallFacts(
        from_="+15550123",
        to="+15550100",
        country="US",
        language="en",
        stir="A",
        answers=("1",),
        forwarded_from="+15550101",
    ),
    caller=CallerFacts(
        match="one",
        name="A B",
        tier="gold",
        owner="ana",
        stage="customer",
        language="en",
        timezone="Europe/Warsaw",
        company="C",
        email="a@example.com",
        lead_source="web",
        campaign="c",
        external_id="1",
        last="ana",
        tags=("t",),
    ),
)
