"""What a rep's desk shows and what a rep may ask of the floor, whoever carries it: HTTP or the socket.

Decides nothing about calls. Guarantees that matches which a status brings are taken up at once.
"""

from __future__ import annotations

import structlog

from cti.calls.events import WrapUpSkipped
from cti.calls.step import Verdict
from cti.calls.views import View, iso
from cti.desk.cursors import Cursor
from cti.desk.feed import DeskState, Feed
from cti.desk.parts import DeskParts
from cti.desk.views import presence_view, snapshot_event, taken_call, work_view
from cti.record.drafts import Draft
from cti.record.errors import RecordUnavailable
from routing.model import CallId, RepId, RepState, RepStatus

log = structlog.get_logger()

_ASIDE = frozenset({RepStatus.AWAY, RepStatus.OFFLINE})


class Desk:
    """Every rep's desk, in one worker."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self.feed = Feed(parts.redis, site=parts.site)

    async def overview(self, rep: RepId | None) -> View:
        """Presence, work and queues for ``/me``; all null for somebody who takes no calls."""
        if rep is None:
            nothing = dict.fromkeys(("status", "since", "connected", "next_status", "reason", "offer", "call"))
            return {**nothing, "queues": []}
        desk = await self.feed.read(rep)
        work = work_view(desk, self._parts.rules.staff(), await self._draft(desk))
        return {**presence_view(desk.rep), **work, "queues": await self._queues(rep)}

    async def snapshot(self, rep: RepId, *, after: Cursor | None) -> tuple[DeskState, str]:
        """The desk at one moment, and as an event."""
        desk = await self.feed.read(rep, after=after)
        draft = None if desk.continues else await self._draft(desk)
        return desk, snapshot_event(desk, self._parts.rules.staff(), draft)

    async def set_status(self, rep: RepId, wanted: RepStatus, reason: str | None) -> View:
        """What the rep asks to be; what the rep then is."""
        if wanted is not RepStatus.AVAILABLE or not await self._skip_wrap_up(rep):
            matches = await self._parts.matcher.set_status(rep, wanted, reason=reason)
            await self._parts.conductor.take_up(matches)
        return presence_view(await self._presence(rep))

    async def ended_as(self, rep: RepId, offer: str) -> str | None:
        """How an offer to this rep ended, as told to the desk; null when that is not known any more."""
        for told in await self.feed.newest(rep, 50):
            event = told.event()
            if event["type"] == "offer_ended" and event["offer_id"] == offer:
                return str(event["outcome"])
        return None

    async def _skip_wrap_up(self, rep: RepId) -> bool:
        """Available during after-call work ends the call as well. True: the rep is free, whatever came next."""
        desk = await self.feed.read(rep)
        if desk.rep.status is not RepStatus.WRAP_UP or desk.rep.call is None:
            return False
        told = await self._parts.conductor.tell(CallId(desk.rep.call), WrapUpSkipped(rep=rep))
        return told.verdict is Verdict.DONE and (await self._presence(rep)).status not in _ASIDE

    async def _presence(self, rep: RepId) -> RepState:
        return (await self.feed.read(rep)).rep

    async def _draft(self, desk: DeskState) -> Draft | None:
        """What was typed so far; null also while SQL is down, for a desk must open without it."""
        call = taken_call(desk)
        if call is None:
            return None
        try:
            return await self._parts.drafts.get(call.id, desk.rep.rep)
        except RecordUnavailable:
            log.warning("draft_not_read", call=call.id)
            return None

    async def _queues(self, rep: RepId) -> list[View]:
        """The queues that the rep serves."""
        if not self._parts.rules.loaded:
            return []
        config = self._parts.rules.config
        known = config.reps.get(rep)
        mine = [queue for queue in config.queues if known is not None and known.serves(queue)]
        counts = await self._parts.matcher.waiting_counts(mine)
        return [{"id": queue, "waiting": waiting, "longest_since": iso(ms)} for queue, (waiting, ms) in counts.items()]
