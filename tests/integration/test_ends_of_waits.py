"""What a wait can end in, on real servers: a message, an outside number, a queue that is full."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from cti.embedded import EmbeddedServer
from cti.record.memory import CallerMemory
from cti.telephony.model import RecordingSid
from tests.support.callers import call_id, call_of, go_home
from tests.support.eventually import eventually
from tests.support.house import Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

OUTSIDE = "+15550123456"
CONFIG = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
hours: {never: {timezone: UTC, open: {}}}
queues:
  - {id: support}
  - {id: small, max_size: 1}
rules:
  - name: to a message
    when: call.from == "+15551230001"
    route: {queue: support, needs: {support: 1}, steps: [{after: 15m, then: voicemail}]}
  - name: to an outside number
    when: call.from == "+15551230002"
    route: {queue: support, needs: {support: 1}, steps: [{after: 15m, then: {dial: "+15550123456"}}]}
  - name: closed
    when: call.from in ["+15551230003", "+15551230004"]
    route: {queue: support, needs: {support: 1}, closing: {hours: never, then: hang_up}}
  - {name: the small queue, route: {queue: small}}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    path = tmp_path_factory.mktemp("house")
    async with a_house(valkey=valkey, tmp_path=path, config=CONFIG) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


async def heard(running: Running, sid: str) -> str:
    lines: list[dict[str, Any]] = (await running.emulator.call(sid))["heard"]
    return " ".join(line["text"] for line in lines)


async def hears(running: Running, sid: str, words: str) -> None:
    async def so() -> bool:
        return words in await heard(running, sid)

    await eventually(so, 15.0)


async def ends(running: Running, sid: str) -> str | None:
    """Waits for the end; the reason."""
    await running.comes_to(sid, "ended", within_s=15.0)
    return (await call_of(running, sid)).end_reason


async def test_nobody_on_duty_takes_a_message_at_once_and_it_is_kept(running: Running) -> None:
    sid = await running.call_in("+15551230001")
    await hears(running, sid, "leave a message")
    await running.emulator.speak(sid, "Please call me about my invoice.")
    await running.emulator.press(sid, "#")
    assert await ends(running, sid) == "voicemail"
    await hears(running, sid, "Thank you")
    message = (await call_of(running, sid)).voicemail
    assert message is not None
    async with running.emulator.rest() as rest:
        answer = await rest.get(f"Recordings/{message.recording}.json")
    assert answer.json()["call_sid"] == sid
    sound = await running.house.line.recording(message.recording)
    assert sound is not None
    assert sound.startswith(b"RIFF")
    assert await running.house.line.recording(RecordingSid("RE" + "0" * 32)) is None


async def test_a_caller_who_hangs_up_after_speaking_has_left_a_message(running: Running) -> None:
    sid = await running.call_in("+15551230001")
    await running.emulator.speak(sid, "It is urgent. " * 20)
    await eventually(lambda: _is_recorded(running, sid), 10.0)
    await running.emulator.hang_up(sid)

    async def is_kept() -> bool:
        return (await call_of(running, sid)).end_reason == "voicemail"

    await eventually(is_kept, 10.0)


async def _is_recorded(running: Running, sid: str) -> bool:
    return "beep" in await heard(running, sid) and bool((await running.emulator.call(sid))["recording"])


async def test_silence_is_no_message(running: Running) -> None:
    sid = await running.call_in("+15551230001")
    await hears(running, sid, "beep")
    await running.emulator.hang_up(sid)
    assert await ends(running, sid) == "abandoned"


async def test_the_caller_talks_with_the_outside_number(running: Running) -> None:
    sid = await running.call_in("+15551230002")

    async def is_connected() -> bool:
        return any(leg["to"] == OUTSIDE and leg["status"] == "in-progress" for leg in await running.emulator.calls())

    await eventually(is_connected, 15.0)
    assert await running.state(sid) == "diverted"
    await running.emulator.hang_up_outside(OUTSIDE)
    assert await ends(running, sid) == "forwarded"
    await eventually(lambda: _is_over_on_record(running, sid))
    assert await CallerMemory(running.house.database).attempts("+15551230002", 0) == 0, "they have talked"


async def _is_over_on_record(running: Running, sid: str) -> bool:
    row = await running.house.recorded.call(call_id(sid))
    return row is not None and row.state == "ended"


async def test_an_outside_number_that_is_engaged_ends_with_the_apology(running: Running) -> None:
    await running.emulator.outside(OUTSIDE, "busy")
    sid = await running.call_in("+15551230002")
    assert await ends(running, sid) == "nobody_free"
    await hears(running, sid, "nobody could take your call")
    await running.emulator.outside(OUTSIDE, "answer")


async def test_who_comes_when_it_is_closed_is_offered_to_nobody_though_somebody_is_still_there(
    running: Running,
) -> None:
    await running.sits_down("ana")
    for number in ("+15551230003", "+15551230004"):
        sid = await running.call_in(number)
        assert await ends(running, sid) == "nobody_free"
        assert (await call_of(running, sid)).rang == ()
        await hears(running, sid, "nobody could take your call")


async def test_who_comes_when_the_queue_is_full_is_told_so_at_once_and_nobody_else_is_moved(running: Running) -> None:
    first = await running.call_in("+15551230011")
    await running.comes_to(first, "waiting")
    second = await running.call_in("+15551230012")
    assert await ends(running, second) == "nobody_free"
    await hears(running, second, "nobody could take your call")
    assert await running.state(first) == "waiting"
