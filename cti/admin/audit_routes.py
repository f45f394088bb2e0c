"""``/audit``: who changed what and when, with what was before and what is after. Reads only."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.calls.views import View, iso
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.record.audit import AuditEntry, AuditFilters, AuditSubject, list_audit

MOST = 200
Words = Annotated[str | None, Query(max_length=254)]
_SIDES = ("before", "after")


def change_view(entry: AuditEntry) -> View:
    """One change. ``before`` and ``after``: what differs; null where nothing is kept of it."""
    detail = dict(entry.detail)
    sides = {side: detail.pop(side, None) for side in _SIDES}
    return {
        "id": entry.id,
        "at": iso(entry.at_ms),
        "actor": entry.actor,
        "action": entry.action,
        "detail": detail,
        **sides,
    }


def add_audit_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/audit``."""
    reading = guard.allow(Right.READ_CONFIG)

    @router.get("/audit")
    async def changes(
        about: AuditSubject | None = None,
        actor: Words = None,
        q: Words = None,
        since: AwareDatetime | None = None,
        until: AwareDatetime | None = None,
        before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        who: Identity = reading,
    ) -> View:
        """The newest first; ``q``: a part of what is kept of the change; ``before``: the id that ended the last page.
        Changes of people and tokens are for those who manage them."""
        filters = AuditFilters(
            about=about,
            actor=actor,
            q=q,
            since_ms=_ms(since),
            until_ms=_ms(until),
            people=who.may(Right.MANAGE_USERS),
        )
        page = await list_audit(parts.database, filters, before=before, limit=limit)
        return {"changes": [change_view(entry) for entry in page.entries], "next": page.next}


def _ms(at: datetime | None) -> int | None:
    return None if at is None else round(at.timestamp() * 1000)
