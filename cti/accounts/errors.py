"""AccountsError
└── AccountsUnavailable   Redis did not answer, so attempts cannot be counted (retryable)

SQL's own failures pass through as ``cti.record.errors.RecordUnavailable``.
"""

from __future__ import annotations


class AccountsError(Exception):
    """Something about accounts broke its promise."""

    retryable = False


class AccountsUnavailable(AccountsError):
    """Nobody can log in at this moment."""

    retryable = True
