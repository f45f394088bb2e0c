"""A request of Twilio's, read, verified and parsed. Refuses with BadRequest before anything else has looked at it.

In this order: too large 413, unsigned 403, not a form 400, wrongly signed 403, without the identifiers that Twilio
always sends 400. At most 64 KiB are ever held.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from cti.calls.model import call_id_of
from cti.telephony.model import CallSid
from routing.model import CallId
from webhooks.errors import BadRequest
from webhooks.forms import parse_form
from webhooks.signature import SignatureCheck

MOST_BYTES = 64 * 1024
LONGEST_TEXT = 128
"""Characters of a number, an identity or a word that are looked at."""

_FORM = "application/x-www-form-urlencoded"
_ACCOUNT_SID = re.compile("AC[0-9a-fA-F]{32}")
_CALL_SID = re.compile("CA[0-9a-fA-F]{32}")
_CALL_ID = re.compile("c[0-9a-f]{32}")
_NUMBER = re.compile("[0-9]{1,15}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioRequest:
    """What Twilio said. Of repeated names the first counts."""

    path: str
    """Raw path and query, as signed."""
    query: Mapping[str, str]
    """What we wrote into the URL; Twilio's signature vouches for it."""
    fields: Mapping[str, str]
    token: str | None
    """``I-Twilio-Idempotency-Token``: the same on each delivery of one request."""

    def text(self, name: str) -> str:
        """A field without control characters, at most 128 characters; empty where it is missing."""
        return _CONTROL.sub("", self.fields.get(name, ""))[:LONGEST_TEXT].strip()

    def number(self, name: str) -> int | None:
        """A field that is a whole number; null where it is missing or something else."""
        found = _NUMBER.fullmatch(self.fields.get(name, ""))
        return int(found[0]) if found else None

    def leg(self, name: str = "CallSid") -> CallSid | None:
        """A field that names a leg; null where it is missing or something else."""
        found = _CALL_SID.fullmatch(self.fields.get(name, ""))
        return CallSid(found[0]) if found else None

    def this_leg(self) -> CallSid:
        """The leg that asks. Raises BadRequest where it or the account is not named."""
        leg = self.leg()
        if leg is None or not _ACCOUNT_SID.fullmatch(self.fields.get("AccountSid", "")):
            raise BadRequest(400, "AccountSid or CallSid is not one")
        return leg

    def call(self) -> CallId:
        """The call that the URL names. Raises BadRequest."""
        found = _CALL_ID.fullmatch(self.query.get("call", ""))
        if found is None:
            raise BadRequest(400, "no call in the URL")
        return CallId(found[0])

    def callers_call(self) -> CallId:
        """The call that the URL names, asked about by its own caller's leg. Raises BadRequest."""
        call = self.call()
        if call_id_of(self.this_leg()) != call and not self.is_dialled:
            raise BadRequest(400, "another leg's URL")
        return call

    @property
    def is_dialled(self) -> bool:
        """The leg is one that we dialled: a caller who is called back."""
        return self.text("Direction") == "outbound-api"

    def asked_number(self, name: str) -> int:
        """A whole number in the URL. Raises BadRequest."""
        found = _NUMBER.fullmatch(self.query.get(name, ""))
        if found is None:
            raise BadRequest(400, f"no {name} in the URL")
        return int(found[0])


async def read_request(request: Request, signature: SignatureCheck) -> TwilioRequest:
    """Raises BadRequest."""
    body = await _read_body(request)
    signed_with = request.headers.get("x-twilio-signature")
    if not signed_with:
        raise BadRequest(403, "unsigned")
    fields = _fields(request, body)
    path, query = _raw_path(request), request.scope["query_string"]
    if not signature.accepts(path, query, fields, signed_with, body):
        raise BadRequest(403, "wrongly signed")
    return TwilioRequest(
        path=(path + b"?" + query if query else path).decode("latin-1"),
        query=_firsts(parse_form(query)),
        fields=_firsts(fields),
        token=request.headers.get("i-twilio-idempotency-token") or None,
    )


async def _read_body(request: Request) -> bytes:
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said[:9]) > MOST_BYTES:
        raise BadRequest(413, "too large")
    chunks: list[bytes] = []
    length = 0
    try:
        async for chunk in request.stream():
            length += len(chunk)
            if length > MOST_BYTES:
                raise BadRequest(413, "too large")
            chunks.append(chunk)
    except ClientDisconnect:
        raise BadRequest(400, "gone before it was read") from None
    return b"".join(chunks)


def _fields(request: Request, body: bytes) -> list[tuple[str, str]]:
    if not body:
        return []
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        raise BadRequest(400, "not a form")
    return parse_form(body)


def _raw_path(request: Request) -> bytes:
    """As it came. A server that does not keep it has only the unescaped path; ours needs no escapes."""
    raw: bytes | None = request.scope.get("raw_path")
    return raw if raw is not None else request.scope["path"].encode()


def _firsts(fields: list[tuple[str, str]]) -> dict[str, str]:
    return dict(reversed(fields))
