"""Recorded calls as values. Instants are ms since the Unix epoch, by Redis' clock."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from cti.record.errors import BadCursor

ATTEMPTS_OF_MS = 86_400_000
"""How far back a caller's attempts count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCall:
    """A call's row as of its last transition; see ``tables.calls``."""

    id: str
    sid: str
    from_number: str
    to_number: str
    state: str
    queue: str | None
    rule: str | None
    config_version: int | None
    rep: str | None
    caller_match: str | None
    caller_name: str | None
    contact_id: str | None
    arrived_ms: int
    answered_ms: int | None
    ended_ms: int | None
    end_reason: str | None
    ended_by: str | None
    disposition: str | None
    notes: str | None
    waited_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One thing that happened to a call."""

    epoch: int
    seq: int
    at_ms: int
    kind: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallExport:
    """A call with all that is recorded of it, and what was known of its number when it came."""

    document: str
    timeline: tuple[TimelineEntry, ...]
    last: str | None
    """Who had last spoken with the number."""
    attempts: int
    """How often the number had called in vain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedCall:
    """A call that a rep was offered and did not take, or whose caller is this rep's customer and got nobody."""

    call: RecordedCall
    at_ms: int
    """When the offer ended, or the call."""
    outcome: str
    """The offer's, or why the call ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCall:
    """A call that has not ended, as its last transition left it."""

    id: str
    epoch: int
    seq: int
    doc: str
    """The whole call as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilters:
    """All that is given must hold."""

    state: str | None = None
    rep: str | None = None
    queue: str | None = None
    q: str | None = None
    """Part of the caller's name or of a number, or a call's id or CallSid."""
    rule: str | None = None
    outcome: str | None = None
    """Why it ended."""
    since_ms: int | None = None
    until_ms: int | None = None
    """It arrived from the one on and before the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPage:
    """One page of a list."""

    calls: tuple[RecordedCall, ...]
    next: str | None
    """The cursor of the next page; null at the end."""


def place_of(call: RecordedCall) -> str:
    """The cursor that goes on behind this call."""
    return base64.urlsafe_b64encode(f"{call.arrived_ms}:{call.id}".encode()).decode().rstrip("=")


def read_place(cursor: str) -> tuple[int, str]:
    """Arrival and id from a cursor. Raises BadCursor."""
    try:
        decoded = base64.b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        arrived, _, call_id = decoded.partition(":")
        arrived_ms = int(arrived)
    except (ValueError, binascii.Error) as error:
        raise BadCursor("not a cursor of this list") from error
    if not call_id or "\0" in call_id or abs(arrived_ms) >= 2**63:
        raise BadCursor("not a cursor of this list")
    return arrived_ms, call_id
