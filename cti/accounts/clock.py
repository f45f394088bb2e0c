"""The time of sessions and tokens. Their lives are hours and months, so each machine's own clock will do."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Ms since the Unix epoch."""


def wall_ms() -> int:
    """This machine's clock."""
    return time.time_ns() // 1_000_000
