"""A call that was, as one of a configuration's own tests: what the rules saw of it, and what they made of it. Pure.

What names a person (name, e-mail address, company, another system's id) is taken in only where the rules look at it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Any

from cti.calls.call_facts import call_facts, caller_facts
from cti.calls.exporting import KEPT
from cti.calls.model import Call
from routing.config import Config
from routing.expectations import Bench, answered
from routing.facts import CALLER_FIELDS, MAX_LIST, MAX_TEXT, CallerFacts, CallFacts, Facts
from routing.plan import Plan

LONGEST_NAME = 200
_CALL = ("from", "to", "country", "language", "stir", "forwarded_from")
_NAMING = ("name", "email", "company", "external_id")
_UNWRITABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_PLAIN_KEY = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """The entry for ``tests:``, and how it fares with the configuration that is active now."""

    test: Mapping[str, Any]
    taken: str
    """The rule that takes such a call now."""
    rule: str
    """The one that took it."""
    complete: bool
    """False: the rep said later who was calling, so that what the rules knew of the caller is not known any more."""


def example_of(
    call: Call, config: Config, *, last: str | None = None, attempts: int = 0, also: Collection[str] = ()
) -> Example | None:
    """Null: the rules have not decided about the call. ``last`` and ``attempts``: what was known of its number when it
    came; ``also``: facts that are wanted though the active rules do not look at them."""
    decided = call.plan or call.refusal
    if decided is None:
        return None
    wanted = _wanted(config, also)
    facts = Facts(
        call=_cut(replace(call_facts(call), language=call.language, attempts=attempts)),
        caller=_caller(call, last, wanted),
    )
    course = answered(config, facts, call.arrived_ms)
    expect: dict[str, Any] = {"rule": decided.rule}
    if call.plan is not None:
        expect["queue"] = call.plan.queue
        rep = _rep(config, course if isinstance(course, Plan) else None, call)
        expect |= {"rep": rep} if rep else {}
    at, caller = _moment(call, config), _caller_entry(facts.caller)
    test = {
        "name": _name(decided.rule, at),
        "call": {**_call_entry(facts.call), "at": at.isoformat(timespec="seconds")},
        **({"caller": caller} if caller else {}),
        "expect": expect,
    }
    return Example(test=test, taken=course.rule, rule=decided.rule, complete=not call.caller.chosen)


def entry_text(test: Mapping[str, Any]) -> str:
    """The entry as it stands under ``tests:``; every text is quoted, so that YAML takes none for something else."""
    name, *others = test.items()
    lines = [f"  - {name[0]}: {_flow(name[1])}", *(f"    {key}: {_flow(value)}" for key, value in others)]
    return "\n".join(lines) + "\n"


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if _PLAIN_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def _rep(config: Config, plan: Plan | None, call: Call) -> str | None:
    """Who was asked first, where it is who would be with everybody available and idle alike: what a test can say."""
    asked = [*call.rang[:1]]
    if plan is None or not asked:
        return None
    first = Bench(tuple(config.reps.values())).first_choice(plan)
    return first if first == asked[0] else None


def _moment(call: Call, config: Config) -> datetime:
    """The arrival, by the clock of the opening hours where there are some."""
    zone: tzinfo = next((hours.zone for hours in config.hours.values()), UTC)
    return datetime.fromtimestamp(call.arrived_ms // 1000, zone)


def _name(rule: str, at: datetime) -> str:
    when = at.strftime(" (%Y-%m-%d %H:%M:%S)")
    return rule[: LONGEST_NAME - len(when)] + when


def _call_entry(facts: CallFacts) -> dict[str, Any]:
    texts = {name: getattr(facts, "from_" if name == "from" else name) for name in _CALL}
    entry: dict[str, Any] = {name: text for name, text in texts.items() if text}
    entry |= {"answers": list(facts.answers)} if facts.answers else {}
    entry |= {"attempts": facts.attempts} if facts.attempts else {}
    return entry


def _cut(facts: CallFacts) -> CallFacts:
    """As long as a test may have it, and a condition sees it."""
    return replace(
        facts,
        from_=_clean(facts.from_),
        to=_clean(facts.to),
        country=_clean(facts.country),
        language=_clean(facts.language),
        stir=_clean(facts.stir),
        forwarded_from=_clean(facts.forwarded_from),
        answers=_all_clean(facts.answers),
    )


def _all_clean(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(clean for text in islice(texts, MAX_LIST) if (clean := _clean(text)) is not None)


def _clean(text: str | None) -> str | None:
    """Without what no configuration file may hold; null where nothing is left."""
    kept = (" " if unicodedata.category(char) in _UNWRITABLE else char for char in (text or "")[:MAX_TEXT])
    return "".join(kept).strip() or None


def _wanted(config: Config, also: Collection[str]) -> frozenset[str] | None:
    """The facts that the rules look at, in conditions and in what they need; null: any."""
    if config.asked is None:
        return None
    needed = {what.fact for _, route in config.routes for what in route.wanted}
    return config.asked | needed | frozenset(also)


def _caller(call: Call, last: str | None, wanted: Collection[str] | None) -> CallerFacts:
    if call.caller.chosen:
        return CallerFacts.none()
    found = caller_facts(call.caller)
    named = [name for name in _NAMING if wanted is None or f"caller.{name}" in wanted]
    texts = {name: _clean(getattr(found, name)) for name in (*KEPT, *named)}
    custom = {
        name: _clean(text)
        for name, text in found.fields.items()
        if name not in CALLER_FIELDS and (wanted is None or f"caller.{name}" in wanted)
    }
    known: dict[str, Any] = {name: text for name, text in {**texts, "last": last}.items() if text}
    return CallerFacts(
        **known, tags=_all_clean(found.tags), fields={name: text for name, text in custom.items() if text}
    )


def _caller_entry(facts: CallerFacts) -> dict[str, Any]:
    """Nothing for a caller whom nobody knows: what a test takes for granted."""
    names = [name for name in (*_NAMING, *KEPT) if name != "match" and getattr(facts, name)]
    entry: dict[str, Any] = {name: getattr(facts, name) for name in names}
    entry |= {"tags": list(facts.tags)} if facts.tags else {}
    entry |= facts.fields
    if facts.match != ("one" if entry else "none"):
        return {"match": facts.match, **entry}
    return entry
