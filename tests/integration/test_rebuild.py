"""A floor that lost everything, in its harder cases: strangers' calls, a rebuild cut short, older configurations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import delete

from cti.calls.rules import EXTRAS
from cti.embedded import EmbeddedServer
from cti.record.configs import ConfigVersions
from cti.record.tables import calls
from routing.model import OfferId, RepId, RepStatus
from routing.redis_matcher import LiveLeg
from tests.support.callers import becomes, call_id, call_of, go_home, offer_of, status_of, talking
from tests.support.eventually import eventually
from tests.support.house import SOMEBODY_ELSES, SUPPORT, Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = """
skills: [support]
numbers:
  - {{number: "{number}", name: Support}}
reps:
  - {{id: ana, name: Ana Perez, skills: {{support: 4}}}}
  - {{id: bo, name: Bo Lind, skills: {{support: 2}}}}
queues:
  - {{id: support, max_wait: 15m, offer_timeout: 20s, wrap_up: 30s}}
rules:
  - name: everyone
    route: {{queue: support, needs: {{support: {least}}}}}
"""


def text(least: int) -> str:
    """Callers need that level."""
    return TEXT.format(number=SUPPORT, least=least)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with a_house(valkey=valkey, tmp_path=tmp_path_factory.mktemp("house"), config=text(1)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


async def activate(running: Running, least: int) -> None:
    """A new version, active on the floor and in every worker."""
    versions = ConfigVersions(running.house.database)
    n = await versions.add(text(least), author="test", comment="", at_ms=1)
    await versions.activate(n, by="test", at_ms=1)

    async def is_there() -> bool:
        versions = {worker.rules.version for worker in (running.house, *running.others)}
        return {version // EXTRAS for version in versions | {(await running.house.calls.marker()).version}} == {n}

    await eventually(is_there)


async def flush(running: Running, *, others_rebuild: bool = False) -> None:
    """Redis forgets everything. ``others_rebuild``: another worker holds the lease of the rebuild."""
    async with running.house.redis.pipeline(transaction=True) as pipe:
        pipe.flushall()
        if others_rebuild:
            pipe.set(running.house.calls.key("lease:rebuild"), "1", px=30_000)
        await pipe.execute()


async def restored(running: Running) -> bool:
    """All calls are back."""
    return (await running.house.calls.marker()).restored


async def recorded(running: Running, sid: str, state: str) -> None:
    """Waits until SQL knows the call in that state."""

    async def so() -> bool:
        row = await running.house.recorded.call(call_id(sid))
        return row is not None and row.state == state

    await eventually(so)


async def cut_short(running: Running, sid: str) -> None:
    """The floor is lost, and the worker that rebuilds it dies after it has set the marker."""
    offer = (await call_of(running, sid)).offer
    assert offer is not None
    await flush(running, others_rebuild=True)
    house = running.house
    await house.matcher.open_floor(
        epoch=await house.recorded.next_epoch(),
        version=house.rules.version,
        on_calls=[LiveLeg(rep=offer.rep, call=call_id(sid), offer=offer.id)],
    )


@asynccontextmanager
async def another_application(running: Running) -> AsyncIterator[None]:
    """Somebody else's number of the account is answered by somebody else's document."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        document = b"<Response><Say>Welcome to somebody else</Say><Pause length='600'/></Response>"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(document)}\r\n\r\n"
        writer.write(head.encode() + document)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, running.emulator.rest() as rest:
        numbers = (await rest.get("IncomingPhoneNumbers.json")).raise_for_status().json()["incoming_phone_numbers"]
        (sid,) = (each["sid"] for each in numbers if each["phone_number"] == SOMEBODY_ELSES)
        changed = {"VoiceUrl": f"http://127.0.0.1:{port}/voice"}
        (await rest.post(f"IncomingPhoneNumbers/{sid}.json", data=changed)).raise_for_status()
        yield


async def test_calls_to_other_numbers_of_the_account_are_left_alone(running: Running) -> None:
    async with another_application(running):
        strangers = await running.call_in("+15551230009", to=SOMEBODY_ELSES)

        async def is_answered() -> bool:
            return bool((await running.emulator.call(strangers))["status"] == "in-progress")

        await eventually(is_answered)
    await flush(running)
    await eventually(lambda: restored(running))
    assert await running.state(strangers) is None
    await running.sits_down("ana")
    sid = await running.call_in()
    await offer_of(running, sid)
    assert (await running.emulator.call(strangers))["status"] == "in-progress"
    assert await running.state(strangers) is None


