"""The line, the webhooks and the voice token against the emulator, over real sockets: what one side sends, the other
understands. The emulator refuses any document that Twilio would refuse.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi import FastAPI
from redis.asyncio import Redis

from cti.calls.line_events import WaitView
from cti.calls.model import Call, Callback, CallState, call_id_of
from cti.telephony.emulator.settings import EmulatorSettings, NumberSetup, new_auth_token
from cti.telephony.model import CallSid, Dialled, Done, LegStatus, NotInProgress, Refused
from cti.telephony.twilio_http import Limits
from cti.telephony.twilio_line import TwilioLine
from cti.telephony.twilio_setup import TwilioSetup, WebhookUrls
from cti.telephony.voice_token import VoiceTokens
from routing.keys import prefix
from routing.model import RepId
from tests.support.calls_by_hand import CallsByHand, a_call, an_offer
from tests.support.emulator import EmulatedDevice, EmulatorClient, running_emulator, serving
from tests.support.eventually import eventually
from webhooks.redis_ledger import RedisLedger
from webhooks.router import create_webhooks
from webhooks.signature import SignatureCheck
from webhooks.urls import Urls

LINE = "+15550100"
CALLER = "+48600100200"
OUTSIDE = "+48600700800"
QUICK = Limits(connect_timeout_s=0.5, read_timeout_s=1, read_within_s=1.5)


@dataclass(frozen=True, kw_only=True)
class World:
    """The emulator on one side, Twilio's door with calls kept by hand on the other, and the line between."""

    emulator: EmulatorClient
    calls: CallsByHand
    urls: Urls
    line: TwilioLine
    tokens: VoiceTokens

    async def a_caller(self) -> Call:
        """Somebody who waits in the queue."""
        sid = CallSid(await self.emulator.place_call(CALLER, LINE))
        await self.until_told("wait_turn", call_id_of(sid))
        return self.calls.calls[call_id_of(sid)]

    async def until_told(self, *begins: object) -> tuple[object, ...]:
        """What the handler was asked, once it was."""
        return await eventually(
            lambda: next((asked for asked in self.calls.asked if asked[: len(begins)] == begins), None)
        )

    async def until(self, sid: str, **state: Any) -> dict[str, Any]:
        """The leg, once the emulator shows these values."""

        async def look() -> dict[str, Any]:
            call = await self.emulator.call(sid)
            assert {name: call[name] for name in state} == state, call
            return call

        return await eventually(look)


@pytest.fixture
async def world(redis: Redis) -> AsyncIterator[World]:
    calls = CallsByHand(view=WaitView(state=CallState.WAITING, waited_ms=6_000, place=2))
    app = FastAPI(redirect_slashes=False)
    token = new_auth_token()
    async with serving(app) as base:
        urls = Urls(public_url=base)
        app.include_router(
            create_webhooks(calls, SignatureCheck([token], base), urls, RedisLedger(redis, prefix("main")))
        )
        number = NumberSetup(
            number=LINE, voice_url=urls.voice(), fallback_url=urls.fallback(), status_callback=urls.status()
        )
        settings = EmulatorSettings(auth_token=token, app_voice_url=urls.rep(), numbers=(number,), speed=50)
        async with running_emulator(settings) as emulator:
            line = TwilioLine(settings.account_sid, token, emulator.url, QUICK)
            tokens = VoiceTokens(
                account_sid=settings.account_sid,
                api_key=settings.api_key,
                api_secret=settings.api_secret,
                application_sid=settings.twiml_app_sid,
            )
            yield World(emulator=emulator, calls=calls, urls=urls, line=line, tokens=tokens)
            await line.close()


async def test_a_caller_waits_turn_after_turn_and_is_among_the_live_legs(world: World) -> None:
    call = await world.a_caller()
    await eventually(lambda: sum(asked[0] == "wait_turn" for asked in world.calls.asked) >= 3)
    legs = [leg async for leg in world.line.live_legs()]
    assert [(leg.sid, leg.status, leg.from_, leg.to) for leg in legs] == [
        (call.sid, LegStatus.IN_PROGRESS, CALLER, LINE)
    ]
    heard = str((await world.emulator.call(call.sid))["heard"])
    assert "You are number 2 in line." in heard


async def test_a_rep_connects_the_caller_is_moved_and_both_are_told(world: World) -> None:
    call = await world.a_caller()
    world.calls.put(replace(call, state=CallState.CONNECTING, offer=an_offer("ana")))
    async with world.emulator.device(world.tokens.make(RepId("ana"))) as device:
        rep = await admitted(world, call, device)
        assert await world.line.participants(call.conference) == {rep}
        assert await world.line.move_call(call.sid, world.urls.join(call.id, 1), within_s=2) == Done()
        await world.until_told("join_fetched", call.id, 1)
        for leg in (rep, call.sid):
            await world.until_told("participant", call.id, "o1-1", "join", leg)
        assert await world.line.participants(call.conference) == {rep, call.sid}
        (live,) = [one async for one in world.line.live_conferences("conference-")]
        assert (live.name, live.legs) == (call.conference, {rep, call.sid})
        assert not any(asked[0] == "queue_left" for asked in world.calls.asked)
        await caller_hangs_up(world, call, rep)
        await device.disconnected(rep)


