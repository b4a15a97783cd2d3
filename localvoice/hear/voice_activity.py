"""Cuts the cleaned stream into the detector's frames and dates each by the sample counter."""

from collections import deque
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from localvoice.sound import Samples, level_db

FRAME_SAMPLES = 512
NOISE_DB = 3.0
"""So far above the quietest of the last seconds a frame may be and still hold nothing but the room: steady noise keeps
within 1 dB over 512 samples, and speech at that ratio could not be understood."""
FLOOR_DB_PER_FRAME = 0.05
"""How fast the room is believed to have become louder: 1.5 dB a second."""
NO_SPEECH = 0.1
"""A detector that says less than this is sure,"""
SETTLED_FRAMES = 8
"""and after so many such frames (a quarter of a second) it may rest."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What was found in the 32 ms that end before sample `end_at`."""

    end_at: int
    probability: float
    """Of speech."""
    level_db: float
    """RMS level relative to full scale; -120 for digital silence."""


class Detector(Protocol):
    """A voice detector on frames of 512 samples, such as engines.detector.silero.Silero."""

    def feed(self, chunk: Samples) -> float: ...

    def reset(self) -> None: ...


class VoiceActivity:
    """Any block lengths in, whole frames out.

    The detector rests while nothing but the room is heard: it is most of what an idle assistant costs.
    """

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.reset(0)

    def reset(self, at: int) -> None:
        """Start afresh with sample `at`: after a gap, half a frame of the old must not meet the new."""
        self._detector.reset()
        self._pending = np.zeros(0, np.float32)
        self._at = at
        self._floor_db = 0.0
        self._probability = 0.0
        self._quiet_frames = 0
        self._rested: Samples | None = None

    def forget(self) -> None:
        """Clear the detector's memory; the stream goes on."""
        self._detector.reset()

    def feed(self, samples: Samples) -> list[Frame]:
        """`samples`: float32 mono, 16 kHz, the next of the stream. Every frame that they complete."""
        self._pending = np.concatenate((self._pending, samples)) if len(self._pending) else samples
        frames: list[Frame] = []
        whole = len(self._pending) // FRAME_SAMPLES
        for index in range(whole):
            chunk = self._pending[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES]
            self._at += FRAME_SAMPLES
            level = level_db(chunk)
            frames.append(Frame(self._at, self._judge(chunk, level), level))
        self._pending = self._pending[whole * FRAME_SAMPLES :].copy()
        return frames

    def _judge(self, chunk: Samples, level: float) -> float:
        self._floor_db = min(self._floor_db + FLOOR_DB_PER_FRAME, level)
        if level <= self._floor_db + NOISE_DB and self._quiet_frames >= SETTLED_FRAMES:
            self._rested = chunk
            return self._probability
        if self._rested is not None:
            # It listens to what came just before as well, or the beginning would be a click to it.
            self._detector.feed(self._rested)
            self._rested = None
        self._probability = self._detector.feed(chunk)
        self._quiet_frames = self._quiet_frames + 1 if self._probability < NO_SPEECH else 0
        return self._probability


class FrameLevels:
    """Levels of the same frames in another stream, taken out one by one in order."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """The next sample begins a frame."""
        self._pending = np.zeros(0, np.float32)
        self._levels: deque[float] = deque()

    def feed(self, samples: Samples) -> None:
        """The next of the stream."""
        self._pending = np.concatenate((self._pending, samples))
        while len(self._pending) >= FRAME_SAMPLES:
            self._levels.append(level_db(self._pending[:FRAME_SAMPLES]))
            self._pending = self._pending[FRAME_SAMPLES:]

    def next(self) -> float:
        """Level in dB of the oldest frame not yet taken. Raises IndexError when there is none."""
        return self._levels.popleft()
