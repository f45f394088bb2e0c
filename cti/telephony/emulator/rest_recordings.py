"""REST: Recordings. List (of the account or of one call), fetch, the sound itself, delete."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.paging import page_json
from cti.telephony.emulator.playback import wav
from cti.telephony.emulator.recording import Recording
from cti.telephony.emulator.resources import Json, recording_json
from cti.telephony.emulator.rest_answers import (
    exchange_of,
    not_found,
    page_of,
)

router = APIRouter()


@router.get("/Recordings.json")
async def list_recordings(request: Request) -> Json:
    """Newest first, by CallSid."""
    call_sid = request.query_params.get("CallSid")
    return _page(request, lambda one: call_sid in (None, one.call_sid))


@router.get("/Calls/{call_sid}/Recordings.json")
async def list_recordings_of_call(request: Request, call_sid: str) -> Json:
    """One call's, newest first."""
    if exchange_of(request).legs.get(call_sid) is None:
        raise not_found(request)
    return _page(request, lambda one: one.call_sid == call_sid)


@router.get("/Recordings/{sid}.json")
async def fetch_recording(request: Request, sid: str) -> Json:
    """One recording."""
    exchange = exchange_of(request)
    return _json(exchange, _recording(request, exchange, sid))


@router.delete("/Recordings/{sid}.json", status_code=204)
async def delete_recording(request: Request, sid: str) -> Response:
    """Forgets a recording and its sound."""
    exchange = exchange_of(request)
    exchange.recordings.delete(_recording(request, exchange, sid).sid)
    return Response(status_code=204)


@router.get("/Recordings/{sid}")
@router.get("/Recordings/{sid}.wav")
async def fetch_sound(request: Request, sid: str) -> Response:
    """The sound, as WAV; 404 until the recording has ended. MP3 is not carried out."""
    exchange = exchange_of(request)
    recording = _recording(request, exchange, sid)
    if recording.status != "completed":
        raise not_found(request)
    return Response(wav(recording.duration_s), media_type="audio/x-wav")


def _page(request: Request, keep: Callable[[Recording], bool]) -> Json:
    exchange = exchange_of(request)
    asked = page_of(request)
    return page_json(
        asked,
        "recordings",
        exchange.recordings.newest_first(),
        sid=lambda one: one.sid,
        show=lambda one: _json(exchange, one),
        keep=keep,
    )


def _json(exchange: Exchange, recording: Recording) -> Json:
    return recording_json(recording, exchange.recordings.url(recording), exchange.account_sid)


def _recording(request: Request, exchange: Exchange, sid: str) -> Recording:
    recording = exchange.recordings.by_sid(sid)
    if recording is None:
        raise not_found(request)
    return recording
