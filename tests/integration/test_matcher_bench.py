"""The benchmark of the matcher runs, and its rows have the shape that the contract names."""

from __future__ import annotations

from cti.bench.match import run
from cti.embedded import EmbeddedServer


async def test_each_size_gives_a_row_with_everybody_free_and_one_with_all_busy(valkey: EmbeddedServer) -> None:
    rows = await run(valkey.url, sizes=[30], samples=5)
    assert [(row["reps"], row["busy"], row["waiting"] > 0) for row in rows] == [(30, 0, False), (30, 30, True)]
    for row in rows:
        assert row["needs"] > 1
        assert 0 < row["claim_us"]["p50"] <= row["claim_us"]["p99"]
        assert 0 < row["freed_us"]["p50"] <= row["freed_us"]["p99"]
