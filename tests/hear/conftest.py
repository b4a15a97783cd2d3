"""Speech to listen to, made on the spot by espeak-ng or flite."""

import io
import shutil
import subprocess
import wave
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from localvoice.sound import Samples

EAR_HZ = 16_000
Say = Callable[..., Samples]


@pytest.fixture(scope="session")
def say() -> Say:
    """say(text, voice="en-us", level_db=-23): float32, 16 kHz, with the synthesiser's own silence at both
    ends.

    `voice` is espeak-ng's, or `flite:slt` and the like.
    """

    @cache
    def spoken(text: str, voice: str = "en-us", level_db: float = -23.0) -> Samples:
        program, _, name = voice.rpartition(":")
        command = (
            ["flite", "-voice", name, "-t", text, "-o", "/dev/stdout"]
            if program == "flite"
            else ["espeak-ng", "-v", name, "--stdout", text]
        )
        if shutil.which(command[0]) is None:
            pytest.skip(f"{command[0]} is not installed, and this test needs somebody to speak.")
        samples, rate_hz = _read(subprocess.run(command, capture_output=True, check=True).stdout)
        samples = _to_ear_rate(samples, rate_hz)
        loud = samples[np.abs(samples) > 0.01 * np.abs(samples).max()]
        gain = 10 ** (level_db / 20) / float(np.sqrt(np.mean(loud**2)))
        return np.clip(samples * np.float32(gain), -1, 1).astype(np.float32)

    return spoken


def _read(data: bytes) -> tuple[Samples, int]:
    # Written to a pipe, the header's length is a guess; what follows the header is the sound.
    with wave.open(io.BytesIO(data)) as file:
        rate_hz = file.getframerate()
    body = data[data.index(b"data") + 8 :]
    return np.frombuffer(body[: len(body) // 2 * 2], "<i2").astype(np.float32) / 32768, rate_hz


def _to_ear_rate(samples: Samples, rate_hz: int) -> Samples:
    import soxr

    return np.asarray(soxr.resample(samples, rate_hz, EAR_HZ), np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * EAR_HZ), np.float32)


def noise(seconds: float, level_db: float, seed: int = 0) -> Samples:
    """White noise of that RMS level."""
    samples = np.random.default_rng(seed).standard_normal(int(seconds * EAR_HZ))
    return (samples * 10 ** (level_db / 20)).astype(np.float32)
