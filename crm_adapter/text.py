"""Text as it is compared and searched: without case, accents and surplus spaces. Pure."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

KEY_LENGTH = 200
"""Of a folded name. Folding can lengthen a text (one Arabic ligature becomes 18 letters), a column cannot."""


@lru_cache(maxsize=1024)  # an import folds each name and company several times
def fold(text: str) -> str:
    """The form in which two spellings of the same words are equal: ``"  Zoë  ØRSTED"`` and ``"zoe ørsted"``."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(plain.casefold().split())


def name_key(name: str) -> str:
    """A folded name, cut to what its column holds."""
    return fold(name)[:KEY_LENGTH]
