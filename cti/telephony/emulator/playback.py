"""How long words and sounds last. Pure; seconds at normal speed."""

from __future__ import annotations

import struct

WORDS_PER_S = 2.8
SHORTEST_S = 0.4
BYTES_PER_S = 16_000
"""128 kbit/s, for what is not a WAV file."""


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
