"""A request delivered twice is answered once; what cannot be answered now keeps the caller on the line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree

import httpx
import pytest
import structlog
from fastapi import FastAPI
from redis.asyncio import Redis

from cti.calls.line_events import WaitView
from cti.calls.model import CallState
from routing.errors import NotReady
from routing.keys import prefix
from routing.prompts import ENGLISH, Prompts
from tests.support.calls_by_hand import ARRIVED_MS, CallsByHand, a_call, a_sid, an_offer
from tests.support.eventually import eventually
from tests.support.twilio_requests import PUBLIC_URL, TOKEN, TwilioSender, standard_fields
from webhooks.door import Door
from webhooks.errors import LedgerUnavailable
from webhooks.ports import Answered, Entry, Ledger, New
from webhooks.redis_ledger import CLAIM_MS, RedisLedger
from webhooks.router import Routes, create_webhooks
from webhooks.signature import SignatureCheck
from webhooks.urls import Urls

URLS = Urls(public_url=PUBLIC_URL)
SID = a_sid(1)
CALL = a_call(SID).id
REP_LEG = a_sid(99)
TOKEN_HEADER = "d3b07384-d9a0-4c1b-8d5f-000000000001"
Senders = Callable[[Ledger], TwilioSender]


@pytest.fixture
def calls() -> CallsByHand:
    return CallsByHand()


@pytest.fixture
def ledger(redis: Redis) -> RedisLedger:
    return RedisLedger(redis, prefix("main"))


@pytest.fixture
async def through(calls: CallsByHand) -> AsyncIterator[Senders]:
    """Makes a sender whose requests go by a given ledger."""
    clients: list[httpx.AsyncClient] = []

    def sender(ledger: Ledger) -> TwilioSender:
        app = FastAPI(redirect_slashes=False)
        app.include_router(create_webhooks(calls, SignatureCheck([TOKEN], PUBLIC_URL), URLS, ledger))
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver"))
        return TwilioSender(client=clients[-1])

    yield sender
    for client in clients:
        await client.aclose()


@pytest.fixture
def twilio(through: Senders, ledger: RedisLedger) -> TwilioSender:
    return through(ledger)


@dataclass
class NoLedger:
    """A ledger that cannot be reached, or only until a request has begun."""

    begins: bool = False
    asked: list[str] = field(default_factory=list)

    async def begin(self, key: str) -> Entry:
        self.asked.append(key)
        if not self.begins:
            raise LedgerUnavailable("ConnectionError")
        return New()

    async def finish(self, key: str, text: str, *, keep_s: int) -> None:
        raise LedgerUnavailable("ConnectionError")

    async def abandon(self, key: str) -> None:
        raise LedgerUnavailable("ConnectionError")


def verbs(reply: httpx.Response) -> list[str]:
    assert reply.status_code == 200
    return [element.tag for element in ElementTree.fromstring(reply.content)]


REPEATED = {
    "voice": (URLS.voice(), standard_fields(SID)),
    "rep": (URLS.rep(), standard_fields(REP_LEG, From="client:ana", offer_id="o1-1")),
    "wait": (URLS.wait(CALL, ARRIVED_MS, 1), standard_fields(SID)),
    "queue-action": (URLS.queue_action(CALL), standard_fields(SID, QueueResult="leave")),
    "join": (URLS.join(CALL, 1), standard_fields(SID)),
    "dial-action": (URLS.dial_action(CALL, "caller"), standard_fields(SID)),
    "status": (URLS.status(), standard_fields(SID, CallStatus="completed")),
    "conference-events": (
        URLS.conference_events(CALL),
        standard_fields(SID, StatusCallbackEvent="participant-join", ConferenceSid="CF1", SequenceNumber="1"),
    ),
}


@pytest.mark.parametrize("route", REPEATED)
async def test_a_repeat_by_its_token_gets_the_stored_answer(
    route: str, twilio: TwilioSender, calls: CallsByHand
) -> None:
    calls.put(replace(a_call(SID, CallState.CONNECTING), offer=an_offer("ana", REP_LEG)))
    url, fields = REPEATED[route]
    first = await twilio.post(url, fields, idempotency=TOKEN_HEADER)
    calls.put(a_call(SID, CallState.ENDED))
    calls.view = WaitView(state=CallState.ENDED, waited_ms=0, gone=True)
    second = await twilio.post(url, fields, idempotency=TOKEN_HEADER)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert len(calls.asked) == 1


@pytest.mark.parametrize("route", ["voice", "status", "conference-events"])
async def test_a_repeat_without_a_token_is_known_by_what_it_says(
    route: str, twilio: TwilioSender, calls: CallsByHand
) -> None:
    url, fields = REPEATED[route]
    for _ in range(3):
        await twilio.post(url, fields)
    assert len(calls.asked) == 1


async def test_requests_that_differ_are_not_repeats(twilio: TwilioSender, calls: CallsByHand) -> None:
    for status, seq in (("ringing", "1"), ("in-progress", "2"), ("in-progress", "3")):
        await twilio.post(URLS.status(), standard_fields(SID, CallStatus=status, SequenceNumber=seq))
    await twilio.post(URLS.status(), standard_fields(a_sid(2), CallStatus="ringing", SequenceNumber="1"))
    assert len(calls.asked) == 4


async def test_a_token_of_one_call_does_not_answer_another(twilio: TwilioSender, calls: CallsByHand) -> None:
    for sid in (SID, a_sid(2)):
        await twilio.post(URLS.voice(), standard_fields(sid), idempotency=TOKEN_HEADER)
    assert len(calls.asked) == 2


async def test_a_wait_document_is_fetched_anew_each_time(twilio: TwilioSender, calls: CallsByHand) -> None:
    for _ in range(3):
        await twilio.post(*REPEATED["wait"])
    assert len(calls.asked) == 3


@pytest.mark.parametrize("idempotency", [TOKEN_HEADER, None])
async def test_repeats_that_arrive_while_the_first_is_in_work_wait_for_its_answer(
    idempotency: str | None, twilio: TwilioSender, calls: CallsByHand
) -> None:
    calls.gate = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        sent = [
            group.create_task(twilio.post(URLS.voice(), standard_fields(SID), idempotency=idempotency))
            for _ in range(5)
        ]
        await eventually(lambda: calls.asked)
        assert not any(task.done() for task in sent)
        calls.gate.set()
    assert len({task.result().content for task in sent}) == 1
    assert len(calls.asked) == 1


async def test_a_holder_that_died_is_succeeded_when_its_claim_has_run_out(ledger: RedisLedger, redis: Redis) -> None:
    assert await ledger.begin("k") == New()
    assert 0 < await redis.pttl("{main}:answer:k") <= CLAIM_MS
    waiting = asyncio.ensure_future(ledger.begin("k"))
    await redis.pexpire("{main}:answer:k", 30)
    assert await waiting == New()


async def test_an_answer_is_kept_as_long_as_asked_and_a_claim_given_back_is_free(
    ledger: RedisLedger, redis: Redis
) -> None:
    await ledger.begin("k")
    await ledger.finish("k", "?=text", keep_s=60)
    assert await ledger.begin("k") == Answered(text="?=text")
    assert 50 < await redis.ttl("{main}:answer:k") <= 60
    await ledger.begin("other")
    await ledger.abandon("other")
    assert await ledger.begin("other") == New()


async def test_the_ledger_reads_a_client_that_decodes_nothing(redis: Redis) -> None:
    undecoded = Redis.from_url(redis_url(redis))
    ledger = RedisLedger(undecoded, prefix("main"))
    await ledger.begin("k")
    await ledger.finish("k", "zażółć", keep_s=60)
    assert await ledger.begin("k") == Answered(text="zażółć")
    await undecoded.aclose()


def redis_url(redis: Redis) -> str:
    return f"unix://{redis.connection_pool.connection_kwargs['path']}"


async def test_a_server_that_cannot_be_reached_is_said_so() -> None:
    nowhere = Redis.from_url("unix:///nonexistent/redis.sock")
    ledger = RedisLedger(nowhere, prefix("main"))
    for asking in (ledger.begin("k"), ledger.finish("k", "", keep_s=1), ledger.abandon("k")):
        with pytest.raises(LedgerUnavailable):
            await asking
    await nowhere.aclose()


DOCUMENTS = ["voice", "wait", "queue-action", "join", "dial-action"]
BREAKS = [NotReady(), ConnectionError("+48600100200"), ValueError("Jan Kowalski")]


@pytest.mark.parametrize("route", DOCUMENTS)
@pytest.mark.parametrize("error", BREAKS, ids=lambda error: type(error).__name__)
async def test_a_caller_we_cannot_answer_hears_so_and_is_tried_again(
    route: str, error: Exception, twilio: TwilioSender, calls: CallsByHand
) -> None:
    calls.breaks_with = error
    url, fields = REPEATED[route]
    reply = await twilio.post(url, fields, idempotency=TOKEN_HEADER)
    assert verbs(reply) == ["Say", "Pause", "Redirect"]
    assert ElementTree.fromstring(reply.content).findtext("Redirect") == url
    calls.breaks_with = None
    calls.put(a_call(SID))
    assert verbs(await twilio.post(url, fields, idempotency=TOKEN_HEADER)) in (["Enqueue"], ["Say", "Play"])


async def test_a_rep_we_cannot_answer_is_tried_again_with_the_offer(twilio: TwilioSender, calls: CallsByHand) -> None:
    calls.breaks_with = NotReady()
    reply = await twilio.post(*REPEATED["rep"])
    again = ElementTree.fromstring(reply.content).findtext("Redirect") or ""
    assert again == URLS.rep() + "?offer_id=o1-1"
    calls.breaks_with = None
    await twilio.post(again, standard_fields(REP_LEG, From="client:ana"))
    assert calls.asked == [("rep_connects", "o1-1", "ana", REP_LEG)] * 2


@pytest.mark.parametrize("route", ["status", "conference-events"])
@pytest.mark.parametrize("error", BREAKS, ids=lambda error: type(error).__name__)
async def test_a_callback_we_cannot_take_is_unavailable_and_may_come_again(
    route: str, error: Exception, twilio: TwilioSender, calls: CallsByHand
) -> None:
    calls.breaks_with = error
    assert (await twilio.post(*REPEATED[route])).status_code == 503
    calls.breaks_with = None
    assert (await twilio.post(*REPEATED[route])).status_code == 204
    assert len(calls.asked) == 2


async def test_without_a_ledger_callers_hear_a_holding_message(through: Senders, calls: CallsByHand) -> None:
    twilio = through(NoLedger())
    assert verbs(await twilio.post(*REPEATED["voice"])) == ["Say", "Pause", "Redirect"]
    assert (await twilio.post(*REPEATED["status"])).status_code == 503
    assert calls.asked == []


async def test_an_answer_that_cannot_be_noted_is_given_all_the_same(through: Senders) -> None:
    twilio = through(NoLedger(begins=True))
    assert verbs(await twilio.post(*REPEATED["voice"])) == ["Enqueue"]
    assert (await twilio.post(*REPEATED["status"])).status_code == 204


async def test_a_failure_that_cannot_be_given_back_still_keeps_the_caller(through: Senders, calls: CallsByHand) -> None:
    calls.breaks_with = NotReady()
    assert verbs(await through(NoLedger(begins=True)).post(*REPEATED["voice"])) == ["Say", "Pause", "Redirect"]


async def test_an_answer_that_takes_too_long_becomes_a_holding_message(calls: CallsByHand, redis: Redis) -> None:
    calls.gate = asyncio.Event()
    ledger = RedisLedger(redis, prefix("main"))
    door = Door(
        signature=SignatureCheck([TOKEN], PUBLIC_URL),
        ledger=ledger,
        urls=URLS,
        prompts=Prompts,
        answer_within_s=0.05,
    )
    app = FastAPI(redirect_slashes=False)
    app.add_route("/webhooks/twilio/voice", Routes(handler=calls, door=door).voice, methods=["POST"])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        async with asyncio.timeout(2):
            reply = await TwilioSender(client=client).post(*REPEATED["voice"])
    assert verbs(reply) == ["Say", "Pause", "Redirect"]
    assert await redis.dbsize() == 0


async def test_words_that_cannot_be_had_are_the_default_ones(calls: CallsByHand, redis: Redis) -> None:
    def broken() -> Prompts:
        raise KeyError("prompts")

    signature, ledger = SignatureCheck([TOKEN], PUBLIC_URL), RedisLedger(redis, prefix("main"))
    app = FastAPI(redirect_slashes=False)
    app.include_router(create_webhooks(calls, signature, URLS, ledger, broken))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        twilio = TwilioSender(client=client)
        assert verbs(await twilio.post(*REPEATED["voice"])) == ["Enqueue"]
        reply = await twilio.post(URLS.fallback(), standard_fields(SID))
    assert ElementTree.fromstring(reply.content).findtext("Say") == ENGLISH.unavailable


async def test_logs_hold_no_number_and_no_name(twilio: TwilioSender, calls: CallsByHand) -> None:
    with structlog.testing.capture_logs() as logs:
        for error in BREAKS:
            calls.breaks_with = error
            await twilio.post(*REPEATED["voice"])
            await twilio.post(*REPEATED["status"])
        await twilio.post(URLS.voice(), standard_fields(SID), X_Twilio_Signature="+48600100200")
        await twilio.post(URLS.voice(), standard_fields("+48600100200"))
    assert len(logs) == 8
    text = repr(logs)
    assert "48600100200" not in text
    assert "15550100" not in text
    assert "Kowalski" not in text
