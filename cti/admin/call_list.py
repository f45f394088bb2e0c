"""Calls as lists and floors show them, and how open calls in Redis and rows in SQL become one list. Pure.

Redis is ahead of SQL by up to a second: an open call is as Redis says, and is listed before SQL has heard of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from cti.calls.model import Call
from cti.calls.views import View, callback_view, iso, summary
from cti.desk.views import past_call_view
from cti.record.call_model import CallFilters, CallPage, RecordedCall, place_of, read_place
from routing.model import CallId, QueueId, RepState


def listed_view(call: RecordedCall) -> View:
    """One line of the list."""
    more = {"state": call.state, "rep": call.rep, "rule": call.rule, "end_reason": call.end_reason}
    return {**past_call_view(call), **more}


def detail_view(call: RecordedCall) -> View:
    """The same, and what belongs to one call alone."""
    return {
        **listed_view(call),
        "call_sid": call.sid,
        "config_version": call.config_version,
        "caller_match": call.caller_match,
        "contact_id": call.contact_id,
        "ended_by": call.ended_by,
        "notes": call.notes,
        "waited_s": None if call.waited_ms is None else round(call.waited_ms / 1000, 1),
    }


def as_recorded(call: Call) -> RecordedCall:
    """An open call as the row that SQL will have."""
    row = summary(call, "")
    return RecordedCall(**{name: row[name] for name in RecordedCall.__slots__})


def merge_page(page: CallPage, open_calls: Iterable[Call], filters: CallFilters, cursor: str | None) -> CallPage:
    """The page with its open calls as they are now, and with those that SQL does not know yet."""
    known = {call.id: as_recorded(call) for call in open_calls}
    rows = {call.id: call for call in page.calls} | {
        id_: call for id_, call in known.items() if _lies_on(call, page, cursor)
    }
    shown = [call for id_, call in rows.items() if id_ not in known or _fits(call, filters)]
    shown.sort(key=lambda call: (call.arrived_ms, call.id), reverse=True)
    return CallPage(calls=tuple(shown), next=page.next)


def _lies_on(call: RecordedCall, page: CallPage, cursor: str | None) -> bool:
    """Between the cursor that was asked about and the page's end."""
    place = read_place(place_of(call))
    if cursor is not None and place >= read_place(cursor):
        return False
    return page.next is None or place >= read_place(page.next)


def _fits(call: RecordedCall, filters: CallFilters) -> bool:
    exact = (
        (filters.state, call.state),
        (filters.rep, call.rep),
        (filters.queue, call.queue),
        (filters.rule, call.rule),
        (filters.outcome, call.end_reason),
    )
    if any(wanted is not None and wanted != found for wanted, found in exact):
        return False
    began = filters.since_ms is None or filters.since_ms <= call.arrived_ms
    return began and (filters.until_ms is None or call.arrived_ms < filters.until_ms) and _mentions(call, filters.q)


def _mentions(call: RecordedCall, words: str | None) -> bool:
    """As SQL looks: a call's id, or part of the caller's name or of either number."""
    words = (words or "").strip()
    if not words or words in {call.id, call.sid} or words.casefold() in (call.caller_name or "").casefold():
        return True
    digits = "".join(filter(str.isdigit, words))
    if len(digits) < 3 or any(map(str.isalpha, words)):
        return False
    return digits in call.from_number or digits in call.to_number


def floor_view(
    reps: Iterable[RepState],
    calls: Sequence[Call],
    queues: Mapping[QueueId, tuple[int, int | None]],
    names: Mapping[str, str],
    short: Collection[CallId],
) -> View:
    """Everybody and everything, now. ``queues``: id → (waiting, arrival of the oldest in ms); ``short``: calls that
    nobody on duty could ever take."""
    lacking = Counter(call.queue for call in calls if call.id in short)
    return {
        "reps": [rep_view(rep, names) for rep in reps],
        "calls": [{**floor_call_view(call), "short_staffed": call.id in short} for call in calls],
        "queues": [
            {"id": id_, "waiting": n, "longest_since": iso(ms), "short_staffed": lacking[id_]}
            for id_, (n, ms) in queues.items()
        ],
    }


def rep_view(rep: RepState, names: Mapping[str, str]) -> View:
    """One rep on the floor."""
    return {
        "id": rep.rep,
        "name": names.get(rep.rep, rep.rep),
        "status": rep.status,
        "since": iso(rep.since_ms),
        "connected": rep.connected,
        "reason": rep.reason,
        "next_status": rep.next_status,
        "call": rep.call,
    }


def floor_call_view(call: Call) -> View:
    """One open call. ``rep``: who is asked, or has it; ``callback``: null unless the caller is called back."""
    contact = call.caller.contact
    return {
        "id": call.id,
        "from": call.from_,
        "to": call.to,
        "caller_name": contact.name if contact else None,
        "queue": call.queue,
        "state": call.state,
        "since": iso(call.since_ms),
        "arrived_at": iso(call.arrived_ms),
        "rep": call.offer.rep if call.offer else None,
        "callback": callback_view(call),
    }
