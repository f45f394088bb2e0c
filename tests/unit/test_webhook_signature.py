"""Signatures: Twilio's own vectors, and equality with the twilio package's validator on whatever can be sent."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import RequestValidator

from webhooks.signature import SignatureCheck

TOKEN = "12345"
NUMBERS = [("CallSid", "CA1234567890ABCDE"), ("Digits", "1234"), ("To", "+18005551212")]
FIELDS = [*NUMBERS, ("Caller", "+14158675309"), ("From", "+14158675309")]
DOCS = [*NUMBERS, ("Caller", "+14158675310"), ("From", "+14158675310")]
REPEATED = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]
QUERY = b"foo=1&bar=2"
BODY_HASH = b"bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
JSON_BODY = b'{"property": "value", "boolean": true}'


@pytest.mark.parametrize(
    ("public_url", "fields", "signature"),
    [
        ("https://example.com", DOCS, "L/OH5YylLD5NRKLltdqwSvS0BnU="),
        ("https://mycompany.com", FIELDS, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com", FIELDS, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        ("https://mycompany.com:443", FIELDS, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("http://mycompany.com:1234", FIELDS, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        ("http://mycompany.com", FIELDS, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        ("https://mycompany.com", REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    ],
)
def test_twilios_own_examples_are_accepted(public_url: str, fields: list[tuple[str, str]], signature: str) -> None:
    check = SignatureCheck([TOKEN], public_url)
    assert check.accepts(b"/myapp.php", QUERY, fields, signature)
    assert not check.accepts(b"/myapp.php", QUERY, [*fields, ("More", "1")], signature)
    assert not check.accepts(b"/myapp.php/", QUERY, fields, signature)


def test_a_hashed_body_is_vouched_for_by_the_query() -> None:
    check = SignatureCheck([TOKEN], "https://mycompany.com")
    query = QUERY + b"&" + BODY_HASH
    assert check.accepts(b"/myapp.php", query, [], "a9nBmqA0ju/hNViExpshrM61xv4=", JSON_BODY)
    assert not check.accepts(b"/myapp.php", query, [], "a9nBmqA0ju/hNViExpshrM61xv4=", JSON_BODY + b" ")


@pytest.mark.parametrize("signature", [None, "", "x", "RSOYDt4T1cUTdK1PDd93/VVr8B8", "ż" * 28, "\udcff" * 28])
def test_anything_else_is_refused_without_an_exception(signature: str | None) -> None:
    assert not SignatureCheck([TOKEN], "https://mycompany.com").accepts(b"/myapp.php", QUERY, FIELDS, signature)


def test_any_of_several_tokens_counts_while_rotating() -> None:
    signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    for tokens in (["new", TOKEN], [TOKEN, "new"]):
        assert SignatureCheck(tokens, "https://mycompany.com").accepts(b"/myapp.php", QUERY, FIELDS, signature)


def test_without_a_token_everything_is_refused() -> None:
    empty = RequestValidator("").compute_signature("https://mycompany.com/v", {})
    for tokens in ([], [""]):
        assert not SignatureCheck(tokens, "https://mycompany.com").accepts(b"/v", b"", [], empty)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FORM = st.lists(st.tuples(TEXT, TEXT), max_size=8)
URL_PART = st.text("abcXYZ019-_.~%+'=&/", max_size=20)
BASES = st.sampled_from(
    [
        "https://cti.example.com",
        "https://cti.example.com:8443",
        "https://cti.example.com:443/base",
        "http://localhost:8000",
        "http://10.0.0.1",
    ]
)


@given(base=BASES, path=URL_PART, query=URL_PART, fields=FORM, with_port=st.booleans(), tamper=st.booleans())
@example(base="http://10.0.0.1", path="v", query="a='b'", fields=[("A", ""), ("A", "")], with_port=True, tamper=False)
def test_it_accepts_exactly_what_the_validator_of_the_package_accepts(
    base: str, path: str, query: str, fields: list[tuple[str, str]], with_port: bool, tamper: bool
) -> None:
    path = "/" + path
    url = f"{base}{path}?{query}" if query else base + path
    shown = _with_port(url) if with_port else url
    form = ImmutableMultiDict(fields)
    validator = RequestValidator(TOKEN)
    signature = validator.compute_signature(shown, form)
    sent = [*fields, ("Extra", "")] if tamper else fields
    assume("bodySHA256=" not in query)
    ours = SignatureCheck([TOKEN], base).accepts(path.encode(), query.encode(), sent, signature)
    assert ours == validator.validate(url, ImmutableMultiDict(sent), signature) == (not tamper)


def _with_port(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    port = {"https": 443, "http": 80}[scheme]
    return url if ":" in host else f"{scheme}://{host}:{port}{slash}{path}"


def test_an_ipv6_host_keeps_its_brackets() -> None:
    check = SignatureCheck([TOKEN], "http://[::1]:8000")
    for url in ("http://[::1]:8000/v", "http://[::1]/v"):
        assert check.accepts(b"/v", b"", FIELDS, RequestValidator(TOKEN).compute_signature(url, dict(FIELDS)))
