"""``docker-compose.yml``: valid, and what it must and must not publish."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]


def services() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_it_is_valid_by_the_compose_specification() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_there_are_two_application_services_with_valkey_and_postgresql() -> None:
    apps = [service for service in services().values() if "depends_on" in service]
    assert len(apps) == 2
    assert all(set(app["depends_on"]) == {"postgres", "valkey"} for app in apps)


def test_every_port_is_published_on_loopback_only() -> None:
    published = [port for service in services().values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_emulator_is_published_by_the_demo_profile_alone() -> None:
    with_emulator = {name for name, service in services().items() if "8100" in str(service.get("ports"))}
    assert with_emulator == {"demo"}
    assert services()["demo"]["profiles"] == ["demo"]


def test_valkey_never_throws_calls_away() -> None:
    command = services()["valkey"]["command"]
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
    assert command[command.index("--appendonly") + 1] == "yes"


def test_what_our_image_writes_to_belongs_to_its_user() -> None:
    """Docker gives a new volume the owner of the image's own directory there, and root's where there is none."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    home = re.search(r"useradd .*--home-dir (\S+) --create-home cti$", dockerfile, re.MULTILINE)
    assert home is not None
    ours = [service for service in services().values() if service.get("build") == "."]
    mounted = [volume.split(":")[1] for service in ours for volume in service.get("volumes", [])]
    assert mounted == [home[1]]
    assert f"VOLUME {home[1]}\n" in dockerfile
    assert f"WORKDIR {home[1]}\n" in dockerfile


def test_the_image_runs_as_nobody_special_and_installs_by_hash() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    last_stage = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM")) :]
    assert "USER cti" in last_stage
    assert any("--require-hashes" in line for line in lines)
