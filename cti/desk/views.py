"""A rep's desk as JSON: what ``/me``, snapshots and events carry. Pure."""

from __future__ import annotations

from functools import lru_cache

import orjson

from cti.calls.model import Call, CallState
from cti.calls.views import Staff, View, call_view, iso, pop_view
from cti.desk.cursors import Cursor
from cti.desk.feed import DeskState, Told
from cti.record.call_model import MissedCall, RecordedCall
from cti.record.drafts import Draft, UnfiledDraft
from routing.model import RepState

KEPT = 256
"""Events of the last second or so, on a worker with 1,000 desks."""
_TAKEN = frozenset({CallState.CONNECTING, CallState.TALKING, CallState.WRAP_UP})


def presence_view(rep: RepState) -> View:
    """``rep_status`` without type and cursor."""
    return {
        "status": rep.status,
        "since": iso(rep.since_ms),
        "connected": rep.connected,
        "next_status": rep.next_status,
        "reason": rep.reason,
    }


def taken_call(desk: DeskState) -> Call | None:
    """The call that the rep is on, or wraps up."""
    return desk.call if desk.call is not None and desk.call.state in _TAKEN else None


def work_view(desk: DeskState, staff: Staff, draft: Draft | None) -> View:
    """``offer`` and ``call``, null where there is none."""
    offered = desk.call if desk.call is not None and desk.call.state is CallState.OFFERED else None
    call = taken_call(desk)
    shown = None if call is None else call_view(call, staff)
    if shown is not None and draft is not None:
        shown["draft"] = {"disposition": draft.disposition, "notes": draft.notes}
    return {"offer": None if offered is None else pop_view(offered, staff), "call": shown}


def snapshot_event(desk: DeskState, staff: Staff, draft: Draft | None) -> str:
    """The desk as an event; its cursor is that of the last event that it contains."""
    rep = desk.rep
    event = {
        "type": "snapshot",
        "cursor": str(desk.cursor),
        "rep": {"id": rep.rep, "name": staff.names.get(rep.rep, rep.rep), **presence_view(rep)},
        **work_view(desk, staff, draft),
    }
    return orjson.dumps(event).decode()


def hello_event(now_ms: int) -> str:
    """Opens each connection. Nothing can be continued from it: it has no cursor of its own."""
    return orjson.dumps({"type": "hello", "cursor": None, "server_time": iso(now_ms)}).decode()


@lru_cache(maxsize=KEPT)
def told_event(told: Told, epoch: str) -> tuple[View, str]:
    """An event as it goes out, as an object (to be read only) and as text: with its cursor, instants in ISO 8601. Made
    once for all the tabs of a rep."""
    event = told.event()
    if isinstance(event.get("since"), int | float):
        event["since"] = iso(int(event["since"]))
    event["cursor"] = str(Cursor(epoch=epoch, id=told.id))
    return event, orjson.dumps(event).decode()


def past_call_view(call: RecordedCall) -> View:
    """One line of a rep's calls."""
    return {
        "id": call.id,
        "from": call.from_number,
        "to": call.to_number,
        "caller_name": call.caller_name,
        "queue": call.queue,
        "arrived_at": iso(call.arrived_ms),
        "answered_at": iso(call.answered_ms),
        "ended_at": iso(call.ended_ms),
        "outcome": call.end_reason,
        "disposition": call.disposition,
        "missed": False,
    }


def missed_call_view(missed: MissedCall) -> View:
    """One offer that passed by."""
    shown = past_call_view(missed.call)
    return {**shown, "answered_at": None, "outcome": missed.outcome, "disposition": None, "missed": True}


def unfiled_view(draft: UnfiledDraft) -> View:
    """A form that waits to be filed."""
    return {
        "call_id": draft.call_id,
        "from": draft.from_number,
        "caller_name": draft.caller_name,
        "state": draft.state,
        "ended_at": iso(draft.ended_ms),
        "saved_at": iso(draft.saved_ms),
        "disposition": draft.disposition,
        "notes": draft.notes,
    }
