"""TelephonyError
└── LineUnavailable   Twilio's REST API could not be read in time (retryable)
"""

from __future__ import annotations


class TelephonyError(Exception):
    """Something on the line's side broke its promise."""

    retryable = False


class LineUnavailable(TelephonyError):
    """Twilio's REST API could not be read in time; the message is one line without personal data."""

    retryable = True
