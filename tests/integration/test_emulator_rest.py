"""The REST API, asked by the real twilio package."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from cti.telephony.emulator.settings import new_sid
from tests.integration.emulator_world import CALLER, LINE, World, a_world
from tests.support.emulator import EmulatorClient
from tests.support.scripted_service import response

TWILIO = "https://api.twilio.com"


class _ToEmulator(AsyncHttpClient):
    """Sends the package's requests to the emulator instead."""

    def __init__(self, emulator: EmulatorClient) -> None:
        super().__init__(logging.getLogger("test"), True, None)
        self._base = emulator.url
        self._http = httpx.AsyncClient(trust_env=False)

    async def request(self, method, url, params=None, data=None, headers=None, auth=None, *_args, **_kwargs):
        reply = await self._http.request(
            method, url.replace(TWILIO, self._base), params=params, data=data, headers=headers, auth=auth
        )
        return Response(reply.status_code, reply.text, reply.headers)

    async def close(self) -> None:
        await self._http.aclose()


@asynccontextmanager
async def _twilio(world: World, **credentials: str) -> AsyncIterator[Client]:
    settings = world.emulator.settings
    http = _ToEmulator(world.emulator)
    try:
        yield Client(
            credentials.get("user", settings.account_sid),
            credentials.get("password", settings.auth_token),
            account_sid=credentials.get("account", settings.account_sid),
            http_client=http,
        )
    finally:
        await http.close()


async def _refused(awaitable: Any) -> TwilioRestException:
    with pytest.raises(TwilioRestException) as refused:
        await awaitable
    return refused.value


async def test_a_call_is_fetched_with_every_field_the_package_knows():
    async with a_world() as world, _twilio(world) as twilio:
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue")
        call = await twilio.calls(sid).fetch_async()
        assert (call.sid, call.status, call.direction) == (sid, "in-progress", "inbound")
        assert (call._from, call.to) == (CALLER, LINE)
        assert call.start_time is not None
        assert call.end_time is None
        assert None not in (call.account_sid, call.uri, call.phone_number_sid, call.api_version, call.subresource_uris)


async def test_an_api_key_opens_too_and_nothing_else_does():
    async with a_world() as world:
        settings = world.emulator.settings
        async with _twilio(world, user=settings.api_key, password=settings.api_secret) as twilio:
            assert await twilio.calls.list_async() == []
        async with _twilio(world, password="wrong") as twilio:
            refused = await _refused(twilio.calls(new_sid("CA")).fetch_async())
            assert (refused.status, refused.code) == (401, 20003)
        sid = await world.emulator.place_call(CALLER, LINE)
        async with _twilio(world, account=new_sid("AC")) as twilio:
            refused = await _refused(twilio.calls(sid).fetch_async())
            assert (refused.status, refused.code) == (404, 20404)


async def test_calls_are_listed_in_pages_by_status():
    async with a_world() as world, _twilio(world) as twilio:
        sids = [await world.emulator.place_call(CALLER, LINE) for _ in range(5)]
        for sid in sids:
            await world.until(sid, place="queue")
        await world.emulator.hang_up(sids[0])
        live = await twilio.calls.list_async(status="in-progress", page_size=2)
        assert [call.sid for call in live] == list(reversed(sids[1:]))
        assert [call.sid for call in await twilio.calls.list_async(status="completed")] == [sids[0]]
        assert await twilio.calls.list_async(status="ringing") == []


async def test_a_call_is_ended_once():
    async with a_world() as world, _twilio(world) as twilio:
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue")
        assert (await twilio.calls(sid).update_async(status="completed")).status == "completed"
        refused = await _refused(twilio.calls(sid).update_async(status="completed"))
        assert (refused.status, refused.code) == (400, 21220)
        assert "Cannot redirect" in refused.msg


async def test_a_call_that_is_not_in_progress_cannot_be_moved():
    async with a_world() as world, _twilio(world) as twilio:
        world.service.delays_s["/voice"] = 0.5
        sid = await world.emulator.place_call(CALLER, LINE)
        refused = await _refused(twilio.calls(sid).update_async(url="http://127.0.0.1:9/x"))
        assert refused.code == 21220
        await world.until(sid, place="queue")
        world.service.on("/join", response('<Pause length="60"/>'))
        moved = await twilio.calls(sid).update_async(url=f"{world.service.base}/join")
        assert moved.status == "in-progress"
        await world.until(sid, place="document", queue=None)


@pytest.mark.parametrize(
    ("update", "code"),
    [
        ({"url": "not a url"}, 21205),
        ({"url": "/relative"}, 21205),
        ({"url": "ftp://a.example/x"}, 21205),
        ({"url": ""}, 21205),
        ({"url": "http://a.example/x", "method": "PUT"}, 21209),
        ({"status": "busy"}, 20001),
        ({"twiml": "<Response>" + "x" * 4000}, 20001),
        ({"url": "http://a.example/x", "twiml": "<Response/>"}, 20001),
    ],
)
async def test_a_command_with_an_impossible_value_is_refused_and_changes_nothing(update, code):
    async with a_world() as world, _twilio(world) as twilio:
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue")
        assert (await _refused(twilio.calls(sid).update_async(**update))).code == code
        assert (await world.emulator.call(sid))["place"] == "queue"


async def test_inline_twiml_replaces_the_running_document():
    async with a_world() as world, _twilio(world) as twilio:
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue")
        await twilio.calls(sid).update_async(twiml="<Response><Say>Goodbye then.</Say></Response>")
        ended = await world.until(sid, status="completed")
        assert "Goodbye then." in [line["text"] for line in ended["heard"]]


