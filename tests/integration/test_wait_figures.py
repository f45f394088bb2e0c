"""What a service level is made of, counted on SQLite and PostgreSQL."""

from __future__ import annotations

from cti.record.database import Database
from cti.record.wait_figures import WaitFigures, wait_figures
from tests.integration.test_record_calls import put_call

HOUR_MS = 3_600_000


async def test_answers_and_abandons_within_the_queues_own_time_are_told_apart(database: Database) -> None:
    async def ended(call: str, queue: str, *, waited_ms: int, reason: str, arrived_ms: int = HOUR_MS) -> None:
        over_ms = arrived_ms + waited_ms
        times = {"arrived_ms": arrived_ms, "ended_ms": over_ms + 60_000, "answered_ms": over_ms}
        if reason != "completed":
            times |= {"ended_ms": over_ms, "answered_ms": None}
        await put_call(database, call, queue=queue, state="ended", end_reason=reason, **times)

    await ended("c1", "support", waited_ms=20_000, reason="completed")
    await ended("c2", "support", waited_ms=20_001, reason="completed")
    await ended("c3", "support", waited_ms=5_000, reason="abandoned")
    await ended("c4", "support", waited_ms=50_000, reason="abandoned")
    await ended("c5", "support", waited_ms=900_000, reason="nobody_free")
    await ended("c6", "support", waited_ms=1, reason="merged")
    await ended("c7", "sales", waited_ms=50_000, reason="completed")
    await ended("old", "sales", waited_ms=1, reason="completed", arrived_ms=HOUR_MS - 1)
    await put_call(database, "open", queue="support", state="waiting", arrived_ms=HOUR_MS)
    found = await wait_figures(database, {"support": 20_000, "sales": 60_000, "none": 20_000}, since_ms=HOUR_MS)
    assert found == {
        "support": WaitFigures(arrived=5, answered=2, answered_within=1, abandoned=2, abandoned_within=1),
        "sales": WaitFigures(arrived=1, answered=1, answered_within=1),
    }
    assert [figures.service_level for figures in found.values()] in ([0.25, 1.0], [1.0, 0.25])
    assert WaitFigures(arrived=2, abandoned=2, abandoned_within=2).service_level is None
