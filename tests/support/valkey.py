"""A real Valkey for tests: one per test process, on a private socket, its data thrown away."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cti.embedded import EmbeddedServer


@contextmanager
def a_valkey(*options: str) -> Iterator[EmbeddedServer]:
    """A started server; ``options`` as on its command line: ``a_valkey("--cluster-enabled", "yes")``."""
    directory = Path(tempfile.mkdtemp(prefix="cti-test-"))
    server = EmbeddedServer(directory, options=options)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)
