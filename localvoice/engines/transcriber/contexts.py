"""How much a Whisper encodes of what is said: as little as its training allows.

The encoder's cost grows faster than its context. Published checkpoints were trained on 30 s alone: with too
little silence behind the words they write a sentence twice, or lose the end of a long one (docs/adr/0025).
"""

import math
from dataclasses import dataclass, replace

from localvoice.engines.transcriber.log_mel import HOP_SAMPLES

LONGEST_FRAMES = 3000
"""30 s in frames of 10 ms, the length of the encoder's table of positions."""
FRAME_STEP = 50
"""Contexts come in a few lengths only, so that buffers are used again."""


@dataclass(frozen=True, slots=True)
class Contexts:
    """Lengths in frames of 10 ms."""

    least_frames: int
    margin_frames: int
    """Silence after the last word: without it the model waits for the rest of the sentence."""
    quick_least_frames: int
    quick_margin_frames: int
    """For partials, whose faults the next one corrects."""
    wide_frames: int
    """For a second try."""

    def frames(self, samples: int, quick: bool = False, thorough: bool = False) -> int:
        """The context for so many samples at 16 kHz."""
        least, margin = self.least_frames, self.margin_frames
        if thorough:
            least = max(least, self.wide_frames)
        elif quick:
            least, margin = self.quick_least_frames, self.quick_margin_frames
        wanted = max(least, math.ceil(samples / HOP_SAMPLES) + margin)
        return min(LONGEST_FRAMES, math.ceil(wanted / FRAME_STEP) * FRAME_STEP)


STOCK = Contexts(1200, 800, 1000, 400, LONGEST_FRAMES)
"""Of published checkpoints."""
PRIMED = replace(STOCK, least_frames=1500)
"""Of published checkpoints that are given words beforehand: in less they write sentences twice."""
WHOLE = Contexts(LONGEST_FRAMES, 0, LONGEST_FRAMES, 0, LONGEST_FRAMES)
"""As the model was trained."""


def trained_for(least_frames: int) -> Contexts:
    """Of a model that was trained for contexts of that many frames and more."""
    return Contexts(least_frames, 60, least_frames, 60, 1000)
