"""How the rules fared: when each was taken last, and which conditions failed, from the record of decisions.

Bounded, however many calls there are: one seek of an index for each rule, a count that ends at a limit, and the newest
so many decisions for what failed. Every function is for one read of ``Database`` and raises what it raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from cti.record.tables import DECIDED, call_events, calls, config_activations, config_versions

MOST_COUNTED = 100_000
LOOKED_AT = 20_000
"""Decisions."""
MOST_FAILED = 1_000
MOST_TEXTS = 20
"""Versions of the configuration that are read back."""
_RULES_AT_ONCE = 200
"""Subqueries of one statement."""
_decided = text(DECIDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedDecision:
    """A moment at which conditions could not be evaluated."""

    at_ms: int
    version: int
    """Of the configuration."""
    problems: tuple[str, ...]
    """``rule name: reason``, as the decision recorded them; no personal data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveText:
    """A version that was active, and since when."""

    n: int
    since_ms: int
    text: str


def calls_since(connection: Connection, since_ms: int) -> int:
    """How many calls came; ``MOST_COUNTED`` means so many or more."""
    some = select(calls.c.arrived_ms).where(calls.c.arrived_ms >= since_ms).limit(MOST_COUNTED).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def last_taken(connection: Connection, rules: Sequence[str]) -> dict[str, int]:
    """Rule → when the last call came that it took; without those that never took one."""
    found: dict[str, int] = {}
    for begin in range(0, len(rules), _RULES_AT_ONCE):
        some = rules[begin : begin + _RULES_AT_ONCE]
        last = [select(func.max(calls.c.arrived_ms)).where(calls.c.rule == rule).scalar_subquery() for rule in some]
        row = connection.execute(select(*(each.label(f"r{n}") for n, each in enumerate(last)))).one()
        found |= {rule: at_ms for rule, at_ms in zip(some, row, strict=True) if at_ms is not None}
    return found


def last_asked(connection: Connection, since_ms: int, *, looked_at: int = LOOKED_AT) -> dict[str, int]:
    """The same for rules that ask, which no call keeps as its own: by the newest decisions of the period."""
    newest = select(call_events.c.at_ms, call_events.c.kind, call_events.c.data)
    newest = newest.where(_decided, call_events.c.at_ms >= since_ms).order_by(call_events.c.at_ms.desc())
    some = newest.limit(looked_at).subquery()
    rule = some.c.data["rule"].as_string()
    query = select(rule.label("rule"), func.max(some.c.at_ms).label("at_ms")).where(some.c.kind == "asked")
    return {row.rule: row.at_ms for row in connection.execute(query.group_by(rule))}


def failed_decisions(connection: Connection, since_ms: int, *, looked_at: int = LOOKED_AT) -> list[FailedDecision]:
    """Of the newest decisions of the period, those in which a condition failed; the newest first."""
    newest = select(call_events.c.at_ms, call_events.c.data).where(_decided, call_events.c.at_ms >= since_ms)
    some = newest.order_by(call_events.c.at_ms.desc()).limit(looked_at).subquery()
    failed = some.c.data["problems", 0].as_string().is_not(None)
    query = select(some.c.at_ms, some.c.data).where(failed).order_by(some.c.at_ms.desc()).limit(MOST_FAILED)
    return [_failed(row.at_ms, row.data) for row in connection.execute(query)]


def _failed(at_ms: int, data: Mapping[str, object]) -> FailedDecision:
    problems, version = data.get("problems"), data.get("version")
    return FailedDecision(
        at_ms=at_ms,
        version=version if isinstance(version, int) else 0,
        problems=tuple(map(str, problems)) if isinstance(problems, list) else (),
    )


def active_texts(connection: Connection, since_ms: int) -> list[ActiveText]:
    """The versions that were active in the period, the newest first, no more than so many; the last may have become so
    before it."""
    query = select(config_activations.c.n, config_activations.c.at_ms).order_by(config_activations.c.id.desc())
    chosen: list[tuple[int, int]] = []
    for n, at_ms in connection.execute(query.limit(MOST_TEXTS)):
        chosen.append((n, at_ms))
        if at_ms < since_ms:
            break
    versions = select(config_versions.c.n, config_versions.c.text)
    versions = versions.where(config_versions.c.n.in_({n for n, _ in chosen}))
    texts = {row.n: row.text for row in connection.execute(versions)}
    return [ActiveText(n=n, since_ms=at_ms, text=texts[n]) for n, at_ms in chosen]


def newest_documents(connection: Connection, since_ms: int, *, limit: int) -> list[tuple[str, str]]:
    """(rule that took it, the whole call) of the newest calls of the period."""
    query = select(calls.c.rule, calls.c.doc).where(calls.c.arrived_ms >= since_ms, calls.c.rule.is_not(None))
    rows = connection.execute(query.order_by(calls.c.arrived_ms.desc()).limit(limit))
    return [(row.rule, row.doc) for row in rows]
