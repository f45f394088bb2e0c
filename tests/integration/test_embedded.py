"""The embedded server, with real processes really killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from cti.embedded import EmbeddedError, EmbeddedServer, running_url
from cti.lifeline import WAYS
from tests.support.eventually import eventually_now
from tests.support.running import ROOT, a_free_port, lives
from tests.support.valkey import a_valkey

OWNER = """
    import sys, time
    from pathlib import Path
    from cti.embedded import EmbeddedServer
    server = EmbeddedServer(Path(sys.argv[1]), way=sys.argv[2])
    server.start()
    print(server.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    started = EmbeddedServer(tmp_path)
    started.start()
    yield started
    started.stop()


def an_owner(data_dir: Path, way: str = WAYS[0]) -> tuple[subprocess.Popen[str], int]:
    """Another process that owns the server at ``data_dir``, and the server's process id."""
    owner = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(OWNER), str(data_dir), way], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    with owner.stdout:
        return owner, int(owner.stdout.readline())


@pytest.mark.parametrize("way", WAYS)
def test_the_server_ends_when_its_owner_is_killed(tmp_path: Path, way: str) -> None:
    owner, pid = an_owner(tmp_path, way)
    assert lives(pid)
    owner.kill()
    owner.wait()
    eventually_now(lambda: not lives(pid))


def test_a_new_owner_takes_over_the_data_of_a_killed_one(tmp_path: Path) -> None:
    owner, _ = an_owner(tmp_path)
    url = running_url(tmp_path)
    assert url is not None
    redis.Redis.from_url(url).set("kept", "yes")
    owner.kill()
    owner.wait()
    with_new_owner = EmbeddedServer(tmp_path)
    with_new_owner.start()
    try:
        assert redis.Redis.from_url(with_new_owner.url).get("kept") == b"yes"
        assert not Path(url.removeprefix("unix://")).parent.exists()
    finally:
        with_new_owner.stop()


def test_a_second_owner_is_refused_and_told_who_has_it(server: EmbeddedServer, tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match=str(os.getpid())):
        EmbeddedServer(tmp_path).start()
    assert redis.Redis.from_url(server.url).ping()


def test_a_killed_server_comes_back_on_the_same_socket_with_its_data(server: EmbeddedServer) -> None:
    client = redis.Redis.from_url(server.url)
    client.set("kept", "yes")
    eventually_now(lambda: client.info("persistence")["aof_pending_bio_fsync"] == 0)
    killed = server.pid
    os.kill(killed, signal.SIGKILL)
    assert eventually_now(server.ensure_running)
    assert server.pid != killed
    assert client.get("kept") == b"yes"
    assert not server.ensure_running()


def test_only_the_owner_of_the_files_may_use_the_socket_and_no_port_is_open(server: EmbeddedServer) -> None:
    path = Path(server.url.removeprefix("unix://"))
    assert path.stat().st_mode & 0o777 == 0o700
    assert path.parent.stat().st_mode & 0o077 == 0
    assert len(str(path)) < 100
    assert redis.Redis.from_url(server.url).config_get("port") == {"port": "0"}


def test_it_never_forgets_to_make_room(server: EmbeddedServer) -> None:
    settings = redis.Redis.from_url(server.url).config_get("maxmemory-policy", "append*")
    assert settings["maxmemory-policy"] == "noeviction"
    assert (settings["appendonly"], settings["appendfsync"]) == ("yes", "everysec")


def test_other_commands_find_the_running_server_by_the_data_directory(server: EmbeddedServer, tmp_path: Path) -> None:
    assert running_url(tmp_path) == server.url
    server.stop()
    assert running_url(tmp_path) is None


def test_a_server_that_cannot_start_says_so_in_one_line(tmp_path: Path) -> None:
    broken = EmbeddedServer(tmp_path, options=("--no-such-option", "1"))
    with pytest.raises(EmbeddedError, match="did not start") as error:
        broken.start()
    assert "\n" not in str(error.value)
    broken.stop()


@pytest.mark.parametrize(("version", "taken"), [("9.1.2", True), ("7.0.15", True), ("6.0.16", False), ("none", False)])
def test_a_server_on_the_path_is_taken_when_it_is_new_enough(tmp_path: Path, version: str, taken: bool) -> None:
    server = tmp_path / "redis-server"
    server.write_text(f"#!/bin/sh\necho 'Redis server v={version} sha=00000000:0 malloc=jemalloc bits=64'\n")
    server.chmod(0o755)
    found = subprocess.run(
        [sys.executable, "-c", "from cti.embedded import find_binary; print(find_binary())"],
        env=os.environ | {"PATH": f"{tmp_path}:/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (found.stdout.strip() == str(server)) is taken


def test_a_cluster_of_one_can_be_asked_for() -> None:
    with a_valkey("--cluster-enabled", "yes", "--cluster-port", str(a_free_port())) as server:
        assert redis.Redis.from_url(server.url).info("cluster")["cluster_enabled"] == 1
