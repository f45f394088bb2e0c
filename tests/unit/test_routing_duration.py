"""Lengths of time as the configuration writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.duration import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("20s", 20_000),
        ("15m", 900_000),
        ("8h", 28_800_000),
        ("1h30m", 5_400_000),
        ("1.5m", 90_000),
        ("0.1s", 100),
        ("1h0m1s", 3_601_000),
        ("0s", 0),
        ("0", 0),
    ],
)
def test_a_length_of_time_is_read_to_the_millisecond(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize(
    "text", ["", "20", "s", "20 s", "1s1m", "-1s", "1e3s", "1:30", "1m1m", "20S", "٣s", ".5s", "1.s"]
)
def test_anything_else_is_no_length_of_time(text: str) -> None:
    assert parse_duration(text) is None


@given(st.integers(min_value=0, max_value=10**9))
def test_what_is_written_is_read_back(ms: int) -> None:
    assert parse_duration(format_duration(ms)) == ms


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    assert parse_duration(text) is None or parse_duration(text) >= 0
