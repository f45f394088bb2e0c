"""The fixture of the port's contract tests: the same test runs on the scripts and on the pure matcher."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from tests.support.matchers import Floor, PureFloor, RedisFloor


@pytest.fixture(params=["redis", "pure"])
async def floor(request: pytest.FixtureRequest, redis: Redis) -> Floor:
    """An open, empty floor."""
    if request.param == "pure":
        return PureFloor()
    opened = RedisFloor(redis)
    await opened.open()
    return opened
