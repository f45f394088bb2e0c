"""``cti config apply | export | check``. The stores are imported by those that need them: a check is for editors.

Text goes in and comes out byte for byte: line ends, comments and blanks are the owner's.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cti.commands.failure import Failure
from routing.config_file import Report, check_config
from routing.errors import Problem

if TYPE_CHECKING:
    from cti.commands.stored_config import Applied, Behind


def apply(file: Path, *, comment: str | None, based_on: int | None, as_json: bool) -> None:
    """Checks the file, says what it changes and makes it the active version; workers take it up at once."""
    from cti.commands.stored_config import apply_text
    from cti.settings import StoreSettings, load

    text = read_file(file)
    report = check_config(text)
    if report.problems:
        _refuse(file, report, as_json=as_json)
    applied = asyncio.run(
        apply_text(load(StoreSettings), text, file.name, comment=comment, based_on=based_on),
    )
    _warn(file, report.warnings)
    tell(applied, as_json=as_json)


def tell(applied: Applied | Behind, *, as_json: bool, again: bool = False) -> None:
    """What became active, and what that changes. Raises Failure for what did not."""
    from cti.commands.stored_config import Behind

    if as_json:
        typer.echo(json.dumps(asdict(applied)))
    if isinstance(applied, Behind):
        _tell_behind(applied, as_json=as_json)
        return
    if as_json:
        return
    if applied.previous is not None:
        print_differences(applied.differences)
    when = "within a second" if applied.running else "when it starts"
    typer.echo(f"version {applied.version} is active{' again' if again else ''}; the service takes it up {when}")


def _tell_behind(behind: Behind, *, as_json: bool) -> None:
    if not as_json:
        typer.echo("changed since:", err=True)
        print_differences(behind.changed_since, err=True)
        typer.echo(f"and this would change, of version {behind.active}:", err=True)
        print_differences(behind.differences, err=True)
    raise Failure(
        f"version {behind.active} is active meanwhile, nothing was changed; --based-on {behind.active} goes on"
    )


def print_differences(differences: Sequence[str] | None, *, err: bool = False) -> None:
    """One a line."""
    if differences is None:
        typer.echo("  one of the two cannot be read by this release, so that nobody can say what differs", err=err)
    elif not differences:
        typer.echo("  nothing but comments and layout", err=err)
    for sentence in differences or ():
        typer.echo(f"  {sentence}", err=err)


def export() -> None:
    """Prints the active version's text as it was written."""
    from cti.commands.stored_config import active_version
    from cti.settings import StoreSettings, load

    active = asyncio.run(active_version(load(StoreSettings)))
    if active is None:
        raise Failure("no configuration is active; `cti config apply FILE` makes one so")
    print_text(active.text)


def print_text(text: str) -> None:
    """Byte for byte, whatever the terminal's own encoding."""
    typer.echo(text.encode(), nl=False)


def check(file: Path, *, as_json: bool) -> None:
    """Says everything that is wrong with the file, its own tests included."""
    report = check_config(read_file(file))
    if report.problems:
        _refuse(file, report, as_json=as_json)
    if as_json:
        _print(report)
        return
    _warn(file, report.warnings)
    typer.echo(f"{file}: good")


def read_file(file: Path) -> str:
    """Its text, line ends as they are. Raises Failure."""
    try:
        return file.read_bytes().decode()
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
