"""Sees to it that the floor is there and has the active configuration: one loop a worker.

Never takes a floor away. A floor that has lost its calls is rebuilt until all are back; a newer configuration is put on
it, by one worker. After Redis was away, what nobody could be told meanwhile is asked of Twilio at once.
"""

from __future__ import annotations

import asyncio

import structlog
from redis.exceptions import RedisError

from cti.calls.conductor import Conductor
from cti.calls.errors import CallError
from cti.calls.rebuild import Rebuild
from cti.calls.reconciler import Reconciler
from cti.calls.redis_store import Marker, RedisCalls
from cti.calls.rules import ActiveRules
from cti.calls.step import demands_ahead
from cti.calls.waits import Waits
from cti.record.cancelling import is_cancelled
from cti.record.errors import RecordError
from cti.telephony.errors import TelephonyError
from routing.errors import RoutingError
from routing.model import Demand

log = structlog.get_logger()

EVERY_S = 0.5
"""Between two rounds; each looks at the active version in SQL, so that all workers follow it within a second."""
ASKED_FOR_MS = 10_000
"""Who notices an outage later than another by less than that need not ask again."""
WRITES_WITHIN_MS = 5_000
"""Whoever writes a table says so with every few reps."""
LONGEST_PAUSE_S = 4.0
"""Between two tries to read Twilio."""


class FloorKeeper:
    """Keeps one site's floor."""

    def __init__(
        self,
        *,
        calls: RedisCalls,
        rules: ActiveRules,
        rebuild: Rebuild,
        reconciler: Reconciler,
        conductor: Conductor,
    ) -> None:
        self._calls = calls
        self._reconciler = reconciler
        self._server_run: str | None = None
        self._rules = rules
        self._rebuild = rebuild
        self._conductor = conductor
        self.waits = Waits("floor_waits")

    async def run(self) -> None:
        """Until cancelled; whatever is away is waited for."""
        pause_s = EVERY_S
        while not is_cancelled():
            try:
                await self.look()
                self.waits.over()
                pause_s = EVERY_S
            except TelephonyError as error:  # its message is fit for the log; Twilio is not asked twice a second
                self.waits.because(f"Twilio: {error}")
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            except (CallError, RoutingError, RecordError, RedisError, OSError) as error:
                self.waits.because(type(error).__name__)
            await asyncio.sleep(pause_s)

    async def look(self) -> None:
        """One round."""
        marker = await self._calls.marker()
        if not marker.restored:
            await self._rebuild.run()
            marker = await self._calls.marker()
        if marker.epoch is not None:
            await self._configuration(marker)
        await self._ask_after_outage()

    async def _ask_after_outage(self) -> None:
        """Of the workers that notice, one asks; should it fail, any tries again."""
        run = await self._calls.server_run()
        lease = f"ask_after_outage:{run}"  # the next outage is asked about anew
        if self._server_run not in {None, run} and await self._calls.lease(lease, ms=ASKED_FOR_MS):
            try:
                await self._reconciler.compare(quiet_ms=0)
            except (CallError, RoutingError, TelephonyError, RedisError):
                await self._calls.give_back(lease)
                raise
            log.info("asked_after_outage")
        self._server_run = run

    async def _configuration(self, marker: Marker) -> None:
        await self._rules.refresh()
        on_floor = marker.version
        if not self._rules.loaded or (self._rules.version == on_floor and not self._broke_off(marker)):
            return
        if await self._calls.lease("activate", ms=5_000):
            try:
                await self._activate(on_floor)
            finally:
                await self._calls.give_back("activate")
            log.info("configuration_active", version=self._rules.version)

    def _broke_off(self, marker: Marker) -> bool:
        """Whoever wrote the table is gone, and not everybody has their profile."""
        return marker.written_ms is not None and self._calls.clock.now_ms() > marker.written_ms + WRITES_WITHIN_MS

    async def _activate(self, on_floor: int) -> None:
        """With the demands of every open call, those included that were claimed while the table changed."""
        anew = not self._rules.is_of(on_floor)
        await self._conductor.take_up(await self._rules.put_on_floor(await self._asked(), only=anew))
        await self._conductor.take_up(await self._rules.register(await self._asked()))

    async def _asked(self) -> set[Demand]:
        """What open calls ask for, now or with a later step of their plans."""
        held = await self._calls.load_many(await self._calls.open_ids())
        return {demand for one in held for demand in demands_ahead(one.call)}
