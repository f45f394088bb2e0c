"""What went wrong with a REST command, from the twilio package's or aiohttp's exception. Pure.

Never repeats Twilio's message: it may hold numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import aiohttp
from twilio.base.exceptions import TwilioException

from cti.telephony.model import Refused

NOT_IN_PROGRESS = 21220
"""Twilio: "Call is not in-progress. Cannot redirect." """
NOT_FOUND = 20404

NETWORK_ERRORS: tuple[type[Exception], ...] = (TwilioException, aiohttp.ClientError, OSError, TimeoutError, ValueError)
"""What a request through the twilio package can raise; ValueError where a reply is not JSON."""


class FailureKind(StrEnum):
    """What may be concluded."""

    BUSY = "busy"
    """429: never processed, may be repeated."""
    UNREACHED = "unreached"
    """No connection: never sent, may be repeated."""
    UNSURE = "unsure"
    """A 5xx or a lost reply: perhaps carried out."""
    MISSING = "missing"
    """21220 or 404: the resource is not in a state that the command needs."""
    REFUSED = "refused"
    """Twilio will not do it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failed request."""

    kind: FailureKind
    code: int
    """Twilio's, else the HTTP status, else 0."""
    reason: str

    def as_refused(self) -> Refused:
        """The command's result when nothing more is tried."""
        return Refused(code=self.code, reason=self.reason, sent=self.kind is FailureKind.UNSURE)


def failure_of(error: Exception) -> Failure:
    """Never raises."""
    status = getattr(error, "status", None)
    if isinstance(error, TwilioException) and isinstance(status, int):
        code = getattr(error, "code", None)
        return _answered(status, code if isinstance(code, int) else status)
    kind = FailureKind.UNREACHED if isinstance(error, _NEVER_SENT) else FailureKind.UNSURE
    return Failure(kind=kind, code=0, reason=f"no answer: {type(error).__name__}")


_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


def _answered(status: int, code: int) -> Failure:
    return Failure(kind=_kind(status, code), code=code, reason=f"HTTP {status}, error {code}")


def _kind(status: int, code: int) -> FailureKind:
    if status == 429:
        return FailureKind.BUSY
    if status >= 500:
        return FailureKind.UNSURE
    if status == 404 or code in (NOT_IN_PROGRESS, NOT_FOUND):
        return FailureKind.MISSING
    return FailureKind.REFUSED
