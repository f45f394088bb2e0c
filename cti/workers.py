"""The processes under ``cti serve`` and ``cti demo``: started, watched, replaced when they die, ended in order.

The parent binds the address once and every worker inherits that one socket: a worker that dies takes no waiting
connection with it. Children are tied to the parent (``lifeline.py``) and stand in process groups of their own, so that
Ctrl-C reaches the parent alone and the order of stopping is ours: workers first, then what they lean on.

StartFailed   a child ended before it was ready; the message is one line
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

import structlog

from cti.lifeline import tied_command

LOOK_EVERY_S = 0.2
READY_S = 60.0
SOON_S = 5.0
"""A child that lived shorter is started again after ``BACK_OFF_S``, not at once."""
BACK_OFF_S = 1.0
GRACE_S = 10.0
"""What a worker gets to finish its requests (uvicorn's own bound) …"""
KILL_AFTER_S = GRACE_S + 3.0
"""… and when it is killed."""
BACKLOG = 2048
"""Connections that wait for a worker."""

log = structlog.get_logger(__name__)


class StartFailed(Exception):
    """A child ended before it was ready; the message is one line."""


@dataclass(slots=True)
class Child:
    """One process that must be there. ``command`` gets ``--ready-fd N`` and writes a byte there when it serves; with
    ``--go-fd N`` it imports what it needs, then waits for the end of that pipe before it touches anything."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    inherits: Sequence[int] = ()
    on_death: Callable[[int], None] = field(default=lambda _pid: None)
    _process: subprocess.Popen[bytes] | None = None
    _ready: int | None = None
    _go: int | None = None
    _started: float = 0.0
    _not_before: float = 0.0

    @property
    def pid(self) -> int | None:
        """Its process id; null when it was not started."""
        return self._process.pid if self._process is not None else None

    @property
    def runs(self) -> bool:
        """True until it has ended."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, held: bool = False) -> None:
        """Starts the process; ``held`` until ``release``. Call from the main thread."""
        ready, tell = os.pipe()
        wait, go = os.pipe()
        ends = ["--ready-fd", str(tell), *(["--go-fd", str(wait)] if held else [])]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own command line
                tied_command([*self.command, *ends]),
                stdin=subprocess.PIPE,
                env=dict(self.environment),
                pass_fds=(*self.inherits, tell, wait),
                process_group=0,
            )
        finally:
            os.close(tell)
            os.close(wait)
        self._ready, self._go, self._started = ready, go, time.monotonic()

    def release(self) -> None:
        """Lets a held process go on."""
        if self._go is not None:
            os.close(self._go)
            self._go = None

    def wait_ready(self, stop: StopAsked) -> None:
        """Returns when it serves, or a stop was asked for. Raises StartFailed when it ended, or said nothing."""
        assert self._process is not None and self._ready is not None  # noqa: S101, PT018 - start() came first
        until = time.monotonic() + READY_S
        while not stop.times and time.monotonic() < until:
            readable, _, _ = select.select([self._ready], [], [], LOOK_EVERY_S)
            if readable and os.read(self._ready, 1):
                return
            if readable:
                raise StartFailed(f"{self.name} did not start: exit code {self._process.wait(KILL_AFTER_S)}")
        if not stop.times:
            raise StartFailed(f"{self.name} did not start: no sign of life for {READY_S:g} s")

    def replace_if_dead(self) -> bool:
        """Starts it again if it has ended. True: it was started again."""
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return False
            log.warning("child_died", child=self.name, pid=self._process.pid, exit_code=code)
            self.on_death(self._process.pid)
            lived = time.monotonic() - self._started
            self._not_before = time.monotonic() + (BACK_OFF_S if lived < SOON_S else 0.0)
            self._forget()
        if time.monotonic() < self._not_before:
            return False
        self.start()
        log.info("child_started", child=self.name, pid=self.pid)
        return True

    def ask_to_stop(self) -> None:
        """SIGTERM, if it runs."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGTERM)

    def end(self, by: float) -> None:
        """Waits for its end until the monotonic instant ``by``, then kills it."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, by - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("child_killed", child=self.name, pid=self._process.pid)
            self._process.kill()
            self._process.wait()
        self._forget()

    def _forget(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        if self._ready is not None:
            os.close(self._ready)
        self.release()
        self._process = self._ready = None


class StopAsked:
    """SIGTERM, SIGINT and SIGHUP as a flag; a second one means at once."""

    def __init__(self) -> None:
        self.times = 0
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.times += 1


def start_held(children: Sequence[Child]) -> None:
    """Starts them all, so that they import what they need while the parent prepares what they lean on."""
    for child in children:
        child.start(held=True)


def release_all(children: Sequence[Child], stop: StopAsked) -> None:
    """Lets them go on and returns when all serve. Raises StartFailed when one does not."""
    for child in children:
        child.release()
    for child in children:
        child.wait_ready(stop)


def wait_for_go(go_fd: int | None) -> None:
    """In a child: returns when the parent lets it go on."""
    if go_fd is not None:
        os.read(go_fd, 1)
        os.close(go_fd)


def watch(children: Sequence[Child], stop: StopAsked, *, also: Callable[[], object]) -> None:
    """Keeps everything running until a stop is asked for. ``also`` is called at each look, before the children."""
    while not stop.times:
        also()
        for child in children:
            child.replace_if_dead()
        time.sleep(LOOK_EVERY_S)


def stop_all(children: Sequence[Child], stop: StopAsked) -> None:
    """Asks all to stop, waits, and kills what is left after KILL_AFTER_S, or at once at a second signal."""
    asked = stop.times
    for child in children:
        child.ask_to_stop()
    by = time.monotonic() + KILL_AFTER_S
    while time.monotonic() < by and stop.times <= asked and any(child.runs for child in children):
        time.sleep(0.05)
    for child in children:
        child.end(min(by, time.monotonic()))


def bind(host: str, port: int) -> socket.socket:
    """The listening address of all workers. Listens at once: who is early waits until a worker accepts, and of two
    services that want the same address the second is told. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    shared = socket.socket(family, socket.SOCK_STREAM)
    try:
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        shared.bind((host, port))
        shared.listen(BACKLOG)
    except OSError:
        shared.close()
        raise
    shared.set_inheritable(True)
    return shared


def worker_command(factory: str, listening: int) -> list[str]:
    """The command line of one worker (``cti/worker.py``) on an inherited socket."""
    return [sys.executable, "-m", "cti.worker", factory, "--fd", str(listening)]
