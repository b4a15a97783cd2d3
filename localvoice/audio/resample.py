"""Changing the rate of a stream or of a whole sound."""

from math import ceil, gcd

import numpy as np

from localvoice.engines.sound import libsoxr
from localvoice.sound import Samples

PASS = 0.86
"""Pass band as a part of the lower rate's: 6.9 kHz at 16 kHz, beyond which speech has nothing that words need."""
STOP_DB = 65.0
"""Attenuation where aliases would fall: below the noise of any microphone in any room."""


class StreamResampler:
    """A stream at `from_hz` becomes one at `to_hz`, block by block.

    soxr's streams hand out 20 to 45 ms at once, which a conversation would pay for in every turn. This is
    a polyphase filter of Kaiser-windowed sinc (Kaiser's formulas for length and shape) that gives for every
    block what belongs to it: after n samples in, exactly ceil(n * to / from) have come out, all of them
    late by the same `delay_ms`, about a millisecond.

    Several channels stay aligned: give microphone and reference as two channels of one stream.
    """

    def __init__(self, from_hz: int, to_hz: int, channels: int = 1) -> None:
        common = gcd(from_hz, to_hz)
        self._up, self._down = to_hz // common, from_hz // common
        self._channels = channels
        self._phases = _phases(from_hz, to_hz, self._up)
        self._taps = self._phases.shape[1]
        self.delay_ms = 0.0 if self._up == self._down else 500 * (self._taps - 1 / self._up) / from_hz
        self.reset()

    def reset(self) -> None:
        """Forget the past; for a gap in the stream."""
        self._past = np.zeros((self._taps - 1, self._channels), np.float32)
        self._taken = 0
        self._given = 0

    def feed(self, samples: Samples) -> Samples:
        """float32 of shape (n,) for one channel, (n, channels) for more; the same form comes back."""
        if self._up == self._down:
            return samples
        known = np.concatenate([self._past, samples.reshape(-1, self._channels)])
        self._past = known[len(known) - self._taps + 1 :]
        total = ceil((self._taken + len(samples)) * self._up / self._down)
        steps = np.arange(self._given, total) * self._down
        # Output k is centred on input k * down / up; `newest` is the last input that its filter touches.
        newest = steps // self._up - self._taken + self._taps - 1
        inputs = np.take(known.T, newest[:, None] - np.arange(self._taps), axis=1)
        filters = self._phases[steps % self._up]
        result = np.matmul(inputs[:, :, None, :], filters[:, :, None])[:, :, 0, 0].T
        self._taken += len(samples)
        self._given = total
        return np.ascontiguousarray(result).reshape((-1, *samples.shape[1:]))


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """A whole sound, float32 of shape (n,) or (n, channels), at another rate, without delay."""
    return samples if from_hz == to_hz else libsoxr.resample(samples, from_hz, to_hz)


def _phases(from_hz: int, to_hz: int, up: int) -> Samples:
    """The filter, cut into `up` phases: shape (up, taps)."""
    lower = min(from_hz, to_hz) / 2
    width = 2 * (1 - PASS) * lower  # aliases between PASS and 2 - PASS fold above the pass band
    taps = ceil((STOP_DB - 8) / (2.285 * 2 * np.pi * width / from_hz)) + 1
    time = (np.arange(taps * up) - (taps * up - 1) / 2) / up  # in input samples
    window = np.kaiser(taps * up, 0.1102 * (STOP_DB - 8.7))
    cutoff = 2 * lower / from_hz
    kernel = window * cutoff * np.sinc(cutoff * time)
    phases = kernel.reshape(taps, up).T
    return np.ascontiguousarray(phases / phases.sum(axis=1, keepdims=True), np.float32)
