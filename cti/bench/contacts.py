"""An import of contacts, as ``cti contacts import`` does it: the whole of it, on SQLite and on PostgreSQL.

The file is made from a seed and holds what real ones do: companies that recur, several numbers, extensions, custom
columns, and bad rows (no number, no name, the same contact twice).
"""

from __future__ import annotations

import asyncio
import csv
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypedDict

import typer
from rich.console import Console
from rich.table import Table

from crm_adapter.importer import import_contacts
from cti.bench.stage import a_directory, a_postgres
from cti.record.database import Database
from cti.record.migrate import upgrade

ROWS = 100_000
BAD_ONE_IN = 50
SEED = 7
_HEADER = (
    *("name", "phone", "company", "email", "tier", "owner", "language", "timezone", "stage", "lead_source", "campaign"),
    *("tags", "notes", "external_id", "plan"),
)
_TIMEOUT_S = 600


class Row(TypedDict):
    """One database's figures."""

    database: str
    rows: int
    added: int
    rejected: int
    seconds: float
    again_seconds: float
    """The same file once more: everything is found and updated."""


def write_file(path: Path, rows: int = ROWS) -> None:
    """A contacts file of so many rows."""
    dice = random.Random(SEED)  # noqa: S311 - a seed, not a secret
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows(_rows(dice, rows))


def _rows(dice: random.Random, rows: int) -> Iterator[Sequence[str]]:
    for n in range(rows):
        good = _a_contact(dice, n)
        if n % BAD_ONE_IN:
            yield good
        else:
            yield dice.choice([(good[0], "no number", *good[2:]), ("", *good[1:]), _a_contact(dice, 1)])


def _a_contact(dice: random.Random, n: int) -> tuple[str, ...]:
    mobile, desk = f"+48 5{n:08d}"[:16], f"(22) 6{n % 1_000_000:06d} ext. {n % 90 + 10}"
    return (
        f"Caller {n}",
        f"{mobile}; +48 {desk}" if n % 3 == 0 else mobile,
        f"Company {dice.randrange(20_000)}",
        f"caller{n}@example.com",
        dice.choice(["gold", "silver", ""]),
        dice.choice(["ana", "bo", "cy", ""]),
        dice.choice(["pl", "en-GB", "es"]),
        "Europe/Warsaw",
        dice.choice(["lead", "mql", "sql", "opportunity", "customer"]),
        dice.choice(["web", "fair", "referral"]),
        f"campaign {n % 40}",
        "vip;newsletter" if n % 7 == 0 else "",
        "Prefers a call in the morning." if n % 5 == 0 else "",
        f"x-{n}",
        dice.choice(["basic", "pro"]),
    )


async def measure(database_url: str, file: Path, *, name: str) -> Row:
    """One import into an empty database, and the same again."""
    await upgrade(database_url)
    database = Database(database_url, statement_timeout_s=_TIMEOUT_S)
    try:
        began = time.perf_counter()
        report = await import_contacts(database, file, region="PL")
        first = time.perf_counter()
        await import_contacts(database, file, region="PL")
        again = time.perf_counter()
    finally:
        await database.close()
    return Row(
        database=name,
        rows=report.read,
        added=report.added,
        rejected=len(report.rejected),
        seconds=round(first - began, 1),
        again_seconds=round(again - first, 1),
    )


def main(*, as_json: bool) -> None:
    """``cti bench import``."""
    with a_directory() as directory:
        file = directory / "contacts.csv"
        write_file(file)
        rows = [asyncio.run(measure(f"sqlite:///{directory}/bench.sqlite3", file, name="SQLite"))]
        with a_postgres(directory) as url:
            rows.append(asyncio.run(measure(url, file, name="PostgreSQL")))
    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table(title=f"An import of {ROWS:,} rows")
    for heading in ("database", "added", "rejected", "first import, s", "again, s"):
        table.add_column(heading, justify="left" if heading == "database" else "right")
    for row in rows:
        figures = (f"{row['added']:,}", f"{row['rejected']:,}", f"{row['seconds']:g}", f"{row['again_seconds']:g}")
        table.add_row(row["database"], *figures)
    Console().print(table)
