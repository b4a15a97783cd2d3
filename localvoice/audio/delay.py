"""How late the echo is. A pure function."""

from dataclasses import dataclass

import numpy as np

from localvoice.sound import Samples

WEIGHT = 0.8
"""1 would be the phase transform (GCC-PHAT, Knapp and Carter 1976), 0 plain correlation; a little below 1
keeps the phase of bins with nothing but noise in them from counting in full."""
LOWEST_HZ, HIGHEST_HZ = 150.0, 6000.0
EARLIEST = 0.4
"""The direct sound may be weaker than a sum of reflections; the first peak of at least this part of the
largest counts."""
BEFORE_MS = 12.0
SURE = 9.0
"""Peak against the root mean square of the whole correlation; two unrelated sounds of two seconds stay below 7."""


@dataclass(frozen=True, slots=True)
class Delay:
    """`samples` from the reference to its first echo; `confidence` is how far that peak stands out."""

    samples: int
    confidence: float

    @property
    def is_sure(self) -> bool:
        """Whether an echo was found at all."""
        return self.confidence >= SURE


def estimate_delay(played: Samples, mic: Samples, rate_hz: int, longest_ms: float = 500.0) -> Delay:
    """Delay of the echo of `played` in `mic`: float32, of one length and aligned, a second or more of each.

    Generalised cross-correlation; only delays from 0 to `longest_ms` are looked for.
    """
    longest = round(longest_ms * rate_hz / 1000)
    size = 1 << (len(mic) + longest).bit_length()
    reference = np.fft.rfft(played, size)
    cross = np.fft.rfft(mic, size) * np.conj(reference)
    hz = np.fft.rfftfreq(size, 1 / rate_hz)
    cross[(hz < LOWEST_HZ) | (hz > HIGHEST_HZ)] = 0.0
    magnitude = np.abs(cross)
    loudest = float(magnitude.max())
    if loudest <= 0.0:
        return Delay(0, 0.0)
    cross /= np.maximum(magnitude, 1e-9 * loudest) ** WEIGHT
    correlation = np.abs(np.fft.irfft(cross, size))
    wanted = correlation[:longest]
    spread = float(np.sqrt(np.mean(correlation**2)))
    peak = int(np.argmax(wanted))
    start = max(0, peak - round(BEFORE_MS * rate_hz / 1000))
    first = start + int(np.argmax(wanted[start : peak + 1] >= EARLIEST * wanted[peak]))
    top = first + int(np.argmax(wanted[first : min(peak, first + 8) + 1]))
    return Delay(top, float(wanted[peak]) / spread)
