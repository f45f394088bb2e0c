"""``<Gather>``: prompts that input interrupts, then keys or words, then the action.

The first input decides: keys are collected until a finishing key, enough digits or silence; words until a pause. No
input, or a finishing key alone, goes on with the next verb unless the document wants the action all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, assert_never

from cti.telephony.emulator.ear import Input, Pressed, Spoken
from cti.telephony.emulator.fields import gathered_digits_fields, gathered_speech_fields
from cti.telephony.emulator.instructions import Fetch
from cti.telephony.emulator.playback import speech_s
from cti.telephony.emulator.twiml_model import Fault, Gather

if TYPE_CHECKING:
    from cti.telephony.emulator.leg_driver import LegDriver


async def gather(driver: LegDriver, verb: Gather) -> Fetch | Fault | None:
    """The action to request with what was pressed or said; null when the next verb follows."""
    with driver.ear.listening(*verb.inputs):
        first = await _prompt(driver, verb)
        if isinstance(first, Fault):
            return first
        if first is None:
            first = await driver.heard_within(verb.timeout_s, *verb.inputs)
        match first:
            case None:
                fields = _empty(verb)
                heard = False
            case Pressed():
                digits, finished_on = await _digits(driver, verb, first)
                fields = gathered_digits_fields(digits, finished_on)
                heard = bool(digits)
            case Spoken():
                fields = await _speech(driver, verb, first)
                heard = True
            case _:
                assert_never(first)
    if not heard and not verb.action_on_empty_result:
        return None
    return Fetch(target=verb.action, fields=fields)


async def _prompt(driver: LegDriver, verb: Gather) -> Input | Fault | None:
    """Plays the prompts until the first input, which is returned; null when they ran out before."""
    async with asyncio.TaskGroup() as group:
        playing = group.create_task(_play(driver, verb))
        hearing = group.create_task(driver.ear.next(*verb.inputs))
        await asyncio.wait({playing, hearing}, return_when=asyncio.FIRST_COMPLETED)
        if hearing.done() and isinstance(hearing.result(), Spoken) and not verb.barge_in:
            await asyncio.wait({playing})
        playing.cancel()
        hearing.cancel()
    return playing.result() if hearing.cancelled() else hearing.result()


async def _play(driver: LegDriver, verb: Gather) -> Fault | None:
    for sound in verb.prompts:
        fault = await driver.exchange.player.play([driver.sid], sound)
        if fault is not None:
            return fault
    return None


async def _digits(driver: LegDriver, verb: Gather, first: Pressed) -> tuple[str, str]:
    """The keys before the finishing one, and that one; empty where silence or enough digits ended them."""
    digits, key = "", first.key
    while key != verb.finish_on_key:
        digits += key
        if verb.num_digits is not None and len(digits) >= verb.num_digits:
            return digits, ""
        pressed = await driver.heard_within(verb.timeout_s, "dtmf")
        if not isinstance(pressed, Pressed):
            return digits, ""
        key = pressed.key
    return digits, key


async def _speech(driver: LegDriver, verb: Gather, first: Spoken) -> Mapping[str, str]:
    """Words go on until there is silence for the speech timeout."""
    texts: list[str] = []
    spoken: Input | None = first
    sureness = first.confidence
    while isinstance(spoken, Spoken):
        texts.append(spoken.text)
        sureness = min(sureness, spoken.confidence)
        await driver.exchange.player.rest(speech_s(spoken.text))
        spoken = await driver.heard_within(verb.speech_timeout_s, "speech")
    return gathered_speech_fields(" ".join(texts), sureness)


def _empty(verb: Gather) -> Mapping[str, str]:
    digits = gathered_digits_fields("", "") if "dtmf" in verb.inputs else {}
    speech = gathered_speech_fields("", 0.0) if "speech" in verb.inputs else {}
    return {**digits, **speech}
