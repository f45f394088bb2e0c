"""Twilio's door on the whole service: whatever is signed gets an answer, and what is said again changes nothing.

``CTI_SEED=n`` draws another share.
"""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator
from xml.etree import ElementTree

import httpx
import pytest
import pytest_asyncio

from cti.calls.events import WrapUpFiled
from cti.calls.model import sid_of
from cti.embedded import EmbeddedServer
from routing.model import RepId
from tests.support.callers import call_id, call_of, go_home, talking, told_to
from tests.support.environment import COMPLETE
from tests.support.history import is_recorded
from tests.support.house import Running, a_house
from tests.support.twilio_requests import TwilioSender, standard_fields
from webhooks.urls import Urls

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEED = int(os.environ.get("CTI_SEED", "7"))
HOSTILE = 250
NAMES = [
    *("CallSid", "AccountSid", "From", "To", "CallStatus", "SequenceNumber", "QueueResult", "StatusCallbackEvent"),
    *("ConferenceSid", "ReasonParticipantLeft", "CallSidEndingConference", "offer_id", "ErrorUrl", "StirVerstat"),
    *("CallToken", "DialCallStatus", "QueueSid", "Digits", ""),
]
TALKED = ["arrived", "routed", "offered ana", "accepted ana", "rep_connects ana", "answered ana", "hung_up caller"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with a_house(valkey=valkey, tmp_path=tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


@pytest_asyncio.fixture(loop_scope="module")
async def twilio(running: Running) -> AsyncIterator[TwilioSender]:
    async with httpx.AsyncClient(base_url=running.url, trust_env=False) as client:
        yield TwilioSender(client=client, public_url=running.url, token=COMPLETE["TWILIO_AUTH_TOKEN"])


async def test_any_signed_form_gets_an_answer_and_a_talk_goes_on_meanwhile(
    running: Running, twilio: TwilioSender
) -> None:
    dice = random.Random(SEED)
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid) as (_, offer, _):
        before = await told_to(running, "ana")
        for _ in range(HOSTILE):
            url, fields, token = _hostile(dice, running, sid, offer)
            reply = await twilio.post(url, fields, idempotency=token)
            assert reply.status_code in {200, 204, 400}, f"seed {SEED}: {reply.status_code} for {url} {fields}"
            if reply.status_code == 200:
                assert ElementTree.fromstring(reply.content).tag == "Response"
        assert await running.state(sid) == "talking"
        assert await told_to(running, "ana") == before
        assert (await running.emulator.call(sid))["conference_peers"] != []
        for invented in await running.house.calls.open_ids():
            if invented != call_id(sid):
                over = standard_fields(sid_of(invented), CallStatus="completed")
                assert (await twilio.post(Urls(public_url=running.url).status(), over)).status_code == 204
        assert await running.house.calls.open_ids() == (call_id(sid),)


def _hostile(
    dice: random.Random, running: Running, sid: str, offer: str
) -> tuple[str, list[tuple[str, str]], str | None]:
    """A route, a form and perhaps a token. What could truly say that this talk is over is another call's."""
    urls, other = Urls(public_url=running.url), "CA" + f"{dice.getrandbits(128):032x}"
    mine, stranger = call_id(sid), call_id(other)
    routes = [
        *(urls.voice(), urls.fallback(), urls.status(), urls.rep(), urls.conference_wait(), urls.announce()),
        *(urls.wait(call, dice.choice([0, 1, 1 << 62]), dice.choice([0, 1, 99])) for call in (mine, stranger)),
        *(urls.queue_action(stranger), urls.join(mine, 1), urls.join(stranger, 99), urls.conference_events(mine)),
        *(urls.dial_action(stranger, "caller"), urls.dial_action(stranger, "rep"), urls.conference_events(stranger)),
    ]
    values = [
        *("", "completed", "leave", "hangup", "participant-join", "participant-leave", "conference-end", "7", "-1"),
        *("9" * 40, "client:ana", "client:", "+48600100200", "anonymous", offer, "o1-1", "\0", "é\u202e😀", "' OR 1=1"),
        *("<Hangup/>", "x" * 5_000, other, COMPLETE["TWILIO_ACCOUNT_SID"]),
    ]
    fields = [(dice.choice(NAMES), dice.choice(values)) for _ in range(dice.randrange(12))]
    whole = [("CallSid", other), ("AccountSid", COMPLETE["TWILIO_ACCOUNT_SID"])] if dice.random() < 0.6 else []
    token = dice.choice([None, None, f"{dice.getrandbits(32):x}", "t" * 300])
    return dice.choice(routes), [*whole, *fields], token


async def test_a_whole_story_said_again_in_any_order_changes_nothing(running: Running, twilio: TwilioSender) -> None:
    dice = random.Random(SEED)
    begun = len(await running.emulator.requests("webhook"))
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid):
        await _said_again(running, twilio, dice, sid, begun)
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "wrap_up")
        await _said_again(running, twilio, dice, sid, begun)
    filed = WrapUpFiled(rep=RepId("ana"), disposition="resolved", notes="")
    await running.house.conductor.tell(call_id(sid), filed)
    await _said_again(running, twilio, dice, sid, begun)
    await is_recorded(running, sid, [*TALKED, "filed resolved"])


async def _said_again(running: Running, twilio: TwilioSender, dice: random.Random, sid: str, begun: int) -> None:
    """Every webhook so far, with its token and without, shuffled."""
    said = [entry for entry in (await running.emulator.requests("webhook"))[begun:] if entry["method"] == "POST"]
    before = await _everything(running, sid)
    for entry in dice.sample(said, len(said)):
        for token in (entry["token"], None):
            reply = await twilio.post(entry["url"], entry["fields"], idempotency=token)
            assert reply.status_code in {200, 204}, f"seed {SEED}: {reply.status_code} for {entry['url']}"
    assert await _everything(running, sid) == before, f"seed {SEED}"


async def _everything(running: Running, sid: str) -> tuple[object, ...]:
    """The call, who does what, what the desk was told, and which calls there are."""
    calls = await running.house.calls.open_ids()
    return await call_of(running, sid), await running.house.matcher.reps(), await told_to(running, "ana"), calls
