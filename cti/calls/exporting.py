"""A recorded call as a line for simulations, with nothing that says who it was. Pure.

What stays: when it came, what the rules may know of callers in general, who was asked, how long each thing took. What
goes: numbers, names, e-mail addresses, companies, ids of other systems, notes. In place of the number stands another
of the same country: the same for all calls of one caller in one file, and made from a key that is thrown away.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cti.calls.call_facts import call_facts, caller_facts
from cti.calls.model import Call, EndReason
from cti.record.call_model import CallExport, TimelineEntry

KEPT = ("match", "tier", "owner", "stage", "language", "timezone", "lead_source", "campaign", "last")
"""Standard fields of a caller that name nobody."""
GAVE_UP = frozenset({EndReason.ABANDONED})
_FREED = frozenset({"filed", "wrap_up_skipped", "wrap_up_over"})
_COUNTRY_DIGITS = 4
Pseudonym = Callable[[str | None], str | None]


def pseudonyms(key: bytes) -> Pseudonym:
    """A number → another, of the same country and length."""

    def made(number: str | None) -> str | None:
        if number is None or len(number) <= _COUNTRY_DIGITS:
            return None
        digest = hmac.new(key, number.encode(), hashlib.sha256).digest()
        digits = str(int.from_bytes(digest[:8], "big"))
        return number[:_COUNTRY_DIGITS] + digits[-(len(number) - _COUNTRY_DIGITS) :]

    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the export keeps beside the standard fields."""

    began_ms: int
    """The begin of the recording."""
    fields: frozenset[str] | None = frozenset()
    """Custom fields of callers that rules look at, and that somebody has said may be kept; null: all."""

    def keeps(self, field: str) -> bool:
        """Whether that custom field may be kept."""
        return self.fields is None or field in self.fields


def exported(call: Call, each: CallExport, rules: Rules, number: Pseudonym) -> dict[str, Any] | None:
    """The line; null for a call that never looked for a rep, or is not over."""
    happened = _Happened.of(each.timeline)
    if happened.routed_ms is None or call.ended_ms is None or call.plan is None:
        return None
    about, caller = call_facts(call), caller_facts(call.caller)
    if call.caller.number is not None:
        about = replace(about, attempts=each.attempts)
        caller = replace(caller, last=each.last)
    row: dict[str, Any] = {
        "at_s": _s(call.arrived_ms - rules.began_ms),
        "class": call.plan.rule,
        "call": _without_nulls(
            {
                "from": number(about.from_),
                "to": about.to,
                "country": about.country,
                "language": call.language or about.language,
                "stir": about.stir,
                "answers": list(about.answers) or None,
                "attempts": about.attempts or None,
            }
        ),
        "caller": _without_nulls(
            {
                **{name: getattr(caller, name) for name in KEPT},
                "tags": list(caller.tags) or None,
                "fields": {key: value for key, value in caller.fields.items() if rules.keeps(key)} or None,
            }
        ),
        "routed_s": _s(happened.routed_ms - call.arrived_ms),
        "waited_s": _s((call.answered_ms or call.ended_ms) - call.arrived_ms),
        "gave_up": call.answered_ms is None and call.end_reason in GAVE_UP,
        "offers": happened.offers(call.answered_ms),
    }
    if call.answered_ms is not None:
        row["talk_s"] = _s(call.ended_ms - call.answered_ms)
        if happened.freed_ms is not None:
            row["wrap_up_s"] = _s(happened.freed_ms - call.ended_ms)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Happened:
    """What the time line says."""

    routed_ms: int | None
    freed_ms: int | None
    offered: Sequence[tuple[str, int, int | None, str | None]]
    """Rep, made, ended, and as what."""

    @staticmethod
    def of(timeline: Iterable[TimelineEntry]) -> _Happened:
        routed_ms = freed_ms = None
        offered: list[tuple[str, int, int | None, str | None]] = []
        for each in timeline:
            if each.kind == "routed" and routed_ms is None:
                routed_ms = each.at_ms
            elif each.kind == "offered":
                offered.append((str(each.data["rep"]), each.at_ms, None, None))
            elif each.kind == "offer_ended" and offered:
                rep, made_ms, _, _ = offered[-1]
                offered[-1] = (rep, made_ms, each.at_ms, str(each.data["outcome"]))
            elif each.kind in _FREED and freed_ms is None:
                freed_ms = each.at_ms
        return _Happened(routed_ms=routed_ms, freed_ms=freed_ms, offered=offered)

    def offers(self, answered_ms: int | None) -> list[dict[str, object]]:
        """Those that were answered, declined or missed, or whose caller left; others ended by us."""
        found: list[dict[str, object]] = []
        for rep, made_ms, ended_ms, outcome in self.offered:
            if ended_ms is not None and outcome in _OUTCOMES:
                found.append({"rep": rep, "s": _s(ended_ms - made_ms), "outcome": _OUTCOMES[outcome]})
            elif ended_ms is None:
                after_ms = 0 if answered_ms is None else answered_ms - made_ms
                found.append({"rep": rep, "s": _s(after_ms), "outcome": "left" if answered_ms is None else "answered"})
        return found


_OUTCOMES = {
    "declined": "declined",
    "vanished": "declined",
    "expired": "missed",
    "softphone": "missed",
    "caller_left": "left",
}


def _s(ms: int) -> float:
    return max(0, ms) / 1000.0


def _without_nulls(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}
