"""Attempts to log in are counted for the browser's address, also behind a proxy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from redis.asyncio import Redis

from cti.accounts.attempts import PER_ADDRESS, Attempts
from cti.desk.parts import DoorSettings
from tests.support.desk_app import PASSWORD, DeskHouse, a_desk_house

STRANGER, REP = "198.51.100.1", "198.51.100.2"


@pytest.fixture
async def behind_proxy(redis: Redis, desk_template: Path, tmp_path: Path) -> AsyncIterator[DeskHouse]:
    """A house whose proxy is on this machine; a stranger has used up all attempts of one address."""
    settings = DoorSettings(public_url="http://127.0.0.1", trusted_proxies=(ip_network("127.0.0.0/8"),))
    async with a_desk_house(redis, desk_template, tmp_path, settings=settings) as house:
        attempts = Attempts(redis, prefix="{main}:", secret_key="s" * 32)
        for number in range(PER_ADDRESS):
            assert await attempts.count(f"nobody{number}@example.com", STRANGER) is None
        yield house


async def _log_in(house: DeskHouse, forwarded: str) -> int:
    client = house.client(**{"x-forwarded-for": forwarded})
    body = {"email": "ana@example.com", "password": PASSWORD}
    return (await client.post("/api/v1/session", json=body)).status_code


async def test_a_stranger_behind_the_same_proxy_locks_nobody_else_out(behind_proxy: DeskHouse) -> None:
    assert await _log_in(behind_proxy, STRANGER) == 429
    assert await _log_in(behind_proxy, f"{REP}, {STRANGER}") == 429
    assert await _log_in(behind_proxy, REP) == 200
    assert await _log_in(behind_proxy, f"{STRANGER}, {REP}") == 200


async def test_what_a_stranger_forwards_without_a_proxy_is_not_believed(house: DeskHouse, redis: Redis) -> None:
    attempts = Attempts(redis, prefix="{main}:", secret_key="s" * 32)
    for number in range(PER_ADDRESS):
        await attempts.count(f"nobody{number}@example.com", "127.0.0.1")
    assert await _log_in(house, REP) == 429
