"""Twilio as a sender of webhooks: signs with the twilio package's own validator, as the real one does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC_URL = "https://cti.example.com"
ACCOUNT = "AC" + "a" * 32
Fields = Sequence[tuple[str, str]]


def standard_fields(sid: str, **more: str) -> dict[str, str]:
    """What Twilio sends with every request of a call, blanks included."""
    fields = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": "ringing",
        "Called": "+15550100",
        "Caller": "+48600100200",
        "Direction": "inbound",
        "From": "+48600100200",
        "FromCity": "",
        "FromCountry": "PL",
        "To": "+15550100",
        "ToZip": "",
    }
    return fields | more


def signature_of(url: str, fields: Fields, token: str = TOKEN) -> str:
    """As Twilio signs; repeated names allowed."""
    return str(RequestValidator(token).compute_signature(url, ImmutableMultiDict(list(fields))))


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSender:
    """Posts to ``url`` (absolute, under the public URL) through ``client``, whatever address that really has."""

    client: httpx.AsyncClient
    public_url: str = PUBLIC_URL
    token: str = TOKEN

    async def post(
        self, url: str, fields: Mapping[str, str] | Fields, *, idempotency: str | None = None, **headers: str
    ) -> httpx.Response:
        """Signed, with all fields; ``headers`` with underscores for dashes replace what would be sent."""
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        sent = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "X-Twilio-Signature": signature_of(url, pairs, self.token),
        }
        if idempotency:
            sent["I-Twilio-Idempotency-Token"] = idempotency
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        path = url.removeprefix(self.public_url)
        return await self.client.post(path, content=urlencode(pairs), headers=sent)
