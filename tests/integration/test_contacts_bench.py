"""The benchmark of the import runs, and counts what it has made."""

from __future__ import annotations

from pathlib import Path

from cti.bench.contacts import BAD_ONE_IN, measure, write_file

ROWS = 500


async def test_good_rows_go_in_and_bad_ones_are_counted(sql_url: str, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    write_file(file, ROWS)
    row = await measure(sql_url, file, name="any")
    assert (row["rows"], row["rejected"]) == (ROWS, ROWS // BAD_ONE_IN)
    assert row["added"] == ROWS - ROWS // BAD_ONE_IN
