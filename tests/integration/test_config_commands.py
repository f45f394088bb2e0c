"""``cti config`` in processes: what is said before a version is active, the history, going back, byte for byte."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from cti.embedded import EmbeddedServer
from cti.record.audit import AuditEntry, list_changes
from cti.record.database import Database
from tests.support.configuration import a_route, a_text
from tests.support.environment import bare_environment
from tests.support.forked import forked_cti
from tests.support.running import cti

GOLD = a_text(
    a_route(
        "queue: support, prefer_rep: {who: owner, wait: 15s}", when="'caller.tier == \"gold\"'", name="gold customers"
    )
)
SLOWER = GOLD.replace("wait: 15s", "wait: 30s")
SENTENCE = "rule gold customers: waits 30s instead of 15s for the owner"
BACK = "rule gold customers: waits 15s instead of 30s for the owner"


def config(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return forked_cti("config", *arguments, env=bare_environment(), cwd=directory)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with two versions; the second one is active. To be copied."""
    path = tmp_path_factory.mktemp("two")
    (path / "gold.yaml").write_text(GOLD)
    (path / "slower.yaml").write_text(SLOWER)
    assert config(path, "apply", "gold.yaml").returncode == 0
    assert config(path, "apply", "slower.yaml", "--comment", "asked for by sales").returncode == 0
    return path


@pytest.fixture
def two(template: Path, tmp_path: Path) -> Path:
    """A copy of it, this test's own."""
    return shutil.copytree(template, tmp_path / "two")


async def changes(directory: Path) -> tuple[AuditEntry, ...]:
    database = Database(f"sqlite:///{directory}/var/cti.sqlite3")
    try:
        return await list_changes(database)
    finally:
        await database.close()


def test_apply_says_what_changes_before_it_says_the_new_number(two: Path) -> None:
    applied = config(two, "apply", "gold.yaml")
    assert applied.stdout.splitlines() == [
        f"  {BACK}",
        "version 3 is active; the service takes it up when it starts",
    ]
    told = json.loads(config(two, "apply", "slower.yaml", "--json").stdout)
    assert told == {"version": 4, "running": False, "previous": 3, "differences": [SENTENCE]}
    (two / "same.yaml").write_text(f"# new\n{SLOWER}")
    assert config(two, "apply", "same.yaml").stdout.startswith("  nothing but comments and layout\n")


async def test_the_history_says_what_became_active_when_by_whom_and_why(two: Path) -> None:
    newest, first = config(two, "versions").stdout.splitlines()
    assert newest.split()[:2] == ["2", "active"]
    assert newest.endswith("asked for by sales")
    assert first.split()[:2] == ["1", "former"]
    assert first.endswith("gold.yaml")
    told = json.loads(config(two, "versions", "--limit", "1", "--json").stdout)["versions"]
    assert [(one["n"], one["state"], one["comment"], one["based_on"]) for one in told] == [
        (2, "active", "asked for by sales", 1)
    ]
    assert told[0]["author"].startswith("command line")
    entries = [(one.action, one.actor, one.detail.get("comment")) for one in await changes(two)]
    assert entries[:2] == [
        ("config_activated", told[0]["author"], "asked for by sales"),
        ("config_added", told[0]["author"], "asked for by sales"),
    ]


async def test_going_back_is_one_command_and_so_is_going_forth_again(two: Path) -> None:
    back = config(two, "rollback", "--comment", "too slow")
    assert back.stdout.splitlines() == [
        f"  {BACK}",
        "version 1 is active again; the service takes it up when it starts",
    ]
    assert config(two, "export").stdout == GOLD
    newest = (await changes(two))[0]
    assert (newest.action, newest.detail) == ("config_activated", {"n": 1, "previous": 2, "comment": "too slow"})
    forth = json.loads(config(two, "rollback", "--json").stdout)
    assert (forth["version"], forth["previous"], forth["differences"]) == (2, 1, [SENTENCE])


def test_what_cannot_be_gone_back_to_is_said(tmp_path: Path) -> None:
    nothing = config(tmp_path, "rollback")
    assert (nothing.returncode, nothing.stderr) == (1, "cti: no version was active before the one that is\n")
    assert config(tmp_path, "rollback", "9").stderr == "cti: there is no version 9\n"
    assert config(tmp_path, "show", "9").stderr == "cti: there is no version 9\n"
    assert config(tmp_path, "diff").stderr.startswith("cti: no configuration is active")


