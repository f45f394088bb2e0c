"""Every Lua script says at its head what it is for, what it guarantees, its keys with types, arguments and returns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("cti", "routing")
TYPES = re.compile(r"\b(string|hash|set|zset|stream|list)\b")


def scripts() -> list[Path]:
    """Commands; what they include lies in folders below ``scripts/``."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("scripts/*.lua")]
    return sorted(path for path in found if "\nreturn" in path.read_text() and "KEYS[" in path.read_text())


def header_of(text: str) -> str:
    """The comments before the first line of code."""
    if text.startswith("--[["):
        return text[: text.index("]]")]
    lines = text.splitlines()
    end = next(number for number, line in enumerate(lines) if not line.startswith("--"))
    return "\n".join(lines[:end])


def test_there_are_scripts() -> None:
    assert scripts()


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.stem)
def test_the_header_is_complete(path: Path) -> None:
    text = path.read_text()
    header = header_of(text)
    body = text[len(header) :]
    for word in ("purpose", "guarantee", "returns"):
        assert re.search(rf"\b{word}\b", header, re.IGNORECASE), f"{path.name} states no {word}"
    for used in sorted(set(re.findall(r"(?:KEYS|ARGV)\[\d+\]", body))):
        assert used in header, f"{path.name} uses {used} and does not say what it is"
    for key in sorted(set(re.findall(r"KEYS\[\d+\]", header))):
        introduced = [line for line in header.splitlines() if key in line]
        assert any(TYPES.search(line) for line in introduced), f"{path.name}: no type for {key}"


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.stem)
def test_no_script_reads_unboundedly_or_asks_a_callers_clock(path: Path) -> None:
    body = path.read_text()
    for command in ("KEYS", "SMEMBERS", "FLUSHALL", "FLUSHDB"):
        assert not re.search(rf"call\(\s*['\"]{command}['\"]", body), f"{path.name} calls {command}"
