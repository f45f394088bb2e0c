"""``cti contacts import``: a CSV file to the built-in directory, with a progress bar and word of rejected rows."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from crm_adapter.errors import CrmError
from crm_adapter.importer import ImportReport
from crm_adapter.importer import import_contacts as load_file
from cti.commands.failure import Failure
from cti.commands.stores import open_database
from cti.settings import StoreSettings, load

MOST_SHOWN = 20
"""Rejected rows that are listed; ``--json`` has all of them."""


def import_contacts(file: Path, *, as_json: bool, dry_run: bool = False) -> None:
    """Imports the file; exits 1 when it could not be read, or no row of it was good."""
    settings = load(StoreSettings)
    try:
        report = asyncio.run(_import(settings, file, dry_run=dry_run))
    except CrmError as error:
        raise Failure(f"{file}: {error}") from None
    if as_json:
        typer.echo(json.dumps(_as_json(report)))
    else:
        _show(report, dry_run=dry_run)
    if report.read and not report.added + report.updated:
        raise Failure(f"{file}: no row could be imported")


async def _import(settings: StoreSettings, file: Path, *, dry_run: bool) -> ImportReport:
    with Progress(
        TextColumn("comparing" if dry_run else "importing"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task("rows", total=None)

        def tell(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        async with open_database(settings) as database:
            region = settings.default_region
            return await load_file(database, file, region=region, progress=tell, dry_run=dry_run)


def _as_json(report: ImportReport) -> dict[str, object]:
    return {
        "read": report.read,
        "added": report.added,
        "updated": report.updated,
        "changed": report.changed,
        "rejected": [{"line": row.line, "reason": row.reason} for row in report.rejected],
    }


def _show(report: ImportReport, *, dry_run: bool) -> None:
    counts = f"{report.added} added, {report.updated} updated, {len(report.rejected)} rejected"
    would = f" ({report.changed} would differ); nothing was written" if dry_run else ""
    typer.echo(f"{report.read} rows: {counts}{would}")
    for row in report.rejected[:MOST_SHOWN]:
        typer.echo(f"  line {row.line}: {row.reason}")
    if len(report.rejected) > MOST_SHOWN:
        typer.echo(f"  and {len(report.rejected) - MOST_SHOWN} more; --json lists all")
