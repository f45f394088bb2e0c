"""What needs care, as a value: the page says it in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cti.calls.views import View, iso

Room = Literal["rules", "reps", "queues", "numbers", "people", "floor"]
MOST = 100
"""Of one kind."""

KINDS = (
    "nobody_on_duty",
    "demand_unmet",
    "condition_failed",
    "example_fails",
    "rule_shadowed",
    "rule_never_matched",
    "queue_unserved",
    "queue_unused",
    "number_without_rule",
    "rep_without_queue",
    "rep_without_calls",
    "rep_without_user",
    "user_without_rep",
    "user_idle",
    "token_ends",
)
"""The most pressing first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at."""

    kind: str
    """One of ``KINDS``."""
    room: Room
    """Where it is mended."""
    subject: str | None = None
    """A name or an id."""
    id: str | int | None = None
    """What to open in that room: an id; of a rule its place from 0."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    since_ms: int | None = None
    people: bool = False
    """Of accounts: for whoever manages them."""


def care_view(findings: Iterable[Finding], *, people: bool) -> View:
    """``counts`` has all of a kind, ``findings`` the first hundred. ``people``: those of accounts too."""
    of_kind: dict[str, list[Finding]] = {}
    for finding in findings:
        if people or not finding.people:
            of_kind.setdefault(finding.kind, []).append(finding)
    kinds = sorted(of_kind, key=KINDS.index)
    shown: Sequence[Finding] = [finding for kind in kinds for finding in of_kind[kind][:MOST]]
    return {
        "findings": [_view(finding) for finding in shown],
        "counts": {kind: len(of_kind[kind]) for kind in kinds},
    }


def _view(finding: Finding) -> View:
    return {
        "kind": finding.kind,
        "subject": finding.subject,
        "detail": dict(finding.detail),
        "since": iso(finding.since_ms),
        "mend": {"room": finding.room, "id": finding.id},
    }
