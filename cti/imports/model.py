"""An import as values. Never a contact's: counts, and what is wrong with which row. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any, NewType

import orjson

from crm_adapter.draft import COLUMNS
from crm_adapter.importer import ImportReport

ImportId = NewType("ImportId", str)

MOST_LISTED = 200
"""Things that are wrong with rows."""


class State(StrEnum):
    """How far an import is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """Nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the process is asked."""

    database_url: str = field(repr=False)
    path: str
    region: str | None
    dry_run: bool
    by: str

    def line(self) -> bytes:
        """As it is sent."""
        return orjson.dumps(asdict(self)) + b"\n"

    @staticmethod
    def read(line: bytes) -> Order:
        """The opposite of ``line``."""
        return Order(**orjson.loads(line))


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One file's way in."""

    id: ImportId
    by: str
    dry_run: bool
    started_ms: int
    state: State = State.RUNNING
    progress: float = 0.0
    """From 0 to 1."""
    ended_ms: int | None = None
    detail: str | None = None
    """Why it failed."""
    result: Mapping[str, Any] | None = None
    """As ``result_of`` has it; null until it is done."""

    def text(self) -> bytes:
        """As it is kept."""
        return orjson.dumps(asdict(self))

    @staticmethod
    def read(text: str | bytes) -> Import:
        """The opposite of ``text``."""
        kept = orjson.loads(text)
        return Import(**{**kept, "state": State(kept["state"])})


def result_of(report: ImportReport) -> dict[str, Any]:
    """What became of the file, or would: ``rows == added + changed + unchanged + rejected``."""
    return {
        "rows": report.read,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.updated - report.changed,
        "rejected": len(report.rejected),
        "problems": list(islice(_problems(report), MOST_LISTED)),
        "columns": [column for column in report.columns if column in COLUMNS],
        "custom_fields": [column for column in report.columns if column not in COLUMNS],
    }


def _problems(report: ImportReport) -> Iterator[dict[str, object]]:
    """``column``: null where it is of the whole row."""
    for row in report.rejected:
        for reason in row.reasons:
            column, colon, rest = reason.partition(": ")
            if colon and column in report.columns:
                yield {"row": row.line, "column": column, "reason": rest}
            else:
                yield {"row": row.line, "column": None, "reason": reason}
