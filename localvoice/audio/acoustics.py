"""How a room changes sound on its way from the loudspeaker to the microphone. Pure functions of a description."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from localvoice.sound import Samples, amplitude_of

EARLY_MS = 30.0
EARLY_REFLECTIONS = 14
"""Walls, table, ceiling: single echoes that come before the reverberation has become dense."""
DIRECT_TO_REVERB_DB = 3.0
"""A loudspeaker on the same table as the microphone: what comes straight is a little stronger than the rest."""


@dataclass(frozen=True, slots=True)
class Room:
    """A room with a loudspeaker and a microphone.

    `rt60_s`: time in which reverberation drops by 60 dB. `delay_ms`: from a sample at the card's output to
    its first echo at the card's input, all buffers included. `echo_db`: power of the echo at the microphone
    relative to what was played. `noise_db`: level of the room's own noise in dB of full scale. `clip`: the
    loudspeaker cannot follow beyond this amplitude; 1 for a good one. `seed` chooses reflections and noise.
    """

    rt60_s: float = 0.25
    delay_ms: float = 40.0
    echo_db: float = -6.0
    noise_db: float = -65.0
    clip: float = 1.0
    seed: int = 1


LIVING_ROOM = Room()
TILED_KITCHEN = Room(rt60_s=0.45, delay_ms=80.0, echo_db=-3.0, noise_db=-60.0, seed=2)


def impulse_response(room: Room, rate_hz: int) -> Samples:
    """Loudspeaker to microphone, float32, beginning with `delay_ms` of zeros.

    A direct sound, single early reflections, and Gaussian noise under the exponential decay that `rt60_s`
    stands for (Polack's model of late reverberation); the whole has the energy of `echo_db`.
    """
    random = np.random.default_rng(room.seed)
    delay = round(room.delay_ms * rate_hz / 1000)
    length = max(1, round(room.rt60_s * rate_hz))
    time_s = np.arange(length) / rate_hz
    decay = 10.0 ** (-3.0 * time_s / room.rt60_s) if room.rt60_s > 0 else np.zeros(length)
    tail = random.standard_normal(length) * decay * np.minimum(1.0, time_s / (EARLY_MS / 1000))
    early = np.zeros(length)
    last = min(length, round(EARLY_MS * rate_hz / 1000))
    spots = random.integers(min(1, last - 1), last, EARLY_REFLECTIONS)
    early[spots] = decay[spots] * random.choice([-1.0, 1.0], EARLY_REFLECTIONS)
    reverb = _unit(tail) + _unit(early)
    response = _unit(reverb) * amplitude_of(-DIRECT_TO_REVERB_DB)
    response[0] += 1.0
    response = _unit(response) * amplitude_of(room.echo_db)
    return np.concatenate([np.zeros(delay), response]).astype(np.float32)


def noise(room: Room, rate_hz: int, seconds: float) -> Samples:
    """The room's own noise, float32: pink, as ventilation and traffic are; meant to be repeated."""
    random = np.random.default_rng(room.seed + 1)
    spectrum = np.fft.rfft(random.standard_normal(round(seconds * rate_hz)))
    hz = np.fft.rfftfreq(round(seconds * rate_hz), 1 / rate_hz)
    sound = np.fft.irfft(spectrum / np.sqrt(np.maximum(hz, 50.0)), round(seconds * rate_hz))
    level = amplitude_of(room.noise_db)
    result: Samples = (_unit(sound) * np.sqrt(len(sound)) * level).astype(np.float32)
    return result


class BlockConvolver:
    """Convolution with a fixed response, block by block, without delay of its own.

    Partitioned overlap-save: the response is cut into pieces of one block, and the spectra of past blocks
    wait in a line until their piece of the response is due; a block costs two short transforms.
    """

    def __init__(self, response: Samples, block_samples: int) -> None:
        self._block = block_samples
        pieces = -(-len(response) // block_samples)
        padded = np.zeros(pieces * block_samples, np.float32)
        padded[: len(response)] = response
        self._pieces = np.fft.rfft(padded.reshape(pieces, block_samples), 2 * block_samples, axis=1)
        self._line = np.zeros_like(self._pieces)
        self._last = np.zeros(block_samples, np.float32)
        self._quiet_blocks = pieces + 1

    def feed(self, block: Samples) -> Samples:
        """float32, shape (block_samples,); the same number of samples comes out."""
        self._quiet_blocks = 0 if block.any() else self._quiet_blocks + 1
        if self._quiet_blocks > len(self._pieces) + 1:
            return np.zeros(self._block, np.float32)  # nothing sounds any more
        self._line[1:] = self._line[:-1]
        self._line[0] = np.fft.rfft(np.concatenate([self._last, block]))
        self._last = block
        result = np.fft.irfft(np.einsum("pk,pk->k", self._line, self._pieces), 2 * self._block)
        return result[self._block :].astype(np.float32)


def _unit(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    return samples / max(float(np.sqrt(np.sum(samples**2))), 1e-12)
