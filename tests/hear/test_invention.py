"""Silence, noise and music through the whole ears: nobody speaks, so no words may come out.

LOCALVOICE_LONG=1 listens to ten minutes of each instead of one.
"""

import os

import numpy as np
import pytest

from localvoice import bundled
from localvoice.audio.echo import EchoCanceller
from localvoice.engines.detector.silero import Silero
from localvoice.engines.transcriber.whisper import Whisper
from localvoice.events import SpeechPaused, SpeechStarted
from localvoice.hear.endpointing import EndpointingSettings
from localvoice.hear.listener import Listener
from localvoice.hear.ring import SpeechRing
from localvoice.hear.streaming import StreamingTranscriber
from localvoice.sound import EAR_HZ, Samples

from .conftest import noise, silence

MINUTES = 10 if os.environ.get("LOCALVOICE_LONG") else 1


def pink(seconds: float, level_db: float) -> Samples:
    """As ventilation and traffic: power falls with frequency."""
    spectrum = np.fft.rfft(noise(seconds, 0, seed=2))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    samples = np.fft.irfft(spectrum, int(seconds * EAR_HZ))
    return (samples / np.sqrt(np.mean(samples**2)) * 10 ** (level_db / 20)).astype(np.float32)


def music(seconds: float, level_db: float) -> Samples:
    """Chords and a melody of plucked, slightly vibrating tones with six partials, and a drum on every
    beat."""
    random = np.random.default_rng(4)
    samples = np.zeros(int(seconds * EAR_HZ) + EAR_HZ, np.float32)
    scale_hz = 220.0 * 2 ** (np.array([0, 2, 4, 5, 7, 9, 11, 12]) / 12)
    note_s = np.arange(EAR_HZ // 2) / EAR_HZ
    drum = random.standard_normal(800) * np.exp(-np.arange(800) / 150)
    for start in range(0, int(seconds * EAR_HZ), EAR_HZ // 4):
        for hz in [random.choice(scale_hz) * 2, *(scale_hz[[0, 2, 4]] / 2 if start % EAR_HZ == 0 else ())]:
            phase = 2 * np.pi * hz * note_s + 0.3 * np.sin(2 * np.pi * 5 * note_s)
            tone = sum(np.sin(k * phase) / k**1.5 for k in range(1, 7)) * np.exp(-4 * note_s)
            samples[start : start + len(tone)] += tone.astype(np.float32)
        samples[start : start + 800] += drum.astype(np.float32)
    samples = samples[: int(seconds * EAR_HZ)]
    return (samples / np.sqrt(np.mean(samples**2)) * 10 ** (level_db / 20)).astype(np.float32)


SOUNDS = {
    "silence": lambda seconds: silence(seconds),
    "noise at -60 dB": lambda seconds: noise(seconds, -60),
    "noise at -40 dB": lambda seconds: noise(seconds, -40),
    "noise at -20 dB": lambda seconds: noise(seconds, -20),
    "pink noise at -30 dB": lambda seconds: pink(seconds, -30),
    "music at -25 dB": lambda seconds: music(seconds, -25),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_nobody_speaks(name: str) -> None:
    sound = SOUNDS[name](60.0 * MINUTES)
    ring = SpeechRing(60)
    listener = Listener(EchoCanceller("off"), Silero(), EndpointingSettings(), ring)
    transcriber = StreamingTranscriber(Whisper(bundled.path("pocket/transcriber")), ring)
    quiet = np.zeros(1600, np.float32)
    from_at, words, turns = 0, [], 0
    for start in range(0, len(sound) - 1599, 1600):
        for event in listener.feed(start, sound[start : start + 1600], quiet, False):
            if isinstance(event, SpeechStarted):
                from_at, turns = event.at, turns + 1
            elif isinstance(event, SpeechPaused):
                words += transcriber.final(from_at, event.at).text.split()
    print(f"\n{name}: {MINUTES} min, {turns} times taken for a voice, words: {words}")
    assert len(words) <= 1
