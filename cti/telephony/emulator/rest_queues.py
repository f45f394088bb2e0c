"""REST: Queues and their Members. Fetch, list, resize."""

from __future__ import annotations

from fastapi import APIRouter, Request

from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.line_queue import LineQueue
from cti.telephony.emulator.paging import page_json
from cti.telephony.emulator.resources import Json, member_json, queue_json
from cti.telephony.emulator.rest_answers import (
    exchange_of,
    form_of,
    invalid,
    not_found,
    page_of,
)
from cti.telephony.emulator.verbs import integer

router = APIRouter()
_SIZE = integer(1, 5000)


@router.get("/Queues.json")
async def list_queues(request: Request) -> Json:
    """Every queue."""
    exchange = exchange_of(request)
    asked = page_of(request)
    return page_json(
        asked,
        "queues",
        exchange.queues.all(),
        sid=lambda one: one.sid,
        show=lambda one: queue_json(one, exchange.account_sid),
    )


@router.get("/Queues/{sid}.json")
async def fetch_queue(request: Request, sid: str) -> Json:
    """One queue."""
    exchange = exchange_of(request)
    return queue_json(_queue(request, exchange, sid), exchange.account_sid)


@router.post("/Queues/{sid}.json")
async def update_queue(request: Request, sid: str) -> Json:
    """Another ``MaxSize``, 1 to 5,000."""
    exchange = exchange_of(request)
    form = await form_of(request)
    queue = _queue(request, exchange, sid)
    size = form.get("MaxSize", str(queue.max_size))
    if not _SIZE(size):
        raise invalid("MaxSize", size)
    return queue_json(exchange.queues.resize(sid, int(size)) or queue, exchange.account_sid)


@router.get("/Queues/{sid}/Members.json")
async def list_members(request: Request, sid: str) -> Json:
    """Who waits, first in line first."""
    exchange = exchange_of(request)
    queue = _queue(request, exchange, sid)
    asked = page_of(request)
    return page_json(
        asked,
        "queue_members",
        queue.members,
        sid=lambda one: one.call_sid,
        show=lambda one: member_json(queue, one, exchange.now(), exchange.account_sid),
    )


@router.get("/Queues/{sid}/Members/{who}.json")
async def fetch_member(request: Request, sid: str, who: str) -> Json:
    """One who waits, by call sid, or ``Front``."""
    exchange = exchange_of(request)
    queue = _queue(request, exchange, sid)
    for at, member in enumerate(queue.members):
        if member.call_sid == who or (who == "Front" and at == 0):
            return member_json(queue, member, exchange.now(), exchange.account_sid)
    raise not_found(request)


def _queue(request: Request, exchange: Exchange, sid: str) -> LineQueue:
    queue = exchange.queues.by_sid(sid)
    if queue is None:
        raise not_found(request)
    return queue
