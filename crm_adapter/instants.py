"""Instants as stored (ms since the Unix epoch) and as shown (ISO 8601, UTC). Pure."""

from __future__ import annotations

from datetime import UTC, datetime


def iso_of(ms: int) -> str:
    """``1763849439123`` as ``2025-11-22T22:10:39.123Z``."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ms_of(iso: str) -> int:
    """The inverse; an instant without an offset is UTC. Raises ValueError."""
    instant = datetime.fromisoformat(iso)
    return round((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp() * 1000)
