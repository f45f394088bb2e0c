"""Deadlines of offers that follow one another at once: none is lost with the one before."""

from __future__ import annotations

from pathlib import Path

from cti.embedded import EmbeddedServer
from routing.model import RepStatus
from tests.support.callers import becomes, status_of, told_to
from tests.support.house import a_house

THREE_REPS = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
  - {id: bo, name: Bo Lind, skills: {support: 2}}
  - {id: cy, name: Cy Moss, skills: {support: 1}}
queues:
  - {id: support, max_wait: 15m, offer_timeout: 0.5s, wrap_up: 1s}
rules:
  - name: everyone
    route: {queue: support, needs: {support: 1}}
"""


async def test_every_missed_offer_in_a_row_ends_by_its_own_deadline(valkey: EmbeddedServer, tmp_path: Path) -> None:
    async with a_house(valkey=valkey, tmp_path=tmp_path, config=THREE_REPS) as running:
        for rep in ("ana", "bo", "cy"):
            await running.sits_down(rep)
        sid = await running.call_in()
        for rep in ("ana", "bo", "cy"):
            await becomes(running, rep, RepStatus.NOT_RESPONDING)
        await running.comes_to(sid, "waiting")


async def test_a_call_whose_wait_is_over_ends_with_its_offer_and_asks_nobody_else(
    valkey: EmbeddedServer, tmp_path: Path
) -> None:
    brief = THREE_REPS.replace("max_wait: 15m, offer_timeout: 0.5s", "max_wait: 1s, offer_timeout: 1.2s")
    async with a_house(valkey=valkey, tmp_path=tmp_path, config=brief) as running:
        for rep in ("ana", "bo"):
            await running.sits_down(rep)
        said = await told_to(running, "bo")
        sid = await running.call_in()
        await running.comes_to(sid, "ended")
        assert await status_of(running, "ana") is RepStatus.NOT_RESPONDING
        assert await told_to(running, "bo") == said
