"""Which voice says a text: the ``language`` and ``voice`` attributes of ``<Say>``, by the text's language. Pure data.

Twilio wants a region with the language, and speaks some languages with a named voice only. What it does not speak it
refuses; the owner then says so by the tag in the configuration (``de-CH`` is passed on as it is).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Attributes of ``<Say>``."""

    language: str
    voice: str | None = None
    """Null: the account's own."""


_REGIONS = {"cs": "CZ", "da": "DK", "el": "GR", "en": "US", "hi": "IN", "ja": "JP", "ko": "KR"}
_REGIONS |= {"nb": "NO", "pt": "BR", "sl": "SI", "sv": "SE", "uk": "UA", "vi": "VN", "zh": "CN"}
_GOOGLE = frozenset({"id-ID", "ms-MY"})
"""No voice of the account's own speaks these."""


def voice_of(language: str) -> Voice:
    """The attributes for a BCP 47 tag; without a region the language's usual one is put in."""
    base, _, region = language.partition("-")
    base = base.lower()
    full = f"{base}-{region.upper() if region else _REGIONS.get(base, base.upper())}"
    return Voice(language=full, voice=f"Google.{full}-Standard-A" if full in _GOOGLE else None)
