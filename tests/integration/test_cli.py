"""The command line as a script sees it: exit codes, one-line failures, JSON, and ``.env``."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from cti.embedded import EmbeddedServer
from tests.support.environment import an_environment, bare_environment
from tests.support.forked import forked_cti
from tests.support.running import cti

ROOT = Path(__file__).parents[2]
GOOD = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 3}}
queues:
  - {id: support}
rules:
  - name: everyone
    route: {queue: support, needs: {support: 1}}
"""
COMMANDS = [
    ["serve"],
    ["demo"],
    ["emulator"],
    ["config", "apply"],
    ["config", "export"],
    ["config", "check"],
    ["config", "versions"],
    ["config", "show"],
    ["config", "diff"],
    ["config", "rollback"],
    ["contacts", "import"],
    ["user", "add"],
    ["user", "password"],
    ["token", "add"],
    ["token", "revoke"],
    ["doctor"],
    ["bench", "path"],
    ["bench", "match"],
    ["bench", "versions"],
    ["bench", "waits"],
    ["bench", "desks"],
    ["bench", "import"],
    ["bench", "simulate"],
    ["calls", "export"],
    ["simulate"],
]


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return forked_cti(*arguments, env=bare_environment(), cwd=tmp_path)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_that_needs_no_settings(tmp_path: Path, command: list[str]) -> None:
    shown = run(tmp_path, *command, "--help")
    assert shown.returncode == 0
    assert "Usage:" in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [["no-such-command"], ["serve", "--no-such-option"], ["config", "check", "no-such-file"], ["user", "add"]],
)
def test_wrong_usage_ends_with_two(tmp_path: Path, arguments: list[str]) -> None:
    assert run(tmp_path, *arguments).returncode == 2


def test_a_program_of_its_own_prints_and_ends_alike(tmp_path: Path) -> None:
    for arguments in (["config", "--help"], ["no-such-command"], ["config", "export"]):
        alone = cti(*arguments, env=bare_environment(), cwd=tmp_path)
        forked = run(tmp_path, *arguments)
        assert (alone.returncode, alone.stdout, alone.stderr) == (forked.returncode, forked.stdout, forked.stderr)


def test_a_configuration_goes_in_and_comes_out_as_it_was_written(tmp_path: Path) -> None:
    text = f"# ours\n{GOOD}"
    (tmp_path / "my.yaml").write_text(text)
    applied = run(tmp_path, "config", "apply", "my.yaml")
    assert (applied.returncode, applied.stdout) == (0, "version 1 is active; the service takes it up when it starts\n")
    assert run(tmp_path, "config", "export").stdout == text
    again = run(tmp_path, "config", "apply", "my.yaml", "--json")
    assert json.loads(again.stdout) == {"version": 2, "running": False, "previous": 1, "differences": []}


def test_a_wrong_configuration_is_refused_with_line_and_field_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(GOOD.replace("support: 1", "billing: 1"))
    for command in ("apply", "check"):
        refused = run(tmp_path, "config", command, "bad.yaml")
        assert refused.returncode == 1
        assert "bad.yaml: line " in refused.stderr
        assert "rules[0].route.needs" in refused.stderr
        assert refused.stderr.splitlines()[-1] == "cti: bad.yaml: 1 problem, nothing was changed"
    told = json.loads(run(tmp_path, "config", "check", "bad.yaml", "--json").stdout)
    assert [problem["field"] for problem in told["problems"]] == ["rules[0].route.needs.billing"]
    assert run(tmp_path, "config", "export").stderr.startswith("cti: no configuration is active")


def test_a_key_of_a_later_release_is_refused_as_not_supported_yet(tmp_path: Path) -> None:
    (tmp_path / "later.yaml").write_text(GOOD.replace("id: ana,", "id: ana, device: phone,"))
    assert "not supported yet" in run(tmp_path, "config", "check", "later.yaml").stderr


