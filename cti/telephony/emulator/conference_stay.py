"""A leg's stay in a conference: the wait document while it waits, silence while it talks, until it is out.

Being put out (the conference ended, or the participant was removed) goes on with ``<Dial>``'s action or the next
verb; a REST update or a hang-up interrupts the driver instead.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cti.telephony.emulator.fields import conference_wait_fields, dial_action_fields
from cti.telephony.emulator.instructions import Fetch, Finished, Outcome
from cti.telephony.emulator.queue_stay import DEFAULT_MUSIC, play_sound
from cti.telephony.emulator.tasks import unless
from cti.telephony.emulator.twiml_model import DialConference, Fault, Redirect, Target
from cti.telephony.emulator.verbs import Context

if TYPE_CHECKING:
    from cti.telephony.emulator.leg_driver import LegDriver


async def stay_in_conference(driver: LegDriver, verb: DialConference) -> Outcome | None:
    """Talks; then the action's document, or the next verb (null)."""
    exchange = driver.exchange
    leg = exchange.legs.live(driver.sid)
    if leg is None:
        return Finished(reason="over")
    refused = exchange.conferences.enter(leg, verb)
    if refused is not None:
        exchange.note_fault(driver.sid, refused)
        return _next(driver, verb, "failed")
    try:
        async with asyncio.timeout(verb.time_limit_s / exchange.player.speed):
            failed = await _until_out(driver, verb)
    except TimeoutError:
        failed = False
    leg = exchange.legs.live(driver.sid)
    if leg is not None and leg.conference:
        exchange.conferences.leave(leg, leg.conference, "participant_hung_up")
    exchange.conferences.take_action(driver.sid)
    return _next(driver, verb, "failed" if failed else "answered")


def _next(driver: LegDriver, verb: DialConference, dial_status: str) -> Outcome | None:
    leg = driver.exchange.legs.live(driver.sid)
    if leg is None:
        return Finished(reason="over")
    if verb.action is None:
        return None
    fields = dial_action_fields(leg, dial_status, driver.exchange.account_sid)
    return Fetch(target=verb.action, fields=fields)


async def _until_out(driver: LegDriver, verb: DialConference) -> bool:
    """True when a failing wait document put it out."""
    while True:
        driver.nudged.clear()
        leg = driver.exchange.legs.live(driver.sid)
        conference = driver.exchange.conferences.of(leg) if leg else None
        if leg is None or conference is None:
            return False
        who = conference.find(leg.sid)
        held = who is not None and who.hold
        if conference.status != "init" and not held:
            await driver.nudged.wait()
            continue
        target = who.hold_music if who and held and who.hold_music else verb.wait
        if await unless(driver.nudged, _music(driver, target, silent=verb.silent)):
            return True


async def _music(driver: LegDriver, target: Target | None, *, silent: bool) -> bool:
    """Plays the document, following its redirects, then is silent; True when it failed."""
    if target is None and not silent:
        driver.exchange.player.notice(driver.sid, DEFAULT_MUSIC)
    while target is not None:
        since = asyncio.get_running_loop().time()
        outcome = await _turn(driver, target)
        if isinstance(outcome, Fault):
            driver.exchange.note_fault(driver.sid, outcome)
            return True
        target = outcome
        await driver.pace(since)
    await asyncio.Event().wait()
    return False


async def _turn(driver: LegDriver, target: Target) -> Target | Fault | None:
    leg = driver.exchange.legs.live(driver.sid)
    conference = driver.exchange.conferences.of(leg) if leg else None
    if leg is None or conference is None:
        return None
    fields = conference_wait_fields(leg, conference, driver.exchange.account_sid)
    document = await driver.fetch(Fetch(target=target), fields, Context.CONFERENCE_WAIT)
    if isinstance(document, Fault):
        return document
    for verb in document.verbs:
        if isinstance(verb, Redirect):
            return verb.target
        fault = await play_sound(driver, verb)
        if fault is not None:
            return fault
    return None
