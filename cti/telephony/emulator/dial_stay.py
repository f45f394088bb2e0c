"""A leg's call to an outside number: it rings, somebody answers or not, they talk, one of them hangs up.

The parent's hanging up, and its being moved by REST, end the called leg in the exchange; what ends the called leg
lets the parent go on with the action or the next verb.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cti.telephony.emulator.ear import Pressed
from cti.telephony.emulator.fields import dial_action_fields
from cti.telephony.emulator.instructions import Fetch, Finished, Outcome
from cti.telephony.emulator.leg import Leg
from cti.telephony.emulator.outside import rings
from cti.telephony.emulator.tasks import unless
from cti.telephony.emulator.twiml_model import DialNumber
from cti.telephony.model import CallSid

if TYPE_CHECKING:
    from cti.telephony.emulator.leg_driver import LegDriver

RINGING = "ringing"


async def stay_on_dial(driver: LegDriver, verb: DialNumber) -> Outcome | None:
    """Calls and talks; then the action's document, or the next verb (null)."""
    exchange = driver.exchange
    leg = exchange.legs.live(driver.sid)
    if leg is None:
        return Finished(reason="over")
    refused = exchange.dials.refusal(leg, verb)
    if refused is not None:
        exchange.note_fault(driver.sid, refused)
        return _failed(driver, verb)
    child = exchange.dials.begin(leg, verb)
    await _until_over(driver, verb, child.sid)
    exchange.dials.part(driver.sid)
    return _next(driver, verb, child.sid)


def _failed(driver: LegDriver, verb: DialNumber) -> Outcome | None:
    leg = driver.exchange.legs.live(driver.sid)
    if leg is None or verb.action is None:
        return None
    return Fetch(target=verb.action, fields=dial_action_fields(leg, "failed", driver.exchange.account_sid))


def _next(driver: LegDriver, verb: DialNumber, child_sid: CallSid) -> Outcome | None:
    leg, child = driver.exchange.legs.live(driver.sid), driver.exchange.legs.get(child_sid)
    if leg is None or child is None:
        return Finished(reason="over")
    if verb.action is None:
        return None
    return Fetch(target=verb.action, fields=driver.exchange.dials.action_fields(leg, child))


async def _until_over(driver: LegDriver, verb: DialNumber, child: CallSid) -> None:
    over = asyncio.Event()

    def watch(leg: Leg) -> None:
        if leg.over:
            over.set()

    driver.exchange.legs.watch(child, watch)
    if not verb.hangup_on_star:
        await unless(over, _call(driver, verb, child))
        return
    with driver.ear.listening("dtmf"):
        async with asyncio.TaskGroup() as group:
            star = group.create_task(_star(driver, child))
            await unless(over, _call(driver, verb, child))
            star.cancel()


async def _call(driver: LegDriver, verb: DialNumber, child: CallSid) -> None:
    """The called leg's life, unless something else ends it."""
    exchange = driver.exchange
    ringing = rings(exchange.outside.line(verb.number), verb.timeout_s)
    exchange.steps.ring(child)
    await exchange.player.sound(driver.sid, RINGING, ringing.seconds)
    if ringing.refusal is not None:
        exchange.hang_up(child, ringing.reason, unanswered=ringing.refusal)
        return
    exchange.answer(child)
    await exchange.player.rest(verb.time_limit_s)
    exchange.hang_up(child, "time limit")


async def _star(driver: LegDriver, child: CallSid) -> None:
    while await driver.ear.next("dtmf") != Pressed(key="*"):
        pass
    driver.exchange.hang_up(child, "the caller pressed *")
