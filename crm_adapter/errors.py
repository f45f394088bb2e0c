"""CrmError
└── ContactsFileError   a contacts file cannot be read as a whole; nothing of it was imported
"""

from __future__ import annotations


class CrmError(Exception):
    """Something about contacts broke its promise."""

    retryable = False


class ContactsFileError(CrmError):
    """A contacts file cannot be read as a whole: encoding, quoting, header, size. One line that says what and where."""
