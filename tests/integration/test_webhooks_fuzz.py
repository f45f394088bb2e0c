"""Whatever is signed and sent to any route: an answer that Twilio understands, never a 500."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from xml.etree import ElementTree

import httpx
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.calls_by_hand import ARRIVED_MS, CallsByHand, a_sid
from tests.support.twilio_requests import ACCOUNT, PUBLIC_URL, TOKEN, TwilioSender
from webhooks.ports import Answered, Entry, New
from webhooks.router import create_webhooks
from webhooks.signature import SignatureCheck
from webhooks.urls import Urls

URLS = Urls(public_url=PUBLIC_URL)
CALL = "c" + a_sid(1)[2:]
ROUTES = [
    URLS.voice(),
    URLS.fallback(),
    URLS.status(),
    URLS.rep(),
    URLS.wait(CALL, ARRIVED_MS, 1),
    URLS.queue_action(CALL),
    URLS.join(CALL, 1),
    URLS.dial_action(CALL, "caller"),
    URLS.dial_action(CALL, "rep"),
    URLS.conference_events(CALL),
    URLS.conference_wait(),
    URLS.announce(),
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
NAMES = [
    *("CallSid", "AccountSid", "From", "To", "CallStatus", "SequenceNumber", "QueueResult", "StatusCallbackEvent"),
    *("ConferenceSid", "ReasonParticipantLeft", "CallSidEndingConference", "offer_id", "ErrorUrl", "StirVerstat"),
]
SENSIBLE = st.sampled_from(
    [a_sid(1), a_sid(2), ACCOUNT, "client:ana", "completed", "leave", "participant-join", "conference-end", "7", "o1-1"]
)
FIELDS = st.lists(st.tuples(st.sampled_from(NAMES) | TEXT, SENSIBLE | TEXT), max_size=12)


@dataclass
class LedgerInMemory:
    """Remembers, and has nobody wait."""

    texts: dict[str, str] = field(default_factory=dict)

    async def begin(self, key: str) -> Entry:
        return Answered(text=self.texts[key]) if key in self.texts else New()

    async def finish(self, key: str, text: str, *, keep_s: int) -> None:
        self.texts[key] = text

    async def abandon(self, key: str) -> None:
        self.texts.pop(key, None)


APP = FastAPI(redirect_slashes=False)
APP.include_router(create_webhooks(CallsByHand(), SignatureCheck([TOKEN], PUBLIC_URL), URLS, LedgerInMemory()))


@settings(deadline=None, max_examples=200)
@given(
    url=st.sampled_from(ROUTES), fields=FIELDS, whole=st.booleans(), token=st.none() | st.text("ab-:{}", max_size=300)
)
def test_any_signed_form_gets_an_answer(
    url: str, fields: list[tuple[str, str]], whole: bool, token: str | None
) -> None:
    identity = [("CallSid", a_sid(1)), ("AccountSid", ACCOUNT)] if whole else []
    reply = asyncio.run(sent(url, [*identity, *fields], token))
    assert reply.status_code in {200, 204, 400}
    if reply.status_code == 200:
        assert ElementTree.fromstring(reply.content).tag == "Response"


async def sent(url: str, fields: list[tuple[str, str]], token: str | None) -> httpx.Response:
    transport = httpx.ASGITransport(app=APP)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        return await TwilioSender(client=client).post(url, fields, idempotency=token)
