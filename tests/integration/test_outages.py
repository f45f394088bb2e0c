"""What the service leans on goes away in the middle of calls, and comes back: nobody is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cti.embedded import EmbeddedServer
from tests.support.callers import call_id, offer_of, talking
from tests.support.eventually import eventually
from tests.support.history import history
from tests.support.postgres import a_database, a_postgres
from tests.support.service import Service, a_service

GOES_ON_WITHIN_S = 5.0
ASKS_SQL = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
queues:
  - {id: support}
rules:
  - {name: again, when: call.attempts > 2, route: {queue: support, priority: 5}}
  - {name: everyone, route: {queue: support, prefer_rep: {who: last, wait: 5s}}}
"""
"""Rules that want to know what SQL remembers."""


async def test_calls_go_on_when_the_embedded_server_is_killed_and_who_left_meanwhile_is_missed(tmp_path: Path) -> None:
    async with a_service(redis_url=None, tmp_path=tmp_path) as running:
        await running.sits_down("ana")
        talks = await running.call_in("+15551230001")
        async with talking(running, talks):
            waits = await running.call_in("+15551230002")
            await running.comes_to(waits, "waiting")
            await _killed_and_back(running)
            await running.is_ready()
            states = (await running.state(talks), await running.state(waits))
            assert states == ("talking", "waiting"), await history(running, talks)
            await running.sits_down("bo")
            assert (await offer_of(running, waits, within_s=GOES_ON_WITHIN_S))[1] == "bo"
            await running.emulator.faults(seed=1, webhooks={"lose": 1.0})  # as if there were nobody to take them
            for sid in (talks, waits):
                await running.emulator.hang_up(sid)
            await _killed_and_back(running)
            await running.comes_to(talks, "wrap_up", within_s=GOES_ON_WITHIN_S)
            await running.comes_to(waits, "ended", within_s=GOES_ON_WITHIN_S)


async def _killed_and_back(running: Service) -> None:
    """The embedded server dies, and another takes its place."""
    killed = running.embedded_server()
    assert killed is not None
    running.kill(killed)
    await eventually(lambda: running.embedded_server() not in {None, killed}, GOES_ON_WITHIN_S)


@pytest.mark.usefixtures("redis")  # an empty floor
async def test_calls_are_routed_and_kept_while_sql_is_away_whoever_dies(valkey: EmbeddedServer, tmp_path: Path) -> None:
    with a_postgres() as postgres:
        async with (
            a_database(postgres) as url,
            a_service(redis_url=valkey.url, tmp_path=tmp_path, database_url=url, config=ASKS_SQL) as running,
        ):
            await asyncio.to_thread(postgres.stop)
            try:
                for pid in running.workers():
                    running.kill(pid)
                await running.is_ready()
                await running.sits_down("ana")
                sid = await running.call_in()
                async with talking(running, sid):
                    await running.emulator.hang_up(sid)
                    await running.comes_to(sid, "wrap_up")
            finally:
                await asyncio.to_thread(postgres.start)
            await _is_recorded(running, sid)


async def _is_recorded(running: Service, sid: str) -> None:
    """Its time line reached SQL, from the beginning."""

    async def there() -> bool:
        kinds = [entry.kind for entry in await running.house.recorded.timeline(call_id(sid))]
        return kinds[:1] == ["arrived"] and "hung_up" in kinds

    await eventually(there, 15.0)
