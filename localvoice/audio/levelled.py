"""A recording at the level that ears are used to: what was recorded far too quietly is made louder, and a constant
offset, as cheap sound cards add it, is taken out.

A person who talks keeps one level for minutes, so the gain follows the loudest second of the half minute around it. It
only ever makes louder, but for a recording whose numbers go beyond full scale.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from localvoice.sound import SILENCE_DB, Samples

TARGET_DB = -30.0
"""The level of the loudest second, at least; people at their computers are at -30 to -20."""
FULL_SCALE_DB = 0.0
"""No speech is that loud within -1 to 1: a file of floating-point numbers that count in other units is."""
MOST_GAIN_DB = 60.0
"""16 bits hold nothing that could be understood when it is still quieter."""
MOST_LOCAL_DB = 20.0
"""So much more gain than the loudest part a quiet one gets, and no more: what is between the words is only noise."""
FRAME_SAMPLES = 512
BLOCK_FRAMES = 32
BLOCK_SAMPLES = FRAME_SAMPLES * BLOCK_FRAMES
"""About a second: the offset and the level are looked at in such blocks."""
LOUD_PART = 0.75
"""Of the frames of a block are quieter than its level: a click or a knock, which is shorter, does not count."""
AROUND_BLOCKS = 15
"""Seconds before and after that count."""


class Levelled:
    """A view of `samples` (float16 or float32 mono at 16 kHz, any scale), which are not copied. It has what
    hear.streaming.Sound asks for.
    """

    def __init__(self, samples: NDArray[Any]) -> None:
        self._samples = samples
        starts = range(0, len(samples), BLOCK_SAMPLES)
        self._centres = np.array([(at + min(at + BLOCK_SAMPLES, len(samples))) / 2 for at in starts])
        self._offsets = np.array([_offset(self._raw(at, at + BLOCK_SAMPLES)) for at in starts])
        self._gains_db = gains_db(np.array([self._loud_db(at) for at in starts]))

    @property
    def oldest(self) -> int:
        """All of it is there."""
        return 0

    @property
    def newest(self) -> int:
        """Its length."""
        return len(self._samples)

    def read(self, from_at: int, to_at: int) -> Samples:
        """float32 in [-1, 1]: the samples from `from_at` to before `to_at`, or to the end if that comes first."""
        samples = self._without_offset(from_at, to_at)
        if len(samples) and self._gains_db.any():
            # A gain moves within a second; every 16 samples are close enough.
            steps = np.arange(from_at, from_at + len(samples), 16)
            gains = 10 ** (np.interp(steps, self._centres, self._gains_db) / 20)
            samples *= np.repeat(gains, 16)[: len(samples)].astype(np.float32)
        return np.clip(samples, -1.0, 1.0, out=samples)

    def _raw(self, from_at: int, to_at: int) -> Samples:
        return self._samples[from_at:to_at].astype(np.float32)

    def _without_offset(self, from_at: int, to_at: int) -> Samples:
        samples = self._raw(from_at, to_at)
        if len(samples):
            places = np.arange(from_at, from_at + len(samples))
            samples -= np.interp(places, self._centres, self._offsets).astype(np.float32)
        return samples

    def _loud_db(self, at: int) -> float:
        block = self._without_offset(at, at + BLOCK_SAMPLES)
        whole = _frames(block)
        powers = np.einsum("ij,ij->i", whole, whole) / FRAME_SAMPLES if len(whole) else np.zeros(1)
        return float(10 * np.log10(max(1e-12, float(np.quantile(powers, LOUD_PART)))))


def _frames(block: Samples) -> Samples:
    return block[: len(block) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)


def _offset(block: Samples) -> float:
    """The middle one of its frames' means: a knock moves the mean of them all."""
    whole = _frames(block)
    return float(np.median(whole.mean(axis=1)) if len(whole) else block.mean())


def gains_db(levels_db: NDArray[np.float64]) -> NDArray[np.float64]:
    """The gain of each block, from the levels of all of them."""
    if not len(levels_db):
        return levels_db
    padded = np.pad(levels_db, AROUND_BLOCKS, constant_values=SILENCE_DB)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND_BLOCKS + 1).max(axis=1)
    loudest_db = float(levels_db.max())
    least_db, most_db = 0.0, min(MOST_GAIN_DB, max(0.0, TARGET_DB - loudest_db) + MOST_LOCAL_DB)
    if loudest_db > FULL_SCALE_DB:
        least_db, most_db = TARGET_DB - loudest_db, TARGET_DB - loudest_db + MOST_LOCAL_DB
    gains: NDArray[np.float64] = np.clip(TARGET_DB - around, least_db, most_db)
    return gains
