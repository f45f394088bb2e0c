"""No log line holds a number, an address, a name or a secret, whoever wrote it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from cti import logs

NUMBERS = ["+15550100", "+48 600 100 200", "(555) 010-0199", "%2B15550100", "00 48 600100200", "5550100199"]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    written = io.StringIO()
    logs.configure("json", stream=written)
    yield written
    structlog.reset_defaults()
    root.handlers[:], root.level = before[0], before[1]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_hidden_wherever_it_stands(stream: io.StringIO, number: str) -> None:
    log = structlog.get_logger("cti.calls")
    log.warning(f"calling {number}", note=f"a {number}", nested={"deep": [number]})
    logging.getLogger("some.library").warning("POST To=%s", number)
    assert number not in stream.getvalue()
    assert stream.getvalue().count("[number]") == 4


@pytest.mark.parametrize("address", ["ana@example.com", "ana.perez+x@mail.example.co.uk", "ana%40example.com"])
def test_an_address_is_hidden(stream: io.StringIO, address: str) -> None:
    structlog.get_logger("x").warning("mail", to_whom=address)
    assert "example" not in stream.getvalue()


def test_a_traceback_is_cleaned_too(stream: io.StringIO) -> None:
    try:
        raise ValueError("bad number +15550100 of ana@example.com")
    except ValueError:
        structlog.get_logger("x").exception("broke")
        logging.getLogger("library").exception("broke")
    assert "ValueError" in stream.getvalue()
    assert "+1555" not in stream.getvalue()
    assert "ana@" not in stream.getvalue()


def test_personal_keys_hide_whatever_they_hold(stream: io.StringIO) -> None:
    structlog.get_logger("x").warning("seen", name="Ana Perez", password="hush", caller={"company": "Acme"})
    assert all(word not in stream.getvalue() for word in ("Ana", "hush", "Acme"))


def test_ids_and_measures_stay_readable(stream: io.StringIO) -> None:
    sid = "CA" + "12345678" * 4
    structlog.get_logger("x").warning(
        "offer_made",
        call="c" + "12345678" * 4,
        sid=sid,
        offer="o1763851234567-12",
        due_ms=1_763_851_234_567,
        pid=1234567,
    )
    line = json.loads(stream.getvalue())
    assert line["sid"] == sid
    assert line["offer"] == "o1763851234567-12"
    assert line["due_ms"] == 1_763_851_234_567
    assert line["event"] == "offer_made"
    assert line["level"] == "warning"
    assert line["timestamp"].endswith("Z")


@given(st.text(), st.from_regex(r"\A\+[1-9][0-9]{7,14}\Z"), st.text())
def test_no_e164_number_gets_through(before: str, number: str, after: str) -> None:
    assert number not in logs.clean_text(f"{before} {number} {after}")


def test_the_console_format_hides_as_much() -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    written = io.StringIO()
    try:
        logs.configure("console", stream=written)
        structlog.get_logger("x").warning("calling +15550100")
    finally:
        structlog.reset_defaults()
        root.handlers[:], root.level = before[0], before[1]
    assert "calling [number]" in written.getvalue()
