"""REST: Conferences and their Participants. Fetch, list, update, remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from cti.telephony.emulator.announcement import announce
from cti.telephony.emulator.conference import Conference, Participant
from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.paging import page_json
from cti.telephony.emulator.resources import Json, conference_json, participant_json
from cti.telephony.emulator.rest_answers import (
    exchange_of,
    flag_in,
    form_of,
    invalid,
    method_in,
    not_found,
    page_of,
    url_in,
)
from cti.telephony.emulator.twiml_model import Target

router = APIRouter()
_STATUSES = frozenset({"init", "in-progress", "completed"})


@router.get("/Conferences.json")
async def list_conferences(request: Request) -> Json:
    """Newest first, by Status and FriendlyName."""
    exchange = exchange_of(request)
    query = dict(request.query_params)
    asked = page_of(request)
    status, name = query.get("Status"), query.get("FriendlyName")
    if status is not None and status not in _STATUSES:
        raise invalid("Status", status)
    return page_json(
        asked,
        "conferences",
        exchange.conferences.newest_first(),
        sid=lambda one: one.sid,
        show=lambda one: conference_json(one, exchange.account_sid),
        keep=lambda one: status in (None, one.status) and name in (None, one.name),
    )


@router.get("/Conferences/{sid}.json")
async def fetch_conference(request: Request, sid: str) -> Json:
    """One conference, by sid only."""
    exchange = exchange_of(request)
    return conference_json(_conference(request, exchange.conferences.by_sid(sid)), exchange.account_sid)


@router.post("/Conferences/{sid}.json")
async def update_conference(request: Request, sid: str) -> Json:
    """Ends a conference, or announces to everybody in it."""
    exchange = exchange_of(request)
    form = await form_of(request)
    conference = _conference(request, exchange.conferences.by_sid(sid))
    if form.get("Status", "completed") != "completed":
        raise invalid("Status", form["Status"])
    target = _announcement(form)
    if target is not None and not conference.over:
        announce(exchange, conference, None, target)
    if "Status" in form:
        conference = exchange.conferences.finish(conference.sid)
    return conference_json(conference, exchange.account_sid)


@router.get("/Conferences/{key}/Participants.json")
async def list_participants(request: Request, key: str) -> Json:
    """Who is in; the conference by sid or, while it lives, by name."""
    exchange = exchange_of(request)
    query = dict(request.query_params)
    conference = _conference(request, exchange.conferences.by_sid_or_name(key))
    asked = page_of(request)
    wanted = {name: flag_in(query, name) for name in ("Muted", "Hold")}
    return page_json(
        asked,
        "participants",
        conference.participants,
        sid=lambda one: one.call_sid,
        show=lambda one: participant_json(conference, one, exchange.account_sid),
        keep=lambda one: wanted["Muted"] in (None, one.muted) and wanted["Hold"] in (None, one.hold),
    )


@router.get("/Conferences/{key}/Participants/{who}.json")
async def fetch_participant(request: Request, key: str, who: str) -> Json:
    """One participant, by call sid or label."""
    exchange = exchange_of(request)
    conference, participant = _participant(request, exchange, key, who)
    return participant_json(conference, participant, exchange.account_sid)


@router.post("/Conferences/{key}/Participants/{who}.json")
async def update_participant(request: Request, key: str, who: str) -> Json:
    """Mutes, holds, announces to, or changes whether leaving ends the conference."""
    exchange = exchange_of(request)
    form = await form_of(request)
    conference, participant = _participant(request, exchange, key, who)
    changed = _changed(participant, form)
    target = _announcement(form)
    changed = exchange.conferences.modify(conference.sid, changed)
    if target is not None:
        announce(exchange, conference, participant.call_sid, target)
    return participant_json(conference, changed, exchange.account_sid)


@router.delete("/Conferences/{key}/Participants/{who}.json")
async def remove_participant(request: Request, key: str, who: str) -> Response:
    """Puts a participant out; its document goes on after ``<Dial>``."""
    exchange = exchange_of(request)
    conference, participant = _participant(request, exchange, key, who)
    exchange.conferences.kick(conference.sid, participant.call_sid)
    return Response(status_code=204)


def _conference(request: Request, found: Conference | None) -> Conference:
    if found is None:
        raise not_found(request)
    return found


def _participant(request: Request, exchange: Exchange, key: str, who: str) -> tuple[Conference, Participant]:
    conference = _conference(request, exchange.conferences.by_sid_or_name(key))
    participant = conference.find(who)
    if participant is None:
        raise not_found(request)
    return conference, participant


def _changed(participant: Participant, form: Mapping[str, str]) -> Participant:
    muted, hold, ends = (flag_in(form, name) for name in ("Muted", "Hold", "EndConferenceOnExit"))
    music = url_in(form, "HoldUrl")
    hold_music = Target(url=music, method=method_in(form, "HoldMethod", "GET")) if music else participant.hold_music
    return replace(
        participant,
        muted=participant.muted if muted is None else muted,
        hold=participant.hold if hold is None else hold,
        end_on_exit=participant.end_on_exit if ends is None else ends,
        hold_music=hold_music,
    )


def _announcement(form: Mapping[str, str]) -> Target | None:
    url = url_in(form, "AnnounceUrl")
    return Target(url=url, method=method_in(form, "AnnounceMethod")) if url else None
