"""Where a desk is in its rep's events: ``{epoch}-{stream id}``. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

START = "0-0"
"""The stream id before the first event."""
_CURSOR = re.compile(r"([A-Za-z0-9]{1,20})-(\d{1,18}-\d{1,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last event a desk has seen, and the floor's epoch at that time."""

    epoch: str
    id: str
    """Of the entry in the rep's stream: ``1790000000000-0``."""

    def __str__(self) -> str:
        return f"{self.epoch}-{self.id}"


def read_cursor(text: str | None) -> Cursor | None:
    """Null for anything that was never handed out: the desk gets a snapshot."""
    found = _CURSOR.fullmatch(text or "")
    return Cursor(epoch=found[1], id=found[2]) if found else None
