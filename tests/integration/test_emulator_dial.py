"""``<Dial><Number>`` on the emulated line: outside numbers that answer or do not, and who ends what."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.integration.emulator_world import CALLER, LINE, World, a_world
from tests.support.eventually import eventually
from tests.support.scripted_service import response

OUTSIDE = "+48600700800"
STEPS = "initiated ringing answered completed"


async def _dialled(world: World, attributes: str = "", action: str = 'action="/over"') -> str:
    """A caller who is put through to the outside number."""
    noun = f'<Number statusCallback="/steps" statusCallbackEvent="{STEPS}">{OUTSIDE}</Number>'
    world.service.on("/voice", response(f"<Dial {action} {attributes}>{noun}</Dial>", "<Say>Nobody there.</Say>"))
    world.service.on("/over", response("<Say>Goodbye.</Say>"))
    return await world.emulator.place_call(CALLER, LINE)


async def _child(world: World, parent: str) -> str:
    """The called leg, once both talk."""
    return str((await world.until(parent, place="dial", bridged=True))["dialled"])


async def _over(world: World) -> dict[str, str]:
    (asked,) = await world.asked("/over")
    assert asked.signed
    return dict(asked.fields)


def _texts(call: dict[str, object]) -> list[str]:
    return [line["text"] for line in call["heard"]]


async def test_a_number_is_called_talked_to_and_hangs_up():
    async with a_world() as world, world.emulator.rest() as rest:
        sid = await _dialled(world)
        child = await _child(world, sid)
        talking = (await rest.get(f"Calls/{child}.json")).json()
        assert (talking["status"], talking["direction"]) == ("in-progress", "outbound-dial")
        assert (talking["from"], talking["to"], talking["parent_call_sid"]) == (CALLER, OUTSIDE, sid)
        (listed,) = (await rest.get(f"Calls.json?ParentCallSid={sid}")).json()["calls"]
        assert listed["sid"] == child
        await world.emulator.hang_up_outside(OUTSIDE)
        over = await _over(world)
        assert (over["CallSid"], over["CallStatus"]) == (sid, "in-progress")
        assert (over["DialCallStatus"], over["DialCallSid"], over["DialBridged"]) == ("completed", child, "true")
        assert over["DialCallDuration"].isdigit()
        ended = await world.until(sid, status="completed", dialled=None, bridged=False)
        assert _texts(ended) == ["ringing", "Goodbye."]


async def test_every_step_of_the_called_leg_is_told_in_order():
    async with a_world() as world:
        sid = await _dialled(world)
        child = await _child(world, sid)
        await world.emulator.hang_up(child)
        steps = await world.asked("/steps", 4)
        assert [one.fields["CallStatus"] for one in steps] == ["initiated", "ringing", "in-progress", "completed"]
        assert [one.fields["SequenceNumber"] for one in steps] == ["0", "1", "2", "3"]
        assert {(one.fields["CallSid"], one.fields["ParentCallSid"]) for one in steps} == {(child, sid)}
        assert {one.fields["Direction"] for one in steps} == {"outbound-dial"}
        assert ["CallDuration" in one.fields for one in steps] == [False, False, False, True]
        assert all(one.signed for one in steps)


@pytest.mark.parametrize(
    ("behaviour", "steps"),
    [
        ("busy", ["initiated", "ringing", "busy"]),
        ("no-answer", ["initiated", "ringing", "no-answer"]),
        ("failed", ["initiated", "ringing", "failed"]),
    ],
)
async def test_a_number_that_does_not_answer_says_why(behaviour, steps):
    async with a_world() as world:
        await world.emulator.outside(OUTSIDE, behaviour)
        sid = await _dialled(world, 'timeout="5"')
        over = await _over(world)
        assert (over["DialCallStatus"], over["DialBridged"], over["DialCallDuration"]) == (behaviour, "false", "0")
        told = await world.asked("/steps", 3)
        assert [one.fields["CallStatus"] for one in told] == steps
        await world.until(sid, status="completed")


async def test_a_number_that_answers_too_late_is_not_waited_for():
    async with a_world() as world:
        await world.emulator.outside(OUTSIDE, "answer", after_s=20)
        await _dialled(world, 'timeout="5"')
        assert (await _over(world))["DialCallStatus"] == "no-answer"


async def test_without_an_action_the_next_verb_follows():
    async with a_world() as world:
        await world.emulator.outside(OUTSIDE, "busy", after_s=0)
        sid = await _dialled(world, action="")
        assert _texts(await world.until(sid, status="completed")) == ["ringing", "Nobody there."]


async def test_the_callers_hanging_up_ends_the_called_leg_and_the_action_is_told():
    async with a_world() as world:
        sid = await _dialled(world)
        child = await _child(world, sid)
        await world.emulator.hang_up(sid)
        await world.until(child, status="completed")
        over = await _over(world)
        assert (over["CallStatus"], over["DialCallStatus"], over["DialCallSid"]) == ("completed", "completed", child)


async def test_a_caller_who_gives_up_while_it_rings_cancels_it():
    async with a_world() as world:
        await world.emulator.outside(OUTSIDE, "no-answer")
        sid = await _dialled(world, 'timeout="600"')
        child = (await world.until(sid, place="dial", bridged=False))["dialled"]
        await world.until(child, status="ringing")
        await world.emulator.hang_up(sid)
        await world.until(child, status="canceled")
        assert (await _over(world))["DialCallStatus"] == "canceled"


async def test_a_caller_who_is_moved_leaves_the_called_leg_without_asking_the_action():
    async with a_world() as world, world.emulator.rest() as rest:
        world.service.on("/moved", response('<Pause length="600"/>'))
        sid = await _dialled(world)
        child = await _child(world, sid)
        await rest.post(f"Calls/{sid}.json", data={"Url": f"{world.service.base}/moved"})
        await world.asked("/moved")
        await world.until(child, status="completed")
        await world.until(sid, status="in-progress", place="document", dialled=None)
        assert world.service.at("/over") == []


async def test_the_caller_hangs_up_on_the_called_person_with_a_star():
    async with a_world() as world:
        sid = await _dialled(world, 'hangupOnStar="true"')
        await _child(world, sid)
        await world.emulator.press(sid, "1*")
        assert (await _over(world))["DialCallStatus"] == "completed"
        assert _texts(await world.until(sid, status="completed"))[-1] == "Goodbye."


async def test_the_longest_talk_is_as_the_document_says():
    async with a_world() as world:
        began = asyncio.get_running_loop().time()
        await _dialled(world, 'timeLimit="20"')
        assert (await _over(world))["DialCallStatus"] == "completed"
        assert asyncio.get_running_loop().time() - began > 0.99  # 20 s of talk at twenty times the speed


@pytest.mark.parametrize(("shown", "allowed"), [(LINE, True), (CALLER, True), ("+15559999", False)])
async def test_only_a_number_of_the_call_or_of_the_account_can_be_shown(shown, allowed):
    async with a_world() as world:
        sid = await _dialled(world, f'callerId="{shown}"')
        if allowed:
            assert (await world.emulator.call(await _child(world, sid)))["from"] == shown
            return
        over = await _over(world)
        assert (over["DialCallStatus"], "DialCallSid" in over) == ("failed", False)
        assert (await world.emulator.call(sid))["errors"] == [13214]


async def test_a_browser_has_to_show_a_number_of_the_account():
    async with a_world() as world, world.emulator.device(world.emulator.token("ana"), "http://desk.example") as device:
        document = "<Dial callerId='{}' action='/over'>{}</Dial>"
        world.service.on("/over", response("<Hangup/>"))
        world.service.on("/rep", response(f'<Dial action="/over">{OUTSIDE}</Dial>'))
        refused = await device.connect()
        await device.disconnected(refused)
        assert (await world.emulator.call(refused))["errors"] == [13214]
        world.service.on("/rep", response(document.format(LINE, OUTSIDE)))
        talking = await device.connect()
        assert (await world.emulator.call(await _child(world, talking)))["from"] == LINE


async def test_moving_a_called_leg_is_refused_aloud():
    async with a_world() as world, world.emulator.rest() as rest:
        child = await _child(world, await _dialled(world))
        refused = await rest.post(f"Calls/{child}.json", data={"Url": f"{world.service.base}/moved"})
        assert (refused.status_code, refused.json()["code"]) == (400, 21220)
        assert "not carried out" in refused.json()["message"]
        assert (await rest.post(f"Calls/{child}.json", data={"Status": "completed"})).status_code == 200
        assert (await _over(world))["DialCallStatus"] == "completed"


async def test_numbers_behave_as_they_were_set():
    async with a_world() as world, httpx.AsyncClient(base_url=world.emulator.url, trust_env=False) as http:
        await world.emulator.outside(OUTSIDE, "busy", after_s=3)
        assert (await http.get("/emulator/outside")).json() == {
            "numbers": {OUTSIDE: {"behaviour": "busy", "after_s": 3.0}}
        }
        for number, line in ((OUTSIDE, {"behaviour": "asleep"}), (OUTSIDE, {"after_s": -1}), ("nobody", {})):
            assert (await http.put(f"/emulator/outside/{number}", json=line)).status_code == 422
        assert (await http.post(f"/emulator/outside/{OUTSIDE}/hangup")).status_code == 404


async def test_the_end_of_a_called_leg_is_told_once_whoever_asks_for_it():
    async with a_world() as world:
        sid = await _dialled(world)
        child = await _child(world, sid)
        await world.emulator.hang_up(child)
        await world.emulator.hang_up(child)
        await world.until(sid, status="completed")
        ends = await eventually(lambda: [one for one in world.service.at("/steps") if "CallDuration" in one.fields])
        assert [one.fields["CallStatus"] for one in ends] == ["completed"]
