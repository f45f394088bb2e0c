"""A decision in sentences, for the admin: all of it. Pure; from the decision's own values."""

from __future__ import annotations

from routing.fit_parts import equal_in, fit_parts
from routing.model import Decision

_PREFER = {
    "taken": "Their preferred rep was free.",
    "waiting": "Held for their preferred rep.",
    "offline": "Their preferred rep is offline.",
    "away": "Their preferred rep is away.",
    "busy": "Their preferred rep was busy.",
    "declined": "Their preferred rep had declined or missed this call.",
    "not_qualified": "Their preferred rep does not have what this call needs.",
    "unknown": "Their preferred rep is not in the configuration.",
}


def sentences(decision: Decision) -> tuple[str, ...]:
    """Everything the claim weighed, for the admin."""
    said = [
        f"{_reps(decision.on_duty)} on duty in {decision.queue}; {decision.qualified} meet the needs;"
        f" {decision.free} free at that moment."
    ]
    said += [f"{count} lack {need}." for need, count in decision.lacking.items() if count > 0]
    if decision.away:
        said.append(f"{decision.away} would qualify but are away or not responding.")
    if decision.declined:
        said.append(f"{decision.declined} passed over: declined or missed this call.")
    if decision.prefer in _PREFER and decision.prefer is not None:
        said.append(_PREFER[decision.prefer])
    said.append(_chosen(decision))
    return tuple(said)


def _chosen(decision: Decision) -> str:
    if decision.chosen is None:
        return "Nobody could take the call: it waits in line."
    how = {
        "preferred": "the preferred rep goes first",
        "only_one": "the only one free",
        "best_fit": "the highest fit",
        "longest_idle": "free the longest",
        "round_robin": "the longest since an offer in this queue",
        "least_occupied": "the least occupied on duty in the last hour",
        "least_flexible": "meets the fewest demands of the configuration",
        "lowest_id": "equal in everything, the lower id",
        "freed": "became free and took the call that was next",
    }.get(decision.how, decision.how)
    tie = f"{_equal(decision)}{how}"
    idle = "" if decision.idle_ms is None else f" Idle for {decision.idle_ms // 1000} s."
    return f"{decision.chosen} was chosen: {tie}.{_fit(decision)}{idle}"


def _equal(decision: Decision) -> str:
    """What a tie was of; a tie in everything says so itself."""
    equal = equal_in(decision)
    if not equal or decision.how == "lowest_id":
        return f"no better than {decision.second}, but " if equal else ""
    return f"no better than {decision.second} by {' and '.join(name.replace('_', ' ') for name in equal)}, but "


def _fit(decision: Decision) -> str:
    """``Fit 11: spanish 2 × 5 + support 4 − 3.``"""
    if decision.fit is None:
        return ""
    parts = [
        f"{part.skill} {part.weight} × {part.level}"
        if part.least is None
        else f"{part.skill} {part.level} − {part.least}"
        for part in fit_parts(decision)
    ]
    return f" Fit {decision.fit}{': ' if parts else ''}{' + '.join(parts)}."


def _reps(count: int) -> str:
    return "1 rep" if count == 1 else f"{count} reps"
