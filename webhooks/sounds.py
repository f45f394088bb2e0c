"""Ringing and music for callers who wait, made by arithmetic: nobody's recording, nobody's rights. Pure.

Both are cut from loops at whole seconds, so that a wait made of many short documents sounds like one piece.
8 kHz, 16 bit, one channel: what a telephone line carries, and what every browser plays.
"""

from __future__ import annotations

import io
import math
import re
import sys
import wave
from array import array
from dataclasses import dataclass
from functools import cache

from cti.telephony.model import WaitSound

RATE_HZ = 8_000
RINGING_S = 5
"""Two seconds of tone, three of silence: as long as one short turn of the wait."""
MUSIC_S = 24
LONGEST_S = 10
"""Seconds that one piece lasts at most."""

_RING_HZ = 425.0
_RING_ON_S = 2.0
_LOUDNESS = 6_000
_NOTE_S = 0.5
_CHORDS_HZ = (
    (261.63, 329.63, 392.00, 493.88),
    (220.00, 261.63, 329.63, 440.00),
    (174.61, 261.63, 349.23, 440.00),
    (196.00, 246.94, 293.66, 392.00),
)
_PATTERN = (0, 1, 2, 3, 2, 1)
_PIECE = re.compile(r"(ringing|music)-([0-9]{1,2})-([0-9]{1,2})\.wav")


@dataclass(frozen=True, slots=True)
class Sounds:
    """The two loops, ready to be cut."""

    loops: dict[WaitSound, bytes]

    def piece(self, name: str) -> bytes | None:
        """``{sound}-{start_s}-{seconds}.wav`` as a whole file; null for a name that no document hands out."""
        found = _PIECE.fullmatch(name)
        if found is None:
            return None
        loop = self.loops[WaitSound(found[1])]
        start, seconds = int(found[2]) * RATE_HZ * 2, int(found[3])
        if start >= len(loop) or not 1 <= seconds <= LONGEST_S:
            return None
        length = seconds * RATE_HZ * 2
        turned = loop[start:] + loop * (length // len(loop) + 1)
        return _wav(turned[:length])


@cache
def make_sounds() -> Sounds:
    """Computes the loops; takes some 0.1 s, so once, at start."""
    return Sounds({WaitSound.RINGING: _ringing(), WaitSound.MUSIC: _music()})


def _ringing() -> bytes:
    tone = _tone(_RING_HZ, _RING_ON_S, fade_s=0.02, decay_s=math.inf)
    silence = array("h", bytes(2 * (RINGING_S * RATE_HZ - len(tone))))
    return _little_endian(tone + silence)


def _music() -> bytes:
    notes = {hz: _tone(hz, _NOTE_S, fade_s=0.02, decay_s=0.35) for chord in _CHORDS_HZ for hz in chord}
    bars = int(MUSIC_S / _NOTE_S) // len(_PATTERN)
    loop = array("h")
    for bar in range(bars):
        chord = _CHORDS_HZ[bar % len(_CHORDS_HZ)]
        for step in _PATTERN:
            loop += notes[chord[step]]
    return _little_endian(loop)


def _tone(hz: float, seconds: float, *, fade_s: float, decay_s: float) -> array[int]:
    """A sine that fades in and out (no clicks) and dies away with ``decay_s``."""
    count = int(seconds * RATE_HZ)

    def sample(index: int) -> int:
        at = index / RATE_HZ
        envelope = min(1.0, at / fade_s, (seconds - at) / fade_s) * math.exp(-at / decay_s)
        return round(_LOUDNESS * envelope * math.sin(2 * math.pi * hz * at))

    return array("h", map(sample, range(count)))


def _little_endian(samples: array[int]) -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _wav(samples: bytes) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples)
    return buffer.getvalue()
