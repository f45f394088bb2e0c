"""Text as it is compared and searched: without case, accents and surplus spaces. Pure."""

from __future__ import annotations

import unicodedata

KEY_LENGTH = 200
"""Of a folded name. Folding can lengthen a text (one Arabic ligature becomes 18 letters), a column cannot."""


def fold(text: str) -> str:
    """The form in which two spellings of the same words are equal: ``"  Zoë  ØRSTED"`` and ``"zoe ørsted"``."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(plain.casefold().split())


def name_key(name: str) -> str:
    """A folded name, cut to what its column holds."""
    return fold(name)[:KEY_LENGTH]
