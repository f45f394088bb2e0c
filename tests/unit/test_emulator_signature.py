"""The emulator signs as Twilio does: the documentation's vectors, and whatever the package's validator accepts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from cti.telephony.emulator.signature import sign, signed_url

FIELDS = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}


@pytest.mark.parametrize(
    ("url", "signature"),
    [
        ("https://mycompany.com/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com:443/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://user:pass@mycompany.com/myapp.php?foo=1&bar=2#rc=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("http://mycompany.com:1234/myapp.php?foo=1&bar=2", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
    ],
)
def test_the_published_vectors_come_out(url, signature):
    assert sign(url, FIELDS, "12345") == signature


def test_the_port_is_dropped_for_https_only():
    assert signed_url("https://a.example:8443/x?y=1#z") == "https://a.example/x?y=1"
    assert signed_url("http://a.example:8000/x") == "http://a.example:8000/x"


@given(
    fields=st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8"))),
    url=st.sampled_from(["http://127.0.0.1:8000/w?a=b%20c", "https://a.example/w", "http://a.example/"]),
)
def test_the_packages_validator_accepts_every_form(fields, url):
    assert RequestValidator("emulated-1").validate(url, fields, sign(url, fields, "emulated-1"))
