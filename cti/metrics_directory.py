"""Where the workers' metrics meet: a directory that the parent empties at start and names in their environment, before
any of them imports ``prometheus_client``.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"


def fresh_directory(data_dir: Path) -> dict[str, str]:
    """Empties the workers' common directory; what to add to their environment."""
    directory = data_dir.resolve() / "metrics"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return {DIRECTORY: str(directory)}


def forget_process(environment: Mapping[str, str], pid: int) -> None:
    """Takes a dead worker's live gauges out of the sum; its counters stay."""
    for left_behind in Path(environment[DIRECTORY]).glob(f"gauge_live*_{pid}.db"):
        left_behind.unlink(missing_ok=True)
