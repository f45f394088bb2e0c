"""One part of the active configuration read and changed: each change is a new version, active at once.

Guarantees what ``configuration.py`` does, and that the new text differs from the active one in that part and in what
refers to it alone (``routing/yaml_edit.py``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import assert_never

from cti.calls.configuration import Configuration, Differences, Outcome, Overtaken, Stranding, read_text
from cti.record.audit import AuditLine
from cti.record.config_model import Version
from routing.config import Config
from routing.config_file import Report
from routing.config_parts import (
    Add,
    BadPart,
    Change,
    Changed,
    NoSuchPart,
    Part,
    PartExists,
    Put,
    Remove,
    StillReferred,
    changed,
    parts,
)
from routing.part_references import Kind, Reference
from routing.yaml_edit import rewritten_source, same
from routing.yaml_source import Entries, Source, read_source
from routing.yaml_words import Unwritable

KEPT = 4
"""Files in memory; a change looks at the one that is active and at the one that comes of it."""
_ATTEMPTS = 3
_ONE = {
    Kind.REPS: "rep",
    Kind.SKILLS: "skill",
    Kind.QUEUES: "queue",
    Kind.NUMBERS: "number",
    Kind.HOURS: "hours",
    Kind.HOLIDAYS: "holidays",
    Kind.PROMPTS: "prompt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Active:
    """The active version, read."""

    n: int
    config: Config
    parts: Mapping[Kind, Mapping[str, Part]]
    """name → the part as the file has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingActive:
    """There is no version to change, or this release cannot read it."""

    report: Report | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who changes, when and why."""

    by: str
    at_ms: int
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """It is like that already; there is no new version."""

    n: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a change would do; nothing was written."""

    n: int
    """The version it would replace."""
    made: Changed
    differences: Differences
    report: Report
    blocked: tuple[Reference, ...] = ()
    """What keeps it from being done."""
    stranding: Stranding | None = None


Refused = NoSuchPart | PartExists | BadPart | StillReferred | NothingActive | Overtaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of the new version."""

    id: str
    """The part's name from now on."""
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    """A change on paper."""

    version: Version
    made: Changed
    text: str


class PartChanges:
    """Of one site. Raises RecordUnavailable."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._active: Active | None = None

    async def active(self) -> Active | None:
        """The active version; null while there is none that this release reads."""
        n = await self._configuration.versions.active_n()
        if self._active is None or self._active.n != n:
            version = None if n is None else await self._configuration.versions.get(n)
            self._active = None if version is None else await asyncio.to_thread(_read, version)
        return self._active

    async def write(
        self, change: Change, author: Author, *, seen: Collection[int] | None, also: tuple[Reference, ...] = ()
    ) -> Written | Unchanged | Refused:
        """Makes the change. ``seen``: one of these versions must be active; null: whichever is. ``also``: what refers
        to the part from outside of the file."""
        for attempt in range(_ATTEMPTS):
            edit = await self._edited(change, seen)
            if isinstance(edit, StillReferred):
                return replace(edit, references=(*edit.references, *also))
            if not isinstance(edit, _Edit):
                return edit
            if also:
                return StillReferred(references=also, affects=edit.made.affects)
            if edit.text == edit.version.text:
                return Unchanged(n=edit.version.n, id=edit.made.id)
            outcome = await self._published(change, edit, author)
            if seen is None and isinstance(outcome, Overtaken) and attempt + 1 < _ATTEMPTS:
                continue  # whoever names no version adds to whatever is active
            return Written(id=edit.made.id, outcome=outcome)
        raise AssertionError("the last attempt returns")

    async def plan(
        self, change: Change, *, seen: Collection[int] | None, also: tuple[Reference, ...] = ()
    ) -> Planned | Refused:
        """What ``write`` would do."""
        edit = await self._edited(change, seen)
        if isinstance(edit, StillReferred):
            return replace(edit, references=(*edit.references, *also))
        if not isinstance(edit, _Edit):
            return edit
        _, report = await asyncio.to_thread(read_text, edit.text)
        return Planned(
            n=edit.version.n,
            made=edit.made,
            differences=await self._configuration.difference_to(edit.text),
            report=report,
            blocked=also,
            stranding=None if report.problems else await self._configuration.stranding(edit.text),
        )

    async def _edited(self, change: Change, seen: Collection[int] | None) -> _Edit | Refused:
        version = await self._configuration.versions.active()
        if version is None:
            return NothingActive()
        edit = await asyncio.to_thread(_edit, version, change)
        if seen is None or version.n in seen:
            return edit
        return await self._configuration.replaced(
            max(seen, default=None), version.n, edit.text if isinstance(edit, _Edit) else None
        )

    async def _published(self, change: Change, edit: _Edit, author: Author) -> Outcome:
        made, done = edit.made, _done(change)
        before, after = _what_differs(made.before, made.after)
        detail = {"section": str(change.kind), "part": made.id, "before": before, "after": after}
        return await self._configuration.publish(
            edit.text,
            over=edit.version.n,
            by=author.by,
            comment=author.comment or f"{_ONE[change.kind]} {made.id} {done}",
            at_ms=author.at_ms,
            change=AuditLine(action=f"config_part_{done}", detail=detail),
        )


def _done(change: Change) -> str:
    match change:
        case Add():
            return "added"
        case Put():
            return "changed"
        case Remove():
            return "deleted"
        case _:
            assert_never(change)


def _what_differs(before: Part | None, after: Part | None) -> tuple[Part | None, Part | None]:
    """As the audit trail has it of all changes: of a part that is new or gone all of it."""
    if before is None or after is None:
        return before, after
    names = [name for name in {**before, **after} if not same(before.get(name), after.get(name))]
    was, now = ({name: side[name] for name in names if name in side} for side in (before, after))
    return was, now


def _read(version: Version) -> Active | None:
    config, source = read_text(version.text)[0], _source(version.text)
    if config is None or not isinstance(source, Entries):
        return None
    return Active(n=version.n, config=config, parts={kind: parts(source.value, kind) for kind in Kind})


def _edit(version: Version, change: Change) -> _Edit | Refused:
    source = _source(version.text)
    if not isinstance(source, Entries):
        return NothingActive(report=read_text(version.text)[1])
    made = changed(source.value, change)
    if not isinstance(made, Changed):
        return made
    try:
        text = rewritten_source(version.text, source, made.document)
    except Unwritable as refused:
        return BadPart(field=str(change.kind), message=str(refused))
    return _Edit(version=version, made=made, text=text)


@lru_cache(maxsize=KEPT)
def _source(text: str) -> Source | None:
    return read_source(text)
