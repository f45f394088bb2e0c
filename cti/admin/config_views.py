"""Versions of the configuration as the API shows them, and what an attempt to activate one is answered with. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import assert_never

from cti.calls.configuration import Activated, Drafted, Outcome, Overtaken, Stranding, Unfit
from cti.calls.views import View, iso
from cti.desk.problems import Problem, not_found
from cti.record.config_model import NoSuchVersion, Version, VersionInfo
from cti.record.errors import BadCursor
from routing.config_file import Report

HIGHEST = 2**31 - 1
"""What SQL takes for a number."""
_TAG = re.compile(r'(?:W/)?"([0-9]{1,10})"')


def version_view(info: VersionInfo) -> View:
    """One version, without its text."""
    return {
        "n": info.n,
        "state": info.state,
        "author": info.author,
        "comment": info.comment,
        "created_at": iso(info.created_ms),
        "based_on": info.based_on,
        "activated_at": iso(info.activated_ms),
        "activated_by": info.activated_by,
        "activation_comment": info.activation_comment,
    }


def whole_view(version: Version) -> View:
    """The same, with its text."""
    return {**version_view(version), "text": version.text}


def page_view(versions: tuple[VersionInfo, ...], limit: int) -> View:
    """A page of ``limit``, of one more than that where there are more."""
    shown = versions[:limit]
    return {
        "versions": [version_view(one) for one in shown],
        "next": str(shown[-1].n) if len(versions) > limit else None,
    }


def report_view(report: Report) -> View:
    """``problems`` and ``warnings``, each with line, field and message; ``tests``: what came of each of the text's own,
    null where problems keep them from being tried."""
    return {
        "problems": [asdict(one) for one in report.problems],
        "warnings": [asdict(one) for one in report.warnings],
        "tests": None if report.tests is None else [asdict(one) for one in report.tests],
    }


def draft_view(drafted: Drafted) -> View:
    """A draft that was kept."""
    kept = {"n": drafted.n, "based_on": drafted.based_on, "differences": drafted.differences}
    return {**kept, **report_view(drafted.report)}


def activated_view(outcome: Outcome) -> View:
    """The version that is active now. Raises Problem for one that is not."""
    match outcome:
        case Activated(n=n, previous=previous, differences=differences, report=report):
            warnings = report_view(report)["warnings"]
            return {"n": n, "previous": previous, "differences": differences, "warnings": warnings}
        case NoSuchVersion():
            raise not_found()
        case Unfit(report=report):
            raise Problem(422, "The version has problems and cannot become active.", **report_view(report))
        case Stranding(queue=queue, calls=calls):
            detail = f"Queue {queue} has callers in line and is not in this version."
            raise Problem(409, detail, queue=queue, calls=calls)
        case Overtaken():
            raise _overtaken(outcome)
        case _:
            assert_never(outcome)


def _overtaken(outcome: Overtaken) -> Problem:
    active = f"Version {outcome.active}" if outcome.active is not None else "No version"
    detail = f"{active} is active meanwhile; read what changed, then activate with that version as If-Match."
    return Problem(
        412,
        detail,
        headers=tag_headers(outcome.active),
        based_on=outcome.based_on,
        active=outcome.active,
        changed_since=outcome.changed_since,
        differences=outcome.differences,
    )


# Versions as entity tags and cursors


def tag_headers(n: int | None) -> dict[str, str]:
    """``ETag``: the version that is active."""
    return {} if n is None else {"ETag": f'"{n}"'}


def read_tags(header: str | None) -> frozenset[int] | None:
    """The versions in ``If-Match``; null where there is no such header. Raises Problem: ``*`` would overwrite what
    nobody has seen."""
    if header is None:
        return None
    found = [_TAG.fullmatch(tag.strip()) for tag in header.split(",")]
    numbers = _numbers(match for match in found if match)
    if len(numbers) < len(found):
        raise Problem(400, 'If-Match names the version that you have seen, as the ETag of GET /config does: "7".')
    return numbers


def tags_in(header: str | None) -> frozenset[int]:
    """The versions in ``If-None-Match``; what is none of ours is no version that anybody knows."""
    found = (_TAG.fullmatch(tag.strip()) for tag in (header or "").split(","))
    return _numbers(match for match in found if match)


def _numbers(matches: Iterable[re.Match[str]]) -> frozenset[int]:
    return frozenset(min(int(match.group(1)), HIGHEST) for match in matches)


def read_cursor(cursor: str | None) -> int | None:
    """The number that the page before ended with. Raises BadCursor."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and int(cursor) <= HIGHEST):
        raise BadCursor("not a cursor of this list")
    return int(cursor)
