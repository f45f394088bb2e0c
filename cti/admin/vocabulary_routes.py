"""``/config/vocabulary``: what to complete while a rule is written."""

from __future__ import annotations

from fastapi import APIRouter

from crm_adapter.sql_values import values_seen
from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.admin.kept import Kept
from cti.admin.vocabulary import vocabulary_view
from cti.calls.views import View
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts

KEPT_S = 30.0


def add_vocabulary_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/config/vocabulary``."""
    reading = guard.allow(Right.READ_CONFIG)
    seen = Kept(lambda: parts.database.read(values_seen), for_s=KEPT_S)

    @router.get("/config/vocabulary")
    async def vocabulary(_: Identity = reading) -> View:
        """Names of the active configuration, and each field that conditions see with its ``type`` (text, number, list,
        truth) and the values it has, the most frequent first."""
        return vocabulary_view(parts.rules.config if parts.rules.loaded else None, await seen.get())
