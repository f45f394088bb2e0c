"""``cti …`` as a process of its own that has done its imports before: forked from one that stands by.

Each command gets its own arguments, environment, directory, streams and exit code, as from a shell; what it does not
pay for is the second or two that importing costs. Encodings of the streams are those of the process that stands by: for
another one, for something typed, and for signals, start a program with ``running.cti``.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import runpy
import select
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from tests.support.running import ROOT

WITHIN_S = 60.0


def forked_cti(*arguments: str, env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end; its standard input is empty."""
    with tempfile.TemporaryDirectory(prefix="cti-forked-") as streams:
        directory = Path(streams)
        (directory / "0").touch()
        order = {"arguments": arguments, "env": dict(env), "cwd": str(cwd), "streams": streams}
        code = _answer(_standing_by(), json.dumps(order))
        # bytes first: reading text would make one line end of every kind
        out, err = ((directory / name).read_bytes().decode() for name in "12")
    return subprocess.CompletedProcess(["cti", *arguments], code, out, err)


def _answer(process: subprocess.Popen[str], order: str) -> int:
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{order}\n")
    process.stdin.flush()
    readable, _, _ = select.select([process.stdout], [], [], WITHIN_S)
    if not readable:
        os.killpg(process.pid, 9)
        raise subprocess.TimeoutExpired(order, WITHIN_S)
    return int(process.stdout.readline())


@cache
def _standing_by() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.forked"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        process_group=0,
        text=True,
    )
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    with process:
        assert process.stdin
        process.stdin.close()


def main() -> None:
    """In the process that stands by: one order a line on standard input, one exit code a line on standard output."""
    package = import_module("cti.commands")
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(order)
            _run()
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _become(order: Mapping[str, object]) -> None:
    directory, arguments, env = Path(str(order["streams"])), order["arguments"], order["env"]
    assert isinstance(arguments, list)
    assert isinstance(env, dict)
    for number, flags in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)):
        opened = os.open(directory / str(number), flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the line that is read ahead there is the parent's
    os.environ.clear()
    os.environ.update(env)
    os.chdir(str(order["cwd"]))
    sys.path[0] = str(order["cwd"])
    sys.argv = ["cti", *arguments]


def _run() -> NoReturn:
    """As ``python -m cti`` would, but for the third of a second that taking all modules down costs."""
    code: object = 1
    try:
        runpy.run_module("cti", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    threading._shutdown()  # type: ignore[attr-defined]  # as an interpreter that ends
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    assert isinstance(code, int), code
    os._exit(code)


if __name__ == "__main__":
    main()
