"""Makes a process end with the one that started it, also when that one was killed with ``kill -9``.

On Linux the kernel does it (PDEATHSIG, tied to the *thread* that started the child: start children from the main
thread). Elsewhere, and where asked for, a small watcher beside the child waits for the end of a pipe whose other end
only the parent holds. Run as a script it becomes the given command: ``python lifeline.py PARENT kernel|pipe COMMAND…``.
Imports nothing but the standard library, so that it starts in a few milliseconds.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
WAYS = ("kernel", "pipe")
DEFAULT_WAY = "kernel" if sys.platform == "linux" else "pipe"


def tied_command(command: Sequence[str], *, way: str = DEFAULT_WAY) -> list[str]:
    """The command line that runs ``command`` tied to this process. Start it with ``stdin=PIPE`` and keep the pipe."""
    return [sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(os.getpid()), way, *command]


def end_with_parent(parent: int, *, way: str = DEFAULT_WAY) -> None:
    """This process gets SIGTERM when ``parent`` is gone; if it is gone already, exits."""
    if way == "kernel":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    elif os.fork() == 0:
        _watch(os.getppid())
    if os.getppid() != parent:
        raise SystemExit(0)


def _watch(child: int) -> None:
    """In the watcher: ends ``child`` when standard input ends; ends itself when the child is gone."""
    os.setpgid(0, 0)
    os.closerange(1, 256)
    while os.getppid() == child:
        readable, _, _ = select.select([0], [], [], 0.5)
        if readable and not os.read(0, 1):
            if os.getppid() == child:
                os.kill(child, signal.SIGTERM)
            break
    os._exit(0)


def main(arguments: Sequence[str]) -> None:
    parent, way, *command = arguments
    end_with_parent(int(parent), way=way)
    os.execvp(command[0], command)  # noqa: S606 - the command is our own parent's


if __name__ == "__main__":
    main(sys.argv[1:])