def test_the_sample_configuration_is_good(tmp_path: Path) -> None:
    checked = run(tmp_path, "config", "check", str(ROOT / "cti" / "demo" / "sample_config.yaml"))
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_queue_with_callers_in_line_cannot_be_taken_away(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text(GOOD.replace("- {id: support}", "- {id: support}\n  - {id: sales}"))
    (tmp_path / "one.yaml").write_text(GOOD)
    assert run(tmp_path, "config", "apply", "two.yaml").returncode == 0
    server = EmbeddedServer(tmp_path / "var")
    server.start()
    try:
        import redis

        floor = redis.Redis.from_url(server.url)
        floor.zadd("{main}:waiting:sales", {"c0123": 1})
        refused = run(tmp_path, "config", "apply", "one.yaml")
        assert refused.returncode == 1
        assert refused.stderr == "cti: queue sales has callers in line and is not in the file: c0123\n"
        floor.delete("{main}:waiting:sales")
        assert run(tmp_path, "config", "apply", "one.yaml").returncode == 0
    finally:
        server.stop()


def test_contacts_are_imported_and_bad_rows_are_named(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("name,phone,city\nAna,+48600100200,Gdynia\nBo,not a number,Oslo\n")
    tried = run(tmp_path, "contacts", "import", "contacts.csv", "--dry-run")
    would = "2 rows: 1 added, 0 updated, 1 rejected (0 would differ); nothing was written"
    assert tried.stdout.splitlines()[0] == would
    loaded = run(tmp_path, "contacts", "import", "contacts.csv")
    assert loaded.returncode == 0
    assert loaded.stdout.splitlines()[0] == "2 rows: 1 added, 0 updated, 1 rejected"
    assert loaded.stdout.splitlines()[1].startswith("  line 3: phone")
    again = json.loads(run(tmp_path, "contacts", "import", "contacts.csv", "--json").stdout)
    assert (again["read"], again["added"], again["updated"]) == (2, 0, 1)
    assert [row["line"] for row in again["rejected"]] == [3]


def test_a_contacts_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("first name,telephone\nAna,1\n")
    refused = run(tmp_path, "contacts", "import", "contacts.csv")
    assert refused.returncode == 1
    assert refused.stderr.strip().splitlines()[-1].startswith("cti: contacts.csv: ")


def test_settings_come_from_the_env_file_in_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=mysql://x\n")
    assert run(tmp_path, "config", "export").stderr.startswith("cti: DATABASE_URL: ")


def test_the_doctor_finds_what_is_wrong_without_an_account(tmp_path: Path) -> None:
    environment = an_environment(
        TWILIO_API_BASE_URL="http://127.0.0.1:9", CTI_PUBLIC_URL="http://127.0.0.1:9", CTI_DATA_DIR=str(tmp_path)
    )
    found = forked_cti("doctor", "--json", env=environment, cwd=tmp_path)
    assert found.returncode == 1
    assert found.stderr == "cti: not well: twilio account\n"
    verdicts = {one["subject"]: one["verdict"] for one in json.loads(found.stdout)["findings"]}
    assert verdicts == {
        "database": "warning",
        "redis": "ok",
        "crm": "ok",
        "public URL": "warning",
        "twilio account": "wrong",
    }
    assert not (tmp_path / "cti.sqlite3").exists()


def test_a_person_and_a_token_are_added_and_refused_twice(tmp_path: Path) -> None:
    add = ["user", "add", "Ada@example.com", "--role", "admin"]
    environment = bare_environment() | {"CTI_NEW_PASSWORD": "correct horse battery"}
    added = forked_cti(*add, env=environment, cwd=tmp_path)
    assert (added.returncode, added.stdout) == (0, "ada@example.com may log in as admin\n")
    again = forked_cti(*add, env=environment, cwd=tmp_path)
    assert (again.returncode, again.stderr) == (1, "cti: email: somebody has this e-mail address already\n")
    token = json.loads(run(tmp_path, "token", "add", "ada@example.com", "--json").stdout)
    assert token["token"].startswith("cti_")
    nobody = run(tmp_path, "token", "add", "bo@example.com")
    assert (nobody.returncode, nobody.stderr) == (1, "cti: nobody has the e-mail address bo@example.com\n")


def test_a_password_is_set_anew_and_tokens_are_revoked(tmp_path: Path) -> None:
    environment = bare_environment() | {"CTI_NEW_PASSWORD": "correct horse battery"}
    assert (
        forked_cti("user", "add", "ada@example.com", "--role", "admin", env=environment, cwd=tmp_path).returncode == 0
    )
    assert run(tmp_path, "token", "add", "ada@example.com").returncode == 0
    changed = forked_cti("user", "password", "Ada@example.com", env=environment, cwd=tmp_path)
    assert (changed.returncode, changed.stderr) == (0, "")
    assert run(tmp_path, "token", "revoke", "ada@example.com").stdout == "1 token of ada@example.com ended\n"
    nobody = forked_cti("user", "password", "bo@example.com", env=environment, cwd=tmp_path)
    assert (nobody.returncode, nobody.stderr) == (1, "cti: nobody has the e-mail address bo@example.com\n")


def test_a_rep_whom_the_configuration_does_not_know_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "my.yaml").write_text(GOOD)
    assert run(tmp_path, "config", "apply", "my.yaml").returncode == 0
    environment = bare_environment() | {"CTI_NEW_PASSWORD": "correct horse battery"}
    add = ["user", "add", "an@example.com", "--role", "rep", "--rep", "anna"]
    added = forked_cti(*add, env=environment, cwd=tmp_path)
    assert (added.returncode, added.stdout) == (0, "an@example.com may log in as rep, rep anna\n")
    assert added.stderr == "warning: the active configuration has no rep anna, who gets no calls until it does\n"


def test_a_weak_password_and_a_rep_without_an_id_are_refused(tmp_path: Path) -> None:
    environment = bare_environment() | {"CTI_NEW_PASSWORD": "short"}
    weak = forked_cti("user", "add", "ada@example.com", "--role", "admin", env=environment, cwd=tmp_path)
    assert (weak.returncode, weak.stderr) == (1, "cti: password: a password has at least 10 characters\n")
    assert run(tmp_path, "user", "add", "bo@example.com", "--role", "rep").returncode == 2
    assert run(tmp_path, "user", "add", "bo@example.com", "--role", "king").returncode == 2


def test_a_password_can_be_typed(tmp_path: Path) -> None:
    add = ["user", "add", "bo@example.com", "--role", "rep", "--rep", "bo"]
    typed = cti(*add, env=bare_environment(), cwd=tmp_path, input="long enough\n" * 2)
    assert typed.returncode == 0
    assert "bo@example.com may log in as rep, rep bo" in typed.stdout
