"""What if, by API, on a service of two workers: asked for, waited for, cancelled. Killed: ``test_kills.py``."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import pytest_asyncio

from cti.accounts.model import User
from cti.accounts.roles import Role
from cti.calls.codec import load as load_call
from cti.calls.exporting import Rules, exported, pseudonyms
from cti.embedded import EmbeddedServer
from cti.record.exports import CallExports
from cti.simulations.document import document
from cti.simulations.reading import scenario_for
from routing.config_file import load_config
from routing.simulate.recorded_file import read_recorded
from routing.simulate.runs import Runs
from tests.support.environment import an_environment
from tests.support.eventually import eventually, here
from tests.support.house import ONE_QUEUE, Running, a_house
from tests.support.programs import PASSWORD, a_client
from tests.support.running import command_of, cti, descendants, lives

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADMIN = "adam@example.com"
PATH = "/api/v1/simulations"
ONE_REP = ONE_QUEUE.replace("  - {id: bo, name: Bo Lind, skills: {support: 2}}\n", "")
SCENARIO = """
duration: 4h
warm_up: 30m
arrivals:
  - name: gold
    rate: 20/h
    call: {from: "+48600100200", to: "+15550100"}
    caller: {tier: gold}
    talk: {exponential: 180s}
    patience: {exponential: 60s}
