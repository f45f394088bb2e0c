"""Telephone numbers as people write them. Pure."""

from __future__ import annotations

import re

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_PUNCTUATION = re.compile(r"[\s().-]")


def e164(written: str) -> str | None:
    """The number; null when it is none. Twilio takes ten digits for a number of North America."""
    digits = _PUNCTUATION.sub("", written)
    if re.fullmatch(r"1?[2-9][0-9]{9}", digits):
        digits = f"+1{digits[-10:]}"
    return digits if _E164.fullmatch(digits) else None
