"""``cti calls export``: recorded calls for ``cti simulate``, people taken out."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from pathlib import Path

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cti.calls.codec import load as load_call
from cti.calls.errors import UnreadableCall
from cti.calls.exporting import Rules, exported, pseudonyms
from cti.commands.failure import Failure
from cti.commands.stores import open_database
from cti.record.exports import CallExports
from cti.settings import StoreSettings, load

DAY_MS = 86_400_000


def export(file: Path, *, since: str | None, until: str | None, fields: frozenset[str]) -> None:
    """Writes the file, or nothing: it takes its name only once it is whole."""
    settings = load(StoreSettings)
    until_ms = _moment(until, "--until") if until else int(datetime.now(UTC).timestamp() * 1000)
    since_ms = _moment(since, "--since") if since else until_ms - 7 * DAY_MS
    if since_ms >= until_ms:
        raise Failure("--since must be before --until")
    written = asyncio.run(_export(settings, file, Rules(began_ms=since_ms, fields=fields), until_ms))
    if not written:
        raise Failure("no call of that time ever looked for a rep and is over: nothing was written")
    typer.echo(f"{written:,} calls in {file}; begins {datetime.fromtimestamp(since_ms / 1000, UTC).isoformat()}")


async def _export(settings: StoreSettings, file: Path, rules: Rules, until_ms: int) -> int:
    number, written = pseudonyms(secrets.token_bytes(32)), 0
    part = file.with_name(file.name + ".part")
    columns = (TextColumn("exporting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        async with open_database(settings) as database:
            calls = CallExports(database, since_ms=rules.began_ms, until_ms=until_ms)
            with Progress(*columns, console=Console(stderr=True)) as bar, part.open("wb") as lines:
                task = bar.add_task("calls", total=await calls.count())
                async for each in calls.all():
                    row = exported(load_call(each.document), each, rules, number)
                    if row is not None:
                        lines.write(orjson.dumps(row) + b"\n")
                        written += 1
                    bar.advance(task)
        if written:
            part.replace(file)
    except UnreadableCall:
        raise Failure("a call of that time is of another release and cannot be read: begin later") from None
    except OSError as error:
        raise Failure(f"{file}: cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    return written


def _moment(text: str, option: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Failure(f'{option} must be a moment like "2026-11-16" or "2026-11-16T08:00:00+01:00"') from None
    return int((moment if moment.tzinfo else moment.astimezone()).timestamp() * 1000)
