"""What sound is in this program: samples, the rate they are heard at, and levels in decibels."""

import math

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Sound in -1..1: one dimension for mono, (frames, channels) where a docstring says so."""
EAR_HZ = 16_000
"""Rate of everything between the sound card and the transcriber, and of the clock."""
SILENCE_DB = -120.0
"""Level of what has no power at all."""


def power_db(power: float) -> float:
    """10 log10 of a mean square; SILENCE_DB at the least."""
    return max(SILENCE_DB, 10.0 * math.log10(power)) if power > 0 else SILENCE_DB


def power_of(level_db: float) -> float:
    """The mean square that `power_db` makes `level_db` of."""
    return float(10.0 ** (level_db / 10.0))


def amplitude_of(level_db: float) -> float:
    """The factor on samples that makes them louder by `level_db`; 0 for -inf."""
    return float(10.0 ** (level_db / 20.0))


def level_db(samples: Samples) -> float:
    """Level of `samples` (float32 mono) in dB relative to full scale; SILENCE_DB for nothing at all."""
    if not len(samples):
        return SILENCE_DB
    return power_db(float(np.dot(samples, samples)) / len(samples))
