"""REST: Calls. Create. Refuses what Twilio refuses, and aloud what Twilio has and this emulator has not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from fastapi import APIRouter, Request

from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.instructions import CallOut, Fetch, Inline
from cti.telephony.emulator.leg import Leg, VoiceSetup
from cti.telephony.emulator.phone_numbers import e164
from cti.telephony.emulator.resources import Json, call_json
from cti.telephony.emulator.rest_answers import RestError, exchange_of, form_of, invalid, method_in, url_in
from cti.telephony.emulator.rest_calls import TWIML_LIMIT
from cti.telephony.emulator.settings import new_sid
from cti.telephony.emulator.twiml_model import Subscription, Target
from cti.telephony.emulator.verbs import LEG_EVENTS, integer
from cti.telephony.model import CallSid, LegStatus

router = APIRouter()
DEFAULT_TIMEOUT_S = 60
_TIMEOUT = integer(5, 600)
_CARRIED_OUT = frozenset(
    {
        "To",
        "From",
        "Url",
        "Method",
        "Twiml",
        "FallbackUrl",
        "FallbackMethod",
        "Timeout",
        "StatusCallback",
        "StatusCallbackEvent",
        "StatusCallbackMethod",
    }
)


@router.post("/Calls.json", status_code=201)
async def create_call(request: Request) -> Json:
    """Calls an outside number from one of the account's; answered while the call still waits in line."""
    exchange = exchange_of(request)
    form = await form_of(request)
    for name in form.keys() - _CARRIED_OUT:
        raise _not_carried_out(name[:80])
    to, from_ = _called(form, exchange), _shown(form, exchange)
    order = CallOut(then=_document(form), timeout_s=_timeout_s(form))
    number = exchange.directory.number(from_)
    leg = Leg(
        sid=CallSid(new_sid("CA")),
        from_=from_,
        to=to,
        created_at=exchange.now(),
        status=LegStatus.QUEUED,
        direction="outbound-api",
        setup=VoiceSetup(fallback=_fallback(form)),
        progress=_progress(form, [str(one) for one in (await request.form()).getlist("StatusCallbackEvent")]),
        number_sid=number.sid if number else "",
    )
    return call_json(exchange.call_out(leg, order), exchange.account_sid)


def _not_carried_out(what: str) -> RestError:
    return RestError(400, 20001, f"{what} is not carried out by this emulator")


def _called(form: Mapping[str, str], exchange: Exchange) -> str:
    written = form.get("To", "").strip()
    if not written:
        raise RestError(400, 21201, "No 'To' number is specified")
    if written.startswith(("client:", "sip:")):
        raise _not_carried_out("Calling a client or a SIP address")
    number = e164(written)
    if number is None:
        raise RestError(400, 21211, f"The phone number you are attempting to call, {written[:40]}, is not valid.")
    if exchange.directory.number(number) is not None:
        raise _not_carried_out("Calling a number of the account itself")
    return number


def _shown(form: Mapping[str, str], exchange: Exchange) -> str:
    written = form.get("From", "").strip()
    if not written:
        raise RestError(400, 21213, "A 'From' phone number is required")
    number = e164(written)
    if number is None:
        raise RestError(400, 21212, f"From is not a valid phone number: {written[:40]}")
    if exchange.directory.number(number) is None:
        raise RestError(
            400,
            21210,
            f"The source phone number provided, {number}, is not yet verified for your account. You may only make "
            "calls from phone numbers that you've verified or purchased from Twilio.",
        )
    return number


def _document(form: Mapping[str, str]) -> Fetch | Inline:
    """``Url`` goes before ``Twiml``."""
    url, twiml = url_in(form, "Url"), form.get("Twiml", "")
    if url:
        return Fetch(target=Target(url=url, method=method_in(form, "Method")))
    if not twiml:
        raise RestError(400, 21205, "Url parameter is required.")
    if len(twiml) > TWIML_LIMIT:
        raise invalid("Twiml", f"{len(twiml)} characters")
    return Inline(twiml=twiml)


def _timeout_s(form: Mapping[str, str]) -> int:
    """Seconds. Twilio names 600 as the most and no least; fewer than 5 cannot be meant."""
    written = form.get("Timeout", "") or str(DEFAULT_TIMEOUT_S)
    if not _TIMEOUT(written):
        raise RestError(400, 21208, f"Invalid Timeout: {written[:40]}")
    return int(written)


def _fallback(form: Mapping[str, str]) -> Target | None:
    url = url_in(form, "FallbackUrl")
    return Target(url=url, method=method_in(form, "FallbackMethod")) if url else None


def _progress(form: Mapping[str, str], events: Sequence[str]) -> Subscription | None:
    """``StatusCallbackEvent`` is given once for each event; several in one are none."""
    url = url_in(form, "StatusCallback", 21609)
    if url is None:
        return None
    if "_" in (urlsplit(url).hostname or ""):
        raise RestError(400, 21609, f"StatusCallback is not a valid URL: {url[:200]}")
    asked = frozenset(events) - {""}
    if not asked <= set(LEG_EVENTS):
        raise RestError(400, 21626, "One or more of the StatusCallbackEvents provided were invalid")
    target = Target(url=url, method=method_in(form, "StatusCallbackMethod"))
    return Subscription(target=target, events=asked or frozenset({"completed"}))
