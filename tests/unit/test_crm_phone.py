"""Telephone numbers: what a text means, and when two of them are one line."""

from __future__ import annotations

import string

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_adapter.model import Quality
from crm_adapter.phone import NotANumber, PhoneNumber, Withheld, compare, international, read_number, tail_of

US = "+14155552671"


def e164(text: str, region: str | None = None) -> str | None:
    number = read_number(text, region=region)
    return number.e164 if isinstance(number, PhoneNumber) else None


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("+48 600 100 200", None, "+48600100200"),
        ("+48-600-100-200", None, "+48600100200"),
        ("  +48600100200  ", None, "+48600100200"),
        ("(+48) 600.100.200", None, "+48600100200"),
        ("0048 600 100 200", None, "+48600100200"),
        ("0048 600 100 200", "US", "+48600100200"),
        ("011 48 600 100 200", "US", "+48600100200"),
        ("48600100200", "PL", "+48600100200"),
        ("600 100 200", "PL", "+48600100200"),
        ("14155552671", "US", US),
        ("(415) 555-2671", "US", US),
        ("1.415.555.2671", "US", US),
        ("tel:+1-415-555-2671", None, US),
        ("+44 (0)20 7946 0958", None, "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("07700 900123", "GB", "+447700900123"),
        ("＋４８６００１００２００", None, "+48600100200"),
        ("+٤٨٦٠٠١٠٠٢٠٠", None, "+48600100200"),
        ("\u202a+48 600 100 200\u202c", None, "+48600100200"),
        ("+48\u00a0600\u2011100\u2011200", None, "+48600100200"),
        ("+1-800-FLOWERS", None, "+18003569377"),
        ("+15550100", None, "+15550100"),
        ("+1 555 0100", None, "+15550100"),
        ("+999123456789", None, "+999123456789"),
        ("+390612345678", None, "+390612345678"),
    ],
)
def test_any_usual_way_of_writing_a_number_gives_its_international_form(text, region, expected):
    assert e164(text, region) == expected


@pytest.mark.parametrize(
    "text",
    ["888", "9399", "112", "+1", "+", "hello", "4155552671 home", "+48 600 100 200 mob", "+48600100200 / +48601",
     "client:ana", "sip:+48600100200@example.com", "+1234567890123456", "\x00", "²³⁴²³⁴²³⁴", "5" * 65, "x" * 10_000],
)  # fmt: skip
def test_what_cannot_be_dialled_is_not_a_number(text):
    assert isinstance(read_number(text, region="US"), NotANumber)


def test_a_national_number_needs_a_region():
    assert read_number("600 100 200") == NotANumber("has no country code, and no default region is set")


def test_a_local_number_without_its_area_code_is_not_accepted_for_a_region():
    assert isinstance(read_number("555-0100", region="US"), NotANumber)


def test_a_reason_never_repeats_the_number():
    for text in ("0600100200999", "600 100 200 home", "+48 600 100 200 999 999 999"):
        answer = read_number(text, region="PL")
        assert isinstance(answer, NotANumber)
        assert not any(char.isdigit() for char in answer.reason)


@pytest.mark.parametrize("plus", ["+", ""])
@pytest.mark.parametrize("digits", ["266696687", "7378742833", "2562533", "8656696", "86282452253"])
def test_each_of_twilios_digit_spellings_is_withheld(plus, digits):
    assert read_number(plus + digits) == Withheld()
    assert read_number(plus + digits, region="CN") == Withheld()


@pytest.mark.parametrize(
    "word",
    ["anonymous", "Anonymous", "ANONYMOUS", "unknown", "restricted", "unavailable", "private", "withheld", "blocked",
     "Private Number", "No Caller ID", "not-available", "sip:anonymous@anonymous.invalid", "", "   ", None],
)  # fmt: skip
def test_each_of_the_words_for_a_hidden_number_is_withheld(word):
    assert read_number(word) == Withheld()


@pytest.mark.parametrize("text", ["+8566", "+464", "+86566966", "anonymous5", "nobody"])
def test_what_only_resembles_a_withheld_spelling_is_not_withheld(text):
    assert read_number(text) != Withheld()


@pytest.mark.parametrize(
    "text",
    ["+1 415 555 2671 x12", "+14155552671 ext. 12", "+1-415-555-2671;ext=12", "+1 (415) 555-2671 #12",
     "+1 415 555 2671 доб. 12"],
)  # fmt: skip
def test_an_extension_is_kept_apart(text):
    number = read_number(text)
    assert isinstance(number, PhoneNumber)
    assert (number.e164, number.extension) == (US, "12")


