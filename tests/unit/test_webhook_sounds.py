"""Ringing and music: every piece that a document names exists, is as long as it says, and joins the next."""

from __future__ import annotations

import io
import wave

import pytest

from cti.telephony.model import WaitSound
from webhooks.sounds import LONGEST_S, MUSIC_S, RATE_HZ, RINGING_S, Sounds, make_sounds


@pytest.fixture(scope="module")
def sounds() -> Sounds:
    return make_sounds()


def samples(piece: bytes | None) -> bytes:
    assert piece is not None
    with wave.open(io.BytesIO(piece)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE_HZ)
        return file.readframes(file.getnframes())


@pytest.mark.parametrize(("sound", "loop_s"), [(WaitSound.RINGING, RINGING_S), (WaitSound.MUSIC, MUSIC_S)])
def test_a_piece_is_as_long_as_its_name_says(sounds: Sounds, sound: WaitSound, loop_s: int) -> None:
    for start_s in range(loop_s):
        for seconds in (1, 5, LONGEST_S):
            assert len(samples(sounds.piece(f"{sound}-{start_s}-{seconds}.wav"))) == seconds * RATE_HZ * 2


def test_one_piece_goes_on_where_the_one_before_ended(sounds: Sounds) -> None:
    whole = samples(sounds.piece("music-20-10.wav"))
    assert samples(sounds.piece("music-20-4.wav")) + samples(sounds.piece("music-0-6.wav")) == whole


def test_ringing_sounds_first_and_is_silent_then(sounds: Sounds) -> None:
    heard = samples(sounds.piece("ringing-0-5.wav"))
    assert any(heard[: 2 * RATE_HZ * 2])
    assert not any(heard[2 * RATE_HZ * 2 :])


def test_music_is_not_silent_in_any_second(sounds: Sounds) -> None:
    for start_s in range(MUSIC_S):
        assert any(samples(sounds.piece(f"music-{start_s}-1.wav")))


@pytest.mark.parametrize(
    "name",
    ["music-24-5.wav", "ringing-5-5.wav", "music-0-0.wav", "music-0-11.wav", "music-0-5", "../x", "song-0-5.wav", ""],
)
def test_a_name_that_no_document_hands_out_is_nothing(sounds: Sounds, name: str) -> None:
    assert sounds.piece(name) is None
