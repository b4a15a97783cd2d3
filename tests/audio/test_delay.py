"""How late the echo is."""

from pathlib import Path

import numpy as np
import pytest

import localvoice.demo
from localvoice.audio import wav
from localvoice.audio.acoustics import Room, impulse_response, noise
from localvoice.audio.delay import estimate_delay

RATE = 16_000
SPEECH = Path(localvoice.demo.__file__).parent / "speech"


def voices():
    """Two different people, two seconds of each, as loud as one another."""
    files = sorted(SPEECH.glob("*.flac"))
    sounds = []
    for file in (files[1], files[-1]):
        sound = wav.read(file)[0]
        start = int(np.argmax(np.abs(sound) > 0.05 * np.abs(sound).max()))
        sound = np.resize(sound[start:], 2 * RATE)
        sounds.append((0.08 * sound / np.sqrt(np.mean(sound**2))).astype(np.float32))
    return sounds


def in_room(sound, room):
    size = 1 << 17
    response = impulse_response(room, RATE)
    echo = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size))[: len(sound)]
    return (echo + noise(room, RATE, 2.0)).astype(np.float32)


@pytest.mark.parametrize("delay_ms", [30.0, 80.0, 210.0, 390.0])
@pytest.mark.parametrize("rt60_s", [0.15, 0.45])
@pytest.mark.parametrize("talked_over", [False, True])
def test_finds_the_direct_sound(delay_ms, rt60_s, talked_over):
    played, user = voices()
    room = Room(rt60_s=rt60_s, delay_ms=delay_ms, seed=int(delay_ms))
    mic = in_room(played, room) + (0.5 * user if talked_over else 0.0)
    found = estimate_delay(played, mic, RATE)
    assert found.is_sure
    assert found.samples == pytest.approx(delay_ms * 16, abs=12 * 16)


def test_is_not_sure_where_there_is_no_echo():
    played, user = voices()
    for mic in (user, noise(Room(), RATE, 2.0), np.zeros(2 * RATE, np.float32)):
        assert not estimate_delay(played, mic, RATE).is_sure
        assert not estimate_delay(np.zeros_like(played), mic, RATE).is_sure
