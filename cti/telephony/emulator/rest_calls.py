"""REST: Calls. Fetch, list, update."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request

from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.instructions import Fetch, Inline, Instructions
from cti.telephony.emulator.leg import Leg
from cti.telephony.emulator.paging import page_json
from cti.telephony.emulator.resources import Json, call_json
from cti.telephony.emulator.rest_answers import (
    RestError,
    exchange_of,
    form_of,
    invalid,
    method_in,
    not_found,
    page_of,
    url_in,
)
from cti.telephony.emulator.twiml_model import Target
from cti.telephony.model import CallSid, LegStatus

router = APIRouter()
TWIML_LIMIT = 4000
_NOT_IN_PROGRESS = "Call is not in-progress. Cannot redirect."
_STATUSES = frozenset(status.value for status in LegStatus)


@router.get("/Calls.json")
async def list_calls(request: Request) -> Json:
    """Newest first, by Status, From, To, ParentCallSid, StartTime and EndTime."""
    exchange = exchange_of(request)
    query = dict(request.query_params)
    asked = page_of(request)
    keep = _Filter(query)
    return page_json(
        asked,
        "calls",
        exchange.legs.newest_first(),
        sid=lambda leg: leg.sid,
        show=lambda leg: call_json(leg, exchange.account_sid),
        keep=keep,
    )


@router.get("/Calls/{sid}.json")
async def fetch_call(request: Request, sid: str) -> Json:
    """One call."""
    exchange = exchange_of(request)
    return call_json(_leg(request, exchange, sid), exchange.account_sid)


@router.post("/Calls/{sid}.json")
async def update_call(request: Request, sid: str) -> Json:
    """Redirects a call in progress (``Url`` or ``Twiml``) or ends it (``Status``)."""
    exchange = exchange_of(request)
    form = await form_of(request)
    leg = _leg(request, exchange, sid)
    status = form.get("Status", "")
    if status not in {"", "completed", "canceled"}:
        raise invalid("Status", status)
    instructions = _instructions(form)
    fallback, status_callback = _further_urls(form)
    if leg.over or (instructions and leg.status is not LegStatus.IN_PROGRESS):
        raise RestError(400, 21220, _NOT_IN_PROGRESS)
    if instructions and leg.parent_sid:
        raise RestError(400, 21220, f"{_NOT_IN_PROGRESS} Moving a leg that was dialled is not carried out here.")
    exchange.set_urls(leg.sid, fallback=fallback, status_callback=status_callback)
    if instructions:
        exchange.redirect(leg.sid, instructions)
    elif status == "completed" or (status == "canceled" and leg.status is not LegStatus.IN_PROGRESS):
        exchange.hang_up(leg.sid, f"{status} by REST")
    return call_json(exchange.legs.get(leg.sid) or leg, exchange.account_sid)


def _leg(request: Request, exchange: Exchange, sid: str) -> Leg:
    leg = exchange.legs.get(CallSid(sid))
    if leg is None:
        raise not_found(request)
    return leg


def _instructions(form: Mapping[str, str]) -> Instructions | None:
    url = url_in(form, "Url")
    twiml = form.get("Twiml", "")
    if url and twiml:
        raise RestError(400, 20001, "Url and Twiml are mutually exclusive")
    if len(twiml) > TWIML_LIMIT:
        raise invalid("Twiml", f"{len(twiml)} characters")
    if twiml:
        return Inline(twiml=twiml)
    if "Url" in form and not url:
        raise RestError(400, 21205, "Url is not a valid URL: ")
    return Fetch(target=Target(url=url, method=method_in(form, "Method"))) if url else None


def _further_urls(form: Mapping[str, str]) -> tuple[Target | None, Target | None]:
    fallback = url_in(form, "FallbackUrl")
    status_callback = url_in(form, "StatusCallback")
    return (
        Target(url=fallback, method=method_in(form, "FallbackMethod")) if fallback else None,
        Target(url=status_callback, method=method_in(form, "StatusCallbackMethod")) if status_callback else None,
    )


class _Filter:
    """Which legs a list asks for."""

    def __init__(self, query: Mapping[str, str]) -> None:
        if query.get("Status", "queued") not in _STATUSES:
            raise invalid("Status", query["Status"])
        self._words = {name: query[name] for name in ("Status", "From", "To", "ParentCallSid") if name in query}
        self._spans = [_Span(name, query) for name in ("StartTime", "EndTime")]

    def __call__(self, leg: Leg) -> bool:
        has = {"Status": leg.status.value, "From": leg.from_, "To": leg.to, "ParentCallSid": leg.parent_sid}
        if any(has[name] != value for name, value in self._words.items()):
            return False
        return all(span.holds(at) for span, at in zip(self._spans, (leg.created_at, leg.ended_at), strict=True))


class _Span:
    """``StartTime=`` a day, ``StartTime<=`` until and ``StartTime>=`` from an instant, or the like with EndTime."""

    def __init__(self, name: str, query: Mapping[str, str]) -> None:
        self._day = _instant(name, query.get(name))
        self._until = _instant(name, query.get(f"{name}<"))
        self._since = _instant(name, query.get(f"{name}>"))

    def holds(self, at: datetime | None) -> bool:
        """True when the instant lies within."""
        if self._day is None and self._until is None and self._since is None:
            return True
        if at is None:
            return False
        if self._day is not None and not self._day <= at < self._day + timedelta(days=1):
            return False
        return (self._until is None or at <= self._until) and (self._since is None or at >= self._since)


def _instant(name: str, value: str | None) -> datetime | None:
    if not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise invalid(name, value) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
