"""What needs care in the rules, by how they fared: never taken, taken away by another, failed. Pure.

A rule is judged for the time since it stands in the configuration, no longer than the period; one that the others can
do without (the last, unconditional one) is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cti.admin.finding import Finding
from cti.calls import codec
from cti.calls.call_facts import call_facts, caller_facts
from cti.calls.errors import UnreadableCall
from cti.calls.views import iso
from cti.record.rule_figures import LOOKED_AT, MOST_COUNTED, MOST_FAILED, ActiveText, FailedDecision
from routing.conditions import Condition, seen
from routing.config import Config, Rule
from routing.facts import Facts
from routing.planner import lists_of
from routing.shadowing import shadowed

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRecord:
    """What the record says of a period."""

    since_ms: int
    taken: Mapping[str, int]
    """Rule → when it was last taken, ever; of rules that only ask: in the period."""
    failed: Sequence[FailedDecision] = ()
    texts: Sequence[ActiveText] = ()
    """The versions that were active, the newest first."""
    documents: Sequence[tuple[str, str]] = ()
    """(rule that took it, the call) of the newest calls."""
    calls: Mapping[int, int] = field(default_factory=dict)
    """Since when → how many calls came, for each rule's own time; see ``ages``."""


def conditional(config: Config) -> list[tuple[int, Rule]]:
    """The rules that are judged, by place."""
    return [(place, rule) for place, rule in enumerate(config.rules) if rule.when is not None]


def ages(config: Config, record: RuleRecord) -> dict[str, int]:
    """Rule → since when it stands in the configuration, or the period's begin where that is later. By the texts alone:
    reading so many configurations would take seconds."""
    found: dict[str, int] = {}
    for _, rule in conditional(config):
        since_ms = record.since_ms
        for text in record.texts:
            if rule.name not in text.text:
                break
            since_ms = text.since_ms
        found[rule.name] = max(since_ms, record.since_ms)
    return found


def of_rules(config: Config, record: RuleRecord, now_ms: int) -> tuple[Finding, ...]:
    """Failed conditions, shadowed rules, and those that were never taken."""
    return (*_failed(config, record), *_idle(config, record, now_ms))


def _idle(config: Config, record: RuleRecord, now_ms: int) -> Iterator[Finding]:
    never = [(place, rule) for place, rule in conditional(config) if record.taken.get(rule.name, 0) < record.since_ms]
    by_text, by_calls, since = shadowed(config.rules), _takers(config, record, never), ages(config, record)
    for place, rule in never:
        since_ms, takers = since[rule.name], by_calls.get(place) or Counter()
        calls = record.calls.get(since_ms, 0)
        detail = {
            "calls": calls,
            "at_least": calls >= MOST_COUNTED,
            "days": max(1, round((now_ms - since_ms) / DAY_MS)),
            "last_at": iso(record.taken.get(rule.name)),
        }
        taker = by_text.get(place, takers.most_common(1)[0][0] if takers else None)
        if taker is not None:
            by = {"by": config.rules[taker].name, "by_id": taker, "always": place in by_text, "took": takers[taker]}
            yield _finding("rule_shadowed", rule, place, {**detail, **by}, since_ms)
        elif calls:
            yield _finding("rule_never_matched", rule, place, detail, since_ms)


def _finding(kind: str, rule: Rule, place: int, detail: Mapping[str, object], since_ms: int) -> Finding:
    return Finding(kind=kind, subject=rule.name, room="rules", id=place, detail=detail, since_ms=since_ms)


def _takers(config: Config, record: RuleRecord, never: Sequence[tuple[int, Rule]]) -> dict[int, Counter[int]]:
    """Rule → which earlier ones took the calls, of the newest, that it would have."""
    places = {rule.name: place for place, rule in enumerate(config.rules)}
    wanting = [(place, rule.when) for place, rule in never if rule.when is not None]
    found: dict[int, Counter[int]] = {}
    for taken_by, document in record.documents if wanting else ():
        taker = places.get(taken_by)
        if taker is None or taker > wanting[-1][0]:
            continue
        for place in _holding(config, document, wanting):
            if taker < place:
                found.setdefault(place, Counter())[taker] += 1
    return found


def _holding(config: Config, document: str, wanting: Sequence[tuple[int, Condition]]) -> Iterator[int]:
    """Whose conditions hold of that call, as far as its record says what was known; whom the rep named later, the rules
    did not know."""
    try:
        call = codec.load(document)
    except UnreadableCall:
        return
    if call.caller.chosen:
        return
    facts = Facts(call=replace(call_facts(call), language=call.language), caller=caller_facts(call.caller))
    facts = replace(facts, call=replace(facts.call, lists=lists_of(config, facts)))
    context = seen(facts, config.asked, hours=config.hours, now_ms=call.arrived_ms)
    yield from (place for place, when in wanting if when.holds(context).holds)


def _failed(config: Config, record: RuleRecord) -> Iterator[Finding]:
    """By rule and reason; what failed before the condition was changed is mended."""
    texts = {text.n: text.text for text in record.texts}
    found: dict[tuple[int, str], list[int]] = {}
    for decision in record.failed:
        for problem in decision.problems:
            place = _rule_of(config, problem)
            if place is not None and _still_says(config.rules[place], texts.get(decision.version, "")):
                message = problem.removeprefix(f"{config.rules[place].name}: ")
                found.setdefault((place, message), []).append(decision.at_ms)
    for (place, message), moments in sorted(found.items()):
        detail = {
            "message": message,
            "count": len(moments),
            "at_least": len(record.failed) >= MOST_FAILED,
            "looked_at": LOOKED_AT,
            "last_at": iso(max(moments)),
        }
        yield _finding("condition_failed", config.rules[place], place, detail, min(moments))


def _rule_of(config: Config, problem: str) -> int | None:
    """The longest name counts: one may begin with another."""
    named = (place for place, rule in enumerate(config.rules) if problem.startswith(f"{rule.name}: "))
    return max(named, key=lambda place: len(config.rules[place].name), default=None)


def _still_says(rule: Rule, text: str) -> bool:
    return bool(text) and (rule.when is None or rule.when.text.strip() in text)