async def admitted(world: World, call: Call, device: EmulatedDevice) -> CallSid:
    """The rep's leg, let in and alone in the conference."""
    rep = CallSid(await device.connect({"offer_id": "o1-1"}))
    await device.accepted(rep)
    await world.until_told("rep_connects", "o1-1", "ana", rep)
    await world.until_told("participant", call.id, "o1-1", "join", rep)
    return rep


async def caller_hangs_up(world: World, call: Call, rep: CallSid) -> None:
    world.calls.put(replace(world.calls.calls[call.id], state=CallState.WRAP_UP))
    await world.emulator.hang_up(call.sid)
    await world.until_told("leg_status", call.sid, LegStatus.COMPLETED)
    await world.until_told("dial_ended", call.id, rep)
    await world.until(rep, status="completed")
    assert await world.line.participants(call.conference) == frozenset()
    assert await world.line.end_conference(call.conference, within_s=1) == NotInProgress(status=None)


async def test_a_caller_alone_in_a_conference_hears_words_and_goes_back_to_the_queue(world: World) -> None:
    call = await world.a_caller()
    world.calls.put(replace(call, state=CallState.TALKING))
    assert await world.line.move_call(call.sid, world.urls.join(call.id, 1), within_s=2) == Done()
    await world.until_told("participant", call.id, None, "join", call.sid)
    assert await world.line.announce(call.conference, call.sid, world.urls.announce(), within_s=2) == Done()

    async def heard() -> bool:
        return "One moment, please." in str((await world.emulator.call(call.sid))["heard"])

    await eventually(heard)
    world.calls.put(replace(call, state=CallState.WAITING))
    turns = len(world.calls.asked)
    assert await world.line.move_call(call.sid, world.urls.voice(), within_s=2) == Done()
    await eventually(lambda: any(asked[0] == "wait_turn" for asked in world.calls.asked[turns:]))


async def test_a_conference_that_is_ended_sends_the_caller_where_the_state_says(world: World) -> None:
    call = await world.a_caller()
    world.calls.put(replace(call, state=CallState.TALKING))
    await world.line.move_call(call.sid, world.urls.join(call.id, 1), within_s=2)
    await world.until_told("participant", call.id, None, "join", call.sid)
    world.calls.put(replace(call, state=CallState.ENDED))
    assert await world.line.end_conference(call.conference, within_s=2) == Done()
    await world.until_told("dial_ended", call.id, call.sid)
    await world.until(call.sid, status="completed")


async def test_a_refused_move_is_made_up_for_by_leaving_the_queue(world: World) -> None:
    call = await world.a_caller()
    world.calls.put(replace(call, state=CallState.CONNECTING))
    world.calls.view = WaitView(state=CallState.CONNECTING, waited_ms=8_000, leave=True)
    await world.until_told("queue_left", call.id, "leave")
    await world.until_told("participant", call.id, None, "join", call.sid)


async def test_a_caller_who_hung_up_is_not_in_progress(world: World) -> None:
    call = await world.a_caller()
    await world.emulator.hang_up(call.sid)
    await world.until_told("queue_left", call.id, "hangup")
    gone = NotInProgress(status=LegStatus.COMPLETED)
    assert await world.line.move_call(call.sid, world.urls.join(call.id, 1), within_s=1) == gone
    assert await world.line.end_call(call.sid, within_s=1) == gone
    leg = await world.line.leg(call.sid)
    assert leg is not None
    assert leg.status is LegStatus.COMPLETED


async def test_hanging_up_ends_the_leg(world: World) -> None:
    call = await world.a_caller()
    assert await world.line.end_call(call.sid, within_s=2) == Done()
    await world.until(call.sid, status="completed")


@pytest.mark.parametrize("fault", ["late_500", "lose_reply"])
async def test_a_lost_answer_says_that_it_may_have_been_done(fault: str, world: World) -> None:
    call = await world.a_caller()
    world.calls.put(replace(call, state=CallState.TALKING))
    await world.emulator.faults(rest={fault: 1, "times": 1, "match": "POST"})
    result = await world.line.move_call(call.sid, world.urls.join(call.id, 1), within_s=2)
    assert isinstance(result, Refused)
    assert result.sent
    await world.until_told("join_fetched", call.id, 1)


async def dialled(world: World) -> Dialled | Refused:
    """Somebody outside is called back; whoever answers waits in the queue."""
    call = replace(a_call(), callback=Callback(number=OUTSIDE, promised_ms=0, why="key", tries=1))
    world.calls.put(call)
    return await world.line.dial(
        OUTSIDE,
        LINE,
        url=world.urls.called(call.id),
        fallback_url=world.urls.fallback(),
        status_url=world.urls.status(),
        ring_s=25,
        within_s=2,
    )


