"""The shape of the house: folders, sizes, names and docstrings that ``CONTRIBUTING.md`` promises."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = {"cti", "routing", "crm_adapter", "webhooks", "tests", "docs", ".ci"}
DRAWERS = {"utils.py", "util.py", "helpers.py", "manager.py", "common.py", "base.py", "misc.py"}
LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION = 400, 600, 50


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, check=True, capture_output=True, text=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def python() -> list[Path]:
    return tracked("*.py")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_there_are_no_other_folders() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked() if path.parent != ROOT} <= FOLDERS


@pytest.mark.parametrize("path", python(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_of_readable_size_and_says_what_it_is(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    limit = LONGEST_TEST if path.is_relative_to(ROOT / "tests") else LONGEST_FILE
    assert text.count("\n") <= limit
    assert path.name not in DRAWERS
    too_long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in functions(tree)
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert too_long == []
    if not text.strip() and path.name == "__init__.py":
        return
    assert ast.get_docstring(tree), "a module docstring says what it is, never does and guarantees"


def test_nothing_is_left_for_later() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    code = tracked("*.py", "*.lua", "cti/web/**/*.js", "cti/web/*.js")
    marked = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in code
        if "vendor" not in path.parts
        for word in words
        if word in path.read_text()
    ]
    assert marked == []


def test_lock_files_hold_hashes_and_no_address() -> None:
    for path in tracked("requirements*.lock"):
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    ours, tests = project["dependencies"], project["optional-dependencies"]["dev"]
    wanted = {"requirements.lock": ours, "requirements-dev.lock": [*ours, *tests]}
    for lock, dependencies in wanted.items():
        locked = set(re.findall(r"^([a-z0-9.-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
        names = {re.split(r"[\[<>=~!; ]", line)[0].lower().replace("_", "-") for line in dependencies}
        assert names <= locked, f"make lock: {sorted(names - locked)} not in {lock}"
