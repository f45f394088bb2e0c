"""More at once than there are connections to Redis: it waits its turn, nothing fails."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cti.embedded import EmbeddedServer
from tests.support.callers import call_id
from tests.support.house import a_house


async def test_a_burst_of_questions_waits_for_connections_instead_of_failing(
    valkey: EmbeddedServer, tmp_path: Path
) -> None:
    async with a_house(valkey=valkey, tmp_path=tmp_path) as running:
        sid = await running.call_in()
        await running.comes_to(sid, "waiting")
        found = await asyncio.gather(*[running.house.calls.load(call_id(sid)) for _ in range(1_000)])
        assert None not in found
