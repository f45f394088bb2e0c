"""``<Record>``: a beep, then what the person says, until a key, silence or the longest length; then the action.

Hanging up, and being moved by REST, end the recording in the exchange, not here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from cti.telephony.emulator.ear import Pressed, Spoken
from cti.telephony.emulator.instructions import Fetch, Finished
from cti.telephony.emulator.playback import speech_s
from cti.telephony.emulator.twiml_model import Record

if TYPE_CHECKING:
    from cti.telephony.emulator.leg_driver import LegDriver

BEEP = "beep"
BEEP_S = 0.5


async def record(driver: LegDriver, verb: Record) -> Fetch | Finished | None:
    """The action to request with the recording; null, so that the next verb follows, when nothing was said."""
    exchange = driver.exchange
    if verb.play_beep:
        await exchange.player.sound(driver.sid, BEEP, BEEP_S)
    leg = exchange.legs.live(driver.sid)
    if leg is None:
        return Finished(reason="over")
    exchange.recordings.begin(leg, verb)
    with driver.ear.listening("dtmf", "speech"):
        key = await _until_over(driver, verb)
    told = exchange.end_recording(driver.sid, key)
    if told is None:
        return None
    action, fields = told
    return Fetch(target=action, fields=fields)


async def _until_over(driver: LegDriver, verb: Record) -> str:
    """The key that ended it; empty when silence or its length did."""
    try:
        async with asyncio.timeout(verb.max_length_s / driver.exchange.player.speed):
            return await _until_silent(driver, verb)
    except TimeoutError:
        return ""


async def _until_silent(driver: LegDriver, verb: Record) -> str:
    player = driver.exchange.player
    while True:
        match await driver.heard_within(verb.timeout_s, "dtmf", "speech"):
            case Spoken(text=text):
                driver.exchange.recordings.speak(driver.sid, speech_s(text) / player.speed)
                await player.rest(speech_s(text))
            case Pressed(key=key) if key in verb.finish_on_key:
                return key
            case None:
                return ""
