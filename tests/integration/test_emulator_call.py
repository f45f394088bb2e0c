"""A call's life on the emulated line, from dialling to hanging up."""

from __future__ import annotations

from cti.telephony.emulator.settings import EmulatorSettings, NumberSetup
from tests.integration.emulator_world import CALLER, LINE, ORIGIN, a_world
from tests.support.emulator import EmulatorClient, emulator_process
from tests.support.eventually import eventually


async def test_a_caller_waits_talks_to_a_rep_and_hangs_up():
    async with a_world() as world:
        emulator, service = world.emulator, world.service
        sid = await emulator.place_call(CALLER, LINE)
        await world.until(sid, place="queue", queue="main", status="in-progress")
        await world.asked("/wait", 2)
        service.on("/rep", world.conference(label="rep"))
        service.on("/join", world.conference(label="caller", ends=True))
        async with emulator.device(emulator.token("ana"), ORIGIN) as device:
            rep = await device.connect({"offer_id": "o1-1"})
            await device.accepted(rep)
            async with emulator.rest() as rest:
                moved = await rest.post(f"Calls/{sid}.json", data={"Url": f"{service.base}/join", "Method": "POST"})
            assert moved.status_code == 200
            talking = await world.until(sid, place="conference", conference="c-1", conference_peers=[rep])
            assert any(line["text"] == "Please hold the line." for line in talking["heard"])
            await emulator.hang_up(sid)
            await device.disconnected(rep)
        ended = await world.until(sid, status="completed", place="none")
        assert ended["ended_reason"] == "the caller hung up"
        statuses = await eventually(lambda: len(service.at("/status")) == 2 and service.at("/status"))
        assert {one.fields["CallSid"] for one in statuses} == {sid, rep}
        assert all(one.signed for one in service.asked)
        assert (await world.asked("/rep"))[0].fields["offer_id"] == "o1-1"
        assert [one.fields["QueueResult"] for one in service.at("/queue-left")] == ["redirected"]


async def test_it_runs_as_a_process_of_its_own():
    async with emulator_process(EmulatorSettings(numbers=(NumberSetup(number=LINE),))) as emulator:
        sid = await emulator.place_call(CALLER, LINE)
        await eventually(lambda: _heard(emulator, sid))
        async with emulator.rest() as rest:
            assert (await rest.get(f"Calls/{sid}.json")).json()["from"] == CALLER


async def _heard(emulator: EmulatorClient, sid: str) -> bool:
    return bool((await emulator.call(sid))["heard"])
