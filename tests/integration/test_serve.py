"""``cti serve`` as a process: its workers really killed, its stop really waited for."""

from __future__ import annotations

import asyncio
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

from cti.demo.secrets import read_or_make
from cti.record.database import Database
from cti.record.installation import Kind, claim_kind
from cti.record.migrate import upgrade
from tests.support.environment import an_environment
from tests.support.eventually import eventually_now
from tests.support.running import a_free_port, command_of, cti, descendants, lives, started

PLAIN = "tests.support.apps:create_plain_app"
BROKEN = "tests.support.apps:create_broken_app"


class Served:
    """A running ``cti serve`` and a client of it."""

    def __init__(self, process: subprocess.Popen[str], port: int, directory: Path) -> None:
        self.process = process
        self.directory = directory
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
def serving(directory: Path, *, workers: int = 1, **environment: str) -> Iterator[Served]:
    port = a_free_port()
    arguments = ["serve", "--port", str(port), "--workers", str(workers), "--factory", PLAIN]
    with started(arguments, env=an_environment(**environment), cwd=directory) as process:
        served = Served(process, port, directory)
        eventually_now(lambda: served.answers() or process.poll() is not None, within_s=60)
        assert process.poll() is None, (directory / "output").read_text()
        yield served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with two workers for every test that leaves one behind."""
    with serving(tmp_path_factory.mktemp("served"), workers=2) as running:
        yield running


def test_metrics_of_all_workers_are_added_up(served: Served) -> None:
    before = _counted(served)
    for _ in range(20):
        served.get("/pid")
    assert _counted(served) == before + 20


def _counted(served: Served) -> float:
    counts = [line for line in served.get("/metrics").text.splitlines() if line.startswith("plain_requests_total")]
    return float(counts[0].split()[1]) if counts else 0.0


def test_a_port_in_use_is_named(served: Served, tmp_path: Path) -> None:
    ended = cti("serve", "--port", served.address.rpartition(":")[2], env=an_environment(), cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr == f"cti: cannot listen on {served.address}: Address already in use\n"


def test_a_second_service_on_the_same_data_is_refused(served: Served) -> None:
    ended = run_serve(served.directory)
    assert ended.returncode == 1
    assert f"another process (id {served.process.pid}) already uses" in ended.stderr


def test_killed_workers_are_replaced_within_five_seconds(served: Served) -> None:
    before = workers_of(served)
    assert len(before) == 2
    for victim in before:
        os.kill(victim, signal.SIGKILL)
    eventually_now(lambda: len(workers_of(served) - before) == 2, within_s=5)
    assert eventually_now(lambda: served.answers() and served.get("/pid").json(), within_s=30) not in before


def test_a_killed_redis_is_started_again_with_its_address_kept(served: Served) -> None:
    url = served.get("/redis-url").json()
    (pid,) = (pid for pid in descendants(served.process.pid) if "valkey" in command_of(pid))
    os.kill(pid, signal.SIGKILL)
    eventually_now(lambda: _redis_answers(url), within_s=5)
    assert served.get("/redis-url").json() == url


def workers_of(served: Served) -> frozenset[int]:
    return frozenset(pid for pid in descendants(served.process.pid) if lives(pid) and "cti.worker" in command_of(pid))


def _redis_answers(url: str) -> bool:
    try:
        return bool(redis.Redis.from_url(url).ping())
    except redis.RedisError:
        return False


def test_everything_ends_when_the_parent_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path, workers=2) as running:
        below = descendants(running.process.pid)
        assert len(below) >= 3
        running.process.kill()
        running.process.wait()
        eventually_now(lambda: not [pid for pid in below if lives(pid)], within_s=20)


def test_a_stop_finishes_what_can_be_finished_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with serving(tmp_path) as running, connect(f"ws://{running.address}/ws") as desk:
        assert (tmp_path / "var" / "cti.sqlite3").exists()
        below = descendants(running.process.pid)
        desk.send("here")
        assert desk.recv() == "here"
        slow, endless = (_in_background(f"http://{running.address}/slow/{seconds}") for seconds in (2, 600))
        eventually_now(lambda: running.get("/busy").json() == 2, within_s=30)
        running.process.send_signal(signal.SIGTERM)
        asked = time.monotonic()
        with pytest.raises(ConnectionClosed) as closed:
            desk.recv(timeout=10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        assert slow.wait(20) == 0
        assert running.process.wait(20) == 0
        assert time.monotonic() - asked < 18
        assert endless.wait(10) != 0
    assert not [pid for pid in below if lives(pid)]


def _in_background(url: str) -> subprocess.Popen[bytes]:
    """A request by another process, which ends with 0 when it was answered."""
    code = f"import urllib.request as u; assert u.urlopen({url!r}, timeout=60).status == 200"
    return subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)


def run_serve(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return cti("serve", "--port", str(a_free_port()), *arguments, env=an_environment(**environment), cwd=tmp_path)


def test_a_worker_that_cannot_start_stops_the_start(tmp_path: Path) -> None:
    ended = run_serve(tmp_path, "--factory", BROKEN)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == "cti: worker 1 did not start: exit code 3"


def test_a_missing_setting_stops_the_start_with_one_line_that_names_it(tmp_path: Path) -> None:
    ended = run_serve(tmp_path, CTI_PUBLIC_URL="")
    assert (ended.returncode, ended.stderr) == (1, "cti: CTI_PUBLIC_URL is not set\n")


def test_the_demos_database_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.sqlite3"
    asyncio.run(_make_demo_database(url))
    ended = run_serve(tmp_path, DATABASE_URL=url)
    assert ended.returncode == 1
    assert ended.stderr.startswith("cti: DATABASE_URL belongs to `cti demo`")


async def _make_demo_database(url: str) -> None:
    await upgrade(url)
    database = Database(url)
    await claim_kind(database, Kind.DEMO)
    await database.close()


def test_the_demos_directory_is_refused(tmp_path: Path) -> None:
    read_or_make(tmp_path, ())
    ended = run_serve(tmp_path, CTI_DATA_DIR=str(tmp_path))
    assert ended.returncode == 1
    assert ended.stderr.startswith("cti: CTI_DATA_DIR belongs to `cti demo`")


def test_an_unreachable_database_is_one_line(tmp_path: Path) -> None:
    ended = run_serve(tmp_path, DATABASE_URL=f"postgresql://nobody@127.0.0.1:{a_free_port()}/none")
    assert ended.returncode == 1
    assert ended.stderr.startswith("cti: database: ")
    assert len(ended.stderr.splitlines()) == 1
