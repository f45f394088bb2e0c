"""RecordError
├── RecordUnavailable   SQL is down, locked or too slow; the same work may be tried again (retryable)
├── RecordConflict      a row would break a unique or foreign key
├── RecordRefused       SQL will never take these values (too long, wrong type)
├── BadCursor           a list's cursor is not one that we gave out
└── BadDatabaseUrl      ``DATABASE_URL`` is not one that can be used; the message says why
"""

from __future__ import annotations


class RecordError(Exception):
    """Something on SQL's side broke its promise; the vendor's exception is the cause."""

    retryable = False


class RecordUnavailable(RecordError):
    """SQL did not do the work in time. Nothing of it was kept, or it is unknown whether it was."""

    retryable = True


class RecordConflict(RecordError):
    """A row would break a unique or foreign key; the transaction was rolled back."""


class RecordRefused(RecordError):
    """SQL will never take these values; the transaction was rolled back."""


class BadCursor(RecordError):
    """A list's cursor is not one that we gave out."""


class BadDatabaseUrl(RecordError):
    """The database URL cannot be used; the message is one line without the password."""
