"""The vendored libraries are what the lock file names, byte for byte as recorded, with their licences."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from cti.web.vendor import vendor
from cti.web.vendor.sources import MAPPED, ROOT, SOURCES, Source

BY_NAME = {source.name: source for source in SOURCES}


@pytest.mark.parametrize("name", sorted(vendor.recorded()))
def test_a_vendored_file_is_as_recorded(name: str) -> None:
    record = vendor.recorded()[name]
    assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == record["sha256"]
    assert vendor.locked_versions()[record["package"]] == record["version"]


def test_every_vendored_file_is_recorded_and_every_library_has_its_licence() -> None:
    assert set(vendor.recorded()) == set(BY_NAME)
    licensed = {source.package for source in SOURCES if source.name.endswith("LICENSE.txt")}
    assert licensed == {source.package for source in SOURCES}


def test_no_vendored_file_lies_there_unrecorded() -> None:
    folders = {source.to.parent for source in SOURCES}
    ours = {"__init__.py", "vendor.py", "sources.py", "checksums.json"}
    found = {path for folder in folders for path in folder.iterdir() if path.is_file() and path.suffix != ".ts"}
    assert {path.relative_to(ROOT).as_posix() for path in found if path.name not in ours} == set(BY_NAME)


def test_imports_of_packages_become_relative_and_nothing_else_changes() -> None:
    source = Source(package="p", path="x.mjs", to=ROOT / "x.js")
    content = (
        b'import{h as t}from"preact";import{useRef}from "preact/hooks";const n="preact";\n//# sourceMappingURL=x.map'
    )
    made = vendor.for_the_browser(source, content)
    assert made == b'import{h as t}from"./preact.js";import{useRef}from "./preact-hooks.js";const n="preact";\n'


def test_the_editors_packages_are_copied_as_they_are() -> None:
    source = Source(package="@codemirror/x", path="dist/index.js", to=ROOT / "x.js")
    content = b"import { a } from '@codemirror/state';\n"
    assert vendor.for_the_browser(source, content) == content


def test_whatever_a_vendored_module_imports_is_vendored() -> None:
    lost = [
        f"{source.name}: {imported}"
        for source in SOURCES
        if source.to.suffix == ".js" and not source.to.name.endswith(".min.js")
        for imported in re.findall(r"""^(?:import|export)[^'"]*from *['"]([^'"]+)""", source.to.read_text(), re.M)
        if not (imported in MAPPED or (source.to.parent / imported).resolve().relative_to(ROOT).as_posix() in BY_NAME)
    ]
    assert lost == []


def test_the_lock_names_no_download_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()


def test_versions_are_pinned_exactly() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    pinned = {**package["dependencies"], **package["devDependencies"]}
    assert all(version[0].isdigit() for version in pinned.values())
    assert tuple(map(int, pinned["@twilio/voice-sdk"].split("."))) >= (2, 18, 5)


def test_a_changed_file_is_noticed() -> None:
    files = vendor.files_here()
    name = "cti/web/vendor/htm.js"
    changed = vendor.record_of({**files, name: files[name] + b" "})
    assert vendor.differences(vendor.recorded(), changed) == [name]
