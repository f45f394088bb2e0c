"""What the REST API answers when it does not do what was asked: Twilio's codes, bodies and statuses."""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import JSONResponse

from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.paging import PageAsked, page_asked
from cti.telephony.emulator.settings import EmulatorSettings
from cti.telephony.emulator.verbs import is_absolute_url


class RestError(Exception):
    """A refusal that goes out as Twilio's error body."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def error_body(status: int, code: int, message: str) -> dict[str, object]:
    """``{code, message, more_info, status}``"""
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


async def answer_rest_error(_request: Request, error: Exception) -> JSONResponse:
    """FastAPI's handler for ``RestError``."""
    if not isinstance(error, RestError):
        raise error
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if error.status == 401 else None
    return JSONResponse(error_body(error.status, error.code, error.message), error.status, headers)


def not_found(request: Request) -> RestError:
    """20404 for whatever was asked."""
    return RestError(404, 20404, f"The requested resource {request.url.path} was not found")


def invalid(name: str, value: str) -> RestError:
    """20001 for a parameter that has a value it cannot have."""
    return RestError(400, 20001, f"Invalid {name}: {value[:80]}")


def url_in(form: Mapping[str, str], name: str, code: int = 21205) -> str | None:
    """An absolute URL; null when the parameter is absent or empty."""
    value = form.get(name, "")
    if not value:
        return None
    if not is_absolute_url(value):
        raise RestError(400, code, f"{name} is not a valid URL: {value[:200]}")
    return value


def method_in(form: Mapping[str, str], name: str, default: str = "POST", code: int = 21209) -> str:
    """GET or POST."""
    value = form.get(name, default).upper()
    if value not in {"GET", "POST"}:
        raise RestError(400, code, f"{name} must be GET or POST")
    return value


def flag_in(form: Mapping[str, str], name: str) -> bool | None:
    """true or false; null when absent."""
    if name not in form:
        return None
    value = form[name].lower()
    if value not in {"true", "false"}:
        raise invalid(name, form[name])
    return value == "true"


async def form_of(request: Request) -> dict[str, str]:
    """The request's form; the last value of a repeated name."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def exchange_of(request: Request) -> Exchange:
    """The exchange behind this application."""
    exchange = request.app.state.exchange
    if not isinstance(exchange, Exchange):
        raise TypeError("the application has not started")
    return exchange


def require_account(request: Request) -> None:
    """Basic auth with the account's sid and token, or an API key and its secret; then the account in the path."""
    settings: EmulatorSettings = request.app.state.settings
    if not _is_known(settings, request.headers.get("authorization", "")):
        raise RestError(401, 20003, "Authenticate")
    if request.path_params.get("account") != settings.account_sid:
        raise not_found(request)


def _is_known(settings: EmulatorSettings, header: str) -> bool:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        user, _, password = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return False
    secrets = {settings.account_sid: settings.auth_token, settings.api_key: settings.api_secret}
    return user in secrets and hmac.compare_digest(password.encode(), secrets[user].encode())


def page_of(request: Request) -> PageAsked:
    """The page that a list is asked for. Raises RestError for numbers that are not valid."""
    query = dict(request.query_params)
    asked = page_asked(request.url.path, query)
    if asked is None:
        raise invalid("PageSize", query.get("PageSize", ""))
    return asked
