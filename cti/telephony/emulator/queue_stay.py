"""A leg's stay in a queue: the wait document again and again, until something ends the wait.

A REST update or a hang-up ends the stay from outside (the driver is interrupted and the exchange has told the
action); ``<Leave>``, ``<Hangup>``, a full queue and a failing wait document end it here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cti.telephony.emulator.gather import gather
from cti.telephony.emulator.instructions import Fetch, Finished, Outcome
from cti.telephony.emulator.line_queue import QueueResult
from cti.telephony.emulator.twiml_model import (
    Enqueue,
    Fault,
    Gather,
    Hangup,
    Leave,
    Pause,
    Play,
    Redirect,
    Say,
    Target,
    Verb,
)
from cti.telephony.emulator.verbs import Context

if TYPE_CHECKING:
    from cti.telephony.emulator.leg_driver import LegDriver

DEFAULT_MUSIC = "Twilio's hold music"


async def stay_in_queue(driver: LegDriver, verb: Enqueue) -> Outcome | None:
    """Waits in line; then the action's document, or the next verb (null), or the leg's end."""
    exchange = driver.exchange
    leg = exchange.legs.get(driver.sid)
    if leg is None or leg.over:
        return Finished(reason="over")
    if exchange.queues.enter(leg, verb):
        result = await _wait(driver, verb.wait)
        if isinstance(result, Finished):
            return result
    else:
        result = "queue-full"
    leg = exchange.legs.get(driver.sid)
    if leg is None or leg.over:
        return Finished(reason="over")
    fields = exchange.queues.action_fields(leg, verb.name, result)
    exchange.queues.leave(leg, verb.name)
    return Fetch(target=verb.action, fields=fields) if verb.action else None


async def _wait(driver: LegDriver, wait: Target | None) -> QueueResult | Finished:
    request = Fetch(target=wait) if wait else None
    while wait is not None and request is not None:
        since = asyncio.get_running_loop().time()
        ended = await _turn(driver, request)
        if isinstance(ended, Fault):
            driver.exchange.note_fault(driver.sid, ended)
            return "error"
        if isinstance(ended, Leave):
            return "leave"
        if isinstance(ended, Hangup):
            return Finished(reason="hung up by the service")
        request = ended or Fetch(target=wait)
        await driver.pace(since)
    driver.exchange.player.notice(driver.sid, DEFAULT_MUSIC)
    await asyncio.Event().wait()
    return "system-error"


async def _turn(driver: LegDriver, request: Fetch) -> Leave | Hangup | Fetch | Fault | None:
    """One wait document: what it ended in, the document to go on with, or null when it ran out."""
    leg = driver.exchange.legs.get(driver.sid)
    if leg is None or not leg.queue:
        return Hangup()
    fields = {**driver.exchange.queues.wait_fields(leg), **request.fields}
    document = await driver.fetch(request, fields, Context.QUEUE_WAIT)
    if isinstance(document, Fault):
        return document
    for verb in document.verbs:
        ended = await _wait_verb(driver, verb)
        if ended is not None:
            return ended
    return None


async def _wait_verb(driver: LegDriver, verb: Verb) -> Leave | Hangup | Fetch | Fault | None:
    match verb:
        case Leave() | Hangup():
            return verb
        case Redirect():
            return Fetch(target=verb.target)
        case Gather():
            return await gather(driver, verb)
        case _:
            return await play_sound(driver, verb)


async def play_sound(driver: LegDriver, verb: Verb) -> Fault | None:
    """Plays what a wait document may play; the reader has refused everything else."""
    if isinstance(verb, Say | Play | Pause):
        return await driver.exchange.player.play([driver.sid], verb)
    return None
