"""Sounds without words: coloured noise, synthetic music, rooms, and contexts that hold no speech."""

import random

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000


def coloured(rng: np.random.Generator, samples: int, slope: float) -> NDArray[np.float32]:
    """Noise whose power falls with frequency ** slope (0 white, 1 pink, 2 brown), RMS 1."""
    spectrum = np.fft.rfft(rng.standard_normal(samples).astype(np.float32))
    spectrum *= np.maximum(np.arange(len(spectrum)), 20.0) ** (-slope / 2)
    out = np.fft.irfft(spectrum, samples).astype(np.float32)
    return out / (out.std() + 1e-9)


def music(rng: np.random.Generator, samples: int) -> NDArray[np.float32]:
    """Chords and a melody of decaying harmonic tones with a beat, RMS 1."""
    out = np.zeros(samples, np.float32)
    beat = int(rng.uniform(0.2, 0.6) * RATE_HZ)
    root = rng.uniform(80, 240)
    for start in range(0, samples, beat):
        length = min(samples - start, int(beat * rng.uniform(1, 3)))
        t = np.arange(length, dtype=np.float32) / RATE_HZ
        for step in rng.choice([0, 2, 3, 4, 5, 7, 9, 12, 14, 16, 19, 24], rng.integers(1, 4)):
            hz = root * 2 ** (step / 12)
            decay = np.exp(-t * rng.uniform(0.5, 8))
            for harmonic in range(1, int(rng.integers(2, 7))):
                out[start : start + length] += (
                    decay * np.sin(2 * np.pi * hz * harmonic * t) / harmonic ** rng.uniform(0.5, 2)
                )
        if rng.random() < 0.4:
            hit = min(length, 2400)
            out[start : start + hit] += rng.standard_normal(hit).astype(np.float32) * np.exp(-np.arange(hit) / 400) * 2
    return out / (out.std() + 1e-9)


def rirs(random_: random.Random, numpy: np.random.Generator, count: int, wet: float) -> NDArray[np.float32]:
    """Room impulse responses (count, samples): the direct sound and, in a share of wet, a decaying tail of noise."""
    length = 8000
    out = np.zeros((count, length), np.float32)
    t = np.arange(length) / RATE_HZ
    for row in out:
        row[0] = 1.0
        if random_.random() > wet:
            continue
        rt60_s = random_.uniform(0.1, 0.7)
        tail = numpy.standard_normal(length) * 10 ** (-3 * t / rt60_s)
        tail[: int(random_.uniform(0.001, 0.01) * RATE_HZ)] = 0
        row += tail * random_.uniform(0.1, 1.2) / np.sqrt((tail**2).sum() + 1e-9)
    return out


def empty(
    random_: random.Random,
    numpy: np.random.Generator,
    row: NDArray[np.float32],
    noise: NDArray[np.float32],
    tune: NDArray[np.float32],
) -> None:
    """Fills row with nothing, noise, music, clicks or a hum: a context without a word."""
    kind = random_.random()
    if kind < 0.25:
        row += numpy.standard_normal(len(row)).astype(np.float32) * 10 ** random_.uniform(-6, -2.5)
    elif kind < 0.55:
        row += noise * 10 ** random_.uniform(-3, -0.7)
    elif kind < 0.75:
        row += np.resize(tune, len(row)) * 10 ** random_.uniform(-2.5, -0.7)
    elif kind < 0.9:
        for _ in range(random_.randint(1, 8)):
            at = random_.randrange(max(1, len(row) - 2000))
            length = min(len(row) - at, random_.randint(50, 2000))
            click = numpy.standard_normal(length) * np.exp(-np.arange(length) / random_.uniform(10, 600))
            row[at : at + length] += click * random_.uniform(0.05, 0.8)
    else:
        t = np.arange(len(row)) / RATE_HZ
        row += np.sin(2 * np.pi * random_.choice([50, 60, 100, 120, random_.uniform(80, 3000)]) * t) * 0.1
