"""A rep's browser on the emulated line."""

from __future__ import annotations

import pytest
from starlette.responses import Response
from websockets.exceptions import InvalidStatus

from tests.integration.emulator_world import ORIGIN, a_world
from tests.support.eventually import eventually
from tests.support.scripted_service import response


async def test_a_device_connects_through_the_app_with_its_parameters():
    async with a_world() as world:
        emulator = world.emulator
        world.service.on("/rep", world.conference(label="rep"))
        async with emulator.device(emulator.token("ana"), ORIGIN) as device:
            assert device.messages[0] == {"type": "registered", "identity": "ana"}
            sid = await device.connect({"offer_id": "o1-1"})
            await device.accepted(sid)
            (asked,) = await world.asked("/rep")
            assert (asked.fields["From"], asked.fields["To"], asked.fields["offer_id"]) == ("client:ana", "", "o1-1")
            assert asked.fields["ApplicationSid"] == emulator.settings.twiml_app_sid
            assert asked.fields["Direction"] == "inbound"
            await device.disconnect(sid)
            await device.disconnected(sid)
        assert (await emulator.call(sid))["status"] == "completed"


async def test_its_legs_die_with_its_page():
    async with a_world() as world:
        emulator = world.emulator
        world.service.on("/rep", world.conference(label="rep"))
        async with emulator.device(emulator.token("ana"), ORIGIN) as device:
            sid = await device.connect()
            await device.accepted(sid)
            await device.drop()
            call = await world.until(sid, status="completed")
            assert call["ended_reason"] == "the browser went away"
        assert len(await world.asked("/status")) == 1


async def test_a_leg_that_the_service_refuses_is_accepted_and_over():
    async with a_world() as world:
        emulator = world.emulator
        world.service.on("/rep", response("<Hangup/>"))
        async with emulator.device(emulator.token("ana"), ORIGIN) as device:
            sid = await device.connect()
            assert (await device.disconnected(sid))["reason"] == "hung up by the service"


async def test_one_device_has_one_call():
    async with a_world() as world:
        emulator = world.emulator
        world.service.on("/rep", world.conference(label="rep"))
        async with emulator.device(emulator.token("ana"), ORIGIN) as device:
            await device.connect()
            with pytest.raises(RuntimeError, match="already active"):
                await device.connect()


async def test_a_bad_token_is_told_and_the_socket_closed():
    async with a_world() as world:
        emulator = world.emulator
        async with emulator.device("not a token", ORIGIN) as device:
            assert device.messages[0]["code"] == 20101
            await device.next("closed")
            assert device.closed_with == 4401
        async with emulator.device(emulator.token("ana", ttl_s=-5), ORIGIN) as device:
            assert device.messages[0]["code"] == 31205


async def test_a_page_of_another_origin_is_not_let_in():
    async with a_world() as world:
        with pytest.raises(InvalidStatus):
            async with world.emulator.device(world.emulator.token("ana"), "http://evil.example"):
                pass


async def test_a_token_about_to_end_is_warned_of_and_can_be_renewed():
    async with a_world() as world:
        emulator = world.emulator
        async with emulator.device(emulator.token("ana", ttl_s=9), ORIGIN) as device:
            await device.next("token_will_expire")
            await device.send({"type": "update_token", "token": emulator.token("bo")})
            assert "another identity" in (await device.next("error"))["message"]
            await device.send({"type": "update_token", "token": emulator.token("ana")})
            world.service.on("/rep", response('<Pause length="1"/>'))
            await device.connect()


async def test_an_expired_token_starts_no_call_but_ends_none():
    async with a_world() as world:
        emulator = world.emulator
        world.service.on("/rep", world.conference(label="rep"))
        async with emulator.device(emulator.token("ana", ttl_s=2), ORIGIN) as device:
            sid = await device.connect()
            await device.accepted(sid)
            await device.next("error", code=31205)
            assert (await emulator.call(sid))["status"] == "in-progress"
            await device.disconnect(sid)
            await device.disconnected(sid)
            with pytest.raises(RuntimeError, match="31205"):
                await device.connect()


@pytest.mark.parametrize(
    "message",
    [{"type": "dance"}, {"type": "connect", "params": {"a": 1}}, {"type": "mute", "call_sid": "CA1"}, {}],
)
async def test_nonsense_is_answered_with_an_error_and_the_device_lives_on(message):
    async with a_world() as world:
        emulator = world.emulator
        world.service.on("/rep", world.conference(label="rep"))
        async with emulator.device(emulator.token("ana"), ORIGIN) as device:
            await device.send(message)
            await device.next("error")
            await device.connect()


async def test_two_tabs_of_one_rep_are_two_devices():
    async with a_world() as world:
        emulator = world.emulator
        world.service.on("/rep", response('<Pause length="600"/>'))
        async with (
            emulator.device(emulator.token("ana"), ORIGIN) as one,
            emulator.device(emulator.token("ana"), ORIGIN) as two,
        ):
            assert await one.connect() != await two.connect()


async def test_a_failing_app_url_ends_in_the_devices_leg_only():
    async with a_world() as world:
        emulator = world.emulator
        world.service.on("/rep", Response(status_code=500))
        async with emulator.device(emulator.token("ana"), ORIGIN) as device:
            sid = await device.connect()
            await device.disconnected(sid)
            assert (await emulator.call(sid))["errors"] == [11200]
            await eventually(lambda: world.service.at("/status"))
