"""The owner first, the owner's team next, then everybody who qualifies."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from cti.embedded import EmbeddedServer
from tests.support.callers import go_home, offer_of, time_passes
from tests.support.house import Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEAMS = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, team: east, skills: {support: 1}}
  - {id: bo, name: Bo Lind, team: east, skills: {support: 1}}
  - {id: cy, name: Cy Moss, team: west, skills: {support: 9}}
queues:
  - {id: support, offer_timeout: 20s, wrap_up: 0.2s}
rules:
  - name: everyone
    route:
      queue: support
      needs: {support: 1}
      prefer_rep: {who: ana, team_wait: 5m}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    path = tmp_path_factory.mktemp("house")
    async with a_house(valkey=valkey, tmp_path=path, config=TEAMS) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


async def test_a_colleague_of_the_owner_goes_before_a_better_fit_elsewhere(running: Running) -> None:
    for rep in ("cy", "bo", "ana"):
        await running.sits_down(rep)
    asked = []
    for n in range(2):
        sid = await running.call_in(f"+1555123000{n}")
        asked.append((await offer_of(running, sid))[1])
    assert asked == ["ana", "bo"]


async def test_after_the_teams_time_the_call_is_open_to_all(running: Running) -> None:
    await running.sits_down("ana")
    busy = await running.call_in("+15551230001")
    assert (await offer_of(running, busy))[1] == "ana"
    await running.sits_down("cy")
    sid = await running.call_in("+15551230002")
    await running.comes_to(sid, "waiting")
    await time_passes(running, sid, "team")
    assert (await offer_of(running, sid))[1] == "cy"


async def test_a_team_of_which_nobody_is_on_duty_is_not_waited_for(running: Running) -> None:
    await running.sits_down("cy")
    sid = await running.call_in()
    assert (await offer_of(running, sid))[1] == "cy"
