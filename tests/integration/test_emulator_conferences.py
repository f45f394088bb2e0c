"""Talking in a conference: what it tells, how it ends, and what a participant hears meanwhile."""

from __future__ import annotations

from starlette.responses import Response

from tests.integration.emulator_world import CALLER, LINE, World, a_world
from tests.support.scripted_service import response


async def _enter(world: World, label: str, *, ends: bool = False) -> str:
    world.service.on("/voice", world.conference(label=label, ends=ends))
    sid = await world.emulator.place_call(CALLER, LINE)
    await world.until(sid, place="conference")
    return sid


async def test_one_alone_hears_the_wait_document_until_the_second_comes():
    async with a_world() as world:
        world.service.on("/music", response("<Say>Wait.</Say>", "<Redirect></Redirect>"))
        first = await _enter(world, "caller")
        await world.asked("/music", 2)
        second = await _enter(world, "rep")
        await world.until(first, conference_peers=[second])
        heard = len((await world.emulator.call(first))["heard"])
        await world.emulator.hang_up(second)
        await world.until(first, conference_peers=[])
        assert len((await world.emulator.call(first))["heard"]) <= heard + 1


async def test_its_events_are_told_in_order_with_all_fields():
    async with a_world() as world:
        caller = await _enter(world, "caller", ends=True)
        rep = await _enter(world, "rep")
        await world.emulator.hang_up(caller)
        await world.until(rep, status="completed")
        events = [one.fields for one in await world.asked("/events", 6)]
        assert [one["StatusCallbackEvent"] for one in events] == [
            "participant-join",
            "conference-start",
            "participant-join",
            "participant-leave",
            "participant-leave",
            "conference-end",
        ]
        assert [one["SequenceNumber"] for one in events] == list("123456")
        assert {one["FriendlyName"] for one in events} == {"c-1"}
        left = events[3]
        assert (left["CallSid"], left["ParticipantLabel"], left["EndConferenceOnExit"]) == (caller, "caller", "true")
        assert (left["ParticipantCallStatus"], left["ReasonParticipantLeft"]) == ("completed", "participant_hung_up")
        assert events[5]["CallSidEndingConference"] == caller
        dialled = {one.fields["CallSid"]: one.fields for one in await world.asked("/dialled", 2)}
        assert dialled[caller]["CallStatus"] == "completed"
        assert dialled[rep]["CallStatus"] == "in-progress"
        assert all(one["DialCallStatus"] == "answered" and "DialCallSid" not in one for one in dialled.values())


async def test_the_first_participant_decides_where_events_go():
    async with a_world() as world:
        quiet = '<Dial><Conference waitUrl="" participantLabel="caller">c-1</Conference></Dial>'
        world.service.on("/voice", response(quiet))
        caller = await world.emulator.place_call(CALLER, LINE)
        await world.until(caller, place="conference")
        rep = await _enter(world, "rep")
        await world.until(caller, conference_peers=[rep])
        await world.emulator.hang_up(rep)
        await world.until(caller, conference_peers=[])
        assert world.service.at("/events") == []


async def test_a_label_that_is_taken_keeps_the_second_out():
    async with a_world() as world:
        await _enter(world, "caller")
        second = await world.emulator.place_call(CALLER, LINE)
        call = await world.until(second, status="completed")
        assert call["errors"] == [16025]
        assert world.service.at("/dialled")[0].fields["DialCallStatus"] == "failed"


async def test_a_rep_who_leaves_does_not_end_it_and_the_caller_is_alone():
    async with a_world() as world:
        caller = await _enter(world, "caller", ends=True)
        rep = await _enter(world, "rep")
        await world.emulator.hang_up(rep)
        call = await world.until(caller, conference_peers=[])
        assert (call["place"], call["status"]) == ("conference", "in-progress")


async def test_moving_a_participant_takes_it_out():
    async with a_world() as world, world.emulator.rest() as rest:
        caller = await _enter(world, "caller", ends=True)
        rep = await _enter(world, "rep")
        world.service.on("/elsewhere", response('<Pause length="600"/>'))
        await rest.post(f"Calls/{caller}.json", data={"Url": f"{world.service.base}/elsewhere"})
        await world.asked("/elsewhere")
        assert (await world.emulator.call(caller))["place"] == "document"
        await world.until(rep, status="completed")
        reasons = [one.fields.get("ReasonParticipantLeft") for one in await world.asked("/events", 6)]
        assert "participant_updated_via_api" in reasons


async def test_an_announcement_is_heard_by_one_and_its_end_is_told():
    async with a_world() as world, world.emulator.rest() as rest:
        caller, rep = await _enter(world, "caller"), await _enter(world, "rep")
        world.service.on("/announce", response("<Say>One moment please.</Say>"))
        await rest.post(
            "Conferences/c-1/Participants/caller.json", data={"AnnounceUrl": f"{world.service.base}/announce"}
        )
        events = [one.fields for one in await world.asked("/events", 4)]
        assert (events[3]["StatusCallbackEvent"], events[3]["CallSid"]) == ("announcement-end", caller)
        assert "One moment please." in [line["text"] for line in (await world.emulator.call(caller))["heard"]]
        assert "One moment please." not in [line["text"] for line in (await world.emulator.call(rep))["heard"]]


async def test_an_announcement_that_cannot_be_played_is_told():
    async with a_world() as world, world.emulator.rest() as rest:
        await _enter(world, "caller")
        await _enter(world, "rep")
        world.service.on("/announce", response("<Hangup/>"))
        await rest.post(
            "Conferences/c-1/Participants/caller.json", data={"AnnounceUrl": f"{world.service.base}/announce"}
        )
        events = [one.fields for one in await world.asked("/events", 4)]
        assert events[3]["StatusCallbackEvent"] == "announcement-fail"
        assert events[3]["ReasonAnnouncementFailed"].startswith("13238")


async def test_a_bad_wait_document_puts_the_leg_out():
    async with a_world() as world:
        world.service.on("/music", Response(status_code=500))
        world.service.on("/voice", world.conference())
        sid = await world.emulator.place_call(CALLER, LINE)
        call = await world.until(sid, status="completed")
        assert call["errors"] == [11200]
        assert world.service.at("/dialled")[0].fields["DialCallStatus"] == "failed"


async def test_a_name_can_be_used_again_after_the_end():
    async with a_world() as world, world.emulator.rest() as rest:
        for _ in range(2):
            sid = await _enter(world, "caller")
            await world.emulator.hang_up(sid)
        rows = (await rest.get("Conferences.json", params={"FriendlyName": "c-1"})).json()["conferences"]
        assert [row["status"] for row in rows] == ["completed", "completed"]
        assert rows[0]["sid"] != rows[1]["sid"]


async def test_a_time_limit_ends_the_stay():
    async with a_world() as world:
        world.service.on(
            "/voice",
            response('<Dial timeLimit="10" action="/dialled"><Conference waitUrl="">c-1</Conference></Dial>'),
        )
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, status="completed")
        assert world.service.at("/dialled")[0].fields["DialCallStatus"] == "answered"


async def test_a_conference_takes_no_more_than_it_may():
    async with a_world() as world:
        for label in ("one", "two", "three"):
            small = f'<Conference waitUrl="" participantLabel="{label}" maxParticipants="2">c-1</Conference>'
            world.service.on("/voice", response(f"<Dial>{small}</Dial>"))
            sid = await world.emulator.place_call(CALLER, LINE)
            await world.until(sid, **({"place": "conference"} if label != "three" else {"status": "completed"}))
        assert (await world.emulator.call(sid))["errors"] == [16020]
