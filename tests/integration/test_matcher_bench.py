"""The benchmarks of the matcher run, and their rows have the shape that the contract names."""

from __future__ import annotations

from cti.bench import match, versions
from cti.bench.match_floor import Size
from cti.embedded import EmbeddedServer


async def test_each_size_gives_rows_with_everybody_free_half_busy_and_all_busy(valkey: EmbeddedServer) -> None:
    rows = await match.run(valkey.url, [Size(reps=30, demands=10)], waiting=(0, 50), samples=5)
    assert [(row["reps"], row["busy"], row["waiting"]) for row in rows] == [
        (30, 0, 0),
        (30, 15, 0),
        (30, 30, 0),
        (30, 30, 50),
    ]
    for row in rows:
        assert (row["needs"], row["met"]) == (10, 10)
        assert 0 < row["claim_us"]["p50"] <= row["claim_us"]["p99"]
        assert 0 < row["freed_us"]["p50"] <= row["freed_us"]["p99"]
        assert 0 < row["server_us"]["freed"]["p50"] < row["freed_us"]["p99"]
        assert row["growth"].keys() == row["server_us"].keys()
    assert rows[0]["bytes_per_rep"] > 0
    assert rows[-1]["bytes_per_waiting"]


async def test_a_new_version_is_measured_with_claims_beside_it(valkey: EmbeddedServer) -> None:
    rows = await versions.run(valkey.url, reps=300, waiting=20)
    assert [row["case"] for row in rows] == ["nobody", "few", "queue", "everybody"]
    assert [row["reps"] for row in rows] == [300] * 4
    assert all(row["claims"] > 0 and row["bare_s"] > 0 for row in rows)
