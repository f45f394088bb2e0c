"""Every refusal as a problem document (RFC 9457), and the one place where an HTTP status is chosen.

Never repeats what was sent (it may be a password) and never shows an exception's text of ours or a vendor's.

Problem   an answer other than 2xx, on purpose
"""

from __future__ import annotations

import http
from collections.abc import Mapping, Sequence
from typing import assert_never

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cti.accounts.errors import AccountsUnavailable
from cti.accounts.passwords import TooBusy
from cti.calls.conductor import Told
from cti.calls.errors import Contention, FloorAway
from cti.calls.rules import NoConfiguration
from cti.calls.step import Verdict
from cti.record.errors import BadCursor, RecordConflict, RecordRefused, RecordUnavailable
from cti.telephony.errors import LineUnavailable
from routing.errors import NotReady, StaleVersion

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
NEVER_KEPT = "no-store"
"""``Cache-Control`` of every answer of the API."""

log = structlog.get_logger()

_BUSY: Mapping[type[Exception], str] = {
    NotReady: "The floor is being rebuilt.",
    StaleVersion: "The configuration is being activated.",
    FloorAway: "Redis cannot be reached.",
    RedisConnectionError: "Redis cannot be reached.",
    RedisTimeoutError: "Redis did not answer in time.",
    Contention: "The call changed again and again.",
    RecordUnavailable: "The database cannot be reached.",
    LineUnavailable: "Twilio cannot be reached.",
    AccountsUnavailable: "Redis cannot be reached.",
    TooBusy: "Too many passwords are being checked.",
    NoConfiguration: "No configuration is active.",
}
"""503: the same request may be sent again."""
_REFUSED: Mapping[type[Exception], tuple[int, str]] = {
    BadCursor: (400, "Not a cursor of this list."),
    RecordConflict: (409, "There is one of these already."),
    RecordRefused: (422, "The database does not take these values."),
}


class Problem(Exception):
    """An answer other than 2xx. ``more`` are further members of the document."""

    def __init__(
        self, status: int, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: object
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.more = more

    def response(self) -> Response:
        """The document."""
        body = {"type": "about:blank", "title": _title(self.status), "status": self.status, "detail": self.detail}
        headers = {"Cache-Control": NEVER_KEPT, **(self.headers or {})}
        return JSONResponse({**body, **self.more}, self.status, headers, media_type=MEDIA_TYPE)


def unauthenticated() -> Problem:
    """Nobody, or not any more."""
    return Problem(401, "Log in first.", headers={"WWW-Authenticate": "Bearer"})


def not_found() -> Problem:
    """Unknown, or somebody else's: one answer for both."""
    return Problem(404, "There is nothing here by that name.")


def too_large() -> Problem:
    """The body is longer than any of ours."""
    return Problem(413, "The request is too large.")


def invalid(field: str, message: str) -> Problem:
    """One field of the body."""
    return Problem(422, f"{field}: {message}", errors=[{"field": field, "message": message}])


def state_of(told: Told) -> dict[str, str]:
    """The answer to a command, by what the call made of it. Raises Problem for a command that came too late."""
    if told.call is None:
        raise not_found()
    state = told.call.state.value
    match told.verdict:
        case Verdict.DONE | Verdict.REPEATED:
            return {"state": state}
        case Verdict.ELSEWHERE:
            raise Problem(409, "Accepted in another tab.", state=state, reason="accepted_elsewhere")
        case Verdict.TOO_LATE | Verdict.IGNORED:
            raise Problem(409, "Too late.", state=state)
        case _:
            assert_never(told.verdict)


def problem_of(error: Exception) -> Problem | None:
    """What an exception is answered with; null: it is ours to mend."""
    for kind, detail in _BUSY.items():
        if isinstance(error, kind):
            return Problem(503, detail, headers={"Retry-After": str(RETRY_AFTER_S)})
    for refused, (status, detail) in _REFUSED.items():
        if isinstance(error, refused):
            return Problem(status, detail)
    return None


def install_problems(app: FastAPI) -> None:
    """Every error of the application as a problem document, FastAPI's own too."""

    async def problem(_: Request, error: Exception) -> Response:
        if not isinstance(error, Problem):
            raise TypeError("only for problems") from error
        return error.response()

    async def known(_: Request, error: Exception) -> Response:
        found = problem_of(error) or Problem(500, "Something broke on our side.")
        return found.response()

    async def http_error(_: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise TypeError("only for HTTP errors") from error
        return Problem(error.status_code, str(error.detail), headers=error.headers).response()

    async def malformed(_: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise TypeError("only for malformed requests") from error
        return Problem(422, "The request is malformed.", errors=_fields(error.errors())).response()

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, malformed)
    for kind in (*_BUSY, *_REFUSED):
        app.add_exception_handler(kind, known)
    app.add_exception_handler(Exception, known)


def _fields(errors: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    """Where and what, without what was sent."""
    return [{"field": _place(one["loc"]), "message": str(one["msg"])} for one in errors]


def _place(location: object) -> str:
    parts = location if isinstance(location, tuple) else ()
    return ".".join(str(part) for part in parts[1:]) or "body"


def _title(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Error"