async def test_an_unknown_parameter_is_ignored():
    async with a_world() as world, world.emulator.rest() as rest:
        sid = await world.emulator.place_call(CALLER, LINE)
        assert (await rest.post(f"Calls/{sid}.json", data={"Nonsense": "1"})).status_code == 200


async def test_nothing_there_is_20404_in_twilios_words():
    async with a_world() as world, world.emulator.rest() as rest:
        for path in (f"Calls/{new_sid('CA')}.json", "Queues/QU1.json", "Conferences/CF1.json", "Nothing.json"):
            reply = await rest.get(path)
            body = reply.json()
            assert (reply.status_code, body["code"], body["status"]) == (404, 20404, 404)
            assert body["more_info"] == "https://www.twilio.com/docs/errors/20404"


async def _talking(world: World) -> tuple[str, str]:
    """Two legs in conference c-1: the one labelled caller, then the one labelled rep."""
    sids = []
    for label in ("caller", "rep"):
        world.service.on("/voice", world.conference(label=label))
        sids.append(await world.emulator.place_call(CALLER, LINE))
        await world.until(sids[-1], place="conference")
    await world.until(sids[0], conference_peers=[sids[1]])
    return sids[0], sids[1]


async def test_conferences_and_participants_are_found_by_sid_name_and_label():
    async with a_world() as world, _twilio(world) as twilio:
        caller, rep = await _talking(world)
        (conference,) = await twilio.conferences.list_async(status="in-progress", friendly_name="c-1")
        assert (await twilio.conferences(conference.sid).fetch_async()).friendly_name == "c-1"
        for key in (conference.sid, "c-1"):
            inside = await twilio.conferences(key).participants.list_async()
            assert {one.call_sid for one in inside} == {caller, rep}
        one = await twilio.conferences("c-1").participants("rep").fetch_async()
        assert (one.call_sid, one.muted, one.hold, one.status) == (rep, False, False, "connected")
        refused = await _refused(twilio.conferences("c-2").participants("rep").fetch_async())
        assert refused.code == 20404


async def test_a_conference_ends_by_command_with_its_reason():
    async with a_world() as world, _twilio(world) as twilio:
        caller, rep = await _talking(world)
        (conference,) = await twilio.conferences.list_async(status="in-progress")
        ended = await twilio.conferences(conference.sid).update_async(status="completed")
        assert (ended.status, ended.reason_conference_ended) == ("completed", "conference-ended-via-api")
        for sid in (caller, rep):
            await world.until(sid, status="completed")
        assert await twilio.conferences.list_async(status="in-progress") == []
        assert await twilio.conferences(conference.sid).participants.list_async() == []


async def test_a_participant_is_muted_held_and_removed():
    async with a_world() as world, _twilio(world) as twilio:
        caller, rep = await _talking(world)
        world.service.on("/hold", response('<Pause length="600"/>'))
        participant = twilio.conferences("c-1").participants("caller")
        assert (await participant.update_async(muted=True)).muted
        held = await participant.update_async(hold=True, hold_url=f"{world.service.base}/hold", hold_method="POST")
        assert held.hold
        await world.asked("/hold")
        await participant.delete_async()
        await world.until(caller, status="completed")
        assert (await world.asked("/dialled"))[0].fields["DialCallStatus"] == "answered"
        assert (await world.emulator.call(rep))["place"] == "conference"
        kinds = [one.fields["StatusCallbackEvent"] for one in await world.asked("/events", 6)]
        assert kinds[3:6] == ["participant-mute", "participant-hold", "participant-leave"]


async def test_queues_are_listed_with_their_members_and_resized():
    async with a_world() as world, _twilio(world) as twilio:
        sids = [await world.emulator.place_call(CALLER, LINE) for _ in range(2)]
        for sid in sids:
            await world.until(sid, place="queue")
        (queue,) = await twilio.queues.list_async()
        assert (queue.friendly_name, queue.current_size, queue.max_size) == ("main", 2, 1000)
        members = await twilio.queues(queue.sid).members.list_async()
        assert {member.call_sid for member in members} == set(sids)
        assert (await twilio.queues(queue.sid).members("Front").fetch_async()).position == 1
        assert (await twilio.queues(queue.sid).update_async(max_size=5)).max_size == 5
        assert (await _refused(twilio.queues(queue.sid).update_async(max_size=5001))).code == 20001


async def test_a_numbers_urls_are_set_and_take_effect():
    async with a_world() as world, _twilio(world) as twilio:
        (number,) = await twilio.incoming_phone_numbers.list_async(phone_number=LINE)
        updated = await twilio.incoming_phone_numbers(number.sid).update_async(
            voice_url=f"{world.service.base}/elsewhere", voice_method="GET", friendly_name="Sales"
        )
        assert (updated.voice_method, updated.friendly_name) == ("GET", "Sales")
        await world.emulator.place_call(CALLER, LINE)
        (asked,) = await world.asked("/elsewhere")
        assert (asked.method, asked.fields["CallStatus"], asked.signed) == ("GET", "ringing", True)
        one = twilio.incoming_phone_numbers(number.sid)
        assert (await _refused(one.update_async(voice_url="nowhere"))).code == 21402
        refused = await _refused(one.update_async(voice_url="", voice_fallback_url=f"{world.service.base}/f"))
        assert refused.code == 21405


async def test_the_applications_urls_are_set():
    async with a_world() as world, _twilio(world) as twilio:
        app = twilio.applications(world.emulator.settings.twiml_app_sid)
        assert (await app.fetch_async()).voice_url == f"{world.service.base}/rep"
        assert (await app.update_async(voice_url=f"{world.service.base}/x")).voice_url == f"{world.service.base}/x"
        assert len(await twilio.applications.list_async()) == 1
