"""Callers whom nobody on duty can help are not left waiting for a step that could be taken at once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY

from cti.embedded import EmbeddedServer
from routing.model import Outcome, RepId, RepStatus
from tests.support.callers import becomes, call_of, go_home, offer_of, time_passes
from tests.support.eventually import eventually
from tests.support.house import Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXPERTS_FIRST = """
skills: [support, billing]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}, queues: [support]}
  - {id: bo, name: Bo Lind, skills: {support: 1}, queues: [support]}
  - {id: cy, name: Cy Moss, skills: {billing: 2}, queues: [billing]}
queues:
  - {id: support, offer_timeout: 20s, wrap_up: 0.2s}
  - {id: billing, offer_timeout: 20s, wrap_up: 0.2s}
rules:
  - name: two that may be passed over
    when: call.from == "+15551230008"
    route:
      queue: support
      needs: {support: 4}
      steps:
        - {after: 5m, queues: [billing], needs: {billing: 2}, skip_if: nobody_on_duty}
        - {after: 8m, needs: {support: 1}, prefers: {support: 1}, skip_if: nobody_on_duty}
        - {after: 10m, then: hang_up}
  - name: experts first
    when: call.from != "+15551230009"
    route:
      queue: support
      needs: {support: 3}
      steps:
        - {after: 5m, needs: {support: 1}}
        - {after: 8m, queues: [billing], needs: {}, skip_if: nobody_on_duty}
        - {after: 10m, then: hang_up}
  - name: no steps
    route: {queue: support, needs: {support: 1}}
"""
NO_STEPS = "+15551230009"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    path = tmp_path_factory.mktemp("house")
    async with a_house(valkey=valkey, tmp_path=path, config=EXPERTS_FIRST) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


async def has_taken(running: Running, sid: str, steps: int) -> None:
    async def so() -> bool:
        return (await call_of(running, sid)).step == steps

    await eventually(so)


def counted() -> float:
    return REGISTRY.get_sample_value("cti_short_staffed_total", {"queue": "support"}) or 0.0


async def test_a_call_that_only_somebody_away_could_take_asks_for_less_at_once(running: Running) -> None:
    before = counted()
    await running.sits_down("ana")
    await running.house.matcher.set_status(RepId("ana"), RepStatus.AWAY, reason="lunch")
    await running.sits_down("bo")
    sid = await running.call_in()
    _, rep = await offer_of(running, sid)
    assert rep == "bo"
    assert counted() == before + 1


async def test_a_call_waits_for_the_expert_who_is_on_duty_and_busy(running: Running) -> None:
    await running.sits_down("ana")
    await running.sits_down("bo")
    first = await running.call_in()
    assert (await offer_of(running, first))[1] == "ana"
    second = await running.call_in("+15551230002")
    await running.comes_to(second, "waiting")
    assert (await call_of(running, second)).step == 0
    await running.house.matcher.settle((await offer_of(running, first))[0], Outcome.EXPIRED)
    await has_taken(running, second, 1)


async def test_when_everybody_has_gone_offline_the_last_step_is_taken(running: Running) -> None:
    await running.sits_down("ana")
    first = await running.call_in()
    await offer_of(running, first)
    second = await running.call_in("+15551230002")
    await running.comes_to(second, "waiting")
    await running.emulator.hang_up(first)
    await running.comes_to(first, "ended")
    await running.comes_to(second, "offered")
    third = await running.call_in("+15551230003")
    await running.comes_to(third, "waiting")
    await running.house.matcher.set_status(RepId("ana"), RepStatus.OFFLINE)
    await running.emulator.hang_up(second)
    await becomes(running, "ana", RepStatus.OFFLINE)
    await running.comes_to(third, "ended")
    assert (await call_of(running, third)).end_reason == "nobody_free"


async def test_a_step_is_passed_over_when_nobody_could_take_what_it_asks(running: Running) -> None:
    await running.sits_down("bo")
    await running.house.matcher.set_status(RepId("bo"), RepStatus.AWAY, reason="lunch")
    sid = await running.call_in()

    async def only_the_end_is_left() -> bool:
        call = await call_of(running, sid)
        return call.plan is not None and [step.then for step in call.plan.steps[call.step :]] == ["hang_up"]

    await eventually(only_the_end_is_left)
    assert await running.state(sid) == "waiting"
    assert (await call_of(running, sid)).step == 1


async def test_a_step_behind_one_that_was_passed_over_is_taken_where_somebody_could_take_what_it_asks(
    running: Running,
) -> None:
    await running.sits_down("bo")
    sid = await running.call_in("+15551230008")
    assert (await offer_of(running, sid))[1] == "bo"
    assert (await call_of(running, sid)).step == 1


async def test_when_everybody_of_a_queue_has_gone_a_step_brings_the_call_to_those_who_are_there(
    running: Running,
) -> None:
    await running.sits_down("cy")
    sid = await running.call_in("+15551230008")
    assert (await offer_of(running, sid))[1] == "cy"
    assert (await call_of(running, sid)).step == 1


async def test_one_missed_offer_of_the_only_rep_ends_nobodys_wait(running: Running) -> None:
    await running.sits_down("ana")
    first = await running.call_in()
    await offer_of(running, first)
    others = [await running.call_in(f"+1555123000{n}") for n in (2, 3)]
    for sid in others:
        await running.comes_to(sid, "waiting")
    await time_passes(running, first, "offer")
    await becomes(running, "ana", RepStatus.NOT_RESPONDING)
    for sid in (first, *others):
        await has_taken(running, sid, 1)
        assert await running.state(sid) == "waiting"
    await running.house.matcher.set_status(RepId("ana"), RepStatus.OFFLINE)
    for sid in (first, *others):
        await running.comes_to(sid, "ended")


async def test_a_step_widens_the_queues_and_their_reps_take_the_call(running: Running) -> None:
    await running.sits_down("bo")
    await running.house.matcher.set_status(RepId("bo"), RepStatus.AWAY, reason="lunch")
    await running.sits_down("cy")
    sid = await running.call_in()
    _, rep = await offer_of(running, sid)
    assert rep == "cy"
    assert (await call_of(running, sid)).queue == "support"


async def test_a_plan_without_steps_waits_for_whoever_comes(running: Running) -> None:
    sid = await running.call_in(NO_STEPS)
    await running.comes_to(sid, "waiting")
    await running.sits_down("bo")
    assert (await offer_of(running, sid))[1] == "bo"
