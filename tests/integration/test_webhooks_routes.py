"""Every route answers what the call's state says, and tells the handler exactly what Twilio said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from xml.etree import ElementTree

import httpx
import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from cti.calls.events import CallArrived
from cti.calls.line_events import WaitView
from cti.calls.model import CallState, EndReason
from cti.telephony.model import LegStatus
from routing.keys import prefix
from routing.model import OfferId
from routing.plan import Refusal
from routing.prompts import ENGLISH, Prompts
from tests.support.calls_by_hand import ARRIVED_MS, CallsByHand, a_call, a_sid, an_offer
from tests.support.machine import A_MENU
from tests.support.twilio_requests import PUBLIC_URL, TOKEN, TwilioSender, signature_of, standard_fields
from webhooks.redis_ledger import RedisLedger
from webhooks.router import create_webhooks
from webhooks.signature import SignatureCheck
from webhooks.urls import Urls

URLS = Urls(public_url=PUBLIC_URL)
SID = a_sid(1)
CALL = a_call(SID).id
REP_LEG = a_sid(99)
WORDS = Prompts(words={"en": replace(ENGLISH, greeting="Hello from Acme.")})


@pytest.fixture
def calls() -> CallsByHand:
    return CallsByHand()


@pytest.fixture
async def twilio(calls: CallsByHand, redis: Redis) -> AsyncIterator[TwilioSender]:
    app = FastAPI(redirect_slashes=False)
    signature = SignatureCheck([TOKEN], PUBLIC_URL)
    ledger = RedisLedger(redis, prefix("main"))
    app.include_router(create_webhooks(calls, signature, URLS, ledger, prompts=lambda: WORDS))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
        yield TwilioSender(client=client)


def document(reply: httpx.Response) -> ElementTree.Element:
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/xml")
    root = ElementTree.fromstring(reply.content)
    assert root.tag == "Response"
    return root


def verbs(reply: httpx.Response) -> list[str]:
    return [element.tag for element in document(reply)]


async def test_an_arriving_call_waits_in_the_queue(twilio: TwilioSender, calls: CallsByHand) -> None:
    fields = standard_fields(SID, StirVerstat="TN-Validation-Passed-A", ForwardedFrom="+15550199")
    (enqueue,) = document(await twilio.post(URLS.voice(), fields))
    facts = {"stir": "TN-Validation-Passed-A", "country": "PL", "forwarded_from": "+15550199"}
    assert calls.asked == [("arrive", CallArrived(sid=SID, from_="+48600100200", to="+15550100", facts=facts))]
    assert enqueue.get("waitUrl") == URLS.wait(CALL, ARRIVED_MS, 0)
    assert enqueue.get("action") == URLS.queue_action(CALL)


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("anonymous", "anonymous"),
        ("", ""),
        ("  +266696687 ", "+266696687"),
        ("sip:ana@example.com;x=<script>", "sip:ana@example.com;x=<script>"),
        ("zażółć \x00\x07 gęślą", "zażółć  gęślą"),
        ("9" * 5_000, "9" * 128),
    ],
)
async def test_any_caller_id_is_taken_as_it_is_but_for_what_nothing_can_store(
    sent: str, seen: str, twilio: TwilioSender, calls: CallsByHand
) -> None:
    reply = await twilio.post(URLS.voice(), standard_fields(SID) | {"From": sent})
    assert verbs(reply) == ["Enqueue"]
    ((_, arrived),) = calls.asked
    assert isinstance(arrived, CallArrived)
    assert arrived.from_ == seen


async def test_a_call_without_from_is_still_answered(twilio: TwilioSender) -> None:
    fields = {name: value for name, value in standard_fields(SID).items() if name not in ("From", "Caller")}
    assert verbs(await twilio.post(URLS.voice(), fields)) == ["Enqueue"]


async def test_a_leg_sent_to_voice_again_does_what_the_state_says(twilio: TwilioSender, calls: CallsByHand) -> None:
    await twilio.post(URLS.voice(), standard_fields(SID))
    calls.put(replace(a_call(SID, CallState.ENDED), end_reason=EndReason.NOBODY_FREE))
    again = await twilio.post(URLS.voice(), standard_fields(SID, CallStatus="in-progress"))
    assert verbs(again) == ["Say", "Hangup"]


async def test_the_wait_document_tells_what_its_url_carries(twilio: TwilioSender, calls: CallsByHand) -> None:
    calls.view = WaitView(state=CallState.WAITING, waited_ms=900)
    reply = document(await twilio.post(URLS.wait(CALL, ARRIVED_MS, 4), standard_fields(SID)))
    assert calls.asked == [("wait_turn", CALL, ARRIVED_MS, 4)]
    assert [element.tag for element in reply] == ["Say", "Play"]
    assert reply[0].text == "Hello from Acme."


async def test_the_sound_that_the_wait_document_names_can_be_fetched(twilio: TwilioSender, calls: CallsByHand) -> None:
    for waited_ms in (900, 6_000, 47_000):
        calls.view = WaitView(state=CallState.WAITING, waited_ms=waited_ms, place=2)
        reply = document(await twilio.post(URLS.wait(CALL, ARRIVED_MS, 4), standard_fields(SID)))
        url = reply.findtext("Play") or ""
        sound = await twilio.client.get(url.removeprefix(PUBLIC_URL))
        assert sound.status_code == 200
        assert sound.headers["content-type"] == "audio/wav"
        assert "max-age" in sound.headers["cache-control"]
        assert sound.content[:4] == b"RIFF"


async def test_a_sound_that_does_not_exist_is_not_found(twilio: TwilioSender) -> None:
    assert (await twilio.client.get("/webhooks/twilio/sound/secret.wav")).status_code == 404


async def test_a_call_that_nobody_knows_leaves_the_queue_and_starts_again(
    twilio: TwilioSender, calls: CallsByHand
) -> None:
    calls.view = WaitView(state=CallState.ARRIVING, waited_ms=5_000, call_known=False)
    assert verbs(await twilio.post(URLS.wait(CALL, ARRIVED_MS, 1), standard_fields(SID))) == ["Leave"]
    after = document(await twilio.post(URLS.queue_action(CALL), standard_fields(SID, QueueResult="leave")))
    assert after.findtext("Redirect") == URLS.voice()


async def test_our_own_redirect_out_of_the_queue_changes_nothing(twilio: TwilioSender, calls: CallsByHand) -> None:
    reply = await twilio.post(URLS.queue_action(CALL), standard_fields(SID, QueueResult="redirected"))
    assert verbs(reply) == []
    assert calls.asked == []


@pytest.mark.parametrize("result", ["hangup", "leave", "error", "queue-full", "bridged", ""])
async def test_any_other_end_of_the_queue_is_told(result: str, twilio: TwilioSender, calls: CallsByHand) -> None:
    calls.put(a_call(SID))
    reply = await twilio.post(URLS.queue_action(CALL), standard_fields(SID, QueueResult=result))
    assert calls.asked == [("queue_left", CALL, result)]
    assert verbs(reply)


async def test_the_fetch_of_the_join_document_is_told_with_its_attempt(
    twilio: TwilioSender, calls: CallsByHand
) -> None:
    calls.put(a_call(SID, CallState.CONNECTING))
    (dial,) = document(await twilio.post(URLS.join(CALL, 3), standard_fields(SID)))
    assert calls.asked == [("join_fetched", CALL, 3)]
    assert dial[0].text == f"conference-{CALL}"
    assert dial[0].get("endConferenceOnExit") == "true"
    assert dial[0].get("statusCallback") == URLS.conference_events(CALL)


async def test_a_caller_who_comes_to_join_too_late_waits_again(twilio: TwilioSender, calls: CallsByHand) -> None:
    calls.put(a_call(SID, CallState.WAITING))
    assert verbs(await twilio.post(URLS.join(CALL, 1), standard_fields(SID))) == ["Enqueue"]


def rep_fields(**more: str) -> dict[str, str]:
    return standard_fields(REP_LEG, From="client:ana", To="", offer_id="o1-1") | more


async def test_an_accepted_reps_browser_joins(twilio: TwilioSender, calls: CallsByHand) -> None:
    calls.put(replace(a_call(SID, CallState.CONNECTING), offer=an_offer("ana", REP_LEG)))
    (dial,) = document(await twilio.post(URLS.rep(), rep_fields()))
    assert calls.asked == [("rep_connects", "o1-1", "ana", REP_LEG)]
    assert dial[0].get("endConferenceOnExit") == "false"
    assert dial.get("action") == URLS.dial_action(CALL, "rep")


async def test_a_rep_who_is_refused_is_hung_up(twilio: TwilioSender, calls: CallsByHand) -> None:
    calls.put(replace(a_call(SID, CallState.CONNECTING), offer=an_offer("ana", REP_LEG)))
    assert verbs(await twilio.post(URLS.rep(), rep_fields(From="client:bo"))) == ["Hangup"]


@pytest.mark.parametrize(
    "wrong", [{"offer_id": ""}, {"offer_id": "o1; DEL *"}, {"From": "+15550100"}, {"From": "client:"}, {"From": ""}]
)
async def test_a_leg_that_is_no_reps_or_names_no_offer_is_hung_up_unasked(
    wrong: dict[str, str], twilio: TwilioSender, calls: CallsByHand
) -> None:
    assert verbs(await twilio.post(URLS.rep(), rep_fields() | wrong)) == ["Hangup"]
    assert calls.asked == []


async def test_a_callers_dial_that_ended_goes_on_by_the_state(twilio: TwilioSender, calls: CallsByHand) -> None:
    url = URLS.dial_action(CALL, "caller")
    for state, verb in ((CallState.TALKING, "Dial"), (CallState.WAITING, "Enqueue"), (CallState.WRAP_UP, "Hangup")):
        calls.put(a_call(SID, state))
        assert verbs(await twilio.post(url, standard_fields(SID, CallStatus="in-progress"))) == [verb]
    assert calls.asked == [("dial_ended", CALL, SID, LegStatus.IN_PROGRESS)] * 3


async def test_a_reps_dial_that_ended_goes_on_while_the_call_is_theirs(
    twilio: TwilioSender, calls: CallsByHand
) -> None:
    url = URLS.dial_action(CALL, "rep")
    calls.put(replace(a_call(SID, CallState.TALKING), offer=an_offer("ana", REP_LEG)))
    assert verbs(await twilio.post(url, standard_fields(REP_LEG))) == ["Dial"]
    calls.put(replace(a_call(SID, CallState.WRAP_UP), offer=an_offer("ana", REP_LEG)))
    assert verbs(await twilio.post(url, standard_fields(REP_LEG))) == ["Hangup"]


async def test_a_leg_may_not_ask_with_another_calls_url(twilio: TwilioSender, calls: CallsByHand) -> None:
    other = standard_fields(a_sid(2), QueueResult="leave")
    for url in (URLS.wait(CALL, 1, 1), URLS.queue_action(CALL), URLS.join(CALL, 1), URLS.dial_action(CALL, "caller")):
        assert (await twilio.post(url, other)).status_code == 400
    assert calls.asked == []


@pytest.mark.parametrize("status", list(LegStatus))
async def test_a_legs_status_is_told_with_its_number(
    status: LegStatus, twilio: TwilioSender, calls: CallsByHand
) -> None:
    reply = await twilio.post(URLS.status(), standard_fields(SID, CallStatus=status, SequenceNumber="2"))
    assert (reply.status_code, reply.content) == (204, b"")
    assert calls.asked == [("leg_status", SID, status, 2)]


async def test_a_numbers_own_status_has_no_number(twilio: TwilioSender, calls: CallsByHand) -> None:
    await twilio.post(URLS.status(), standard_fields(SID, CallStatus="completed"))
    assert calls.asked == [("leg_status", SID, LegStatus.COMPLETED, None)]


async def test_a_status_that_twilio_does_not_have_is_a_bad_request(twilio: TwilioSender) -> None:
    assert (await twilio.post(URLS.status(), standard_fields(SID, CallStatus="asleep"))).status_code == 400


def event(name: str, **more: str) -> dict[str, str]:
    return standard_fields(SID, ConferenceSid="CF" + "0" * 32, StatusCallbackEvent=name, SequenceNumber="5") | more


async def test_what_happens_in_a_conference_is_told(twilio: TwilioSender, calls: CallsByHand) -> None:
    url = URLS.conference_events(CALL, OfferId("o1-1"))
    leave = event("participant-leave", ReasonParticipantLeft="participant_hung_up", SequenceNumber="6")
    end = event("conference-end", ReasonConferenceEnded="last-participant-left", SequenceNumber="7")
    end.pop("CallSid")
    for fields in (event("participant-join"), leave, end):
        assert (await twilio.post(url, fields)).status_code == 204
    assert calls.asked == [
        ("participant", CALL, "o1-1", "join", SID, None),
        ("participant", CALL, "o1-1", "leave", SID, "participant_hung_up"),
        ("participant", CALL, "o1-1", "end", None, "last-participant-left"),
    ]


@pytest.mark.parametrize("name", ["conference-start", "participant-mute", "participant-hold", "something-new", ""])
async def test_other_events_of_a_conference_change_nothing(name: str, twilio: TwilioSender, calls: CallsByHand) -> None:
    assert (await twilio.post(URLS.conference_events(CALL), event(name))).status_code == 204
    assert calls.asked == []


async def test_an_answer_to_a_menu_is_told_with_its_turn_and_the_call_goes_on(
    twilio: TwilioSender, calls: CallsByHand
) -> None:
    calls.put(a_call(SID))
    fields = standard_fields(SID, Digits="1", SpeechResult="")
    reply = document(await twilio.post(URLS.answer(CALL, 3), fields))
    assert calls.asked == [("menu_answered", CALL, 3, "1", "")]
    assert [verb.tag for verb in reply] == ["Enqueue"]


async def test_a_call_that_is_asked_hears_the_question_wherever_its_leg_comes_by(
    twilio: TwilioSender, calls: CallsByHand
) -> None:
    asking = calls.put(replace(a_call(SID, state=CallState.ASKING), question=A_MENU, turn=2, language="en"))
    for url in (URLS.voice(), URLS.answer(CALL, 1), URLS.queue_action(CALL)):
        reply = document(await twilio.post(url, standard_fields(SID, QueueResult="leave")))
        [gather] = reply
        assert (gather.tag, gather.get("action")) == ("Gather", URLS.answer(asking.id, 2))
        assert gather.findtext("Say") == A_MENU.say


@pytest.mark.parametrize(
    ("refusal", "verbs"),
    [
        (Refusal(rule="b", version=1, reject="busy"), ["Reject"]),
        (Refusal(rule="b", version=1, say="No."), ["Say", "Hangup"]),
    ],
)
async def test_a_refused_call_is_rejected_or_told_so(
    twilio: TwilioSender, calls: CallsByHand, refusal: Refusal, verbs: list[str]
) -> None:
    calls.put(replace(a_call(SID, state=CallState.ENDED), refusal=refusal, end_reason=EndReason.BLOCKED))
    reply = document(await twilio.post(URLS.voice(), standard_fields(SID, CallStatus="ringing")))
    assert [verb.tag for verb in reply] == verbs


async def test_the_announcement_needs_nobody(twilio: TwilioSender, calls: CallsByHand) -> None:
    reply = document(await twilio.post(URLS.announce(), {"ConferenceSid": "CF1"}))
    assert reply.findtext("Say") == "One moment, please."
    assert calls.asked == []


async def test_the_first_in_a_conference_waits_in_silence_again_and_again(twilio: TwilioSender) -> None:
    reply = document(await twilio.post(URLS.conference_wait(), {"ConferenceSid": "CF1"}))
    assert [element.tag for element in reply] == ["Pause", "Redirect"]
    assert reply.findtext("Redirect") == URLS.conference_wait()


async def test_the_fallback_speaks_and_tries_again(twilio: TwilioSender, calls: CallsByHand, redis: Redis) -> None:
    fields = standard_fields(SID, ErrorCode="11200", ErrorUrl=URLS.voice())
    posted = await twilio.post(URLS.fallback(), fields)
    got = await twilio.client.get(
        "/webhooks/twilio/fallback?ErrorCode=11200",
        headers={"X-Twilio-Signature": signature_of(f"{URLS.fallback()}?ErrorCode=11200", [])},
    )
    for reply in (posted, got):
        assert verbs(reply) == ["Say", "Pause", "Redirect"]
        assert document(reply).findtext("Redirect") == URLS.voice()
    assert calls.asked == []
    assert await redis.dbsize() == 0


async def test_the_fallback_by_get_is_checked_too(twilio: TwilioSender) -> None:
    assert (await twilio.client.get("/webhooks/twilio/fallback")).status_code == 403
