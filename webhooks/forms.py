"""A form's bytes to its fields. Pure. Blanks kept, repeated names intact, order as sent: all of it is signed.

Half the time of ``urllib.parse.parse_qsl``, to which a test holds it equal.
"""

from __future__ import annotations

from urllib.parse import unquote_plus

from webhooks.errors import BadRequest

MOST_FIELDS = 500
"""Twilio sends some 30; a SIP call adds one for each of its headers."""


def parse_form(body: bytes) -> list[tuple[str, str]]:
    """The fields of an ``application/x-www-form-urlencoded`` body or query. Raises BadRequest for what is not ASCII, is
    not UTF-8 once unescaped, or has too many fields."""
    if body.count(b"&") >= MOST_FIELDS:
        raise BadRequest(400, "too many fields")
    try:
        return [_field(part) for part in body.decode("ascii").split("&") if part]
    except UnicodeDecodeError:
        raise BadRequest(400, "not a form in UTF-8") from None


def _field(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return _unescape(name), _unescape(value)


def _unescape(text: str) -> str:
    if "%" in text or "+" in text:
        return unquote_plus(text, errors="strict")
    return text
