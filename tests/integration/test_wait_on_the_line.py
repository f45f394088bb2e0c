"""On real servers: callers hear their place and how long they will probably wait; the answer says if it was so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio

from cti.admin.timeline import sentence
from cti.calls.redis_store import Saved
from cti.calls.step import Step, ask_of
from cti.embedded import EmbeddedServer
from cti.record.call_model import TimelineEntry
from routing.model import Ask, CallId, InLine, Match, OfferId
from tests.support.callers import call_id, call_of, go_home, talking
from tests.support.eventually import eventually
from tests.support.house import ONE_QUEUE, Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINUTE = 60_000
TOLD = ONE_QUEUE.replace("wrap_up: 30s}", "wrap_up: 30s, announce: {every: 1m, place: true, wait: true}}")
FIRST, SECOND = "+15551230001", "+15551230002"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with a_house(valkey=valkey, tmp_path=tmp_path_factory.mktemp("house"), config=TOLD) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


async def ana_takes_a_call_every(running: Running, every_ms: int, *, like: Ask, times: int) -> OfferId:
    """The floor's last half hour: callers stood in the line, and ana took them one by one; she talks with the last."""
    house, floor = running.house, running.house.calls.key("floor")
    now_ms = house.clock.now_ms() - times * every_ms

    async def claims(n: int) -> Match | InLine:
        ask = replace(like, call=CallId(f"earlier{n}"), counted_from_ms=now_ms + n, arrived_ms=now_ms + n)
        return await house.matcher.claim(ask, version=house.rules.version)

    await house.redis.hset(floor, "clock_ms", str(now_ms))
    match = await claims(0)
    assert isinstance(match, Match)
    await house.matcher.accept(match.offer)
    for n in range(1, times + 1):
        assert isinstance(await claims(n), InLine)
    for n in range(1, times + 1):
        await house.redis.hset(floor, "clock_ms", str(now_ms + n * every_ms))
        [match] = await house.matcher.finish(match.offer, wrap_up=False)
        await house.matcher.accept(match.offer)
    await house.redis.hdel(floor, "clock_ms")
    return match.offer


async def waits_since(running: Running, sid: str, ago_ms: int) -> None:
    """As if the caller had come so much earlier."""

    async def saved() -> bool:
        house = running.house
        held = await house.calls.load(call_id(sid))
        assert held is not None
        earlier = replace(held.call, arrived_ms=held.call.arrived_ms - ago_ms)
        step = Step(call=earlier)
        return isinstance(
            await house.calls.save(held, step, version=house.rules.version, staff=house.rules.staff()), Saved
        )

    await eventually(saved)


async def hears(running: Running, sid: str, words: str) -> None:
    async def heard() -> bool:
        lines = (await running.emulator.call(sid))["heard"]
        return any(line["kind"] == "speech" and line["text"] == words for line in lines)

    await eventually(heard)


async def told(running: Running, truth: str) -> float:
    """How many answers are counted under that truth."""
    async with httpx.AsyncClient() as client:
        text = (await client.get(f"{running.url}/metrics")).text
    wanted = f'cti_expected_wait_told_total{{queue="support",truth="{truth}"}} '
    return sum(float(line.removeprefix(wanted)) for line in text.splitlines() if line.startswith(wanted))


async def test_callers_hear_their_place_and_a_range_and_the_answer_says_whether_it_was_true(running: Running) -> None:
    busy = "Everybody is busy. Please hold."
    like = await running.call_in("+15551230009")
    await running.comes_to(like, "waiting")
    ask = ask_of(await call_of(running, like))
    await running.emulator.hang_up(like)
    await running.comes_to(like, "ended")
    await running.sits_down("ana")
    before = await told(running, "inside")
    talks = await ana_takes_a_call_every(running, 100_000, like=ask, times=5)
    first = await running.call_in(FIRST)
    await running.comes_to(first, "waiting")
    second = await running.call_in(SECOND)
    await running.comes_to(second, "waiting")
    for sid in (first, second):
        await waits_since(running, sid, MINUTE)
    await hears(running, first, f"{busy} You are number 1 in line. Your wait should be less than 4 minutes.")
    await hears(running, second, f"{busy} You are number 2 in line. Your wait should be between 1 and 7 minutes.")
    await running.house.conductor.take_up(await running.house.matcher.finish(talks, wrap_up=False))
    async with talking(running, first):
        assert await told(running, "inside") == before + 1
        call = await call_of(running, first)
        assert call.told is not None
        assert call.answered_ms is not None
        assert call.told.truth(call.answered_ms) == "inside"
    assert await time_line(running, first) >= {
        "The caller was told: place 1, a wait of less than 4 minutes.",
        "Both are in: the caller talks with Ana Perez. The wait was as first told, less than 4 minutes.",
    }


async def time_line(running: Running, sid: str) -> set[str]:
    """As ``GET /api/v1/calls/{id}`` says it, once SQL has heard of the answer."""

    async def recorded() -> set[str] | None:
        entries = await running.house.recorded.timeline(call_id(sid))
        names = running.house.rules.names()
        return {sentence(entry, names) for entry in entries} if _was_answered(entries) else None

    return await eventually(recorded)


def _was_answered(entries: Iterable[TimelineEntry]) -> bool:
    return any(entry.kind == "answered" for entry in entries)
