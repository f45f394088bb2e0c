"""``/emulator``: calls made by hand or by a test, faults, the journal. Not Twilio's; for this machine.

Never obeys a page of another origin: JSON only, and a browser's Origin must be this server's own.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import HTTPConnection

from cti.telephony.emulator.call_view import call_view
from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.faults import FaultPlan, Faults
from cti.telephony.emulator.journal import Journal
from cti.telephony.emulator.leg import Leg
from cti.telephony.emulator.resources import Json
from cti.telephony.emulator.rest_answers import exchange_of
from cti.telephony.emulator.settings import EmulatorSettings, is_loopback
from cti.telephony.model import CallSid


def is_own_page(connection: HTTPConnection) -> bool:
    """True for programs, and for pages that this server has served. On loopback the Host must say so too: a name that
    somebody else points at this machine is not ours."""
    settings: EmulatorSettings = connection.app.state.settings
    host = connection.headers.get("host", "")
    if not settings.allow_remote and not is_loopback(urlsplit(f"//{host}").hostname or ""):
        return False
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host


def require_own_page(request: Request) -> None:
    """403 for a page of another origin."""
    if not is_own_page(request):
        raise HTTPException(403, "another origin")


router = APIRouter(prefix="/emulator", dependencies=[Depends(require_own_page)])


class NewCall(BaseModel):
    """Who calls which line."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(alias="from")
    to: str


@router.get("/setup")
async def setup(request: Request) -> Json:
    """What the telephone page needs: the lines and the sample callers."""
    settings: EmulatorSettings = request.app.state.settings
    return {
        "lines": [{"label": one.label or one.number, "number": one.number} for one in settings.numbers],
        "sample_callers": [{"label": one.label, "number": one.number} for one in settings.sample_callers],
    }


@router.post("/calls", status_code=201)
async def place_call(request: Request, call: NewCall) -> Json:
    """Somebody dials; 404 when the account has no such number."""
    leg = exchange_of(request).place_call(call.from_, call.to)
    if leg is None:
        raise HTTPException(404, "the account has no such number")
    return {"call_sid": leg.sid}


@router.get("/calls")
async def list_calls(request: Request) -> Json:
    """Every leg, newest first."""
    exchange = exchange_of(request)
    return {"calls": [_view(exchange, leg) for leg in exchange.legs.newest_first()]}


@router.get("/calls/{sid}")
async def fetch_call(request: Request, sid: str) -> Json:
    """One leg, and what it heard."""
    exchange = exchange_of(request)
    leg = exchange.legs.get(CallSid(sid))
    if leg is None:
        raise HTTPException(404, "no such call")
    return _view(exchange, leg)


@router.post("/calls/{sid}/hangup")
async def hang_up(request: Request, sid: str) -> Json:
    """The person with this leg hangs up, or declines it while it rings; harmless when it is over. 409 while the number
    waits to be dialled."""
    exchange = exchange_of(request)
    if exchange.legs.get(CallSid(sid)) is None:
        raise HTTPException(404, "no such call")
    if not exchange.put_down(CallSid(sid), "the caller hung up"):
        raise HTTPException(409, "the number was not dialled yet")
    return await fetch_call(request, sid)


@router.get("/faults")
async def fetch_faults(request: Request) -> FaultPlan:
    """The plan in force."""
    faults: Faults = request.app.state.faults
    return faults.plan


@router.put("/faults")
async def set_faults(request: Request, plan: FaultPlan) -> FaultPlan:
    """What goes wrong from now on; an empty object ends all faults."""
    faults: Faults = request.app.state.faults
    faults.follow(plan)
    return faults.plan


@router.get("/requests")
async def requests(request: Request) -> Json:
    """The last 1,000 webhooks sent and REST requests got, oldest first."""
    journal: Journal = request.app.state.journal
    return {
        "requests": [
            {
                "kind": entry.kind,
                "at_ms": entry.at_ms,
                "method": entry.method,
                "url": entry.url,
                "fields": dict(entry.fields),
                "status": entry.status,
                "code": entry.code,
                "token": entry.token,
                "faults": list(entry.faults),
            }
            for entry in journal.entries()
        ]
    }


def _view(exchange: Exchange, leg: Leg) -> Json:
    return call_view(leg, exchange.conferences.of(leg))
