"""Programs of ours as processes of their own: started, watched, never left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROC = Path("/proc")


def cti(*arguments: str, env: Mapping[str, str], cwd: Path, **more: object) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end; ``more`` as ``subprocess.run`` takes it."""
    return subprocess.run(
        [sys.executable, "-m", "cti", *arguments],
        **{"capture_output": True, "text": True, "timeout": 60.0, **more},
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
            process_group=0,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the list of processes."""

    parent: int
    ended: bool
    """A zombie, which nobody has waited for yet."""
    command: str


def processes() -> dict[int, Listed]:
    """Every process of this machine, by id."""
    listed = _from_proc() if PROC.exists() else _from_ps()
    return {pid: line for pid, line in listed if pid != os.getpid()}


def _from_proc() -> Iterator[tuple[int, Listed]]:
    for directory in PROC.glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            state, parent = (directory / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (directory / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            yield int(directory.name), Listed(parent=int(parent), ended=state == "Z", command=command)


def _from_ps() -> Iterator[tuple[int, Listed]]:
    text = subprocess.run(["ps", "-axo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    for line in text.splitlines():
        pid, parent, state, command = (*line.split(None, 3), "")[:4]
        yield int(pid), Listed(parent=int(parent), ended=state.startswith("Z"), command=command)


def lives(pid: int) -> bool:
    """True while the process runs."""
    line = processes().get(pid)
    return line is not None and not line.ended


def command_of(pid: int) -> str:
    """Its command line; empty when it has ended."""
    line = processes().get(pid)
    return line.command if line else ""


def descendants(pid: int) -> frozenset[int]:
    """Every process below ``pid`` at this moment."""
    listed = processes()
    found: set[int] = set()
    while new := {child for child, line in listed.items() if line.parent in found | {pid}} - found:
        found |= new
    return frozenset(found)
