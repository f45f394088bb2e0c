"""Plays words, sounds and silence to a leg: the time they take, and the transcript."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import assert_never
from urllib.parse import urlsplit

from cti.telephony.emulator.leg import Heard, HeardKind, hear
from cti.telephony.emulator.leg_book import LegBook
from cti.telephony.emulator.playback import speech_s
from cti.telephony.emulator.twiml_model import Fault, Pause, Play, Say, Sound
from cti.telephony.emulator.web_client import WebClient
from cti.telephony.model import CallSid

ENDLESS = 1000
"""How often ``loop="0"`` plays."""


class Player:
    """Plays to legs; time is divided by ``speed``."""

    def __init__(self, *, legs: LegBook, web: WebClient, now: Callable[[], datetime], speed: float) -> None:
        self._legs = legs
        self._web = web
        self._now = now
        self.speed = speed

    async def play(self, sids: Sequence[CallSid], sound: Sound) -> Fault | None:
        """Plays one sound to these legs and returns when it is over."""
        match sound:
            case Say():
                self._hear(sids, sound.text, HeardKind.SPEECH, sound.language)
                await self.rest((sound.loop or ENDLESS) * speech_s(sound.text))
            case Play():
                length = await self._web.sound_s(sound.url)
                if isinstance(length, Fault):
                    return length
                self._hear(sids, PurePosixPath(urlsplit(sound.url).path).stem, HeardKind.SOUND)
                await self.rest((sound.loop or ENDLESS) * length)
            case Pause():
                await self.rest(sound.length)
            case _:
                assert_never(sound)
        return None

    async def sound(self, sid: CallSid, name: str, seconds: float) -> None:
        """The line's own sound: a beep, ringing."""
        self._hear([sid], name, HeardKind.SOUND)
        await self.rest(seconds)

    def own(self, sid: CallSid, text: str) -> None:
        """What the person with this leg pressed or said themself."""
        self._hear([sid], text, HeardKind.OWN)

    def notice(self, sid: CallSid, text: str) -> None:
        """Something that the person with this leg should know."""
        self._hear([sid], text, HeardKind.NOTICE)

    async def rest(self, seconds: float) -> None:
        """Lets so much of the line's time pass."""
        await asyncio.sleep(seconds / self.speed)

    def _hear(self, sids: Sequence[CallSid], text: str, kind: HeardKind, language: str = "en-US") -> None:
        for sid in sids:
            leg = self._legs.live(sid)
            if leg is not None:
                self._legs.put(hear(leg, Heard(at=self._now(), text=text, kind=kind, language=language)))
