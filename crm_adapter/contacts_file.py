"""Reads a contacts file: CSV, UTF-8, comma-separated, with a header row.

Knows the file's form and nothing of contacts. Guarantees that a file which cannot be read to its end is refused as a
whole by ContactsFileError, with one line that says where; and that a line number is the one an editor shows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_adapter.draft import COLUMNS, MAX_FIELDS
from crm_adapter.errors import ContactsFileError

MAX_BYTES = 100 * 1024 * 1024
REQUIRED = ("name", "phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contact's line."""

    line: int
    """Where it begins, counted from 1; the header is line 1 unless blank lines stand before it."""
    values: Mapping[str, str]
    misfit: str | None = None
    """Why its cells cannot be told apart; the values are empty then."""


class ContactsFile:
    """One file, checked as a whole when opened."""

    def __init__(self, path: Path) -> None:
        """Raises ContactsFileError: missing, too big, not UTF-8, not CSV, without a usable header, or empty."""
        self._path = path
        _check_size(path)
        _check_encoding(path)
        self.columns: tuple[str, ...] = ()
        """In the order of the file: known ones as the contract spells them, others as written."""
        self.rows_total = sum(1 for _ in self.rows())
        """How many rows there are, good or bad."""

    def rows(self) -> Iterator[Row]:
        """Every row that is not blank."""
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            records = _records(reader)
            _, header = next(records, (1, []))
            self.columns = _columns(header)
            for line, cells in records:
                if len(cells) != len(self.columns):
                    misfit = f"has {len(cells)} cells, the header has {len(self.columns)}"
                    yield Row(line=line, values={}, misfit=misfit)
                    continue
                yield Row(line=line, values=dict(zip(self.columns, cells, strict=True)))


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """(line it begins on, cells) of every record that is not blank."""
    begins = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ContactsFileError(f"line {begins}: not CSV: {error}") from error
        if any(cell.strip() for cell in cells):
            yield begins, cells
        begins = reader.line_num + 1  # type: ignore[attr-defined]  # csv's reader, whose type has no name


def _columns(header: Sequence[str]) -> tuple[str, ...]:
    columns = tuple(_column(cell) for cell in header)
    if not columns:
        raise ContactsFileError("the file is empty: the first line must name the columns, name and phone among them")
    if len(columns) == 1 and (";" in header[0] or "\t" in header[0]):
        raise ContactsFileError("line 1: the columns must be separated by commas")
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise ContactsFileError(f"line 1: the header lacks {' and '.join(missing)}")
    if "" in columns:
        raise ContactsFileError(f"line 1: column {columns.index('') + 1} has no name")
    seen = [column.casefold() for column in columns]
    twice = sorted({column for column, folded in zip(columns, seen, strict=True) if seen.count(folded) > 1})
    if twice:
        raise ContactsFileError(f"line 1: the header names {', '.join(twice)} twice")
    if len(columns) > len(COLUMNS) + MAX_FIELDS:
        raise ContactsFileError(f"line 1: more than {MAX_FIELDS} columns beyond the known ones")
    return columns


def _column(cell: str) -> str:
    """``" Lead Source"`` is ``lead_source``; a name without a meaning stays as it is written."""
    known = "_".join(cell.strip().casefold().replace("-", " ").split())
    return known if known in COLUMNS else cell.strip()


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ContactsFileError(f"{path.name}: {error.strerror}") from error
    if size > MAX_BYTES:
        raise ContactsFileError(f"{path.name} is larger than {MAX_BYTES // 1024 // 1024} MB: split it")


def _check_encoding(path: Path) -> None:
    """Line by line, so that the message can say which."""
    number = 1
    try:
        with path.open("rb") as file:
            for line in file:
                line.decode("utf-8")
                number += 1
    except UnicodeDecodeError as error:
        raise ContactsFileError(f"line {number}: not UTF-8 (save the file as UTF-8)") from error
    except OSError as error:
        raise ContactsFileError(f"{path.name}: {error.strerror}") from error
