"""A contacts file over HTTP: compared, imported, refused; one at a time, in a process that can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from crm_adapter.sql_contacts import list_contacts
from cti.admin.import_routes import LARGEST_FILE
from cti.calls.background import Background
from cti.calls.clock import RedisClock
from cti.imports.imports import BROKE_OFF, Imports, Upload
from cti.imports.model import MOST_LISTED, Import, State
from cti.record.audit import list_changes
from cti.record.database import Database
from tests.support.desk_app import DeskHouse
from tests.support.eventually import eventually, here
from tests.support.running import command_of, descendants

Shape = dict[str, Any]
FILE = "name,phone,tier,plan\nJan,+48600100200,gold,Pro\nEve,12,gold,Pro\nOla,+48600100201,,\n"


# The process, on both databases


@pytest.fixture
async def imports(database: Database, redis: Redis) -> AsyncIterator[Imports]:
    clock = RedisClock(redis)
    await clock.sync()
    async with Background() as background:
        yield Imports(redis, clock, background, prefix="{main}:", database_url=database.url, region=None)


async def _import(imports: Imports, text: str, *, dry_run: bool = False) -> Import:
    upload = Upload()
    upload.path.write_text(text)
    begun = await imports.start(upload, dry_run=dry_run, by="adam@example.com")
    assert begun is not None
    over = await imports.get(begun.id, within_s=here(30.0))
    assert over is not None
    assert not upload.path.exists()
    return over


async def _names(database: Database) -> list[str]:
    return [one.name for one in (await database.read(list_contacts)).contacts]


async def test_a_file_is_compared_and_then_imported_with_the_same_counts(imports: Imports, database: Database) -> None:
    tried = await _import(imports, FILE, dry_run=True)
    assert (tried.state, tried.progress, tried.detail) == (State.DONE, 1.0, None)
    assert tried.result == {
        **{"rows": 3, "added": 2, "changed": 0, "unchanged": 0, "rejected": 1},
        "problems": [{"row": 3, "column": "phone", "reason": "too short for a telephone number"}],
        "columns": ["name", "phone", "tier"],
        "custom_fields": ["plan"],
    }
    assert await _names(database) == []
    assert await list_changes(database) == ()
    done = await _import(imports, FILE)
    assert done.result == tried.result
    assert await _names(database) == ["Jan", "Ola"]
    [change] = await list_changes(database)
    assert (change.actor, change.action) == ("adam@example.com", "contacts_imported")
    assert change.detail == {"added": 2, "changed": 0, "unchanged": 0}
    again = await _import(imports, FILE.replace("gold", "silver"))
    assert again.result is not None
    assert (again.result["added"], again.result["changed"], again.result["unchanged"]) == (0, 1, 1)


@pytest.mark.parametrize("sql_url", ["sqlite"], indirect=True)
async def test_what_is_told_of_bad_rows_is_bounded_and_holds_no_value(imports: Imports) -> None:
    rows = "".join(f"Person {n},{n},nonsense\n" for n in range(MOST_LISTED))
    over = await _import(imports, f"name,phone,stage\n{rows}short\n", dry_run=True)
    assert over.result is not None
    assert (over.result["rejected"], len(over.result["problems"])) == (MOST_LISTED + 1, MOST_LISTED)
    assert {problem["column"] for problem in over.result["problems"]} == {"phone", "stage"}
    assert "Person" not in str(over)
    assert "nonsense" not in str(over)


# Over HTTP


@pytest.fixture
async def adam(house: DeskHouse) -> httpx.AsyncClient:
    return await house.log_in("adam")


async def _send(client: httpx.AsyncClient, content: str | bytes, *, dry_run: object = "true") -> httpx.Response:
    return await client.post(
        f"/api/v1/contacts/import?dry_run={dry_run}", content=content, headers={"content-type": "text/csv"}, timeout=60
    )


async def _over(client: httpx.AsyncClient, answer: httpx.Response) -> Shape:
    assert answer.status_code in {200, 202}, answer.text

    async def so() -> Shape | None:
        told: Shape = (await client.get(answer.headers["location"])).json()
        return told if told["state"] != "running" else None

    return await eventually(so, 30.0)


async def test_an_admin_tries_a_file_and_imports_it(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    tried = await _over(adam, await _send(adam, FILE))
    assert (tried["state"], tried["dry_run"], tried["added"], tried["rejected"]) == ("done", True, 2, 1)
    assert tried["problems"] == [{"row": 3, "column": "phone", "reason": "too short for a telephone number"}]
    assert (await adam.get("/api/v1/contacts")).json()["contacts"] == []
    done = await _over(adam, await _send(adam, FILE, dry_run="false"))
    assert (done["added"], done["by"], done["progress"]) == (2, "adam@example.com", 1.0)
    listed = (await adam.get("/api/v1/contacts")).json()["contacts"]
    assert [one["name"] for one in listed] == ["Jan", "Ola"]
    assert (await adam.get("/api/v1/contacts/imports/unknown")).status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"name,city\nJan,Oslo\n", "line 1: the header lacks phone"),
        (b"name,phone\n\xff,1\n", "line 2: not UTF-8"),
        (b'name,phone\n"Jan,1\n', "line 2: not CSV"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_with_the_line_and_is_not_kept(
    adam: httpx.AsyncClient, content: bytes, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    refused = await _send(adam, content)
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith(f"The file cannot be read: {said}")
    assert os.listdir(folder) == []


async def test_what_is_no_file_of_ours_is_refused(adam: httpx.AsyncClient) -> None:
    form = await adam.post("/api/v1/contacts/import?dry_run=true", files={"file": ("c.csv", FILE)})
    assert form.status_code == 415
    assert (await adam.post("/api/v1/contacts/import", content=FILE)).status_code == 422


async def test_a_file_that_is_too_large_is_refused_before_it_comes(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(house.url.rpartition(":")[2]))
    cookie = "; ".join(f"{name}={value}" for name, value in adam.cookies.items())
    head = {"host": "x", "origin": house.url, "cookie": cookie, "content-length": str(LARGEST_FILE + 1)}
    lines = [f"{name}: {value}" for name, value in head.items()]
    writer.write("\r\n".join(["POST /api/v1/contacts/import?dry_run=true HTTP/1.1", *lines, "", ""]).encode())
    assert b" 413 " in await reader.readline()
    writer.close()


@contextmanager
def _writing(house: DeskHouse) -> Iterator[None]:
    """Somebody else writes to the database, and does not end."""
    connection = sqlite3.connect(house.parts.database.url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


async def test_what_takes_long_is_asked_for_again_and_only_one_runs(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    with _writing(house):
        begun = await _send(adam, FILE, dry_run="false")
        assert (begun.status_code, begun.json()["state"], begun.json()["added"]) == (202, "running", None)
        assert (await _send(adam, FILE)).status_code == 409
    assert (await _over(adam, begun))["state"] in {"done", "failed"}, "a machine this busy may wait for too long"
    assert (await _over(adam, await _send(adam, FILE)))["state"] == "done"


async def test_a_process_that_is_killed_has_imported_nothing(house: DeskHouse, adam: httpx.AsyncClient) -> None:
    with _writing(house):
        begun = await _send(adam, FILE, dry_run="false")
        assert begun.status_code == 202
        [child] = [pid for pid in descendants(os.getpid()) if "cti.imports.child" in command_of(pid)]
        os.kill(child, signal.SIGKILL)
        over = await _over(adam, begun)
    assert (over["state"], over["detail"], over["added"]) == ("failed", BROKE_OFF, None)
    assert (await adam.get("/api/v1/contacts")).json()["contacts"] == []
