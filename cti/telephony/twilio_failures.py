"""What went wrong with a REST command, from the twilio package's or aiohttp's exception. Pure.

Never repeats Twilio's message: it may hold numbers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

import aiohttp
from twilio.base.exceptions import TwilioException
from twilio.http.response import Response

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
    if isinstance(error, TwilioException):
        answer = _answer_in(error)
        if answer is not None:
            return _answered(*answer)
    kind = FailureKind.UNREACHED if isinstance(error, _NEVER_SENT) else FailureKind.UNSURE
    return Failure(kind=kind, code=0, reason=f"no answer: {type(error).__name__}")


_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


def _answer_in(error: TwilioException) -> tuple[int, int] | None:
    """(HTTP status, Twilio's code), from the attributes of a command's error or from the page that a list's error
    carries; null when there is neither."""
    page = next((part for part in error.args if isinstance(part, Response)), None)
    if page is not None:
        return page.status_code, _code_in(page.text) or page.status_code
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    return (status, code if isinstance(code, int) else status) if isinstance(status, int) else None


def _code_in(text: str) -> int | None:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    code = said.get("code") if isinstance(said, dict) else None
    return code if isinstance(code, int) else None


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
