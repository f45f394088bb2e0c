"""Languages of callers: BCP 47 tags, which of some is the nearest, and what is spoken in a country. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")

SPOKEN_IN = {
    **dict.fromkeys(("AU", "GB", "IE", "NZ", "US"), "en"),
    **dict.fromkeys(("AT", "DE", "LI"), "de"),
    **dict.fromkeys(("AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "ES", "GT", "HN", "MX", "NI", "PA"), "es"),
    **dict.fromkeys(("PE", "PR", "PY", "SV", "UY", "VE"), "es"),
    **dict.fromkeys(("FR", "MC"), "fr"),
    **dict.fromkeys(("IT", "SM", "VA"), "it"),
    **dict.fromkeys(("AO", "BR", "MZ", "PT"), "pt"),
    **dict.fromkeys(("BN", "MY"), "ms"),
    **dict.fromkeys(("CY", "GR"), "el"),
    **dict.fromkeys(("KP", "KR"), "ko"),
    **dict.fromkeys(("AE", "BH", "DZ", "EG", "IQ", "JO", "KW", "LB", "LY", "MA", "OM", "QA", "SA", "TN", "YE"), "ar"),
    **{"BG": "bg", "CN": "zh", "CZ": "cs", "DK": "da", "EE": "et", "FI": "fi", "HR": "hr", "HU": "hu", "ID": "id"},
    **{"IL": "he", "IS": "is", "JP": "ja", "LT": "lt", "LV": "lv", "NL": "nl", "NO": "nb", "PL": "pl", "RO": "ro"},
    **{"RU": "ru", "SE": "sv", "SI": "sl", "SK": "sk", "TH": "th", "TR": "tr", "TW": "zh", "UA": "uk", "VN": "vi"},
}
"""Country (ISO 3166) → the language that nearly everybody speaks there; absent where there are several."""


def is_language(text: str) -> bool:
    """Whether it has the form of a BCP 47 tag."""
    return _TAG.fullmatch(text) is not None


def language_of(known: str | None, country: str | None, *, line: str | None = None) -> str | None:
    """The caller's language: the one that is known of them, else that of the line they called, else that of the country
    of their number."""
    if known is not None and is_language(known):
        return known
    if line is not None:
        return line
    return SPOKEN_IN.get((country or "").upper())


def nearest(language: str | None, known: Collection[str]) -> str | None:
    """Of the known ones the same, else one that begins like it, else a variant of it: ``pl-PL`` → ``pl``, ``pt`` →
    ``pt-BR`` (the first by name)."""
    if language is None:
        return None
    parts = language.lower().split("-")
    by_name = {each.lower(): each for each in sorted(known)}
    for length in range(len(parts), 0, -1):
        if (found := by_name.get("-".join(parts[:length]))) is not None:
            return found
    return next((each for name, each in by_name.items() if name.split("-")[0] == parts[0]), None)