async def test_whoever_answers_fetches_the_document_and_every_step_is_told(world: World) -> None:
    made = await dialled(world)
    assert isinstance(made, Dialled)
    await world.until_told("called", a_call().id, made.sid)
    leg = await world.line.leg(made.sid)
    assert leg is not None
    assert (leg.direction, leg.from_, leg.to, leg.status) == ("outbound-api", LINE, OUTSIDE, LegStatus.IN_PROGRESS)
    assert [one.sid for one in await world.line.legs_to(OUTSIDE)] == [made.sid]
    await world.emulator.hang_up_outside(OUTSIDE)
    await world.until_told("leg_status", made.sid, LegStatus.COMPLETED)
    told = [asked[2:] for asked in world.calls.asked if asked[:2] == ("leg_status", made.sid)]
    assert told == [
        (LegStatus.INITIATED, 0),
        (LegStatus.RINGING, 1),
        (LegStatus.IN_PROGRESS, 2),
        (LegStatus.COMPLETED, 3),
    ]
    assert await world.line.legs_to(OUTSIDE) == ()


async def test_a_number_that_rings_is_let_go(world: World) -> None:
    await world.emulator.outside(OUTSIDE, "no-answer")
    made = await dialled(world)
    assert isinstance(made, Dialled)
    await world.until_told("leg_status", made.sid, LegStatus.RINGING)
    assert await world.line.end_call(made.sid, within_s=2) == Done()
    await world.until_told("leg_status", made.sid, LegStatus.CANCELED)
    assert await world.line.end_call(made.sid, within_s=2) == NotInProgress(status=LegStatus.CANCELED)


@pytest.mark.parametrize("fault", ["late_500", "lose_reply"])
async def test_a_number_that_was_called_although_the_answer_was_lost_is_found(fault: str, world: World) -> None:
    await world.emulator.outside(OUTSIDE, "no-answer")
    await world.emulator.faults(rest={fault: 1, "times": 1, "match": "POST"})
    result = await dialled(world)
    assert isinstance(result, Refused)
    assert result.sent
    (leg,) = await world.line.legs_to(OUTSIDE)
    assert (leg.to, leg.direction) == (OUTSIDE, "outbound-api")


async def test_too_many_requests_are_waited_out(world: World) -> None:
    call = await world.a_caller()
    await world.emulator.faults(rest={"reject_429": 1, "times": 2})
    assert await world.line.end_call(call.sid, within_s=2) == Done()


async def test_repeated_and_reordered_webhooks_tell_each_thing_once(world: World) -> None:
    await world.emulator.faults(seed=7, webhooks={"repeat": 1})
    call = await world.a_caller()
    await world.emulator.hang_up(call.sid)
    await world.until_told("leg_status", call.sid, LegStatus.COMPLETED)
    told = [asked for asked in world.calls.asked if asked[0] in ("arrive", "leg_status", "queue_left")]
    assert [asked[0] for asked in told].count("arrive") == 1
    assert len(set(map(repr, told))) == len(told)


async def test_a_caller_whom_we_cannot_answer_is_tried_again_until_we_can(world: World) -> None:
    world.calls.breaks_with = RuntimeError("away")
    sid = CallSid(await world.emulator.place_call(CALLER, LINE))
    await eventually(lambda: len(world.calls.asked) >= 2)
    world.calls.breaks_with = None
    await world.until_told("wait_turn", call_id_of(sid))
    assert "One moment, please." in str((await world.emulator.call(sid))["heard"])


async def test_a_rep_who_is_refused_is_hung_up(world: World) -> None:
    async with world.emulator.device(world.tokens.make(RepId("bo"))) as device:
        await device.disconnected(await device.connect({"offer_id": "o1-1"}))


async def test_the_account_is_set_up_by_its_own_rest_api(world: World) -> None:
    settings = world.emulator.settings
    setup = TwilioSetup(settings.account_sid, settings.auth_token, world.emulator.url, QUICK)
    (number,) = await setup.numbers()
    assert (number.number, number.urls.voice, number.posts) == (LINE, world.urls.voice(), True)
    urls = WebhookUrls(voice="https://a.example/v", fallback="https://a.example/f", status="https://a.example/s")
    assert (await setup.set_number_urls(number.sid, urls)).urls == urls
    assert (await setup.numbers())[0].urls == urls
    application = await setup.application(settings.twiml_app_sid)
    assert application is not None
    assert application.voice_url == world.urls.rep()
    await setup.set_application_url(settings.twiml_app_sid, "https://a.example/rep")
    changed = await setup.application(settings.twiml_app_sid)
    assert changed is not None
    assert changed.voice_url == "https://a.example/rep"
    assert await setup.application("AP" + "0" * 32) is None
    await setup.close()


async def test_nothing_that_we_answer_is_refused(world: World) -> None:
    call = await world.a_caller()
    world.calls.put(a_call(call.sid, CallState.ENDED))
    world.calls.view = WaitView(state=CallState.ENDED, waited_ms=9_000, gone=True)
    await world.until(call.sid, status="completed")
    webhooks = await world.emulator.requests("webhook")
    assert [entry for entry in webhooks if entry["status"] not in (200, 204) or entry["code"]] == []