def test_versions_and_files_are_compared_in_words(two: Path) -> None:
    forth, back = ["from version 1 to version 2:", f"  {SENTENCE}"], ["from version 2 to version 1:", f"  {BACK}"]
    assert config(two, "diff").stdout.splitlines() == forth
    assert config(two, "diff", "1").stdout.splitlines() == forth
    assert config(two, "diff", "2", "1").stdout.splitlines() == back
    assert config(two, "diff", "gold.yaml").stdout.splitlines() == ["from version 2 to gold.yaml:", f"  {BACK}"]
    assert json.loads(config(two, "diff", "--json").stdout) == {"from": "1", "to": "2", "differences": [SENTENCE]}
    assert config(two, "diff", "no-such-file").stderr == "cti: no-such-file is no version and no file\n"
    (two / "bad.yaml").write_text(GOLD.replace("queue: support,", "queue: nowhere,"))
    assert config(two, "diff", "bad.yaml").stderr.startswith("cti: bad.yaml: line 10: rules[0].route.queue: ")


def test_a_version_that_nobody_made_is_said_to_be_none(two: Path) -> None:
    for number in ("9", str(2**64)):
        assert config(two, "diff", number).stderr == f"cti: there is no version {number}\n"
    based = config(two, "apply", "gold.yaml", "--based-on", "9")
    assert (based.returncode, based.stdout, based.stderr) == (1, "", "cti: there is no version 9\n")


def test_the_second_of_two_who_edit_the_same_version_is_told(two: Path) -> None:
    (two / "mine.yaml").write_text(GOLD.replace("queue: support, prefer", "queue: sales, prefer"))
    refused = config(two, "apply", "mine.yaml", "--based-on", "1")
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        "changed since:",
        f"  {SENTENCE}",
        "and this would change, of version 2:",
        "  rule gold customers: goes to queue sales instead of support",
        f"  {BACK}",
        "cti: version 2 is active meanwhile, nothing was changed; --based-on 2 goes on",
    ]
    told = config(two, "apply", "mine.yaml", "--based-on", "1", "--json")
    assert (told.returncode, json.loads(told.stdout)["changed_since"]) == (1, [SENTENCE])
    assert len(json.loads(config(two, "versions", "--json").stdout)["versions"]) == 2
    assert config(two, "apply", "mine.yaml", "--based-on", "2").returncode == 0


def test_what_goes_in_comes_out_byte_for_byte(tmp_path: Path) -> None:
    written = f"\ufeff# ours: żółw 🐢  \r\n\r\n{SLOWER}".replace("\n  - ", "\r\n  - ") + "# the end, without a line end"
    (tmp_path / "ours.yaml").write_bytes(written.encode())
    assert config(tmp_path, "apply", "ours.yaml").returncode == 0
    latin = bare_environment() | {"PYTHONIOENCODING": "latin-1"}
    shown = cti("config", "export", env=latin, cwd=tmp_path, text=False)
    assert shown.stdout == written.encode()
    assert config(tmp_path, "show", "1").stdout == written
    (tmp_path / "again.yaml").write_bytes(shown.stdout)
    assert config(tmp_path, "apply", "again.yaml").stdout.startswith("  nothing but comments and layout\n")
    assert json.loads(config(tmp_path, "show", "2", "--json").stdout)["text"] == written


def test_going_back_leaves_no_caller_without_a_queue(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(a_text())
    (tmp_path / "two.yaml").write_text(a_text().replace("queues:\n", "queues:\n  - {id: help}\n"))
    for name in ("one.yaml", "two.yaml"):
        assert config(tmp_path, "apply", name).returncode == 0
    server = EmbeddedServer(tmp_path / "var")
    server.start()
    try:
        import redis

        redis.Redis.from_url(server.url).zadd("{main}:waiting:help", {"c0123": 1})
        refused = config(tmp_path, "rollback")
        assert refused.stderr == "cti: queue help has callers in line and is not in the file: c0123\n"
    finally:
        server.stop()
