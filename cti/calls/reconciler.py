"""Compares our calls with Twilio's, for the callbacks that never came.

One worker at a time, by lease. Reads what Twilio has in progress in pages, never one request per call; only a call that
Twilio's list lacks, or that has been silent, is looked up by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

import structlog
from redis.exceptions import RedisError

from cti.calls.conductor import Conductor
from cti.calls.errors import CallError
from cti.calls.events import LegEnded, ParticipantJoined
from cti.calls.model import Call, CallState, call_id_of
from cti.calls.redis_store import RedisCalls
from cti.calls.waits import Waits
from cti.record.cancelling import is_cancelled
from cti.telephony.errors import LineUnavailable
from cti.telephony.model import CallSid, Leg
from cti.telephony.ports import Line
from routing.errors import RoutingError
from routing.model import CallId

log = structlog.get_logger()

EVERY_S = 30.0
QUIET_MS = 10_000
"""A call that changed more recently is left to its callbacks."""
SILENT_MS = 25_000
"""Two cycles of the longest wait document, and a little."""
OVER_MS = 30_000
"""A caller hears the last words of a call that has ended in less."""
END_WITHIN_S = 2.0
_HAS_LEGS = frozenset(CallState) - {CallState.WRAP_UP, CallState.ENDED}


class Reconciler:
    """Ends what Twilio has ended, joins what it has joined, and hangs up what has outlived its call."""

    def __init__(self, *, calls: RedisCalls, conductor: Conductor, line: Line, every_s: float = EVERY_S) -> None:
        self._calls = calls
        self._conductor = conductor
        self._line = line
        self._every_s = every_s

    async def run(self) -> None:
        """Until cancelled; silent calls are looked for more often than everything is compared."""
        rounds, waits = 0, Waits("reconciler_waits")
        while not is_cancelled():
            await asyncio.sleep(self._every_s / 6)
            rounds += 1
            try:
                if not await self._calls.lease("reconciler", ms=int(self._every_s * 1000 / 6 * 0.9)):
                    continue
                await self.look_at_silent()
                if rounds % 6 == 0:
                    await self.compare()
                waits.over()
            except (LineUnavailable, CallError, RoutingError, RedisError, OSError) as error:
                waits.because(f"Twilio: {error}" if isinstance(error, LineUnavailable) else type(error).__name__)

    async def look_at_silent(self) -> None:
        """Waiting calls whose wait document was not fetched for two cycles are looked up at Twilio."""
        before_ms = self._calls.clock.now_ms() - SILENT_MS
        for held in await self._calls.load_many(await self._calls.silent_since(before_ms)):
            call = held.call
            if call.caller_leg is None:
                await self._calls.forget_heartbeat(call.id)
            elif call.state in {CallState.WAITING, CallState.OFFERED}:
                await self._end_if_over(call, call.caller_leg)

    async def compare(self, *, quiet_ms: int = QUIET_MS) -> None:
        """Every call that has not changed for so long against everything that Twilio has live."""
        live = {leg.sid: leg async for leg in self._line.live_legs()}
        held = await self._calls.load_many(await self._calls.open_ids())
        now_ms = self._calls.clock.now_ms()
        for call in [each.call for each in held]:
            if call.state in _HAS_LEGS and now_ms - call.since_ms >= quiet_ms:
                await self._reconcile(call, live)
        await self._end_what_is_over({each.call.id: each.call for each in held}, live, now_ms)

    async def _reconcile(self, call: Call, live: Collection[CallSid]) -> None:
        legs = [leg for leg in (call.caller_leg, call.offer.rep_leg if call.offer else None) if leg is not None]
        inside = await self._line.participants(call.conference) if call.state is CallState.CONNECTING else frozenset()
        for leg in legs:
            if leg not in live:
                await self._end_if_over(call, leg)
            elif leg in inside:
                await self._conductor.tell(call.id, ParticipantJoined(leg=leg))

    async def _end_if_over(self, call: Call, leg: CallSid) -> None:
        """Twilio's list is read in pages while calls come and go: the leg itself has the last word."""
        seen = await self._line.leg(leg)
        if seen is None or seen.status.over:
            log.info("leg_ended_unreported", call=call.id)
            await self._conductor.tell(call.id, LegEnded(leg=leg, status=seen.status if seen else None))

    async def _end_what_is_over(self, known: Mapping[CallId, Call], live: Mapping[CallSid, Leg], now_ms: int) -> None:
        """Nobody sits in silence in a call that is over for us: such a caller's leg is hung up."""
        callers = {call_id_of(leg.sid) for leg in live.values() if leg.direction == "inbound"}
        unknown = await self._calls.load_many([call_id for call_id in callers if call_id not in known])
        for call in [*known.values(), *[each.call for each in unknown]]:
            is_over = call.state not in _HAS_LEGS and call.ended_ms is not None and now_ms - call.ended_ms > OVER_MS
            if is_over and call.caller_leg is not None and call.caller_leg in live:
                log.warning("leg_outlived_its_call", call=call.id)
                await self._line.end_call(call.caller_leg, within_s=END_WITHIN_S)
