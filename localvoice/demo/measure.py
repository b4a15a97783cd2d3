"""What the recording of the conversation says: voice-to-voice latency from its two channels alone."""

import numpy as np

from localvoice.sound import EAR_HZ, Samples, amplitude_of

FRAME = EAR_HZ // 100
"""10 ms: shorter than any pause that people hear, longer than the slowest glottal pulse."""
VOICED_DB = -30.0
"""A frame this far below the loudest one of the utterance is still voice; breath and decay are not."""
AUDIBLE = amplitude_of(-50)
"""-50 dBFS: what can just be heard next to somebody in a quiet room at an ordinary volume."""


def last_voiced(user: Samples, from_at: int, to_at: int) -> int:
    """One past the last voiced sample of the utterance in user[from_at:to_at], as an index of `user`."""
    return voiced_span(user, from_at, to_at)[1]


def voiced_span(user: Samples, from_at: int, to_at: int) -> tuple[int, int]:
    """The first voiced sample of the utterance in user[from_at:to_at] and one past the last, as indices of `user`.

    `user`: float32 mono at 16 kHz, the user's voice alone. A frame counts as voice when it is within VOICED_DB of the
    utterance's loudest one.
    """
    part = user[from_at:to_at]
    frames = part[: len(part) // FRAME * FRAME].reshape(-1, FRAME)
    if not len(frames):
        return from_at, to_at
    level = np.sqrt(np.mean(frames.astype(np.float64) ** 2, axis=1))
    threshold = float(level.max()) * amplitude_of(VOICED_DB)
    voiced = np.flatnonzero(level > threshold)
    if not len(voiced):
        return from_at, to_at
    return from_at + int(voiced[0]) * FRAME, from_at + (int(voiced[-1]) + 1) * FRAME


def first_audible(assistant: Samples, from_at: int, to_at: int | None = None) -> int | None:
    """Index of the first sample of assistant[from_at:to_at] that can be heard, or None."""
    loud = np.flatnonzero(np.abs(assistant[from_at:to_at]) > AUDIBLE)
    return from_at + int(loud[0]) if len(loud) else None


def voice_to_voice_ms(user: Samples, assistant: Samples, spoken: tuple[int, int], answer_at: int) -> float | None:
    """From the last voiced sample of the user in `spoken` to the first audible one of the answer, in milliseconds.

    `answer_at`: where the answer (not a filler before it) begins in the played stream.
    """
    audible = first_audible(assistant, answer_at)
    if audible is None:
        return None
    return round((audible - last_voiced(user, *spoken)) * 1000 / EAR_HZ, 1)
