"""Databases of this release's schema: copies of one that is migrated once per test process.

The migrations themselves are tested by ``test_migrations.py``, on empty databases.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from threading import Thread

from sqlalchemy.engine import make_url

from cti.record.migrate import migrate, upgrade


async def at_this_schema(url: str) -> None:
    """Brings a new, empty database to this release's schema."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        await upgrade(url)
        return
    await asyncio.to_thread(_copy_template, Path(str(parsed.database)))


def migrated_beside(url: str) -> None:
    """Migrates from a test process where an event loop may be running."""
    thread = Thread(target=migrate, args=(url,))
    thread.start()
    thread.join()


def _copy_template(path: Path) -> None:
    assert not path.exists(), f"{path} would be overwritten"
    shutil.copyfile(_template(), path)


@cache
def _template() -> Path:
    directory = Path(tempfile.mkdtemp(prefix="cti-schema-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    path = directory / "template.db"
    migrate(f"sqlite:///{path}")
    assert not path.with_name(f"{path.name}-wal").exists()
    return path
