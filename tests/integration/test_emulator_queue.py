"""Waiting in a queue: the loop, and every way out."""

from __future__ import annotations

import pytest
from starlette.responses import Response

from tests.integration.emulator_world import CALLER, LINE, a_world
from tests.support.scripted_service import response


async def test_the_wait_document_is_asked_for_again_and_again_with_the_place_in_line():
    async with a_world() as world:
        first = await world.emulator.place_call(CALLER, LINE)
        await world.until(first, place="queue")
        await world.emulator.place_call(CALLER, LINE)
        await world.asked("/wait", 4)
        waits = [one.fields for one in world.service.at("/wait")]
        assert {(one["CallSid"] == first, one["QueuePosition"]) for one in waits} == {(True, "1"), (False, "2")}
        assert all(one["MaxQueueSize"] == "1000" and one["QueueSid"].startswith("QU") for one in waits)
        assert all(one["QueueTime"].isdigit() and one["AvgQueueTime"].isdigit() for one in waits)


async def test_leave_goes_on_with_the_action():
    async with a_world() as world:
        world.service.on("/wait", response("<Leave/>"))
        world.service.on("/queue-left", response("<Say>Next.</Say>"))
        sid = await world.emulator.place_call(CALLER, LINE)
        call = await world.until(sid, status="completed")
        assert call["heard"][-1]["text"] == "Next."
        (left,) = world.service.at("/queue-left")
        assert left.fields["QueueResult"] == "leave"
        assert left.fields["QueueSid"].startswith("QU")


async def test_without_an_action_the_next_verb_follows():
    async with a_world() as world:
        world.service.on("/wait", response("<Leave/>"))
        world.service.on("/voice", response('<Enqueue waitUrl="/wait">main</Enqueue>', "<Say>After.</Say>"))
        sid = await world.emulator.place_call(CALLER, LINE)
        assert (await world.until(sid, status="completed"))["heard"][-1]["text"] == "After."


async def test_a_full_queue_takes_nobody():
    async with a_world() as world:
        enqueue = '<Enqueue waitUrl="/wait" action="/queue-left" maxQueueSize="1">small</Enqueue>'
        world.service.on("/voice", response(enqueue))
        first = await world.emulator.place_call(CALLER, LINE)
        await world.until(first, place="queue")
        await world.emulator.place_call(CALLER, LINE)
        (left,) = await world.asked("/queue-left")
        assert left.fields["QueueResult"] == "queue-full"
        assert "QueueSid" not in left.fields


@pytest.mark.parametrize(
    "document",
    [Response(status_code=500), response("<Enqueue>again</Enqueue>"), response("<Dial/>"), response("<Record/>")],
)
async def test_a_bad_wait_document_is_told_to_the_action(document):
    async with a_world() as world:
        world.service.on("/wait", document)
        await world.emulator.place_call(CALLER, LINE)
        (left,) = await world.asked("/queue-left")
        assert left.fields["QueueResult"] == "error"


async def test_hanging_up_in_the_wait_document_ends_the_leg_and_tells_the_action():
    async with a_world() as world:
        world.service.on("/wait", response("<Say>Sorry.</Say>", "<Hangup/>"))
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, status="completed", ended_reason="hung up by the service")
        (left,) = await world.asked("/queue-left")
        assert (left.fields["QueueResult"], left.fields["CallStatus"]) == ("hangup", "completed")


async def test_a_caller_who_hangs_up_in_line_is_told_to_action_and_status():
    async with a_world() as world:
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue")
        await world.emulator.hang_up(sid)
        (left,) = await world.asked("/queue-left")
        assert (left.fields["QueueResult"], left.fields["CallStatus"]) == ("hangup", "completed")
        (told,) = await world.asked("/status")
        assert told.fields["CallStatus"] == "completed"


async def test_a_move_in_the_middle_of_a_sentence_is_carried_out_at_once():
    async with a_world(speed=1) as world, world.emulator.rest() as rest:
        world.service.on("/wait", response(f"<Say>{'word ' * 400}</Say>"))
        world.service.on("/join", response('<Pause length="60"/>'))
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.asked("/wait")
        await rest.post(f"Calls/{sid}.json", data={"Url": f"{world.service.base}/join"})
        await world.asked("/join")
        (left,) = await world.asked("/queue-left")
        assert (left.fields["QueueResult"], left.fields["CallStatus"]) == ("redirected", "in-progress")


async def test_the_answer_to_a_redirected_action_is_not_carried_out():
    async with a_world() as world, world.emulator.rest() as rest:
        world.service.on("/join", response('<Pause length="600"/>'))
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue")
        await rest.post(f"Calls/{sid}.json", data={"Url": f"{world.service.base}/join"})
        await world.asked("/queue-left")
        assert (await world.emulator.call(sid))["status"] == "in-progress"


async def test_a_redirect_within_the_wait_goes_to_another_wait_document():
    async with a_world() as world:
        world.service.on("/wait", response("<Redirect>/wait2</Redirect>"))
        world.service.on("/wait2", response("<Say>Still here.</Say>"))
        sid = await world.emulator.place_call(CALLER, LINE)
        await world.asked("/wait", 2)
        await world.asked("/wait2")
        assert (await world.emulator.call(sid))["place"] == "queue"
