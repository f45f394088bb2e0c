"""How long words and sounds last, and a sound of a length. Pure; seconds at normal speed."""

from __future__ import annotations

import math
import struct

WORDS_PER_S = 2.8
SHORTEST_S = 0.4
BYTES_PER_S = 16_000
"""128 kbit/s, for what is not a WAV file."""

RATE = 8000
"""Samples, of one byte each, of a second of ``wav``."""
LONGEST_WAV_S = 120


def speech_s(text: str) -> float:
    """How long a voice speaks these words."""
    return max(SHORTEST_S, len(text.split()) / WORDS_PER_S)


def sound_s(head: bytes, length: int) -> float:
    """How long a sound file plays, from its first bytes and its whole length in bytes."""
    rate = wav_bytes_per_s(head)
    if rate:
        return max(0.0, (length - 44) / rate)
    return length / BYTES_PER_S


def wav_bytes_per_s(head: bytes) -> int:
    """The data rate that a WAV file's header states; 0 when it is not one."""
    if len(head) < 36 or head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return 0
    at = 12
    while at + 16 <= len(head):
        name, size = struct.unpack_from("<4sI", head, at)
        if name == b"fmt ":
            return int(struct.unpack_from("<I", head, at + 16)[0])
        at += 8 + size + size % 2
    return 0


def wav(seconds: int) -> bytes:
    """A WAV file of that length, at most two minutes: a low tone twice a second, as somebody who murmurs."""
    beat = bytes(128 + round(20 * math.sin(math.pi * at / 2000) * math.sin(math.pi * at / 20)) for at in range(2000))
    second = (beat + bytes([128]) * 2000) * 2
    sound = second * max(0, min(LONGEST_WAV_S, seconds))
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(sound), b"WAVE", b"fmt ", 16, 1, 1, RATE, RATE, 1, 8)
    return head + struct.pack("<4sI", b"data", len(sound)) + sound
