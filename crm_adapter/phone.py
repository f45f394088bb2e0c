"""Telephone numbers as values: what a text means, and whether two of them are the same line.

Pure. Never looks anything up and never raises for a strange text: whatever a caller can send, or a CRM can hold, comes
out as a number, as withheld, or as a reason. Guarantees that a number read again from its own E.164 form is itself.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

import phonenumbers
from phonenumbers import CountryCodeSource, NumberParseException, ValidationResult

from crm_adapter.model import Quality

TAIL_DIGITS = 7
"""The shortest ending that two numbers may share to be suggested for each other: shorter ones match strangers."""

_MAX_TEXT = 64
_WRITE_IT_OUT = "not a telephone number: write plus, country code and number"
_PLUS_AND_DIGITS = re.compile(r"\+[1-9][0-9]{6,14}")
_NOT_TELEPHONE = re.compile(r"(client|sips?):", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")
_NO_DIGIT = re.compile(r"[^0-9]")

_WITHHELD_WORDS = frozenset(
    {
        "anonymous",
        "anonymouscaller",
        "blocked",
        "callerunknown",
        "hidden",
        "nocallerid",
        "notavailable",
        "numberwithheld",
        "private",
        "privatecaller",
        "privatenumber",
        "restricted",
        "unavailable",
        "unidentified",
        "unknown",
        "unknowncaller",
        "unknownnumber",
        "withheld",
        "withheldnumber",
    }
)
_WITHHELD_DIGITS = frozenset(
    {
        "266696687",  # ANONYMOUS on a keypad, as are the next four
        "7378742833",  # RESTRICTED
        "2562533",  # BLOCKED
        "8656696",  # UNKNOWN
        "86282452253",  # UNAVAILABLE
        "1266696687",  # ANONYMOUS behind a country code
    }
)
"""Twilio's spellings, told apart before parsing: the fourth and fifth are possible numbers of China."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    """One line that can be dialled, whether or not it is in service."""

    e164: str
    """Plus and digits: ``+15550100``."""
    country: int | None
    """The country calling code; null where nobody knows such a country."""
    national: str
    """The digits behind the country calling code."""
    extension: str | None = None
    assumed: bool = False
    """The country was not written: it is the region the text was read in."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """The caller hides the number: never looked up, never joined with another withheld call."""


@dataclass(frozen=True, slots=True)
class NotANumber:
    """Nothing that can be dialled from abroad."""

    reason: str
    """One line that does not repeat the text."""


def read_number(text: str | None, *, region: str | None = None) -> PhoneNumber | Withheld | NotANumber:
    """What a text means. ``region`` (``US``, ``PL``) is used for texts without a country code; without it they are
    NotANumber. Extensions are kept apart. A number need not be in service: plus and 7 to 15 digits will do."""
    if text is None or not text.strip():
        return Withheld()
    if len(text) > _MAX_TEXT:
        return NotANumber("too long for a telephone number")
    cleaned = _cleaned(text)
    if _is_withheld(cleaned):
        return Withheld()
    if _NOT_TELEPHONE.match(cleaned):
        return NotANumber("not a telephone number")
    number = _parsed(cleaned, region)
    if cleaned.startswith("00") and (not isinstance(number, PhoneNumber) or number.assumed):
        international = _parsed("+" + cleaned[2:], None)
        return international if isinstance(international, PhoneNumber) else number
    return number


def international(text: str) -> str | None:
    """The E.164 form of a number, or null; costs nothing where the text has that form already, as on the call path."""
    if _PLUS_AND_DIGITS.fullmatch(text):
        return None if text[1:] in _WITHHELD_DIGITS else text
    number = read_number(text)
    return number.e164 if isinstance(number, PhoneNumber) else None


def country_of(e164: str | None) -> str | None:
    """ISO 3166 code of the country that gave the number out; null where none or several did."""
    try:
        code = phonenumbers.region_code_for_number(phonenumbers.parse(e164)) if e164 else None
    except NumberParseException:
        return None
    return code if code and code.isalpha() else None


def compare(candidate: str, number: str, *, region: str | None = None) -> Quality | None:
    """How surely ``candidate``, as a CRM holds it, is ``number``; null: it is another line. ``region`` is that of the
    record, else the organisation's. Both need seven digits in common at least; two different extensions are two
    different lines, an extension on one side is not compared."""
    asked = read_number(number, region=region)
    if not isinstance(asked, PhoneNumber):
        return None
    known = read_number(candidate, region=region)
    if isinstance(known, PhoneNumber):
        return compare_numbers(known, asked)
    if isinstance(known, Withheld) or _LETTERS.search(candidate):
        return None
    bare = _NO_DIGIT.sub("", _cleaned(candidate)).lstrip("0")
    return Quality.SUGGESTION if _one_ends_the_other(bare, asked.e164[1:]) else None


def compare_numbers(known: PhoneNumber, asked: PhoneNumber) -> Quality | None:
    """The same for numbers that have been read."""
    if known.extension and asked.extension and known.extension != asked.extension:
        return None
    guessed = known.assumed or asked.assumed
    if known.e164 == asked.e164:
        return Quality.NATIONAL if guessed else Quality.EXACT
    if not guessed and known.country != asked.country:
        return None
    return Quality.SUGGESTION if _one_ends_the_other(known.national, asked.national) else None


def tail_of(e164: str) -> int:
    """The last seven digits, by which an index finds every line that ``compare`` could accept."""
    return int(e164[-TAIL_DIGITS:].lstrip("+"))


def _parsed(text: str, region: str | None) -> PhoneNumber | NotANumber:
    try:
        parsed = phonenumbers.parse(text, region, keep_raw_input=not text.startswith("+"))
    except NumberParseException:
        return _literal(text) if text.startswith("+") else _unreadable(text, region)
    valid = phonenumbers.is_valid_number(parsed)
    if not valid and _LETTERS.search(text) and not parsed.extension:
        return NotANumber("has letters in it")  # a trailing word would be read as digits of a keypad
    assumed = parsed.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY  # never so behind a plus
    if assumed and phonenumbers.is_possible_number_with_reason(parsed) != ValidationResult.IS_POSSIBLE:
        return _unreadable(text, region)
    if valid:
        return _made_of(parsed, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), assumed)
    if _PLUS_AND_DIGITS.fullmatch(text):
        return _made_of(parsed, text, assumed)
    # Not given out by any country. Parsing drops a zero in front each time: settle on what is left in the end.
    settled = _literal(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    if isinstance(settled, NotANumber) or text.count("+") > 1:
        return NotANumber(_WRITE_IT_OUT)
    return replace(settled, extension=parsed.extension or None, assumed=assumed)


def _made_of(parsed: phonenumbers.PhoneNumber, e164: str, assumed: bool) -> PhoneNumber:
    return PhoneNumber(
        e164=e164,
        country=parsed.country_code,
        national=e164[1 + len(str(parsed.country_code)) :],
        extension=parsed.extension or None,
        assumed=assumed,
    )


def _literal(text: str) -> PhoneNumber | NotANumber:
    """Plus and digits as they stand: rules, samples and test lines use numbers that no country has given out."""
    digits = _NO_DIGIT.sub("", text)
    if text.count("+") != 1 or _LETTERS.search(text) or not _PLUS_AND_DIGITS.fullmatch("+" + digits):
        return NotANumber(_WRITE_IT_OUT)
    try:
        parsed = phonenumbers.parse("+" + digits)
    except NumberParseException:
        return PhoneNumber(e164="+" + digits, country=None, national=digits)
    if phonenumbers.is_valid_number(parsed):
        return _made_of(parsed, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), assumed=False)
    return _made_of(parsed, "+" + digits, assumed=False)


def _unreadable(text: str, region: str | None) -> NotANumber:
    if len(_NO_DIGIT.sub("", text)) < TAIL_DIGITS:
        return NotANumber("too short for a telephone number")
    if region is None:
        return NotANumber("has no country code, and no default region is set")
    return NotANumber(f"not a telephone number of region {region}: write plus, country code and number")


def _cleaned(text: str) -> str:
    """Full-width and other digits as ASCII ones; invisible marks, which address books paste along, left out."""
    if text.isascii() and text.isprintable():  # nearly every number
        return text.strip().removeprefix("tel:").strip()
    folded = unicodedata.normalize("NFKC", text)
    plain = "".join(
        str(unicodedata.digit(char)) if char.isdigit() else char
        for char in folded
        if unicodedata.category(char) not in {"Cf", "Cc"}
    )
    return plain.strip().removeprefix("tel:").strip()


def _is_withheld(text: str) -> bool:
    if text.removeprefix("+") in _WITHHELD_DIGITS:
        return True
    if text[-1:].isdigit():
        return False
    spoken = re.sub(r"^sips?:|@.*$", "", text.casefold())
    return not re.search(r"\d", spoken) and re.sub(r"[^a-z]", "", spoken) in _WITHHELD_WORDS


def _one_ends_the_other(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= TAIL_DIGITS and long.endswith(short)
