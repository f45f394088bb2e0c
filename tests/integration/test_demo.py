"""``cti demo`` as a process: what it prints is true, later starts are quick, and nothing outlives it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from cti.telephony.emulator.settings import EmulatorSettings
from tests.support.desk_app import next_event
from tests.support.emulator import EmulatorClient
from tests.support.environment import an_environment, bare_environment
from tests.support.eventually import eventually_now
from tests.support.running import a_free_port, cti, descendants, lives, started

LOGIN = re.compile(r"^ +(\S+@example\.com) +(\S{10,}) +(.+)$", re.MULTILINE)
ADDRESS = re.compile(r"^ +(rep desktop|admin|telephone) +(http://127\.0\.0\.1:\d+/\S*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A running demo and what it printed."""

    process: subprocess.Popen[str]
    output: str
    took_s: float

    @property
    def addresses(self) -> dict[str, str]:
        return dict(ADDRESS.findall(self.output))

    @property
    def logins(self) -> dict[str, str]:
        return {email: password for email, password, _ in LOGIN.findall(self.output)}

    @property
    def emulator(self) -> str:
        return self.addresses["telephone"].removesuffix("/emulator/")


@contextmanager
def running(directory: Path) -> Iterator[Demo]:
    """With a real-looking ``.env`` and environment around it, which must not reach it."""
    (directory / ".env").write_text("REDIS_URL=redis://192.0.2.1\nDATABASE_URL=mysql://x\n")
    environment = an_environment(CTI_SECRET_KEY="short", CTI_PUBLIC_URL="https://calls.example.com")
    begun = time.monotonic()
    with started(["demo", "--port", str(a_free_port())], env=environment, cwd=directory) as process:
        file = directory / "output"
        eventually_now(lambda: "Ctrl-C" in file.read_text() or process.poll() is not None, within_s=90)
        assert process.poll() is None, file.read_text()
        yield Demo(process=process, output=file.read_text(), took_s=time.monotonic() - begun)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(directory: Path) -> Iterator[Demo]:
    with running(directory) as found:
        yield found


def test_it_prints_three_addresses_that_answer(demo: Demo) -> None:
    assert set(demo.addresses) == {"rep desktop", "admin", "telephone"}
    for address in demo.addresses.values():
        assert httpx.get(address, follow_redirects=True).status_code == 200


def test_every_log_in_that_it_prints_works(demo: Demo) -> None:
    assert len(demo.logins) == 7
    base = demo.addresses["rep desktop"]
    for email, password in demo.logins.items():
        answer = httpx.post(
            f"{base}api/v1/session", json={"email": email, "password": password}, headers={"origin": base.rstrip("/")}
        )
        assert answer.status_code == 200, answer.text


def test_its_secrets_are_its_own_and_for_its_owner_alone(demo: Demo, directory: Path) -> None:
    assert len(set(demo.logins.values())) == 7
    assert (directory / "var" / "demo" / "demo-secrets.json").stat().st_mode & 0o077 == 0


def test_a_call_from_the_telephone_waits_in_line(demo: Demo) -> None:
    placed = httpx.post(f"{demo.emulator}/emulator/calls", json={"from": "+48600100200", "to": "+15550100"})
    assert placed.status_code < 300, placed.text
    call = f"{demo.emulator}/emulator/calls/{placed.json()['call_sid']}"
    eventually_now(lambda: httpx.get(call).json()["place"] == "queue", within_s=15)
    assert httpx.post(f"{call}/hangup").status_code < 300


async def test_a_whole_story_leaves_no_number_name_address_or_word_of_it_in_the_log(
    demo: Demo, directory: Path
) -> None:
    base = demo.addresses["rep desktop"].rstrip("/")
    (email, password), *others = [each for each in demo.logins.items() if each[0].startswith(("bo@", "ana@"))]
    caller, notes = "+48600100200", "Wants 12 blue kettles"
    async with httpx.AsyncClient(base_url=base, headers={"origin": base}, trust_env=False) as desk:
        (await desk.post("/api/v1/session", json={"email": email, "password": password})).raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in desk.cookies.items())
        headers = {"Cookie": cookie, "Origin": base}
        url = f"{base.replace('http', 'ws', 1)}/ws/desk"
        async with connect(url, additional_headers=headers, proxy=None, max_queue=None) as events:
            pop, token = await _whole_story(demo, desk, events, caller, notes)
        refused = await desk.post("/webhooks/twilio/voice", data={"From": caller, "CallSid": "CA" + "0" * 32})
    assert refused.status_code == 403
    (contact, *_) = pop["caller"]["contacts"]
    said = [contact["name"], *contact["name"].split(), contact["company"], contact["email"], notes, "blue kettles"]
    said += [email, email.partition("@")[0] + "@", password, token, cookie, *(other for other, _ in others)]
    said += [caller, "48600100200", "600100200", "600 100 200", "+15550199", "15550199", "Perez", "Lind"]
    log = (directory / "output").read_text().partition("The data stays in")[2]
    assert "webhook.refused" in log, "there is a log to be looked at"
    assert [word for word in said if word and word in log] == []


