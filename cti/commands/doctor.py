"""``cti doctor``: what is well, what is not, what mends it; with ``--fix`` the URLs at Twilio, on consent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict

import typer

from cti import logs
from cti.commands.failure import Failure
from cti.commands.stored_config import active_numbers
from cti.doctor import Finding, Verdict, examine
from cti.line_doctor import Change, LineReport, examine_line, mend
from cti.settings import Settings, load
from cti.telephony.errors import LineUnavailable

SIGNS = {Verdict.WELL: "ok   ", Verdict.DOUBTFUL: "?    ", Verdict.WRONG: "WRONG"}


def doctor(*, fix: bool, yes: bool, as_json: bool) -> None:
    """Looks at everything; exits 1 when something is wrong that was not mended."""
    settings = load(Settings)
    logs.configure(settings.log_format)
    report = asyncio.run(_look(settings))
    _show(report.findings, as_json=as_json)
    if fix and report.changes:
        asyncio.run(_mend(settings, report.changes, yes=yes))
        report = asyncio.run(_look(settings))
        _show(report.findings, as_json=as_json)
    ill = [finding.subject for finding in report.findings if finding.verdict is Verdict.WRONG]
    if ill:
        raise Failure(f"not well: {', '.join(ill)}")


async def _look(settings: Settings) -> LineReport:
    here = await examine(settings)
    line = await examine_line(settings, await active_numbers(settings))
    return LineReport(findings=(*here, *line.findings), changes=line.changes)


async def _mend(settings: Settings, changes: Sequence[Change], *, yes: bool) -> None:
    consented: list[Change] = []
    for change in changes:
        typer.echo(str(change), err=True)
        if yes or typer.confirm("Set this at Twilio?", err=True):
            consented.append(change)
    try:
        await mend(settings, consented)
    except LineUnavailable as error:
        raise Failure(f"Twilio did not take the change: {error}") from None


def _show(findings: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"findings": [asdict(finding) for finding in findings]}))
        return
    for finding in findings:
        typer.echo(f"{SIGNS[finding.verdict]} {finding.subject}: {finding.detail}")
        if finding.mend:
            typer.echo(f"      {finding.mend}")
