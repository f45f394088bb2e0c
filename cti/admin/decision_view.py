"""One decision for whoever asks how it came about: what was asked, who fell out for what, the fit by part, ties. Pure.

From the decision's own values: neither the floor nor a configuration is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from cti.calls.explain import sentences
from cti.calls.rules import EXTRAS
from cti.calls.views import View
from routing.fit_parts import equal_in, fit_parts
from routing.model import Decision, SkillName, shallow

_ELSEWHERE = frozenset({"demand", "version", "served", "needs", "prefers", "team"})
"""Of a decision's fields: a hash, the version of the demand table, and what stands under ``demand``."""


def decision_view(decision: Decision) -> View:
    """``demand``: null where an earlier release did not record it. ``tie``: null where the first that the strategy
    compares decided."""
    figures = {name: value for name, value in shallow(decision).items() if name not in _ELSEWHERE}
    return {
        **figures,
        "levels": dict(decision.levels),
        "lacking": dict(decision.lacking),
        "demand": _demand(decision),
        "fit_parts": [asdict(part) for part in fit_parts(decision)],
        "tie": _tie(decision),
        "skills_of_version": decision.version // EXTRAS or None,
        "reasons": list(sentences(decision)),
    }


def _demand(decision: Decision) -> View | None:
    if not decision.served:
        return None
    return {
        "queues": list(decision.queues),
        "needs": _named(decision.needs),
        "prefers": _named(decision.prefers),
        "team": decision.team,
        "strategy": decision.strategy,
    }


def _named(pairs: Iterable[tuple[SkillName, int]]) -> dict[str, int]:
    return {str(skill): number for skill, number in pairs}


def _tie(decision: Decision) -> View | None:
    equal = equal_in(decision)
    return {"with": decision.second, "equal_in": list(equal), "broken_by": decision.how} if equal else None
