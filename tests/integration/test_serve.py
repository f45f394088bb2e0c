"""``cti serve`` as a process: its workers really killed, its stop really waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import redis
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from cti.demo.mark import mark
from cti.record.migrate import migrate
from tests.support.environment import an_environment
from tests.support.eventually import eventually_now
from tests.support.running import a_free_port, cti, descendants, lives, started

PLAIN = "tests.support.apps:create_plain_app"
BROKEN = "tests.support.apps:create_broken_app"


class Served:
    """A running ``cti serve`` and a client of it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.address = f"127.0.0.1:{port}"

    def get(self, path: str, timeout: float = 5.0) -> httpx.Response:
        """One request on a connection of its own."""
        return httpx.get(f"http://{self.address}{path}", timeout=timeout)

    def answers(self) -> bool:
        """True when somebody serves."""
        try:
            return self.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def serving(tmp_path: Path, *, workers: int = 1, **environment: str) -> Iterator[Served]:
    port = a_free_port()
    arguments = ["serve", "--port", str(port), "--workers", str(workers), "--factory", PLAIN]
    with started(arguments, env=an_environment(**environment), cwd=tmp_path) as process:
        served = Served(process, port)
        eventually_now(lambda: served.answers() or process.poll() is not None, within_s=30)
        assert process.poll() is None, (tmp_path / "output").read_text()
        yield served


def test_it_migrates_starts_a_server_of_its_own_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        assert served.get("/redis-url").json().startswith("unix:///")
        assert (tmp_path / "var" / "cti.sqlite3").exists()
        below = descendants(served.process.pid)
        assert len(below) >= 2
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(15) == 0
    assert not [pid for pid in below if lives(pid)]


def test_a_killed_worker_is_replaced_within_five_seconds_while_others_serve(tmp_path: Path) -> None:
    with serving(tmp_path, workers=2) as served:
        before = {served.get("/pid").json() for _ in range(20)}
        for victim in before:
            os.kill(victim, signal.SIGKILL)
        killed = time.monotonic()
        fresh = eventually_now(lambda: served.answers() and served.get("/pid").json(), within_s=5)
        assert fresh not in before
        assert time.monotonic() - killed < 5


def test_a_killed_redis_is_started_again_with_its_address_kept(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        url = served.get("/redis-url").json()
        (pid,) = (pid for pid in descendants(served.process.pid) if "valkey" in _command(pid))
        os.kill(pid, signal.SIGKILL)
        eventually_now(lambda: _socket_answers(url.removeprefix("unix://")), within_s=5)
        assert served.get("/redis-url").json() == url


def _command(pid: int) -> str:
    listed = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout


def _socket_answers(path: str) -> bool:
    try:
        return bool(redis.Redis(unix_socket_path=path).ping())
    except redis.RedisError:
        return False


def test_everything_ends_when_the_parent_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path, workers=2) as served:
        below = descendants(served.process.pid)
        served.process.kill()
        served.process.wait()
        eventually_now(lambda: not [pid for pid in below if lives(pid)], within_s=15)


def test_a_stop_finishes_requests_and_closes_sockets_with_1012(tmp_path: Path) -> None:
    with serving(tmp_path) as served, connect(f"ws://{served.address}/ws") as socket:
        socket.send("here")
        assert socket.recv() == "here"
        slow = _in_background(f"http://{served.address}/slow/2")
        eventually_now(lambda: served.get("/busy").json() == 1)
        served.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        assert slow.wait(10) == 0
        assert served.process.wait(15) == 0


def _in_background(url: str) -> subprocess.Popen[bytes]:
    """A request by another process, which ends with 0 when it was answered."""
    code = f"import urllib.request as u; assert u.urlopen({url!r}, timeout=20).status == 200"
    return subprocess.Popen([sys.executable, "-c", code])


def test_a_request_that_never_ends_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        stuck = _in_background(f"http://{served.address}/slow/600")
        eventually_now(lambda: served.get("/busy").json() == 1)
        served.process.send_signal(signal.SIGTERM)
        asked = time.monotonic()
        assert served.process.wait(20) == 0
        assert time.monotonic() - asked < 16
        stuck.wait(5)


def test_metrics_of_all_workers_are_added_up(tmp_path: Path) -> None:
    with serving(tmp_path, workers=2) as served:
        pids = {served.get("/pid").json() for _ in range(40)}
        counted = served.get("/metrics").text
        assert "plain_requests_total 40.0" in counted, (pids, counted)


def run_serve(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return cti("serve", "--port", str(a_free_port()), *arguments, env=an_environment(**environment), cwd=tmp_path)


def test_a_worker_that_cannot_start_stops_the_start(tmp_path: Path) -> None:
    ended = run_serve(tmp_path, "--factory", BROKEN)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == "cti: worker 1 did not start: exit code 3"


def test_a_missing_setting_stops_the_start_with_one_line_that_names_it(tmp_path: Path) -> None:
    ended = run_serve(tmp_path, CTI_PUBLIC_URL="")
    assert (ended.returncode, ended.stderr) == (1, "cti: CTI_PUBLIC_URL is not set\n")


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        other = tmp_path / "other"
        other.mkdir()
        ended = cti("serve", "--port", served.address.rpartition(":")[2], env=an_environment(), cwd=other)
    assert ended.returncode == 1
    assert ended.stderr == f"cti: cannot listen on {served.address}: Address already in use\n"


def test_a_second_service_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        ended = run_serve(tmp_path)
    assert ended.returncode == 1
    assert f"another process (id {served.process.pid}) already uses" in ended.stderr


@pytest.mark.parametrize("by", ["database", "directory"])
def test_the_demos_data_is_refused(tmp_path: Path, by: str) -> None:
    made = tmp_path / "demo"
    made.mkdir()
    migrate(f"sqlite:///{made}/cti.sqlite3")
    mark(made / "cti.sqlite3")
    setting = {"DATABASE_URL": f"sqlite:///{made}/cti.sqlite3"} if by == "database" else {"CTI_DATA_DIR": str(made)}
    ended = run_serve(tmp_path, **setting)
    assert ended.returncode == 1
    assert "belongs to `cti demo`" in ended.stderr


def test_an_unreachable_database_is_one_line(tmp_path: Path) -> None:
    ended = run_serve(tmp_path, DATABASE_URL=f"postgresql://nobody@127.0.0.1:{a_free_port()}/none")
    assert ended.returncode == 1
    assert ended.stderr.startswith("cti: database: ")
    assert len(ended.stderr.splitlines()) == 1
