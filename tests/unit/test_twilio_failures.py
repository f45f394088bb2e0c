"""What may be concluded from a failed REST request."""

from __future__ import annotations

import aiohttp
import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.response import Response

from cti.telephony.model import Refused
from cti.telephony.twilio_failures import FailureKind, failure_of


def answered(status: int, code: int | None = None) -> TwilioRestException:
    return TwilioRestException(status, "/Calls/CA1.json", "Unable to update: +48600100200", code)


def page(status: int, text: str) -> TwilioException:
    return TwilioException("Unable to fetch page", Response(status, text))


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (answered(429, 20429), FailureKind.BUSY, 20429),
        (answered(400, 21220), FailureKind.MISSING, 21220),
        (answered(404, 20404), FailureKind.MISSING, 20404),
        (answered(404), FailureKind.MISSING, 404),
        (answered(400, 21205), FailureKind.REFUSED, 21205),
        (answered(401, 20003), FailureKind.REFUSED, 20003),
        (answered(500), FailureKind.UNSURE, 500),
        (answered(503, 20503), FailureKind.UNSURE, 20503),
        (page(404, '{"code": 20404}'), FailureKind.MISSING, 20404),
        (page(500, "<html>"), FailureKind.UNSURE, 500),
        (page(502, "[1]"), FailureKind.UNSURE, 502),
        (page(401, '{"code": "x"}'), FailureKind.REFUSED, 401),
        (TwilioException("Page Records can not be deserialized"), FailureKind.UNSURE, 0),
        (TimeoutError(), FailureKind.UNSURE, 0),
        (aiohttp.ServerDisconnectedError(), FailureKind.UNSURE, 0),
        (aiohttp.ConnectionTimeoutError(), FailureKind.UNREACHED, 0),
        (ValueError("Expecting value: +48600100200"), FailureKind.UNSURE, 0),
    ],
)
def test_a_failure_is_told_apart_without_anything_personal(error: Exception, kind: FailureKind, code: int) -> None:
    failure = failure_of(error)
    assert (failure.kind, failure.code) == (kind, code)
    assert "48600100200" not in failure.reason


@pytest.mark.parametrize("kind", list(FailureKind))
def test_only_what_is_unsure_may_have_been_carried_out(kind: FailureKind) -> None:
    by_kind = {
        FailureKind.BUSY: answered(429),
        FailureKind.UNREACHED: aiohttp.ConnectionTimeoutError(),
        FailureKind.UNSURE: answered(500),
        FailureKind.MISSING: answered(404),
        FailureKind.REFUSED: answered(400),
    }
    refused = failure_of(by_kind[kind]).as_refused()
    assert isinstance(refused, Refused)
    assert refused.sent == (kind is FailureKind.UNSURE)