async def test_a_call_that_sql_had_not_heard_of_comes_back_by_its_number(running: Running) -> None:
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")
    await recorded(running, sid, "waiting")
    await running.house.database.run(lambda connection: connection.execute(delete(calls)))
    await flush(running)
    await running.comes_to(sid, "waiting")


async def test_a_rebuild_that_was_cut_short_is_finished_by_the_next_worker(running: Running) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid) as (_, _, rep):
        await recorded(running, sid, "talking")
        await cut_short(running, sid)
        assert await running.state(sid) is None
        await running.house.calls.give_back("rebuild")
        await running.comes_to(sid, "talking")
        assert await status_of(running, rep) is RepStatus.ON_CALL
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "wrap_up")
        await becomes(running, rep, RepStatus.WRAP_UP)


async def test_a_caller_who_hangs_up_while_nobody_rebuilds_leaves_the_rep_with_after_call_work(
    running: Running,
) -> None:
    await running.sits_down("ana")
    sid = await running.call_in()
    async with talking(running, sid) as (_, _, rep):
        await recorded(running, sid, "talking")
        await cut_short(running, sid)
        await running.emulator.hang_up(sid)
        await running.house.calls.give_back("rebuild")
        await running.comes_to(sid, "wrap_up")
        await becomes(running, rep, RepStatus.WRAP_UP)


async def test_a_rep_put_on_a_call_that_nobody_knows_is_set_free(running: Running) -> None:
    await flush(running, others_rebuild=True)
    house = running.house
    ghost = LiveLeg(rep=RepId("bo"), call=call_id("CA" + "9" * 32), offer=OfferId("o9-1"))
    epoch = await house.recorded.next_epoch()
    await house.matcher.open_floor(epoch=epoch, version=house.rules.version, on_calls=[ghost])
    assert await status_of(running, "bo") is RepStatus.ON_CALL
    await house.calls.give_back("rebuild")
    await eventually(lambda: restored(running))
    state = await house.matcher.rep(RepId("bo"))
    assert state is not None
    assert state.offer is None


async def test_a_rebuild_that_cannot_read_twilio_says_so_and_goes_on_when_it_can(running: Running) -> None:
    await running.emulator.faults(seed=1, rest={"fail_500": 1.0, "match": "GET .*Calls.json"})
    await flush(running)

    async def says_why() -> bool:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"{running.url}/readyz")
        assert answer.status_code == 503
        return "Twilio: HTTP 500" in answer.json()["checks"]["floor"]["detail"]

    await eventually(says_why, 15.0)
    await running.emulator.faults()
    await eventually(lambda: restored(running), 15.0)


async def test_a_waiting_call_of_an_older_configuration_still_finds_its_rep(running: Running) -> None:
    await activate(running, least=4)
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")
    await recorded(running, sid, "waiting")
    await activate(running, least=1)
    await flush(running)
    await eventually(lambda: restored(running))
    await running.sits_down("bo")
    assert await running.state(sid) == "waiting"
    await running.sits_down("ana")
    assert (await offer_of(running, sid))[1] == "ana"


async def test_demands_that_no_open_call_asks_for_leave_with_their_configuration(running: Running) -> None:
    await activate(running, least=3)
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")

    async def demands() -> int:
        return int(await running.house.redis.hlen(running.house.calls.key("demands")))

    await activate(running, least=2)
    assert await demands() == 2
    await running.emulator.hang_up(sid)
    await running.comes_to(sid, "ended")
    await activate(running, least=1)
    assert await demands() == 1


async def test_a_call_that_cannot_be_read_does_not_keep_others_from_being_looked_after(running: Running) -> None:
    house = running.house
    await house.redis.hset(house.calls.key("call:cbroken"), mapping={"v": 1, "doc": "{}"})
    await house.redis.zadd(house.calls.key("calls"), {"cbroken": 1})
    sid = await running.call_in()
    await running.comes_to(sid, "waiting")
    await running.emulator.faults(seed=1, webhooks={"lose": 1.0})
    await running.emulator.hang_up(sid)
    await house.reconciler.compare(quiet_ms=0)
    assert await running.state(sid) == "ended"
    await activate(running, least=1)
    await house.redis.zrem(house.calls.key("calls"), "cbroken")
    await house.redis.delete(house.calls.key("call:cbroken"))
