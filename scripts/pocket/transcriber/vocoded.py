"""A person's or flite's voice through a vocoder, as somebody else: another pitch, throat and smoothness.

Statistical voices, the bundled one among them, sound like this, and flite's own training voices are all men's. Nothing
of the bundled voice is used here.
"""

import random

import numpy as np
import pyworld
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

RATE_HZ = 16_000
FRAME_MS = 5.0
SILENT = 1e-7


def vocoded(rng: random.Random, audio: NDArray[np.int16]) -> NDArray[np.int16]:
    """`audio` (16 kHz) said by a higher or lower voice with a throat up to 10% longer or 30% shorter; same length."""
    samples = audio.astype(np.float64) / 32768 + np.random.default_rng(rng.getrandbits(32)).normal(0, 1e-4, len(audio))
    f0, times = pyworld.dio(samples, RATE_HZ, f0_floor=60.0, f0_ceil=350.0, frame_period=FRAME_MS)
    f0 = pyworld.stonemask(samples, f0, times, RATE_HZ)
    envelope = pyworld.cheaptrick(samples, f0, times, RATE_HZ)
    noise = pyworld.d4c(samples, f0, times, RATE_HZ)
    shorter = rng.choice([1.0, rng.uniform(0.9, 1.1), rng.uniform(1.08, 1.3), rng.uniform(1.08, 1.3)])
    voiced = f0 > 0
    if voiced.any():
        wanted_hz = rng.uniform(80, 170) if shorter < 1.08 else rng.uniform(140, 260)
        middle = np.exp(np.log(f0[voiced]).mean())
        f0[voiced] = wanted_hz * (f0[voiced] / middle) ** rng.uniform(0.4, 1.2)
    spectrum = stretched(smooth(np.log(envelope + 1e-12), rng), shorter)
    noise = np.clip(stretched(noise, shorter) * rng.uniform(0.6, 1.3), 0, 1)
    said = pyworld.synthesize(f0, np.exp(spectrum), np.ascontiguousarray(noise), RATE_HZ, FRAME_MS)[: len(audio)]
    peak = np.abs(said).max()
    return (said * min(1.0, 0.95 / max(peak, SILENT)) * 32767).astype(np.int16)


def smooth(log_envelope: NDArray[np.float64], rng: random.Random) -> NDArray[np.float64]:
    """[frames, bins] with what is finer than some ten milliseconds and some hundred hertz taken out of it."""
    over_frames, over_bins = rng.choice([1, 1, 3, 5, 7]), rng.choice([1, 5, 11, 17])
    return uniform_filter1d(uniform_filter1d(log_envelope, over_frames, axis=0), over_bins, axis=1)


def stretched(frames: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """[frames, bins] with every frequency multiplied by `factor`; above the top comes the top again."""
    bins = frames.shape[1]
    source = np.minimum(np.arange(bins) / factor, bins - 1)
    low = np.minimum(source.astype(int), bins - 2)
    part = source - low
    return np.ascontiguousarray(frames[:, low] * (1 - part) + frames[:, low + 1] * part)
