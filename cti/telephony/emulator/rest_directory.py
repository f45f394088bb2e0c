"""REST: IncomingPhoneNumbers and Applications. Fetch, list, update of where their webhooks go."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request

from cti.telephony.emulator.directory import Listing
from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.paging import page_json
from cti.telephony.emulator.resources import Json, application_json, number_json
from cti.telephony.emulator.rest_answers import (
    RestError,
    exchange_of,
    form_of,
    method_in,
    not_found,
    page_of,
    url_in,
)

router = APIRouter()
_URLS = ("VoiceUrl", "VoiceFallbackUrl", "StatusCallback")
_METHODS = ("VoiceMethod", "VoiceFallbackMethod", "StatusCallbackMethod")


@router.get("/IncomingPhoneNumbers.json")
async def list_numbers(request: Request) -> Json:
    """Every number, by PhoneNumber (whole or the part given) and FriendlyName."""
    exchange = exchange_of(request)
    query = dict(request.query_params)
    asked = page_of(request)
    part, name = query.get("PhoneNumber", "").strip("*"), query.get("FriendlyName")
    return page_json(
        asked,
        "incoming_phone_numbers",
        exchange.directory.numbers(),
        sid=lambda one: one.sid,
        show=lambda one: number_json(one, exchange.account_sid),
        keep=lambda one: part in one.number and name in (None, one.name),
    )


@router.get("/IncomingPhoneNumbers/{sid}.json")
async def fetch_number(request: Request, sid: str) -> Json:
    """One number."""
    exchange = exchange_of(request)
    return number_json(_number(request, exchange, sid), exchange.account_sid)


@router.post("/IncomingPhoneNumbers/{sid}.json")
async def update_number(request: Request, sid: str) -> Json:
    """Sets where a number's webhooks go."""
    exchange = exchange_of(request)
    form = await form_of(request)
    listing = _number(request, exchange, sid)
    urls = _urls(form, listing)
    return number_json(exchange.directory.change_number(listing, form.get("FriendlyName"), urls), exchange.account_sid)


@router.get("/Applications.json")
async def list_applications(request: Request) -> Json:
    """The one application."""
    exchange = exchange_of(request)
    query = dict(request.query_params)
    asked = page_of(request)
    name = query.get("FriendlyName")
    return page_json(
        asked,
        "applications",
        [exchange.directory.application],
        sid=lambda one: one.sid,
        show=lambda one: application_json(one, exchange.account_sid),
        keep=lambda one: name in (None, one.name),
    )


@router.get("/Applications/{sid}.json")
async def fetch_application(request: Request, sid: str) -> Json:
    """The application."""
    exchange = exchange_of(request)
    return application_json(_application(request, exchange, sid), exchange.account_sid)


@router.post("/Applications/{sid}.json")
async def update_application(request: Request, sid: str) -> Json:
    """Sets where the application's webhooks go."""
    exchange = exchange_of(request)
    form = await form_of(request)
    listing = _application(request, exchange, sid)
    urls = _urls(form, listing)
    return application_json(exchange.directory.change_application(form.get("FriendlyName"), urls), exchange.account_sid)


def _number(request: Request, exchange: Exchange, sid: str) -> Listing:
    listing = exchange.directory.number_by_sid(sid)
    if listing is None:
        raise not_found(request)
    return listing


def _application(request: Request, exchange: Exchange, sid: str) -> Listing:
    if sid != exchange.directory.application.sid:
        raise not_found(request)
    return exchange.directory.application


def _urls(form: Mapping[str, str], listing: Listing) -> dict[str, str]:
    """The URL fields that the form sets; an empty value clears one."""
    urls = {name: url_in(form, name, 21402) or "" for name in _URLS if name in form}
    methods = {name: method_in(form, name, code=21403) for name in _METHODS if name in form}
    after = {**listing.urls, **urls}
    if after.get("VoiceFallbackUrl") and not after.get("VoiceUrl"):
        raise RestError(400, 21405, "Cannot set VoiceFallbackUrl without setting VoiceUrl")
    return {**urls, **methods}
