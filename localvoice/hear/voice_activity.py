"""Cuts the cleaned stream into the detector's frames and dates each by the sample counter."""

import math
from collections import deque
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FRAME_SAMPLES = 512
SILENCE_DB = -120.0


@dataclass(frozen=True, slots=True)
class Frame:
    """What was found in the 32 ms that end before sample `end_at`."""

    end_at: int
    probability: float
    """That somebody speaks."""
    level_db: float
    """RMS level relative to full scale; -120 for digital silence."""


class Detector(Protocol):
    """A voice detector on frames of 512 samples, such as engines.silero.Silero."""

    def feed(self, chunk: NDArray[np.float32]) -> float: ...

    def reset(self) -> None: ...


class VoiceActivity:
    """Any block lengths in, whole frames out."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._pending = np.zeros(0, np.float32)
        self._at = 0

    def reset(self, at: int) -> None:
        """Start afresh with sample `at`: after a gap, half a frame of the old must not meet the new."""
        self._detector.reset()
        self._pending = np.zeros(0, np.float32)
        self._at = at

    def feed(self, samples: NDArray[np.float32]) -> list[Frame]:
        """`samples`: float32 mono, 16 kHz, the next of the stream. Every frame that they complete."""
        self._pending = np.concatenate((self._pending, samples)) if len(self._pending) else samples
        frames: list[Frame] = []
        whole = len(self._pending) // FRAME_SAMPLES
        for index in range(whole):
            chunk = self._pending[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES]
            self._at += FRAME_SAMPLES
            frames.append(Frame(self._at, self._detector.feed(chunk), level_db(chunk)))
        self._pending = self._pending[whole * FRAME_SAMPLES :].copy()
        return frames


class FrameLevels:
    """Levels of the same frames in another stream, taken out one by one in order."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """The next sample begins a frame."""
        self._pending = np.zeros(0, np.float32)
        self._levels: deque[float] = deque()

    def feed(self, samples: NDArray[np.float32]) -> None:
        """The next of the stream."""
        self._pending = np.concatenate((self._pending, samples))
        while len(self._pending) >= FRAME_SAMPLES:
            self._levels.append(level_db(self._pending[:FRAME_SAMPLES]))
            self._pending = self._pending[FRAME_SAMPLES:]

    def next(self) -> float:
        """Level in dB of the oldest frame not yet taken. Raises IndexError when there is none."""
        return self._levels.popleft()


def level_db(samples: NDArray[np.float32]) -> float:
    """RMS level of float32 samples relative to full scale, never below -120."""
    if not len(samples):
        return SILENCE_DB
    power = float(np.dot(samples, samples)) / len(samples)
    return max(SILENCE_DB, 10.0 * math.log10(power)) if power > 0 else SILENCE_DB