@pytest.mark.parametrize(
    ("candidate", "number", "region", "expected"),
    [
        ("+1 415-555-2671", US, None, Quality.EXACT),
        ("+14155552671 ", "+1 (415) 555 2671", None, Quality.EXACT),
        ("14155552671", US, "US", Quality.EXACT),
        ("+15550100", "+15550100", None, Quality.EXACT),
        ("+14155552671 x12", US, None, Quality.EXACT),
        ("(415) 555-2671", US, "US", Quality.NATIONAL),
        ("020 7946 0958", "+442079460958", "GB", Quality.NATIONAL),
        ("(415) 555-2671", US, None, Quality.SUGGESTION),
        ("(415) 555-2671", "+444155552671", "US", Quality.SUGGESTION),
        ("14155552671", US, None, Quality.SUGGESTION),
        ("555-2671", US, "US", Quality.SUGGESTION),
        ("+5215512345678", "+525512345678", None, Quality.SUGGESTION),
        ("+39 6 1234 5678", "+390612345678", None, Quality.SUGGESTION),
        ("+14155552671 x12", "+14155552671 x13", None, None),
        (US, "+444155552671", None, None),
        ("888", "+48600888888", "PL", None),
        ("9399", "+19399999399", "US", None),
        ("552671", US, "US", None),
        ("anonymous", "anonymous", None, None),
        ("+266696687", "+266696687", None, None),
        ("call 4155552671", "4155552671", None, None),
        ("", US, None, None),
        ("", "", None, None),
    ],
)
def test_how_surely_a_stored_number_is_the_callers(candidate, number, region, expected):
    assert compare(candidate, number, region=region) is expected


anything = st.text(alphabet=st.one_of(st.characters(), st.sampled_from(string.digits + "+-()x. ;")), max_size=80)
plus_and_digits = st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True)
regions = st.sampled_from([None, "US", "PL", "GB", "DE", "IT", "MX", "AR", "JP", "XX"])


@given(anything, regions)
def test_no_text_raises_and_every_number_is_plus_and_digits(text, region):
    number = read_number(text, region=region)
    if isinstance(number, PhoneNumber):
        assert number.e164[0] == "+"
        assert number.e164[1:].isdecimal()
        assert number.e164.isascii()
        assert 8 <= len(number.e164) <= 20
        assert 0 <= tail_of(number.e164) < 10_000_000


@given(st.one_of(plus_and_digits, anything), regions)
def test_a_number_read_again_is_itself(text, region):
    number = read_number(text, region=region)
    if isinstance(number, PhoneNumber):
        again = read_number(number.e164, region=region)
        assert isinstance(again, PhoneNumber)
        assert again.e164 == number.e164


@given(plus_and_digits, plus_and_digits)
def test_exact_means_the_same_digits_and_is_symmetric(one, other):
    assert compare(one, other) is compare(other, one)
    if compare(one, other) is Quality.EXACT:
        assert e164(one) == e164(other)


@given(anything, plus_and_digits, regions)
def test_whatever_matches_shares_its_last_seven_digits(candidate, number, region):
    if compare(candidate, number, region=region):
        asked, known = read_number(number), read_number(candidate, region=region)
        assert isinstance(asked, PhoneNumber)
        if isinstance(known, PhoneNumber):
            assert tail_of(asked.e164) == tail_of(known.e164)


@st.composite
def written_numbers(draw):
    """A real number, and one of the usual ways to write it."""
    region = draw(st.sampled_from(["US", "PL", "GB", "DE", "FR", "ES", "BR", "IN", "AU", "JP"]))
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.FIXED_LINE)
    style = draw(st.sampled_from(["E164", "INTERNATIONAL", "NATIONAL", "RFC3966"]))
    text = phonenumbers.format_number(example, getattr(phonenumbers.PhoneNumberFormat, style))
    separator = draw(st.sampled_from([" ", "-", ".", "\u00a0", "\u2011"]))
    return text.replace(" ", separator), phonenumbers.format_number(example, 0), region


@given(written_numbers())
def test_every_way_of_writing_a_real_number_matches_its_caller(written):
    text, number, region = written
    assert compare(text, number, region=region) in {Quality.EXACT, Quality.NATIONAL}


@given(st.one_of(plus_and_digits, anything))
def test_the_cheap_way_to_the_international_form_finds_nobody_else(text):
    cheap, number = international(text), read_number(text)
    assert (cheap is None) == (not isinstance(number, PhoneNumber))
    if cheap is not None and isinstance(number, PhoneNumber):
        assert compare(cheap, number.e164) is Quality.EXACT
