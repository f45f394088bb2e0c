"""Twilio's door from outside: what is refused, and that nothing refused changes anything."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from routing.keys import prefix
from tests.support.calls_by_hand import ARRIVED_MS, CallsByHand, a_sid
from tests.support.twilio_requests import PUBLIC_URL, TOKEN, TwilioSender, signature_of, standard_fields
from webhooks.redis_ledger import RedisLedger
from webhooks.router import create_webhooks
from webhooks.signature import SignatureCheck
from webhooks.urls import Urls

URLS = Urls(public_url=PUBLIC_URL)
SID = a_sid(1)
CALL = "c" + SID[2:]
EVERY_POST = {
    "voice": URLS.voice(),
    "fallback": URLS.fallback(),
    "status": URLS.status(),
    "rep": URLS.rep(),
    "wait": URLS.wait(CALL, ARRIVED_MS, 1),
    "queue-action": URLS.queue_action(CALL),
    "join": URLS.join(CALL, 1),
    "dial-action": URLS.dial_action(CALL, "caller"),
    "conference-events": URLS.conference_events(CALL),
    "conference-wait": URLS.conference_wait(),
    "announce": URLS.announce(),
}
every_post = pytest.mark.parametrize("url", EVERY_POST.values(), ids=EVERY_POST.keys())


@pytest.fixture
def calls() -> CallsByHand:
    return CallsByHand()


@pytest.fixture
async def twilio(calls: CallsByHand, redis: Redis) -> AsyncIterator[TwilioSender]:
    app = FastAPI(redirect_slashes=False)
    signature = SignatureCheck([TOKEN, "another-token"], PUBLIC_URL)
    app.include_router(create_webhooks(calls, signature, URLS, RedisLedger(redis, prefix("main"))))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        yield TwilioSender(client=client)


async def nothing_changed(calls: CallsByHand, redis: Redis) -> bool:
    return calls.asked == [] and await redis.dbsize() == 0


@every_post
async def test_an_unsigned_request_is_forbidden(
    url: str, twilio: TwilioSender, calls: CallsByHand, redis: Redis
) -> None:
    path = url.removeprefix(PUBLIC_URL)
    assert (await twilio.client.post(path, data=standard_fields(SID))).status_code == 403
    assert await nothing_changed(calls, redis)


@every_post
async def test_a_spoofed_request_is_forbidden(url: str, twilio: TwilioSender, calls: CallsByHand, redis: Redis) -> None:
    for signature in ("", "x", "bm90IGl0IGF0IGFsbCwgcmVhbGx5PQ==", signature_of(url, [], TOKEN)):
        reply = await twilio.post(url, standard_fields(SID), X_Twilio_Signature=signature)
        assert reply.status_code == 403
    assert await nothing_changed(calls, redis)


@every_post
async def test_a_field_added_after_signing_is_noticed(
    url: str, twilio: TwilioSender, calls: CallsByHand, redis: Redis
) -> None:
    fields = standard_fields(SID)
    signature = signature_of(url, list(fields.items()))
    reply = await twilio.post(url, fields | {"QueueResult": "leave"}, X_Twilio_Signature=signature)
    assert reply.status_code == 403
    assert await nothing_changed(calls, redis)


async def test_a_changed_query_is_noticed(twilio: TwilioSender, calls: CallsByHand, redis: Redis) -> None:
    fields = standard_fields(SID)
    signature = signature_of(URLS.join(CALL, 1), list(fields.items()))
    assert (await twilio.post(URLS.join(CALL, 2), fields, X_Twilio_Signature=signature)).status_code == 403
    assert await nothing_changed(calls, redis)


async def test_forwarded_headers_are_not_believed(twilio: TwilioSender) -> None:
    fields = standard_fields(SID)
    signature = signature_of("https://evil.example.com/webhooks/twilio/voice", list(fields.items()))
    reply = await twilio.post(
        URLS.voice(),
        fields,
        X_Twilio_Signature=signature,
        X_Forwarded_Host="evil.example.com",
        Host="evil.example.com",
    )
    assert reply.status_code == 403


async def test_the_other_token_counts_while_rotating(twilio: TwilioSender) -> None:
    sender = TwilioSender(client=twilio.client, token="another-token")
    assert (await sender.post(URLS.voice(), standard_fields(SID))).status_code == 200


@every_post
async def test_a_signed_request_that_is_too_large_is_refused(
    url: str, twilio: TwilioSender, calls: CallsByHand, redis: Redis
) -> None:
    reply = await twilio.post(url, standard_fields(SID, Extra="a" * 70_000))
    assert reply.status_code == 413
    assert await nothing_changed(calls, redis)


async def test_a_body_without_a_stated_length_is_cut_off_at_64_kib(twilio: TwilioSender, calls: CallsByHand) -> None:
    handed_over = 0

    async def far_too_much() -> AsyncIterator[bytes]:
        nonlocal handed_over
        for _ in range(100):
            handed_over += 1
            yield b"a" * 8_192

    headers = {"X-Twilio-Signature": "x", "Content-Type": "application/x-www-form-urlencoded"}
    reply = await twilio.client.post("/webhooks/twilio/voice", content=far_too_much(), headers=headers)
    assert reply.status_code == 413
    assert handed_over <= 10
    assert calls.asked == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"CallSid": "CA1"}'),
        ("multipart/form-data; boundary=x", b"--x--"),
        ("text/plain", b"CallSid=CA1"),
        ("", b"CallSid=CA1"),
        ("application/x-www-form-urlencoded", b"From=%FF%FE"),
        ("application/x-www-form-urlencoded", b"From=\xff\xfe"),
        ("application/x-www-form-urlencoded", b"\x00\x01\x02\xf0"),
        ("application/x-www-form-urlencoded", b"a=1&" * 1_000),
    ],
)
@pytest.mark.parametrize("route", ["voice", "fallback", "status", "announce"])
async def test_what_is_not_a_form_in_utf_8_is_a_bad_request(
    route: str, kind: str, body: bytes, twilio: TwilioSender, calls: CallsByHand, redis: Redis
) -> None:
    headers = {"X-Twilio-Signature": signature_of(EVERY_POST[route], []), "Content-Type": kind}
    reply = await twilio.client.post(f"/webhooks/twilio/{route}", content=body, headers=headers)
    assert reply.status_code == 400
    assert await nothing_changed(calls, redis)


NEED_A_LEG = ["voice", "status", "rep", "wait", "queue-action", "join", "dial-action"]


@pytest.mark.parametrize("route", NEED_A_LEG)
@pytest.mark.parametrize(
    "wrong",
    [
        {"CallSid": ""},
        {"CallSid": "CA123"},
        {"CallSid": "CA" + "g" * 32},
        {"CallSid": "CA" + "0" * 33},
        {"AccountSid": ""},
        {"AccountSid": "AC; DROP TABLE calls"},
    ],
    ids=lambda wrong: "=".join(*wrong.items()),
)
async def test_identifiers_that_twilio_never_sends_are_a_bad_request(
    route: str, wrong: dict[str, str], twilio: TwilioSender, calls: CallsByHand, redis: Redis
) -> None:
    reply = await twilio.post(EVERY_POST[route], standard_fields(SID) | wrong)
    assert reply.status_code == 400
    assert calls.asked == []


@pytest.mark.parametrize("route", NEED_A_LEG)
async def test_missing_fields_are_a_bad_request(route: str, twilio: TwilioSender, calls: CallsByHand) -> None:
    assert (await twilio.post(EVERY_POST[route], {})).status_code == 400
    assert calls.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "wait?call=c1&arrived=1&version=1",
        f"wait?call={CALL}&arrived=soon&version=1",
        f"wait?call={CALL}&arrived=-1&version=1",
        f"wait?call={CALL}&arrived={'9' * 40}&version=1",
        f"wait?call={CALL}&arrived=1",
        "wait",
        "queue-action",
        f"join?call={CALL}",
        f"join?call={'c' + '9' * 32}&attempt=1",
        "dial-action?role=rep",
        "conference-events",
        "announce?what=secrets",
        "announce",
    ],
)
async def test_a_url_that_we_never_hand_out_is_a_bad_request(
    url: str, twilio: TwilioSender, calls: CallsByHand
) -> None:
    fields = standard_fields(SID, QueueResult="leave", StatusCallbackEvent="participant-join")
    assert (await twilio.post(f"{PUBLIC_URL}/webhooks/twilio/{url}", fields)).status_code == 400
    assert calls.asked == []


@every_post
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_another_method_is_not_allowed(url: str, method: str, twilio: TwilioSender) -> None:
    assert (await twilio.client.request(method, url.removeprefix(PUBLIC_URL))).status_code == 405


async def test_voice_is_posted_to_and_a_final_slash_is_another_address(twilio: TwilioSender) -> None:
    assert (await twilio.client.get("/webhooks/twilio/voice")).status_code == 405
    assert (await twilio.post(URLS.voice() + "/", standard_fields(SID))).status_code == 404


async def test_blank_and_repeated_fields_are_part_of_the_signature(twilio: TwilioSender) -> None:
    fields = [
        *standard_fields(SID).items(),
        ("SipHeader_X", "b"),
        ("SipHeader_X", "a"),
        ("SipHeader_X", "a"),
        ("Z", ""),
    ]
    assert (await twilio.post(URLS.voice(), fields)).status_code == 200
