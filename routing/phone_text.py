"""Phone numbers as text: plus and digits, nothing else. Pure; never asks whether a number is a valid one."""

from __future__ import annotations

import re

_NUMBER_LIKE = re.compile(r"\s*\+?[0-9\s().\-/]+")
_NOT_KEPT = re.compile(r"[^+0-9]")


def plus_and_digits(text: str) -> str:
    """``+1 (555) 01-00`` → ``+15550100``. Text that is no number (``client:ana``) stays as it is."""
    if not _NUMBER_LIKE.fullmatch(text) or not any(char.isdigit() for char in text):
        return text
    return _NOT_KEPT.sub("", text)
