"""Any sound file or pipe as mono sound at the ears' rate.

libsndfile reads what it knows, FFmpeg's libraries the rest: phones, browsers, films.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import DTypeLike

from localvoice.audio.mixdown import Mixdown
from localvoice.audio.riff import ToTheEnd, WavLength, missing_part, wav_length
from localvoice.audio.spool import opened
from localvoice.engines.sound import libav, libsndfile, libsoxr
from localvoice.engines.sound.decoded import Decoded
from localvoice.errors import BadWav
from localvoice.sound import EAR_HZ, Samples

LONGEST_S = 8 * 3600
"""In half precision an hour takes 115 MB."""
RATES_HZ = range(1_000, 800_000)
"""A header that states another rate is no header of a recording."""
LEAST_MISSING_S = 0.1
"""Compressed formats state their length no more exactly than that."""
GROWTH_SAMPLES = 1 << 23
LOUDEST = 6e4
"""Floating-point files may hold anything; half precision holds no more than this."""


@dataclass(frozen=True, slots=True)
class WavInfo:
    """What the file itself has; `read` has changed it."""

    rate_hz: int
    channels: int
    seconds: float
    missing_s: float = 0.0
    """How much more the file promises than it has: it was cut short, as by a copy that broke off."""


def read(path: str | Path, dtype: DTypeLike = np.float32) -> tuple[Any, WavInfo]:
    """(samples, info): mono at 16 kHz, shape (n,), of `dtype`; within [-1, 1] as far as the file is. `path` may be a
    pipe, and "-" is standard input.

    Raises BadWav for a file that is missing, empty, unreadable or no sound file.
    """
    with opened(path) as (file, name):
        length = wav_length(file)
        samples, decoded, seconds = _decoded(file, name, length, dtype)
        if not seconds:
            raise BadWav(f"{name} has a header but no sound.", "Record it again.")
        return samples, WavInfo(decoded.rate_hz, decoded.channels, seconds, _missing_s(file, decoded, seconds, length))


def _decoded(file: BinaryIO, name: str, length: WavLength | None, dtype: DTypeLike) -> tuple[Any, Decoded, float]:
    """What libsndfile makes of it; if that is nothing, what FFmpeg's libraries do."""
    whole = cast(BinaryIO, ToTheEnd(file, length)) if length is not None and length.to_the_end else file
    without_sound = BadWav(f"{name} has a header but no sound.", "Record it again.")
    decoded = libsndfile.decode(whole)
    if decoded is not None:
        samples, seconds = _mono(decoded, name, dtype)
        if seconds:
            return samples, decoded, seconds
        if length is not None:
            raise without_sound
    known = decoded is not None
    file.seek(0)
    try:
        decoded = libav.decode(whole, name)
    except BadWav:
        if known:
            raise without_sound from None
        raise
    samples, seconds = _mono(decoded, name, dtype)
    return samples, decoded, seconds


def _mono(decoded: Decoded, name: str, dtype: DTypeLike) -> tuple[Any, float]:
    """(samples at 16 kHz, seconds that were decoded)."""
    if decoded.rate_hz not in RATES_HZ:
        raise BadWav(f"{name} states a rate of {decoded.rate_hz} Hz, which no recording has.", "Record it again.")
    mixdown, stream = Mixdown(decoded.channels, decoded.rate_hz), libsoxr.Stream(decoded.rate_hz, EAR_HZ)
    collected, frames = _Growing(dtype), 0
    with closing(cast(Any, decoded.blocks)):
        for block in decoded.blocks:
            frames += len(block)
            if frames > LONGEST_S * decoded.rate_hz:
                raise BadWav(f"{name} is longer than {LONGEST_S // 3600} hours.", "Cut it into shorter files.")
            # A NaN would poison every later stage.
            finite = np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)
            mono = mixdown.feed(finite)
            collected.add(stream.feed(mono) if decoded.rate_hz != EAR_HZ else mono)
    if decoded.rate_hz != EAR_HZ:
        collected.add(stream.feed(np.zeros(0, np.float32), last=True))
    return collected.taken(), frames / decoded.rate_hz


def _missing_s(file: BinaryIO, decoded: Decoded, seconds: float, length: WavLength | None) -> float:
    if length is not None:
        return length.missing_s(seconds)
    if part := missing_part(file):
        return part * seconds
    missing_s = (decoded.promised_s or 0.0) - seconds
    return missing_s if missing_s >= LEAST_MISSING_S else 0.0


class _Growing:
    """An array that grows where it is: two copies of hours of sound are never there at once."""

    def __init__(self, dtype: DTypeLike) -> None:
        self._samples = np.zeros(GROWTH_SAMPLES, dtype)
        self._length = 0

    def add(self, block: Samples) -> None:
        end = self._length + len(block)
        if end > len(self._samples):
            self._samples.resize(end + GROWTH_SAMPLES, refcheck=False)
        self._samples[self._length : end] = np.clip(block, -LOUDEST, LOUDEST)
        self._length = end

    def taken(self) -> Any:
        self._samples.resize(self._length, refcheck=False)
        return self._samples
