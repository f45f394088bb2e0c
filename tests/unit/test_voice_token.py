"""The voice token: who it is for, what it allows, and for how long."""

from __future__ import annotations

import time

import jwt
import pytest

from cti.telephony.voice_token import VoiceTokens
from routing.model import RepId

SECRET = "a secret of at least thirty-two bytes"
TOKENS = VoiceTokens(account_sid="AC1", api_key="SK1", api_secret=SECRET, application_sid="AP1")


def test_it_lets_one_rep_call_the_application_for_an_hour() -> None:
    token = TOKENS.make(RepId("ana"))
    claims = jwt.decode(token, SECRET, algorithms=["HS256"])
    assert (claims["iss"], claims["sub"]) == ("SK1", "AC1")
    assert claims["grants"] == {"identity": "ana", "voice": {"outgoing": {"application_sid": "AP1"}}}
    assert claims["exp"] - time.time() == pytest.approx(3_600, abs=5)
    assert jwt.get_unverified_header(token)["cty"] == "twilio-fpa;v=1"


def test_it_is_signed_with_the_keys_secret() -> None:
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(TOKENS.make(RepId("ana")), SECRET + "x", algorithms=["HS256"])


def test_it_lasts_as_long_as_asked() -> None:
    claims = jwt.decode(TOKENS.make(RepId("ana"), ttl_s=60), SECRET, algorithms=["HS256"])
    assert claims["exp"] - time.time() == pytest.approx(60, abs=5)
