"""Scripts are read from files, each include once, from whichever directory has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from routing.scripts import MATCHER_SCRIPTS, read_script


def write(directory: Path, name: str, text: str) -> None:
    path = directory / f"{name}.lua"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_an_include_is_replaced_by_its_text_once(tmp_path: Path) -> None:
    write(tmp_path, "includes/a", "local a = 1")
    write(tmp_path, "includes/deep/b", "--@include a\nlocal b = a")
    write(tmp_path, "command", "--@include a\n--@include deep/b\nreturn b")
    assert read_script("command", tmp_path).text == "local a = 1\nlocal b = a\nreturn b"


def test_two_includes_that_name_each_other_both_stand_there_once(tmp_path: Path) -> None:
    write(tmp_path, "includes/a", "--@include b\nlocal a = 1")
    write(tmp_path, "includes/b", "--@include a\nlocal b = 2")
    write(tmp_path, "command", "--@include a")
    assert read_script("command", tmp_path).text.split("\n") == ["local b = 2", "local a = 1"]


def test_a_second_directory_lends_its_includes(tmp_path: Path) -> None:
    write(tmp_path, "command", "--@include floor\nreturn floor")
    assert "function floor.open(key)" in read_script("command", tmp_path, MATCHER_SCRIPTS).text


def test_the_first_directory_goes_before_the_second(tmp_path: Path) -> None:
    write(tmp_path / "first", "command", "return 1")
    write(tmp_path / "second", "command", "return 2")
    assert read_script("command", tmp_path / "first", tmp_path / "second").text == "return 1"


def test_a_missing_include_is_named(tmp_path: Path) -> None:
    write(tmp_path, "command", "--@include nowhere")
    with pytest.raises(FileNotFoundError, match=r"includes/nowhere\.lua"):
        read_script("command", tmp_path)


COMMANDS = sorted(path for path in MATCHER_SCRIPTS.glob("*.lua") if path.stem != "openFloor")


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.stem)
def test_every_command_opens_the_floor_before_anything_else(path: Path) -> None:
    script = read_script(path.stem, MATCHER_SCRIPTS)
    assert "floor.open(KEYS[1])\nif not f then return floor.refuse('NOT_READY') end" in script.text
