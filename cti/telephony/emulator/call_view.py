"""A leg as the control API and the telephone page show it. Pure."""

from __future__ import annotations

from datetime import datetime

from cti.telephony.emulator.conference import Conference
from cti.telephony.emulator.leg import Heard, Leg
from cti.telephony.emulator.resources import Json


def call_view(leg: Leg, conference: Conference | None) -> Json:
    """Everything a person with this leg could know; ``conference`` is the one it is in."""
    peers = [one.call_sid for one in conference.participants if one.call_sid != leg.sid] if conference else []
    return {
        "sid": leg.sid,
        "status": leg.status.value,
        "direction": leg.direction,
        "from": leg.from_,
        "to": leg.to,
        "params": dict(leg.params),
        "place": leg.place,
        "queue": leg.queue or None,
        "conference": conference.name if conference else None,
        "conference_peers": peers,
        "parent": leg.parent_sid or None,
        "dialled": leg.dialled or None,
        "bridged": leg.bridged,
        "recording": leg.recording or None,
        "listening": list(leg.listening),
        "heard": [heard_view(line) for line in leg.heard],
        "errors": list(leg.errors),
        "started_at": _iso(leg.created_at),
        "answered_at": _iso(leg.answered_at),
        "ended_at": _iso(leg.ended_at),
        "ended_reason": leg.ended_reason or None,
    }


def heard_view(line: Heard) -> Json:
    """One line of the transcript."""
    return {"at": _iso(line.at), "text": line.text, "kind": line.kind.value, "language": line.language}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None
