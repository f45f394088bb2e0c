"""``cti calls export`` and ``cti simulate`` as a person at a terminal has them."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
import pytest_asyncio
from sqlalchemy import update

from crm_adapter.importer import import_contacts
from cti.calls.events import WrapUpFiled
from cti.embedded import EmbeddedServer
from cti.record.exports import CallExports
from cti.record.tables import calls
from routing.model import RepId
from tests.support.callers import call_id, go_home, talking
from tests.support.environment import an_environment, bare_environment
from tests.support.eventually import eventually
from tests.support.forked import forked_cti
from tests.support.house import Running, a_house
from tests.support.running import ROOT

CONFIG = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
  - {id: bo, name: Bo Lind, skills: {support: 2}}
queues: [{id: support, wrap_up: 30s}]
rules:
  - name: gold
    when: caller.tier == "gold" && call.attempts < 3
    route: {queue: support, priority: 5, needs: {support: 1}, prefer_rep: {who: last, wait: 15s}}
  - {name: everyone, route: {queue: support, needs: {support: 1}}}
"""
SCENARIO = """duration: 2h
arrivals:
  - name: all
    rate: 20/h
    call: {from: "+48600100200", to: "+15550100"}
    talk: {exponential: 180s}
    patience: {exponential: 120s}
"""
SECRETS = ("Greta", "Goldschmidt", "600100200", "greta@example.com", "Mill Ltd", "likes opera", "crm-77", "blue")
CONTACTS = (
    "name,phone,company,email,tier,owner,external_id,notes,colour,size\n"
    "Greta Goldschmidt,+48600100200,Mill Ltd,greta@example.com,gold,ana,crm-77,likes opera,blue,large\n"
)


def run(path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return forked_cti(*arguments, env=environment or bare_environment(), cwd=path)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_text(CONFIG)
    (tmp_path / "s.yaml").write_text(SCENARIO)
    return tmp_path


@pytest_asyncio.fixture
async def service(valkey: EmbeddedServer, tmp_path: Path) -> AsyncIterator[Running]:
    async with a_house(valkey=valkey, tmp_path=tmp_path, config=CONFIG) as running:
        yield running


async def a_morning(service: Running) -> None:
    """Greta talks with Ana, then tries twice in vain; so does somebody else."""
    await service.sits_down("ana")
    first = await service.call_in("+48600100200")
    async with talking(service, first):
        await service.emulator.hang_up(first)
        await service.comes_to(first, "wrap_up")
    await service.house.conductor.tell(call_id(first), WrapUpFiled(rep=RepId("ana"), disposition="resolved", notes=""))
    await go_home(service)
    for number in ("+48600100200", "+48600100200", "+15551230002"):
        sid = await service.call_in(number)
        await service.comes_to(sid, "waiting")
        await service.emulator.hang_up(sid)
        await service.comes_to(sid, "ended")
    exports = CallExports(service.house.database, since_ms=0, until_ms=2**60)

    async def are_recorded() -> bool:
        return await exports.count_routed() == 4

    await eventually(are_recorded)


async def test_a_recording_tells_what_calls_were_like_and_of_nobody_who_called(service: Running, files: Path) -> None:
    (files / "contacts.csv").write_text(CONTACTS)
    await import_contacts(service.house.database, files / "contacts.csv", region=None)
    await a_morning(service)
    environment = an_environment(DATABASE_URL=service.house.settings.database_url)
    done = run(files, "calls", "export", "week.jsonl", "--since", "2020-01-01", "--field", "size", **environment)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)
    text = (files / "week.jsonl").read_text()
    assert [secret for secret in SECRETS if secret in text] == []
    rows = [orjson.loads(line) for line in text.splitlines()]
    assert [row["gave_up"] for row in rows] == [False, True, True, True]
    greta = [row for row in rows if row["caller"].get("tier") == "gold"]
    (number,) = {row["call"]["from"] for row in greta}
    assert number.startswith("+48")
    assert [row["caller"]["fields"] for row in greta] == [{"size": "large"}] * 3
    known = [(row["caller"].get("last"), row["call"].get("attempts", 0)) for row in greta]
    assert known == [(None, 0), ("ana", 0), ("ana", 1)]
    assert [offer["outcome"] for offer in greta[0]["offers"]] == ["answered"]

    (files / "again.yaml").write_text("recorded: week.jsonl\n")
    played = run(files, "simulate", "--config", "a.yaml", "--scenario", "again.yaml", "--json")
    assert played.returncode == 0, played.stderr
    arrived = {name: each["arrived"]["mean"] for name, each in json.loads(played.stdout)["classes"].items()}
    assert arrived == {"everyone": 1.0, "gold": 3.0}

    await service.house.database.run(lambda connection: connection.execute(update(calls).values(doc="{}")))
    done = run(files, "calls", "export", "next.jsonl", "--since", "2020-01-01", **environment)
    assert (done.returncode, (files / "next.jsonl").exists()) == (1, False)
    assert "a call of that time is of another release" in done.stderr
    assert "Traceback" not in done.stderr


