"""Calls that the account makes by REST, on the emulated line: who is rung, what is told, who ends what."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import pytest

from tests.integration.emulator_world import CALLER, LINE, World, a_world
from tests.support.eventually import eventually
from tests.support.scripted_service import response

OUTSIDE = "+48600700800"
OTHER = "+48600700900"
STEPS = ("initiated", "ringing", "answered", "completed")
Form = dict[str, str | Sequence[str]]


def _form(world: World, **changes: str | Sequence[str] | None) -> Form:
    """What a call needs; a None leaves something out."""
    form = {"To": OUTSIDE, "From": LINE, "Url": f"{world.service.base}/answered"} | changes
    return {name: value for name, value in form.items() if value is not None}


async def _create(rest: httpx.AsyncClient, form: Mapping[str, Any]) -> dict[str, Any]:
    reply = await rest.post("Calls.json", data=dict(form))
    assert reply.status_code == 201, reply.text
    return dict(reply.json())


async def _talking(world: World, rest: httpx.AsyncClient, **changes: str | Sequence[str]) -> str:
    """Somebody answered and listens to a long document."""
    world.service.on("/answered", response("<Say>Hello.</Say>", '<Pause length="600"/>'))
    sid = str((await _create(rest, _form(world, **changes)))["sid"])
    await world.until(sid, status="in-progress")
    await world.asked("/answered")
    return sid


async def test_a_number_is_rung_and_whoever_answers_is_given_the_document() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        world.service.on("/answered", response("<Say>Hello.</Say>"))
        made = await _create(rest, _form(world))
        assert (made["status"], made["direction"], made["start_time"]) == ("queued", "outbound-api", None)
        assert (made["from"], made["to"], made["parent_call_sid"]) == (LINE, OUTSIDE, None)
        over = await world.until(made["sid"], status="completed")
        assert [line["text"] for line in over["heard"]] == ["Hello."]
        (asked,) = await world.asked("/answered")
        assert asked.signed
        told = dict(asked.fields)
        assert (told["CallStatus"], told["Direction"], told["CallSid"]) == ("in-progress", "outbound-api", made["sid"])
        assert (told["From"], told["Caller"], told["To"], told["Called"]) == (LINE, LINE, OUTSIDE, OUTSIDE)
        assert not {"CallToken", "StirVerstat", "ParentCallSid"} & set(told)
        (listed,) = (await rest.get("Calls.json", params={"To": OUTSIDE})).json()["calls"]
        assert (listed["sid"], listed["direction"], listed["duration"]) == (made["sid"], "outbound-api", "0")
        (shown,) = await world.emulator.calls()
        assert shown["direction"] == "outbound-api"


async def test_the_document_may_come_with_the_request_and_the_url_goes_before_it() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        inline = response("<Say>Inline.</Say>")
        made = await _create(rest, _form(world, Url=None, Twiml=inline))
        assert (await world.until(made["sid"], status="completed"))["heard"][0]["text"] == "Inline."
        world.service.on("/answered", response("<Say>Fetched.</Say>"))
        made = await _create(rest, _form(world, Twiml=inline, Method="GET"))
        assert (await world.until(made["sid"], status="completed"))["heard"][0]["text"] == "Fetched."
        assert world.service.at("/answered")[0].method == "GET"


async def test_every_step_is_told_in_order_where_that_was_asked_for() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        callback = f"{world.service.base}/steps"
        sid = await _talking(world, rest, StatusCallback=callback, StatusCallbackEvent=STEPS)
        await world.emulator.hang_up_outside(OUTSIDE)
        steps = await world.asked("/steps", 4)
        assert [one.fields["CallStatus"] for one in steps] == ["initiated", "ringing", "in-progress", "completed"]
        assert [one.fields["SequenceNumber"] for one in steps] == ["0", "1", "2", "3"]
        assert {one.fields["CallSid"] for one in steps} == {sid}
        assert {(one.fields["Direction"], one.fields["CallbackSource"]) for one in steps} == {
            ("outbound-api", "call-progress-events")
        }
        assert all("Timestamp" in one.fields and one.signed for one in steps)
        assert ["CallDuration" in one.fields for one in steps] == [False, False, False, True]
        assert (steps[-1].fields["Duration"], steps[-1].fields["SipResponseCode"]) in {("0", "200"), ("1", "200")}
        assert world.service.at("/status") == []  # the number's own callback is for calls that come in


async def test_only_the_end_is_told_where_nothing_else_was_asked_for() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        callback = f"{world.service.base}/steps"
        sid = await _talking(world, rest, StatusCallback=callback, StatusCallbackMethod="GET")
        await world.emulator.hang_up(sid)
        (told,) = await world.asked("/steps")
        assert (told.method, told.fields["CallStatus"], told.fields["SequenceNumber"]) == ("GET", "completed", "0")


@pytest.mark.parametrize(
    ("behaviour", "sip_code"), [("busy", "486"), ("no-answer", "487"), ("failed", "404"), ("answer", "487")]
)
async def test_a_number_that_does_not_answer_in_time_says_why(behaviour: str, sip_code: str) -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        await world.emulator.outside(OUTSIDE, behaviour, after_s=20 if behaviour == "answer" else 1)
        callback = f"{world.service.base}/steps"
        made = await _create(
            rest, _form(world, StatusCallback=callback, StatusCallbackEvent=["initiated", "completed"], Timeout="5")
        )
        status = "no-answer" if behaviour == "answer" else behaviour
        await world.until(made["sid"], status=status)
        first, last = await world.asked("/steps", 2)
        assert (first.fields["CallStatus"], last.fields["CallStatus"]) == ("initiated", status)
        assert (last.fields["CallDuration"], last.fields["Duration"]) == ("0", "0")
        assert last.fields["SipResponseCode"] == sip_code
        assert (await rest.get(f"Calls/{made['sid']}.json")).json()["status"] == status
        assert world.service.at("/answered") == []


@pytest.mark.parametrize("status", ["canceled", "completed"])
async def test_a_call_that_rings_is_canceled_by_rest(status: str) -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        await world.emulator.outside(OUTSIDE, "no-answer")
        made = await _create(rest, _form(world, StatusCallback=f"{world.service.base}/steps", Timeout="600"))
        await world.until(made["sid"], status="ringing")
        moved = await rest.post(f"Calls/{made['sid']}.json", data={"Url": f"{world.service.base}/moved"})
        assert (moved.status_code, moved.json()["code"]) == (400, 21220)
        ended = await rest.post(f"Calls/{made['sid']}.json", data={"Status": status})
        assert (ended.status_code, ended.json()["status"]) == (200, "canceled")
        (told,) = await world.asked("/steps")
        assert told.fields["CallStatus"] == "canceled"
        again = await rest.post(f"Calls/{made['sid']}.json", data={"Status": status})
        assert (again.status_code, again.json()["code"]) == (400, 21220)


async def test_calls_beyond_the_accounts_rate_wait_in_line_and_can_be_canceled_there() -> None:
    async with a_world(calls_per_second=0.01) as world, world.emulator.rest() as rest:
        await world.emulator.outside(OUTSIDE, "no-answer")
        first = await _create(rest, _form(world, Timeout="600"))
        second = await _create(rest, _form(world, StatusCallback=f"{world.service.base}/steps"))
        await world.until(first["sid"], status="ringing")
        assert (first["queue_time"], int(second["queue_time"]) > 50_000) == ("0", True)
        (queued,) = (await rest.get("Calls.json", params={"Status": "queued", "To": OUTSIDE})).json()["calls"]
        assert queued["sid"] == second["sid"]
        async with httpx.AsyncClient(base_url=world.emulator.url, trust_env=False) as people:
            assert (await people.post(f"/emulator/calls/{second['sid']}/hangup")).status_code == 409
        await rest.post(f"Calls/{second['sid']}.json", data={"Status": "canceled"})
        (told,) = await world.asked("/steps")
        assert (told.fields["CallStatus"], told.fields["SequenceNumber"]) == ("canceled", "0")


async def test_a_person_who_declines_is_busy() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        for end in (world.emulator.hang_up_outside, world.emulator.hang_up):
            await world.emulator.outside(OUTSIDE, "no-answer")
            made = await _create(rest, _form(world))
            await world.until(made["sid"], status="ringing")
            await end(OUTSIDE if end == world.emulator.hang_up_outside else made["sid"])
            await world.until(made["sid"], status="busy")


async def test_a_person_at_the_number_presses_keys_speaks_and_hangs_up() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        world.service.on("/answered", response('<Gather input="dtmf" numDigits="1" action="/pressed"/>'))
        world.service.on("/pressed", response('<Gather input="speech" action="/said"/>'))
        world.service.on("/said", response('<Pause length="600"/>'))
        made = await _create(rest, _form(world))
        await world.emulator.press(made["sid"], "1")
        (pressed,) = await world.asked("/pressed")
        await world.emulator.speak(made["sid"], "yes please")
        (said,) = await world.asked("/said")
        assert (pressed.fields["Digits"], said.fields["SpeechResult"]) == ("1", "yes please")
        await world.emulator.hang_up_outside(OUTSIDE)
        await world.until(made["sid"], status="completed", ended_reason="the other side hung up")


async def test_a_call_that_was_answered_is_moved_into_a_callers_conference() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        world.service.on("/voice", world.conference(label="caller"))
        caller = await world.emulator.place_call(CALLER, LINE)
        sid = await _talking(world, rest)
        world.service.on("/moved", world.conference(label="outside", ends=True))
        moved = await rest.post(f"Calls/{sid}.json", data={"Url": f"{world.service.base}/moved"})
        assert moved.status_code == 200
        await world.until(sid, place="conference", conference_peers=[caller])
        await world.emulator.hang_up_outside(OUTSIDE)
        await world.until(caller, status="completed")


async def test_a_document_that_fails_is_followed_by_the_fallback_of_the_call() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        world.service.on("/answered", "<Nonsense/>")
        world.service.on("/rescue", response("<Say>Sorry.</Say>"))
        made = await _create(rest, _form(world, FallbackUrl=f"{world.service.base}/rescue"))
        over = await world.until(made["sid"], status="completed")
        assert over["heard"][-1]["text"] == "Sorry."
        (asked,) = await world.asked("/rescue")
        assert asked.fields["ErrorCode"] == str(over["errors"][0])


async def test_a_call_is_made_although_the_reply_was_lost() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        world.service.on("/answered", response('<Pause length="600"/>'))
        await world.emulator.faults(rest={"lose_reply": 1, "times": 1, "match": "POST"})
        with pytest.raises(httpx.HTTPError):
            await rest.post("Calls.json", data=_form(world))
        (made,) = (await rest.get("Calls.json", params={"To": OUTSIDE})).json()["calls"]
        await world.until(made["sid"], status="in-progress")
        await world.emulator.faults(rest={"reject_429": 1, "times": 1, "match": "POST"})
        refused = await rest.post("Calls.json", data=_form(world, To=OTHER))
        assert (refused.status_code, refused.json()["code"]) == (429, 20429)
        assert (await rest.get("Calls.json", params={"To": OTHER})).json()["calls"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": None}, 21201),
        ({"From": None}, 21213),
        ({"To": "nobody"}, 21211),
        ({"To": "+0123456789"}, 21211),
        ({"From": "me"}, 21212),
        ({"From": OTHER}, 21210),
        ({"Url": None}, 21205),
        ({"Url": ""}, 21205),
        ({"Url": "/relative"}, 21205),
        ({"FallbackUrl": "relative"}, 21205),
        ({"Method": "PUT"}, 21209),
        ({"StatusCallback": "relative"}, 21609),
        ({"StatusCallback": "http://a_name.example/s"}, 21609),
        ({"StatusCallback": "http://a.example/s", "StatusCallbackEvent": "initiated completed"}, 21626),
        ({"Timeout": "4"}, 21208),
        ({"Timeout": "601"}, 21208),
        ({"Timeout": "soon"}, 21208),
        ({"Url": None, "Twiml": "x" * 4001}, 20001),
        ({"MachineDetection": "Enable"}, 20001),
        ({"StatusCallbackUrl": "http://a.example/s"}, 20001),
        ({"To": "client:ana"}, 20001),
        ({"To": LINE}, 20001),
    ],
)
async def test_what_twilio_refuses_is_refused(changes: dict[str, str | None], code: int) -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        refused = await rest.post("Calls.json", data=_form(world, **changes))
        assert (refused.status_code, refused.json()["code"]) == (400, code), refused.text
        assert await world.emulator.calls() == []


async def test_what_twilio_has_and_the_emulator_has_not_is_refused_aloud() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        for changes in ({"MachineDetection": "Enable"}, {"Record": "true"}, {"To": "sip:a@b.example"}, {"To": LINE}):
            refused = await rest.post("Calls.json", data=_form(world, **changes))
            assert "not carried out" in refused.json()["message"]


async def test_ten_digits_are_a_number_of_north_america() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        assert (await _create(rest, _form(world, To="(415) 555-1212")))["to"] == "+14155551212"


async def test_the_end_is_told_once_whoever_asks_for_it() -> None:
    async with a_world() as world, world.emulator.rest() as rest:
        sid = await _talking(world, rest, StatusCallback=f"{world.service.base}/steps")
        ending = rest.post(f"Calls/{sid}.json", data={"Status": "completed"})
        await asyncio.gather(ending, world.emulator.hang_up(sid))
        ends = await eventually(lambda: world.service.at("/steps"))
        assert [one.fields["CallStatus"] for one in ends] == ["completed"]
