"""WebhookError
├── BadRequest          the request cannot be what Twilio sends; carries the HTTP status
└── LedgerUnavailable   the ledger of answers could not be asked in time (retryable)
"""

from __future__ import annotations


class WebhookError(Exception):
    """Something at Twilio's door broke its promise."""

    retryable = False


class BadRequest(WebhookError):
    """The request is refused and changes nothing. The message is one line without anything the sender wrote."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class LedgerUnavailable(WebhookError):
    """The ledger could not be asked in time."""

    retryable = True
