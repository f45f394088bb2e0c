"""Lengths of time as the configuration writes them: ``20s``, ``15m``, ``8h``, ``1h30m``, ``1.5m``. Pure."""

from __future__ import annotations

import re
from decimal import Decimal

_PARTS = re.compile(
    r"(?:(?P<h>\d{1,9}(?:\.\d{1,40})?)h)?(?:(?P<m>\d{1,9}(?:\.\d{1,40})?)m)?(?:(?P<s>\d{1,9}(?:\.\d{1,40})?)s)?", re.A
)
_UNIT_MS = {"h": 3_600_000, "m": 60_000, "s": 1_000}


def parse_duration(text: str) -> int | None:
    """Milliseconds, to the nearest; null when the text is not a length of time. ``0`` alone needs no unit."""
    if text == "0":
        return 0
    match = _PARTS.fullmatch(text)
    if not text or match is None:
        return None
    return round(sum(Decimal(number) * _UNIT_MS[unit] for unit, number in match.groupdict().items() if number))


def format_duration(ms: int) -> str:
    """The shortest spelling: ``90000`` → ``1m30s``; what ``parse_duration`` reads back."""
    hours, rest = divmod(ms, _UNIT_MS["h"])
    minutes, rest = divmod(rest, _UNIT_MS["m"])
    seconds = f"{Decimal(rest) / 1000:f}" if rest else ""
    parts = (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{seconds}s" if seconds else "")
    return "".join(parts) or "0s"
