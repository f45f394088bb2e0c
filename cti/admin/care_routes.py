"""``/care``: what needs care, each with where it is mended."""

from __future__ import annotations

from fastapi import APIRouter

from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.admin.care import DAYS, Care
from cti.admin.finding import care_view
from cti.calls.views import View
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts


def add_care_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/care``."""
    reading = guard.allow(Right.READ_CONFIG)
    care = Care(parts)

    @router.get("/care")
    async def what_needs_care(who: Identity = reading) -> View:
        """The most pressing first; those of accounts for admins. ``days``: how far back calls are looked at. Up to five
        seconds old, of the record up to a minute."""
        view = care_view(await care.findings(), people=who.may(Right.MANAGE_USERS))
        version = parts.rules.config.version if parts.rules.loaded else None
        return {**view, "days": DAYS, "version": version}
