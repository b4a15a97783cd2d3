"""Several channels become one without cancelling each other.

The average of a stereo recording whose channels are each other's opposite (a cable or a microphone wired the wrong way
round) is silence, and that of a film whose voices are in the centre alone is 16 dB down. If the average is much
quieter than the loudest channel, that channel is taken instead.
"""

import numpy as np

from localvoice.sound import Samples

MUCH_QUIETER = 10**-0.9
"""As a ratio of power, 9 dB: two people on a channel each lose 6 dB by the average, and are both wanted."""
CLEARLY_NOT = 10**-0.75
"""So near, 7.5 dB, the average must come before it is taken again."""
FADE_S = 0.01
DECIDED_EVERY_S = 0.5


class Mixdown:
    """A stream of `channels` channels at `rate_hz`; blocks of any length."""

    def __init__(self, channels: int, rate_hz: int) -> None:
        self._average = np.full(channels, 1 / channels, np.float32)
        self._weights: Samples | None = None
        self._fade = max(1, round(FADE_S * rate_hz))
        self._step = max(self._fade, round(DECIDED_EVERY_S * rate_hz))

    def feed(self, block: Samples) -> Samples:
        """`block`: float32 of shape (n, channels). The same stretch as one channel, shape (n,)."""
        if block.shape[1] == 1:
            return block[:, 0]
        if not len(block):
            return np.zeros(0, np.float32)
        parts = [block[at : at + self._step] for at in range(0, len(block), self._step)]
        return np.concatenate([self._mixed(part) for part in parts])

    def _mixed(self, part: Samples) -> Samples:
        before, self._weights = self._weights, self._decided(part)
        mixed: Samples = part @ self._weights
        if before is not None and not np.array_equal(before, self._weights):
            fade = min(self._fade, len(part))
            new = np.linspace(0, 1, fade, dtype=np.float32)
            mixed[:fade] = new * mixed[:fade] + (1 - new) * (part[:fade] @ before)
        return mixed

    def _decided(self, part: Samples) -> Samples:
        # Variances: a constant offset on both channels is no sound that they share.
        each = part.var(axis=0)
        loudest = int(np.argmax(each))
        averaged = float((part @ self._average).var())
        is_average = self._weights is None or np.array_equal(self._weights, self._average)
        if averaged >= float(each[loudest]) * (MUCH_QUIETER if is_average else CLEARLY_NOT):
            return self._average
        chosen = np.zeros_like(self._average)
        chosen[loudest] = 1.0
        return chosen
