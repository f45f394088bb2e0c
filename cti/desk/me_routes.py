"""A person's own things: who they are, their status, password, softphone and calls."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Query, Request

from cti.accounts.model import Changed, Identity, Limited, Refused, Rejected
from cti.accounts.roles import Right
from cti.calls.views import View, iso
from cti.desk.bodies import NewPassword, WantedStatus
from cti.desk.desk import Desk
from cti.desk.guard import Cookie, Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem, invalid
from cti.desk.session_routes import address_of, whoami
from cti.desk.views import missed_call_view, past_call_view, unfiled_view
from cti.record.drafts import FILED_KEPT_MS
from cti.telephony.voice_token import TTL_S
from routing.config import AwayReason
from routing.model import RepId, RepStatus

MOST_CALLS = 200
LINE_LOST = "softphone"
"""Said by a desk whose softphone has no line."""


def add_me_routes(router: APIRouter, parts: DeskParts, guard: Guard, desk: Desk) -> None:
    """``/me`` and what is below it."""
    add_own_routes(router, parts, guard, desk)
    add_rep_routes(router, parts, guard, desk)


def add_own_routes(router: APIRouter, parts: DeskParts, guard: Guard, desk: Desk) -> None:
    """For whoever is logged in."""
    anybody = guard.allow(None)

    @router.get("/me")
    async def me(who: Identity = anybody) -> View:
        shown = {**whoami(who, parts.rules.names()), **(await desk.overview(RepId(who.rep) if who.rep else None))}
        kinds = parts.rules.config.dispositions if parts.rules.loaded else ()
        reasons = _away_reasons(parts)
        return {
            **shown,
            "rights": sorted(right for right in Right if who.may(right)),
            "server_time": iso(parts.clock.now_ms()),
            "simulated": parts.settings.simulated,
            "dispositions": [{"id": one.id, "label": one.label} for one in kinds],
            "away_reasons": None if reasons is None else [{"id": one.id, "label": one.label} for one in reasons],
        }

    @router.put("/me/password", status_code=204)
    async def change_password(request: Request, body: NewPassword, who: Identity = anybody) -> None:
        shown = guard.shown(request)
        session = shown.session if isinstance(shown, Cookie) else None
        match await parts.accounts.change_password(
            who, current=body.current, new=body.new, address=address_of(request, parts), session=session
        ):
            case Refused():
                raise Problem(403, "The current password is wrong.")
            case Limited(retry_after_s=seconds):
                raise Problem(429, "Too many attempts.", headers={"Retry-After": str(seconds)})
            case Rejected(field=field, reason=reason):
                raise invalid("new" if field == "password" else field, reason)
            case Changed():
                return


def add_rep_routes(router: APIRouter, parts: DeskParts, guard: Guard, desk: Desk) -> None:
    """For whoever takes calls."""
    allowed = guard.allow_rep()

    @router.put("/me/status")
    async def set_status(body: WantedStatus, rep: RepId = allowed) -> View:
        if body.status == "away" and body.reason is not None:
            _check_reason(body.reason, _away_reasons(parts))
        return await desk.set_status(rep, RepStatus(body.status), body.reason)

    @router.post("/me/voice-token")
    async def voice_token(rep: RepId = allowed) -> View:
        emulated = parts.settings.simulated
        expires_ms = parts.clock.now_ms() + TTL_S * 1000
        shown = {"token": parts.voice_tokens.make(rep, ttl_s=TTL_S), "expires_at": iso(expires_ms)}
        if not emulated:
            return {"provider": "twilio", **shown}
        return {"provider": "emulator", "url": parts.settings.emulator_url, **shown}

    @router.get("/me/drafts")
    async def my_drafts(rep: RepId = allowed) -> View:
        """What was typed and not filed, as long as it may be; the newest first."""
        since_ms = parts.clock.now_ms() - FILED_KEPT_MS
        return {"drafts": [unfiled_view(draft) for draft in await parts.drafts.unfiled(rep, since_ms=since_ms)]}

    @router.get("/me/calls")
    async def my_calls(limit: int = Query(50, ge=1, le=MOST_CALLS), rep: RepId = allowed) -> View:
        """The newest first, those that passed by among them."""
        taken = await parts.recorded.calls_of_rep(rep, limit=limit)
        missed = await parts.recorded.missed_of_rep(rep, limit=limit)
        dated = [(call.arrived_ms, past_call_view(call)) for call in taken]
        dated += [(one.call.arrived_ms, missed_call_view(one)) for one in missed]
        dated.sort(key=lambda each: each[0], reverse=True)
        return {"calls": [shown for _, shown in dated[:limit]]}


def _away_reasons(parts: DeskParts) -> Sequence[AwayReason] | None:
    """Null: whatever a rep writes."""
    return parts.rules.config.away_reasons if parts.rules.loaded else None


def _check_reason(reason: str, known: Sequence[AwayReason] | None) -> None:
    if known is None or reason == LINE_LOST or any(reason == one.id for one in known):
        return
    ids = ", ".join(one.id for one in known)
    raise invalid("reason", f"not one of the configuration's away reasons: {ids}")
