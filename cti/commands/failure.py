"""Failure   a command cannot do what it was asked; the message is what the person at the terminal reads"""

from __future__ import annotations

from cti.embedded import EmbeddedError
from cti.record.errors import RecordError
from cti.settings import SettingsError
from cti.workers import StartFailed


class Failure(Exception):
    """A command cannot do what it was asked."""


def explain(error: Exception) -> str | None:
    """The line for stderr; null for an exception that is a defect of ours and deserves its traceback."""
    if isinstance(error, RecordError):
        return f"database: {error}"
    if isinstance(error, Failure | SettingsError | EmbeddedError | StartFailed):
        return str(error)
    return None
