"""The mark by which ``cti serve`` knows a database that ``cti demo`` made.

It stands in the SQLite file's own header (``application_id``), so that it moves with the file, and beside it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url

APPLICATION_ID = 0x43_54_49_44
"""``CTID`` in ASCII."""
MARK_FILE = "DEMO"


def mark(database: Path) -> None:
    """Marks the file and its directory; harmless the second time."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.commit()
    (database.parent / MARK_FILE).write_text("Made by `cti demo`. `cti serve` refuses it.\n")


def is_demo(database_url: str, data_dir: Path) -> bool:
    """True when the database or the data directory carries the mark."""
    return (data_dir / MARK_FILE).exists() or _is_marked(database_url)


def _is_marked(database_url: str) -> bool:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or not Path(url.database).exists():
        return False
    with contextlib.closing(sqlite3.connect(url.database)) as connection:
        (found,) = connection.execute("PRAGMA application_id").fetchone()
    return bool(found == APPLICATION_ID)
