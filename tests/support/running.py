"""Programs of ours as processes of their own: started, watched, never left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


def cti(*arguments: str, env: Mapping[str, str], cwd: Path, **more: object) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end; ``more`` as ``subprocess.run`` takes it."""
    return subprocess.run(
        [sys.executable, "-m", "cti", *arguments],
        **{"capture_output": True, "text": True, "timeout": 60.0, **more},  # type: ignore[call-overload]
        env={"PYTHONPATH": str(ROOT), **env},
        cwd=cwd,
        check=False,
    )


@contextmanager
def started(arguments: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """``python -m cti …`` in the background, its output in ``cwd/output``; ended by SIGTERM, then killed."""
    with (cwd / "output").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cti", *arguments],
            env={"PYTHONPATH": str(ROOT), **env},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def a_free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lives(pid: int) -> bool:
    """True while the process runs; a zombie has ended."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def descendants(pid: int) -> frozenset[int]:
    """Every process below ``pid`` at this moment."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.splitlines())}
    found: set[int] = set()
    while new := {child for child, parent in parents.items() if parent in found | {pid}} - found:
        found |= new
    return frozenset(found - {os.getpid()})
