"""Which voice tokens let a browser in."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from cti.telephony.emulator.settings import EmulatorSettings, new_sid
from cti.telephony.emulator.tokens import EXPIRED, INVALID, Pass, TokenRefused, check_token

SETTINGS = EmulatorSettings()
NOW = 1_800_000_000


def _token(header: dict[str, Any] | None = None, secret: str | None = None, **claims: Any) -> str:
    payload: dict[str, Any] = {
        "iss": SETTINGS.api_key,
        "sub": SETTINGS.account_sid,
        "exp": NOW + 3600,
        "grants": {"identity": "ana", "voice": {"outgoing": {"application_sid": SETTINGS.twiml_app_sid}}},
    } | claims
    headers = {"cty": "twilio-fpa;v=1"} if header is None else header
    return jwt.encode(payload, secret or SETTINGS.api_secret, algorithm="HS256", headers=headers)


def test_a_token_made_by_the_twilio_package_is_good():
    made = AccessToken(SETTINGS.account_sid, SETTINGS.api_key, SETTINGS.api_secret, identity="ana", ttl=600)
    made.add_grant(VoiceGrant(outgoing_application_sid=SETTINGS.twiml_app_sid))
    checked = check_token(made.to_jwt(), SETTINGS, time.time())
    assert isinstance(checked, Pass)
    assert checked.identity == "ana"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "not a token",
        _token(secret="another-secret-that-is-long-enough-for-hs256"),
        _token(header={}),
        _token(iss=new_sid("SK")),
        _token(sub=new_sid("AC")),
        _token(exp=NOW + 90_000),
        _token(nbf=NOW + 60),
        _token(grants={}),
        _token(grants={"identity": "ana", "voice": {"outgoing": {"application_sid": new_sid("AP")}}}),
        _token(grants={"identity": "ana", "voice": {"incoming": {"allow": True}}}),
        _token(grants={"voice": {"outgoing": {"application_sid": SETTINGS.twiml_app_sid}}}),
        _token(grants="all"),
        jwt.encode({"iss": SETTINGS.api_key}, None, algorithm="none"),
    ],
    ids=[
        "empty",
        "no token",
        "another secret",
        "no header",
        "another key",
        "another account",
        "lives too long",
        "not yet good",
        "no grants",
        "another application",
        "no outgoing calls",
        "no identity",
        "grants are text",
        "unsigned",
    ],
)
def test_any_other_token_is_invalid(token):
    refused = check_token(token, SETTINGS, NOW)
    assert isinstance(refused, TokenRefused)
    assert refused.code == INVALID


def test_an_expired_token_is_told_apart():
    refused = check_token(_token(exp=NOW), SETTINGS, NOW)
    assert isinstance(refused, TokenRefused)
    assert refused.code == EXPIRED
