"""Sees to it that the floor is there and has the active configuration: one loop a worker.

Never takes a floor away. A floor without its marker is rebuilt; a newer configuration is put on it, by one worker.
"""

from __future__ import annotations

import asyncio

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from cti.calls.conductor import Conductor
from cti.calls.errors import CallError, FloorAway
from cti.calls.rebuild import Rebuild
from cti.calls.redis_store import RedisCalls
from cti.calls.rules import ActiveRules
from cti.record.cancelling import is_cancelled
from cti.record.errors import RecordError
from cti.telephony.errors import TelephonyError
from routing.errors import RoutingError
from routing.replies import text_of

log = structlog.get_logger()

EVERY_S = 0.5
CONFIGURATION_EVERY = 2
"""Rounds between two looks at the active version in SQL."""


class FloorKeeper:
    """Keeps one site's floor."""

    def __init__(
        self, *, redis: Redis, calls: RedisCalls, rules: ActiveRules, rebuild: Rebuild, conductor: Conductor
    ) -> None:
        self._redis = redis
        self._calls = calls
        self._rules = rules
        self._rebuild = rebuild
        self._conductor = conductor

    async def run(self) -> None:
        """Until cancelled; whatever is away is waited for."""
        rounds = 0
        while not is_cancelled():
            try:
                await self.look(configuration=rounds % CONFIGURATION_EVERY == 0)
            except (CallError, RoutingError, RecordError, TelephonyError, RedisError, OSError) as error:
                log.warning("floor_waits", reason=type(error).__name__)
            rounds += 1
            await asyncio.sleep(EVERY_S)

    async def look(self, *, configuration: bool = True) -> None:
        """One round."""
        epoch, version = await self._marker()
        if epoch is None:
            await self._rebuild.run()
            epoch, version = await self._marker()
        if configuration and epoch is not None:
            await self._configuration(int(version or 0))

    async def _configuration(self, on_floor: int) -> None:
        await self._rules.refresh()
        if not self._rules.loaded or self._rules.version == on_floor:
            return
        if await self._calls.lease("activate", ms=5_000):
            try:
                await self._conductor.take_up(await self._rules.put_on_floor())
            finally:
                await self._calls.give_back("activate")
            log.info("configuration_active", version=self._rules.version)

    async def _marker(self) -> tuple[str | None, str | None]:
        try:
            found = await self._redis.hmget(self._calls.key("floor"), ["epoch", "version"])
        except RedisError as error:
            raise FloorAway(type(error).__name__) from error
        epoch, version = (None if value is None else text_of(value) for value in found)
        return epoch, version