WRONG = {
    "a negative rate": (
        {"s.yaml": SCENARIO.replace("20/h", "-20/h")},
        [],
        "s.yaml: line 4: arrivals[0].rate: must not be negative",
    ),
    "an unknown rep": ({"s.yaml": SCENARIO + "reps: {zoe: {speed: 2}}\n"}, [], "s.yaml: line 8: reps.zoe: "),
    "a period that ends before it begins": (
        {"s.yaml": SCENARIO.replace("rate: 20/h", "periods: [{until: 1h, rate: 1/h}, {until: 30m, rate: 2/h}]")},
        [],
        "s.yaml: line 4: arrivals[0].periods[1].until: ends before it begins",
    ),
    "a configuration that cannot be used": ({"a.yaml": "skills: 7\n"}, [], "a.yaml: line 1: "),
    "a recording that is not there": ({"s.yaml": "recorded: gone.jsonl\n"}, [], "gone.jsonl: cannot be read: "),
    "a recording that is none": ({"s.yaml": "recorded: a.yaml\n"}, [], "a.yaml: line 2: "),
    "a picture of no kind": ({}, ["--plot", "x.pdf"], "--plot x.pdf: the name must end in .svg or .png"),
    "an interval without a search": ({}, ["--interval", "30m"], "--interval and --target belong to --staff"),
    "an interval of no length": ({}, ["--staff", "--interval", "soon"], "--interval: must be a length of time"),
    "a search beside a comparison": ({}, ["--staff", "--compare", "a.yaml"], "--staff tries staffings of one"),
    "too many intervals": (
        {"s.yaml": SCENARIO.replace("2h", "400h")},
        ["--staff", "--interval", "1h"],
        "--interval: that makes 400 intervals",
    ),
}


@pytest.mark.parametrize("case", WRONG, ids=list(WRONG))
def test_what_cannot_be_played_is_said_in_one_line(files: Path, case: str) -> None:
    texts, options, said = WRONG[case]
    for name, text in texts.items():
        (files / name).write_text(text)
    done = run(files, "simulate", "--config", "a.yaml", "--scenario", "s.yaml", *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_figures_come_as_a_table_or_as_json_and_a_line_that_grows_is_warned_of(files: Path) -> None:
    (files / "a.yaml").write_text(CONFIG.replace("wrap_up: 30s", "max_wait: 24h"))
    (files / "s.yaml").write_text(SCENARIO.replace("20/h", "200/h").replace("    patience: {exponential: 120s}\n", ""))
    shown = run(files, "simulate", "--config", "a.yaml", "--scenario", "s.yaml", "--replications", "5")
    assert shown.returncode == 0
    assert "service level" in shown.stdout
    assert "warning: " in shown.stderr
    read = run(files, "simulate", "--config", "a.yaml", "--scenario", "s.yaml", "--replications", "5", "--json")
    found = json.loads(read.stdout)
    assert found["warnings"]
    assert set(found["all"]["service_level"]) == {"mean", "ci95_low", "ci95_high"}


def test_a_search_for_reps_says_how_many_and_why(files: Path) -> None:
    asked = ["simulate", "--config", "a.yaml", "--scenario", "s.yaml", "--staff", "--interval", "1h"]
    shown = run(files, *asked)
    assert shown.returncode == 0, shown.stderr
    assert "Erlang A" in shown.stdout
    assert "Why they differ, from 0:00 on:" in shown.stdout
    found = json.loads(run(files, *asked, "--json").stdout)
    assert [each["reps"] for each in found["intervals"]] == [
        sum(each["profiles"]) for each in found["intervals"] if each["profiles"]
    ]
    assert [each["begins_s"] for each in found["intervals"]] == [0.0, 3600.0]


def test_a_bar_tells_how_long_it_takes_and_ctrl_c_shows_what_is_known(files: Path) -> None:
    (files / "s.yaml").write_text(SCENARIO.replace("2h", "8h").replace("20/h", "100/h"))
    arguments = ["simulate", "--config", "a.yaml", "--scenario", "s.yaml", "--replications", "10000"]
    child, screen = pty.fork()
    if child == 0:
        os.chdir(files)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started the tests may have it ignored
        environment = {**bare_environment(), "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "160"}
        os.execve(sys.executable, [sys.executable, "-m", "cti", *arguments], environment)
    try:
        seen = _read_until(screen, b"2%")
        os.write(screen, b"\x03")
        seen += _read_until(screen)
    finally:
        os.kill(child, signal.SIGKILL)
        exit_code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.close(screen)
    assert exit_code == 0
    text = seen.decode()
    assert "simulating" in text
    assert "0:0" in text
    assert "of 10000 replications" in text
    assert "service level" in text


def _read_until(screen: int, words: bytes | None = None, *, within_s: float = 30.0) -> bytes:
    """What the terminal shows, until it holds the words, or to its end."""
    seen, until = b"", time.monotonic() + within_s
    while words is None or words not in seen:
        if not select.select([screen], [], [], max(0.0, until - time.monotonic()))[0]:
            raise AssertionError(f"not on the terminal within {within_s} s: {words!r}; it shows {seen[-500:]!r}")
        try:
            seen += os.read(screen, 4096)
        except OSError:  # the last program has let go of the terminal
            return seen
    return seen
