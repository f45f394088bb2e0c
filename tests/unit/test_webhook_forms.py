"""Forms: equal to the standard library's strict reading, and refused where that would guess."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.errors import BadRequest
from webhooks.forms import MOST_FIELDS, parse_form

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(fields=st.lists(st.tuples(TEXT, TEXT), max_size=20))
def test_what_was_encoded_is_read_back_blanks_and_repeats_included(fields: list[tuple[str, str]]) -> None:
    assert parse_form(urlencode(fields).encode()) == fields


@given(body=st.text("ab=&+%0123456789ABCDEFcdef;", max_size=60))
def test_it_reads_what_the_standard_library_reads(body: str) -> None:
    try:
        expected = parse_qsl(body, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(BadRequest):
            parse_form(body.encode())
        return
    assert parse_form(body.encode()) == expected


@pytest.mark.parametrize("body", [b"From=\xff\xfe", "From=ż".encode(), b"From=%FF%FE", b"%C3%28=1"])
def test_what_is_not_utf_8_in_ascii_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_form(body)
    assert refused.value.status == 400


def test_more_fields_than_any_call_has_are_refused() -> None:
    assert len(parse_form(b"&".join([b"a=1"] * MOST_FIELDS))) == MOST_FIELDS
    with pytest.raises(BadRequest):
        parse_form(b"&".join([b"a=1"] * (MOST_FIELDS + 1)))
