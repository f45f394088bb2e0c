"""``cti config apply | export | check``. The stores are imported by those that need them: a check is for editors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer

from cti.commands.failure import Failure
from routing.config_file import Report, check_config
from routing.errors import Problem


def apply(file: Path, *, as_json: bool) -> None:
    """Checks the file and makes it the active version; workers take it up at once."""
    from cti.commands.stored_config import apply_text
    from cti.settings import StoreSettings, load

    text = _read(file)
    report = check_config(text)
    if report.problems:
        _refuse(file, report, as_json=as_json)
    applied = asyncio.run(apply_text(load(StoreSettings), text, file.name))
    _warn(file, report.warnings)
    if as_json:
        typer.echo(json.dumps(asdict(applied)))
        return
    when = "within a second" if applied.running else "when it starts"
    typer.echo(f"version {applied.version} is active; the service takes it up {when}")


def export() -> None:
    """Prints the active version's text as it was written."""
    from cti.commands.stored_config import active_version
    from cti.settings import StoreSettings, load

    active = asyncio.run(active_version(load(StoreSettings)))
    if active is None:
        raise Failure("no configuration is active; `cti config apply FILE` makes one so")
    typer.echo(active.text, nl=False)


def check(file: Path, *, as_json: bool) -> None:
    """Says everything that is wrong with the file, its own tests included."""
    report = check_config(_read(file))
    if report.problems:
        _refuse(file, report, as_json=as_json)
    if as_json:
        _print(report)
        return
    _warn(file, report.warnings)
    typer.echo(f"{file}: good")


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Failure(f"{file}: not UTF-8 text at byte {error.start}") from None


def _refuse(file: Path, report: Report, *, as_json: bool) -> None:
    if as_json:
        _print(report)
    else:
        for problem in report.problems:
            typer.echo(f"{file}: {problem}", err=True)
        _warn(file, report.warnings)
    count = len(report.problems)
    raise Failure(f"{file}: {count} problem{'s' if count > 1 else ''}, nothing was changed")


def _print(report: Report) -> None:
    found = {"problems": report.problems, "warnings": report.warnings}
    typer.echo(json.dumps({kind: [asdict(problem) for problem in problems] for kind, problems in found.items()}))


def _warn(file: Path, warnings: Sequence[Problem]) -> None:
    for warning in warnings:
        typer.echo(f"{file}: warning: {warning}", err=True)