"""
LONG = SCENARIO.replace("4h", "400h")
"""Some 8,000 calls in each replication: a fifth of a second."""
OVER = {"done", "failed", "cancelled"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with a_house(valkey=valkey, tmp_path=tmp_path_factory.mktemp("house")) as service:
        added = await service.house.accounts.users.add(
            email=ADMIN, name="Adam", role=Role.ADMIN, rep=None, password=PASSWORD, by="test"
        )
        assert isinstance(added, User)
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(service: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with await a_client(service, ADMIN, role=Role.ADMIN) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def admin(api: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """Nothing is left in line behind a test."""
    yield api
    for each in (await api.get(PATH)).json()["simulations"]:
        await api.delete(f"{PATH}/{each['id']}")
    await eventually(lambda: not children())


def children() -> list[int]:
    """Processes that simulate."""
    return [pid for pid in descendants(os.getpid()) if "cti.simulations.child" in command_of(pid) and lives(pid)]


async def start(admin: httpx.AsyncClient, **body: object) -> str:
    answer = await admin.post(PATH, json={"scenario": SCENARIO, **body})
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"{PATH}/{answer.json()['id']}"
    assert answer.json()["state"] in {"waiting", "running"}
    return str(answer.json()["id"])


async def comes_to(admin: httpx.AsyncClient, name: str, *states: str, within_s: float = 20.0) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        found = (await admin.get(f"{PATH}/{name}")).json()
        assert found["state"] not in OVER - set(states), found
        return found if found["state"] in states else None

    found = await eventually(there, within_s)
    assert found is not None
    return found


async def test_the_result_is_what_the_command_prints_to_the_byte(admin: httpx.AsyncClient, tmp_path: Path) -> None:
    name = await start(admin, compare={"text": ONE_REP}, replications=3, seed=5)
    for file, text in (("a.yaml", ONE_QUEUE), ("b.yaml", ONE_REP), ("day.yaml", SCENARIO)):
        (tmp_path / file).write_text(text)
    files = ("--config", "a.yaml", "--compare", "b.yaml", "--scenario", "day.yaml")
    printed = await asyncio.to_thread(
        cti, "simulate", *files, "--replications", "3", "--seed", "5", "--json", env=an_environment(), cwd=tmp_path
    )
    found = await comes_to(admin, name, "done")
    assert printed.stdout.strip()
    assert f'"result":{printed.stdout.strip()}}}' in (await admin.get(f"{PATH}/{name}")).text
    assert (found["progress"], found["known"], found["seconds_left"], found["detail"]) == (1.0, 3, None, None)
    assert (found["config"], found["compare"], found["by"]) == ({"version": 1}, {"version": None}, ADMIN)
    assert found["result"]["verdict"]


async def test_progress_grows_while_workers_answer_others_and_a_cancel_ends_the_process(
    service: Running, admin: httpx.AsyncClient
) -> None:
    name = await start(admin, scenario=LONG, replications=200, seed=2)
    (pid,) = await eventually(lambda: children(), 10.0)
    seen = [await comes_to(admin, name, "running")]

    async def has_grown() -> bool:
        async with httpx.AsyncClient(base_url=service.url, headers=admin.headers, trust_env=False) as another:
            asked = time.monotonic()
            seen.append((await another.get(f"{PATH}/{name}")).json())
            assert time.monotonic() - asked < here(0.5), "the workers' event loop stands still"
        return seen[-1]["result"] is not None and len({each["progress"] for each in seen}) > 2

    await eventually(has_grown, 20.0)
    assert [each["progress"] for each in seen] == sorted(each["progress"] for each in seen)
    assert seen[-1]["seconds_left"] > 0
    assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + 10, "calls come first"
    cancelled = await admin.delete(f"{PATH}/{name}")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    await eventually(lambda: not lives(pid), 5.0)

    async def is_told() -> bool:
        found = (await admin.get(f"{PATH}/{name}")).json()
        return found["known"] == found["result"]["replications"] >= seen[-1]["known"] > 0

    await eventually(is_told)
    again = await admin.delete(f"{PATH}/{name}")
    assert (again.status_code, again.json()["state"]) == (200, "cancelled")
    assert (await admin.delete(f"{PATH}/unknown")).status_code == 404


async def test_one_runs_at_a_time_and_others_wait_in_order_up_to_a_bound(
    service: Running, admin: httpx.AsyncClient
) -> None:
    first = await start(admin, scenario=LONG, replications=200, seed=2)
    await comes_to(admin, first, "running")
    waiting = [await start(admin, replications=1, seed=n) for n in range(8)]
    one_more = await admin.post(PATH, json={"scenario": SCENARIO})
    assert (one_more.status_code, one_more.headers["retry-after"]) == (429, "30")
    listed = (await admin.get(PATH)).json()["simulations"]
    assert [each["id"] for each in listed][:9] == [*reversed(waiting), first]
    assert "result" not in listed[0]
    assert len(children()) == 1
    for name in (first, *waiting[2:]):
        await admin.delete(f"{PATH}/{name}")
    done = [await comes_to(admin, name, "done") for name in waiting[:2]]
    assert done[0]["ended_at"] <= done[1]["started_at"]


async def are_recorded(service: Running, count: int) -> bool:
    calls = CallExports(service.house.database, since_ms=0, until_ms=2**60)
    return await calls.count_routed() == count


async def test_recorded_calls_of_a_period_are_played_through_a_draft(
    service: Running, admin: httpx.AsyncClient
) -> None:
    for number in ("+15551230001", "+48600100200", "+48600100201"):
        sid = await service.call_in(number)
        await service.comes_to(sid, "waiting")
        await service.emulator.hang_up(sid)
        await service.comes_to(sid, "ended")
    await eventually(lambda: are_recorded(service, 3))
    now = datetime.now(UTC).replace(microsecond=0)
    since, until = now - timedelta(hours=1), now + timedelta(hours=1)
    draft = (await admin.post("/api/v1/config/versions", json={"text": ONE_REP})).json()["n"]
    recorded = {"since": since.isoformat(), "until": until.isoformat(), "reps": {"ana": {"speed": 2}}}
    body = {"config": {"version": draft}, "recorded": recorded, "replications": 2}
    answer = await admin.post(PATH, json=body)
    assert answer.status_code == 202, answer.text
    found = await comes_to(admin, answer.json()["id"], "done")
    assert found["config"] == {"version": draft}
    assert found["recorded"] == {"since": answer.json()["recorded"]["since"], "until": found["recorded"]["until"]}
    assert found["result"]["all"]["arrived"]["mean"] == 3.0
    assert found["result"]["calls"] == 6

    assert found["result"] == await what_an_export_gives(service, since)


async def what_an_export_gives(service: Running, since: datetime) -> dict[str, Any]:
    """As ``cti calls export`` and ``cti simulate`` would have it."""
    rules, number = Rules(began_ms=int(since.timestamp() * 1000)), pseudonyms(b"a key")
    calls = CallExports(service.house.database, since_ms=rules.began_ms, until_ms=2**60)
    rows = [exported(load_call(each.document), each, rules, number) async for each in calls.all()]
    recorded = read_recorded([orjson.dumps(row) for row in rows], "week.jsonl")
    config = load_config(ONE_REP, "b.yaml")
    text = "recorded: week.jsonl\nduration: 2h\nreps: {ana: {speed: 2}}\n"
    runs = Runs(configs=[config], scenario=scenario_for([config], text, "w", lambda _: recorded), replications=2)
    assert list(runs.steps())
    return document(runs)


EMPTY = {"since": "2020-01-01T00:00:00Z", "until": "2020-01-02T00:00:00Z"}
ALL = {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}
NOT_PLAYED: dict[str, tuple[dict[str, object], str]] = {
    "nothing": ({}, "scenario: is missing: say scenario, or recorded: {since, until}"),
    "no yaml": ({"scenario": "duration: [4h"}, "scenario: line 2: (file): not YAML: "),
    "an unknown rep": (
        {"scenario": SCENARIO + "reps: {zoe: {speed: 2}}\n"},
        "scenario: line 11: reps.zoe: ",
    ),
    "several problems": (
        {"scenario": SCENARIO.replace("4h", "four").replace("20/h", "20")},
        "(and 1 more)",
    ),
    "a file": (
        {"scenario": "recorded: week.jsonl\nduration: 1h\n"},
        "scenario: line 1: recorded: no file can be read from here; say recorded: {since, until} in place",
    ),
    "a configuration with problems": (
        {"scenario": SCENARIO, "compare": {"text": "skills: [a]\n"}},
        "compare: line ",
    ),
    "an unknown version": (
        {"scenario": SCENARIO, "config": {"version": 99}},
        "config.version: there is no version 99",
    ),
    "a version and a text": (
        {"scenario": SCENARIO, "config": {"version": 1, "text": ONE_REP}},
        "config: has a version and a text; say one of the two",
    ),
    "two sources": ({"scenario": SCENARIO, "recorded": EMPTY}, "recorded: stands beside scenario"),
    "arrivals beside recorded calls": ({"recorded": {**ALL, "arrivals": []}}, "recorded: recorded: stands beside"),
    "a file beside recorded calls": ({"recorded": {**ALL, "recorded": "x"}}, "recorded.recorded: cannot stand here"),
    "an unknown key beside recorded calls": ({"recorded": {**ALL, "warmup": "5m"}}, "recorded: warmup: "),
    "a period that ends before it begins": (
        {"recorded": {"since": EMPTY["until"], "until": EMPTY["since"]}},
        "recorded.until: must be after since",
    ),
    "a period without calls": (
        {"recorded": EMPTY},
        "recorded: no call of that time ever looked for a rep and is over",
    ),
    "too many calls": (
        {"scenario": SCENARIO.replace("20/h", "20/s"), "replications": 200},
        "replications: about 57,600,000 calls in all, at most 10,000,000 are played",
    ),
    "too many replications": ({"scenario": SCENARIO, "replications": 201}, "The request is malformed."),
    "a slip": ({"scenario": SCENARIO, "replication": 3}, "The request is malformed."),
    "opening hours and no begin": (
        {
            "scenario": SCENARIO,
            "config": {
                "text": ONE_QUEUE.replace(
                    "rules:\n", "rules:\n  - {name: day, when: hours.office.open, route: {queue: support}}\n"
                )
                + 'hours: {office: {timezone: Europe/Warsaw, open: {mon-fri: "08:00-18:00"}}}\n'
            },
        },
        "scenario: starts: the rules look at opening hours; say when it begins",
    ),
}


@pytest.mark.parametrize("case", NOT_PLAYED)
async def test_what_cannot_be_played_is_refused_at_once_and_said(api: httpx.AsyncClient, case: str) -> None:
    body, said = NOT_PLAYED[case]
    answer = await api.post(PATH, json=body)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


async def test_a_refusal_lists_every_problem_with_its_place(api: httpx.AsyncClient) -> None:
    body, _ = NOT_PLAYED["several problems"]
    refused = (await api.post(PATH, json=body)).json()
    assert refused["source"] == "scenario"
    assert [(each["line"], each["field"]) for each in refused["problems"]] == [(2, "duration"), (6, "arrivals[0].rate")]
