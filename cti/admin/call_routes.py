"""The floor as it is now, calls of every day, and one call with all that was decided about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime

from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.admin.call_list import as_recorded, detail_view, floor_view, listed_view, merge_page
from cti.admin.short_staffed import short_staffed
from cti.admin.timeline import decisions_view, timeline_view
from cti.calls.model import Call, CallState
from cti.calls.views import View
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import not_found
from cti.record.call_model import CallFilters
from cti.record.calls import LIST_LIMIT
from routing.model import CallId, RepId, RepState, RepStatus

Id = Annotated[str, Path(max_length=64)]
Words = Annotated[str | None, Query(max_length=200)]


def add_call_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/floor`` and ``/calls``."""
    watching, reading = guard.allow(Right.WATCH_FLOOR), guard.allow(Right.READ_CALLS)

    @router.get("/floor")
    async def floor(_: Identity = watching) -> View:
        queues = tuple(parts.rules.config.queues) if parts.rules.loaded else ()
        counts = await parts.matcher.waiting_counts(queues)
        calls = await _open_calls(parts)
        short = await short_staffed(parts.matcher, calls)
        return floor_view(await _reps(parts), calls, counts, parts.rules.names(), short)

    @router.get("/calls")
    async def list_calls(
        state: CallState | None = None,
        rep: Words = None,
        queue: Words = None,
        q: Words = None,
        rule: Words = None,
        outcome: Words = None,
        since: AwareDatetime | None = None,
        until: AwareDatetime | None = None,
        cursor: Words = None,
        limit: int = Query(50, ge=1, le=LIST_LIMIT),
        _: Identity = reading,
    ) -> View:
        """The newest first. ``q``: a part of the caller's name or of a number, or a call's id; ``outcome``: why it
        ended; ``since``, ``until``: when it arrived, the second left out."""
        period = {"since_ms": _ms(since), "until_ms": _ms(until)}
        filters = CallFilters(state=state, rep=rep, queue=queue, q=q, rule=rule, outcome=outcome, **period)
        page = await parts.recorded.list_calls(filters, cursor=cursor, limit=limit)
        page = merge_page(page, await _open_calls(parts), filters, cursor)
        return {"calls": [listed_view(call) for call in page.calls], "next": page.next}

    @router.get("/calls/{call_id}")
    async def call_detail(call_id: Id, _: Identity = reading) -> View:
        held = await parts.calls.load(CallId(call_id))
        call = as_recorded(held.call) if held else await parts.recorded.call(call_id)
        if call is None:
            raise not_found()
        entries = await parts.recorded.timeline(call_id)
        timeline = timeline_view(entries, parts.rules.names())
        return {"call": detail_view(call), "timeline": timeline, "decisions": decisions_view(entries)}


def _ms(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp() * 1000)


async def _open_calls(parts: DeskParts) -> tuple[Call, ...]:
    ids = await parts.calls.open_ids()
    return tuple(held.call for held in await parts.calls.load_many(ids)) if ids else ()


async def _reps(parts: DeskParts) -> list[RepState]:
    """Everybody of the active configuration, also those whom the floor has never seen."""
    seen = {state.rep: state for state in await parts.matcher.reps()}
    config = parts.rules.config.reps if parts.rules.loaded else {}
    return [seen.get(rep) or _never_seen(parts, rep) for rep in sorted({*seen, *config})]


def _never_seen(parts: DeskParts, rep: RepId) -> RepState:
    return RepState(rep=rep, status=RepStatus.OFFLINE, since_ms=parts.clock.now_ms(), connected=False)
