"""A call as its people see it: the desk's events and the API's answers, and its summary row. Pure.

Instants are ISO 8601 in UTC with milliseconds; durations are seconds. Only what a rep may see is in a rep's view.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from crm_adapter.model import Contact
from cti.calls.model import Call, CallState
from cti.calls.why_you import why_you
from routing.model import shallow

View = dict[str, Any]
"""A JSON object on its way out."""


def iso(ms: int | None) -> str | None:
    """``2026-11-22T22:10:39.123Z``; null stays null."""
    if ms is None:
        return None
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def contact_view(contact: Contact, names: Mapping[str, str]) -> View:
    """One contact; ``names``: rep id → name."""
    return {
        **shallow(contact),
        "deals": [shallow(deal) for deal in contact.deals],
        "tickets": [shallow(ticket) for ticket in contact.tickets],
        "interactions": [{**shallow(one), "by": names.get(one.by or "", one.by)} for one in contact.interactions],
        "owner_name": names.get(contact.owner) if contact.owner else None,
    }


def caller_view(call: Call, names: Mapping[str, str]) -> View:
    """Who is calling. A withheld number shows no history."""
    caller = call.caller
    return {
        "match": caller.match,
        "number": caller.number,
        "verified": call.facts.get("stir", "").startswith("TN-Validation-Passed-A"),
        "contacts": [contact_view(contact, names) for contact in caller.contacts],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """What views need to know of the reps."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Rep id → name."""
    languages: Mapping[str, str] = field(default_factory=dict)
    """Rep id → what the rep reads, BCP 47."""


def decision_view(call: Call, staff: Staff) -> View:
    """Why this rep, in the rep's language, as the pop carries it."""
    offer, plan = call.offer, call.plan
    return {
        "rule": plan.rule if plan else None,
        "needs": dict(plan.needs) if plan else {},
        "score": offer.decision.fit if offer else None,
        "reasons": list(why_you(call, staff.languages.get(offer.rep) if offer else None)),
    }


def pop_view(call: Call, staff: Staff) -> View:
    """``screen_pop`` without type and cursor."""
    offer = call.offer
    if offer is None:
        raise ValueError("only an offered call pops")
    return {
        "offer": {"id": offer.id, "expires_at": iso(offer.expires_ms), "made_at": iso(offer.made_ms)},
        "call": {
            "id": call.id,
            "call_sid": call.sid,
            "from": call.from_,
            "to": call.to,
            "queue": call.queue,
            "priority": call.plan.priority if call.plan else 0,
            "waited_s": round((offer.made_ms - call.arrived_ms) / 1000, 1),
            "answers": list(call.answers),
            "callback": callback_view(call),
        },
        "caller": caller_view(call, staff.names),
        "decision": decision_view(call, staff),
    }


def call_view(call: Call, staff: Staff) -> View:
    """The call a rep is on, or wraps up."""
    waited_until = call.answered_ms or (call.offer.made_ms if call.offer else call.since_ms)
    return {
        "id": call.id,
        "call_sid": call.sid,
        "from": call.from_,
        "to": call.to,
        "queue": call.queue,
        "state": call.state,
        "since": iso(call.since_ms),
        "arrived_at": iso(call.arrived_ms),
        "answered_at": iso(call.answered_ms),
        "waited_s": round((waited_until - call.arrived_ms) / 1000, 1),
        "answers": list(call.answers),
        "callback": callback_view(call),
        "offer_id": call.offer.id if call.offer else None,
        "caller": caller_view(call, staff.names),
        "decision": decision_view(call, staff),
        "returning": call.returning,
        "ends_at": iso(call.deadlines.get("wrap_up")),
        "draft": None,
    }


def callback_view(call: Call) -> View | None:
    """The promise to call the caller back; null: none. ``next_at``: when it is tried again."""
    callback = call.callback
    if callback is None:
        return None
    return {
        "why": callback.why,
        "promised_at": iso(callback.promised_ms),
        "tries": callback.tries,
        "answered": callback.answered,
        "next_at": iso(call.deadlines.get("callback")),
    }


def state_view(call: Call) -> View:
    """``call_state`` without type and cursor."""
    return {
        "call_id": call.id,
        "state": CallState.WAITING if call.state is CallState.LATER else call.state,
        "since": iso(call.since_ms),
        "returning": call.returning,
        "callback": callback_view(call),
        "end_reason": call.end_reason,
        "ends_at": iso(call.deadlines.get("wrap_up")),
    }


def summary(call: Call, document: str) -> View:
    """The call's row in SQL (columns of ``cti/record/tables.py:calls``); ``document`` is the call as JSON."""
    rep = call.offer.rep if call.offer and call.state not in _NOT_YET else None
    contact, decided = call.caller.contact, call.plan or call.refusal
    return {
        "id": call.id,
        "sid": call.sid,
        "from_number": call.from_,
        "to_number": call.to,
        "state": call.state,
        "queue": call.queue,
        "rule": decided.rule if decided else None,
        "config_version": decided.version if decided else None,
        "rep": rep,
        "caller_match": call.caller.match,
        "caller_name": contact.name if contact else None,
        "contact_id": contact.id if contact else None,
        "owner": contact.owner if contact else None,
        "arrived_ms": call.arrived_ms,
        "answered_ms": call.answered_ms,
        "ended_ms": call.ended_ms,
        "end_reason": call.end_reason,
        "ended_by": call.ended_by,
        "disposition": call.wrap_up.disposition if call.wrap_up else None,
        "notes": call.wrap_up.notes if call.wrap_up else None,
        "waited_ms": _waited_ms(call),
        "doc": document,
    }


_NOT_YET = frozenset({CallState.ARRIVING, CallState.WAITING, CallState.OFFERED})


def _waited_ms(call: Call) -> int | None:
    until = call.answered_ms or call.ended_ms
    return None if until is None or until < call.arrived_ms else until - call.arrived_ms
