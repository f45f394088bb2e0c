"""Fixtures of more than one integration test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.support.chromium import browser
from tests.support.desk_app import DeskHouse, a_desk_house, make_template

__all__ = ["browser"]


@pytest.fixture(scope="session")
def desk_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with people and a configuration, to be copied."""
    path = tmp_path_factory.mktemp("desk") / "template.db"
    asyncio.run(make_template(path))
    return path


@pytest.fixture
async def house(redis: Redis, desk_template: Path, tmp_path: Path) -> AsyncIterator[DeskHouse]:
    """The doors of reps and admins, serving, on an empty floor."""
    async with a_desk_house(redis, desk_template, tmp_path) as house:
        yield house
