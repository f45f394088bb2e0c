"""A leg that the account makes by REST: it waits its turn, rings, and is answered or not.

Whoever answers is given the documents; hanging up and cancelling end it in the exchange.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cti.telephony.emulator.instructions import CallOut, Finished, Outcome
from cti.telephony.emulator.outside import rings
from cti.telephony.model import LegStatus

if TYPE_CHECKING:
    from cti.telephony.emulator.leg_driver import LegDriver


class DialRate:
    """Calls made by REST are dialled one after the other, so many a second; the rest wait in line."""

    def __init__(self, per_second: float) -> None:
        self._gap_s = 1 / per_second
        self._free_at_s = 0.0

    def turn_after_s(self, at_s: float) -> float:
        """How long a call made at ``at_s`` (line time) waits for its turn; the turn is then taken."""
        starts_s = max(at_s, self._free_at_s)
        self._free_at_s = starts_s + self._gap_s
        return starts_s - at_s


async def call_out(driver: LegDriver, order: CallOut) -> Outcome:
    """Waits and rings; then what whoever answers is given."""
    exchange = driver.exchange
    leg = exchange.legs.live(driver.sid)
    if leg is None:
        return Finished(reason="over")
    await exchange.player.rest(leg.queue_ms / 1000)
    holders = () if exchange.outside.is_set(leg.to) else exchange.handsets.at(leg.to)
    for holder in holders:
        exchange.legs.watch(driver.sid, holder)
    exchange.steps.dial(driver.sid)
    if holders:
        return await _by_hand(driver, order)
    ringing = rings(exchange.outside.line(leg.to), order.timeout_s)
    await exchange.player.rest(ringing.seconds)
    if ringing.refusal is not None:
        exchange.hang_up(driver.sid, ringing.reason, unanswered=ringing.refusal)
        return Finished(reason=ringing.reason)
    exchange.answer(driver.sid)
    return order.then


async def _by_hand(driver: LegDriver, order: CallOut) -> Outcome:
    """It rings on a page until the person there answers, or whoever calls gives up."""
    try:
        async with asyncio.timeout(order.timeout_s / driver.exchange.player.speed):
            await driver.nudged.wait()
    except TimeoutError:
        driver.exchange.hang_up(driver.sid, "nobody answered", unanswered=LegStatus.NO_ANSWER)
        return Finished(reason="nobody answered")
    driver.nudged.clear()
    return order.then
