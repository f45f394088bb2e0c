"""``cti config versions | show | diff | rollback``: the history of configurations, and going back in it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import typer

from cti.admin.config_views import version_view, whole_view
from cti.calls.views import iso
from cti.commands.config import print_differences, print_text, read_file, tell
from cti.commands.failure import Failure
from cti.commands.stored_config import former_and_active, go_back, list_versions, some_version
from cti.record.config_model import VersionInfo
from cti.settings import StoreSettings, load
from routing.config import Config
from routing.config_difference import differences
from routing.config_file import load_config
from routing.errors import ConfigError


def versions(*, limit: int, as_json: bool) -> None:
    """The newest first."""
    found = asyncio.run(list_versions(load(StoreSettings), limit=limit))
    if as_json:
        typer.echo(json.dumps({"versions": [version_view(one) for one in found]}))
        return
    for one in found:
        typer.echo(_line(one))


def _line(one: VersionInfo) -> str:
    at, by, why = (
        (one.created_ms, one.author, one.comment)
        if one.activated_ms is None
        else (one.activated_ms, one.activated_by or one.author, one.activation_comment or one.comment)
    )
    day, _, time = (iso(at) or "").partition("T")
    return f"{one.n:>5}  {one.state:<6}  {day} {time[:8]} UTC  {by}  {' '.join(why.split())}".rstrip()


def show(n: int, *, as_json: bool) -> None:
    """Its text as it was written."""
    version = asyncio.run(some_version(load(StoreSettings), n))
    if as_json:
        typer.echo(json.dumps(whole_view(version)))
    else:
        print_text(version.text)


def diff(one: str | None, other: str | None, *, as_json: bool) -> None:
    """From the first to the second; of one alone: a file is compared with the active version, a version is what the
    active one is compared with; of none: the former and the active version."""
    settings = load(StoreSettings)
    before, after = asyncio.run(_ends(settings, one, other))
    told = differences(_config(settings, before), _config(settings, after))
    if as_json:
        typer.echo(json.dumps({"from": before, "to": after, "differences": told}))
        return
    typer.echo(f"from {_name(before)} to {_name(after)}:")
    print_differences(told)


async def _ends(settings: StoreSettings, one: str | None, other: str | None) -> tuple[str, str]:
    if one is not None and other is not None:
        return one, other
    former, active = await former_and_active(settings)
    if active is None:
        raise Failure("no configuration is active; `cti config apply FILE` makes one so")
    if one is not None:
        return (one, str(active)) if _is_number(one) else (str(active), one)
    if former is None:
        raise Failure("no version was active before the one that is")
    return str(former), str(active)


def _is_number(end: str) -> bool:
    return end.isascii() and end.isdecimal()


def _name(end: str) -> str:
    return f"version {end}" if _is_number(end) else end


def _config(settings: StoreSettings, end: str) -> Config:
    if _is_number(end):
        text = asyncio.run(some_version(settings, int(end))).text
    elif Path(end).is_file():
        text = read_file(Path(end))
    else:
        raise Failure(f"{end} is no version and no file")
    try:
        return load_config(text, end)
    except ConfigError as error:
        raise Failure(f"{_name(end)}: {error.problems[0]}") from None


def rollback(n: int | None, *, comment: str, as_json: bool) -> None:
    """Makes an older version active again, by default the one before the active."""
    tell(asyncio.run(go_back(load(StoreSettings), n, comment=comment)), as_json=as_json, again=True)
