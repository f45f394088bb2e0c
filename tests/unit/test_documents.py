"""What the documents name is there: files that they link to, targets of make, commands and options of ``cti``."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import typer

from cti.__main__ import app

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)(?:#[^)]*)?\)")
MAKE = re.compile(r"(?:`|^ {4})make ((?:\.venv/)?[a-z-]+)", re.MULTILINE)
CTI = re.compile(r"(?:`|^ {4}|\.venv/bin/)cti ((?:[a-z]+ ?)+)((?:--[a-z-]+ ?)*)", re.MULTILINE)


def each(pattern: re.Pattern[str]) -> list[tuple[Path, str]]:
    return [(path, found) for path in DOCUMENTS for found in sorted(set(pattern.findall(path.read_text())))]


@pytest.mark.parametrize(("path", "link"), each(LINK), ids=str)
def test_a_link_leads_somewhere(path: Path, link: str) -> None:
    assert (path.parent / link).exists(), f"{path.name} links to {link}"


@pytest.mark.parametrize("target", sorted({target for _, target in each(MAKE)}))
def test_a_target_of_make_is_there(target: str) -> None:
    assert re.search(rf"^{re.escape(target)}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def options_of(command: object) -> set[str]:
    return {name for option in getattr(command, "params", []) for name in [*option.opts, *option.secondary_opts]}


@pytest.mark.parametrize(("words", "options"), sorted({found for _, found in each(CTI)}))
def test_a_command_is_there(words: str, options: str) -> None:
    command = typer.main.get_command(app)
    for word in words.split():
        inner = getattr(command, "commands", None)
        if inner is None:
            break  # an argument
        assert word in inner, f"cti {words}"
        command = inner[word]
    assert set(options.split()) <= options_of(command), f"cti {words}{options}"


def test_help_lists_every_target() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "prove", "lint", "types", "bench", "shots", "help"):
        assert re.search(rf"^make {target} ", shown, re.MULTILINE)


def test_no_decision_is_longer_than_a_page() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert decisions
    assert [path.name for path in decisions if path.read_text().count("\n") > 35] == []
    numbers = [path.name[:4] for path in decisions]
    assert len(set(numbers)) == len(numbers), "two decisions have one number"