async def _whole_story(
    demo: Demo, desk: httpx.AsyncClient, events: ClientConnection, caller: str, notes: str
) -> tuple[dict[str, Any], str]:
    """Somebody gives up, somebody is offered, accepted, talked to and filed; the pop, and the rep's voice token."""
    async with EmulatorClient(demo.emulator, EmulatorSettings()) as emulator:
        left = await emulator.place_call("+15550199", "+15550100")
        await emulator.hang_up(left)
        await emulator.place_call("anonymous", "+15550102")
        (await desk.put("/api/v1/me/status", json={"status": "available"})).raise_for_status()
        sid = await emulator.place_call(caller, "+15550100")
        pop = await next_event(events, "screen_pop", within_s=15)
        while pop["call"]["call_sid"] != sid:
            declined = await desk.post(f"/api/v1/offers/{pop['offer']['id']}/decline", json={})
            assert declined.status_code in {200, 409}, "or the caller of an earlier test has just left"
            pop = await next_event(events, "screen_pop", within_s=15)
        offer = pop["offer"]["id"]
        (await desk.post(f"/api/v1/offers/{offer}/accept", json={"client_id": "tab"})).raise_for_status()
        token = (await desk.post("/api/v1/me/voice-token")).json()["token"]
        async with emulator.device(token, origin=str(desk.base_url).rstrip("/")) as device:
            await device.accepted(await device.connect({"offer_id": offer}))
            await _becomes(events, "talking")
            await emulator.hang_up(sid)
            await _becomes(events, "wrap_up")
        filed = {"disposition": "resolved", "notes": notes}
        (await desk.post(f"/api/v1/calls/{pop['call']['id']}/wrap-up", json=filed)).raise_for_status()
    return pop, token


async def _becomes(events: ClientConnection, state: str) -> None:
    while (await next_event(events, "call_state", within_s=15))["state"] != state:
        continue


def test_the_doctor_finds_the_demo_well(demo: Demo, directory: Path) -> None:
    made = json.loads((directory / "var" / "demo" / "demo-secrets.json").read_text())
    environment = bare_environment() | {
        "CTI_DATA_DIR": str(directory / "var" / "demo"),
        "CTI_PUBLIC_URL": demo.addresses["rep desktop"].rstrip("/"),
        "CTI_SECRET_KEY": made["secret_key"],
        "TWILIO_API_BASE_URL": demo.emulator,
        "TWILIO_ACCOUNT_SID": made["account_sid"],
        "TWILIO_AUTH_TOKEN": made["auth_token"],
        "TWILIO_API_KEY": made["api_key"],
        "TWILIO_API_SECRET": made["api_secret"],
        "TWILIO_TWIML_APP_SID": made["twiml_app_sid"],
    }
    elsewhere = directory / "elsewhere"
    elsewhere.mkdir()
    found = cti("doctor", env=environment, cwd=elsewhere)
    assert (found.returncode, found.stderr) == (0, ""), found.stdout
    assert len(found.stdout.splitlines()) == 10
    assert all(line.startswith("ok ") for line in found.stdout.splitlines())

    moved = environment | {"CTI_PUBLIC_URL": "http://127.0.0.1:9"}
    told = cti("doctor", "--fix", "--yes", env=moved, cwd=elsewhere)
    assert "voice: http://127.0.0.1:" in told.stderr
    back = cti("doctor", "--fix", "--yes", env=environment, cwd=elsewhere)
    assert back.returncode == 0, back.stdout + back.stderr


def test_the_service_for_real_calls_refuses_its_data(demo: Demo, directory: Path, tmp_path: Path) -> None:
    ended = cti("serve", env=an_environment(CTI_DATA_DIR=str(directory / "var" / "demo")), cwd=tmp_path)
    assert (ended.returncode, "belongs to `cti demo`" in ended.stderr) == (1, True)


def test_nothing_outlives_it_and_a_later_start_keeps_everything(tmp_path: Path) -> None:
    with running(tmp_path) as first:
        below = descendants(first.process.pid)
        assert len(below) >= 3
        first.process.kill()
        first.process.wait()
        eventually_now(lambda: not [pid for pid in below if lives(pid)], within_s=20)
    with running(tmp_path) as second:
        assert second.logins == first.logins
        below = descendants(second.process.pid)
        os.killpg(second.process.pid, signal.SIGINT)  # as a terminal does
        assert second.process.wait(20) == 0
        assert not [pid for pid in below if lives(pid)]
    print(f"first start {first.took_s:.1f} s, later start {second.took_s:.1f} s")
