"""Silence around a clause: what the voice left there is cut, what a listener expects is added. Pure."""

import numpy as np

from localvoice.sound import Samples

_WINDOW_MS = 2
_SILENT_DB = -42.0
"""Below the clause's loudest window. Soft consonants (f, th, h) stay within 35 dB of the vowels."""
_KEEP_BEFORE_MS = 6
"""The start of a consonant is softer than the threshold; so is the end of a vowel."""
_KEEP_AFTER_MS = 24
_FADE_MS = 2

_PAUSE_MS = ((".!?…", 180), (";:—–", 120), (",", 70))
_NO_MARK_PAUSE_MS = 0
_CLOSERS = "\"'”’)]}*_` "


def pause_ms(clause: str) -> int:
    """How long a reader pauses after `clause`, by its last punctuation mark."""
    bare = clause.rstrip(_CLOSERS)
    for marks, pause in _PAUSE_MS:
        if bare and bare[-1] in marks:
            return pause
    return _NO_MARK_PAUSE_MS


def trimmed(samples: Samples, rate_hz: int) -> Samples:
    """`samples` (mono float32) without the silence at both ends; empty when there is nothing else."""
    window = max(1, rate_hz * _WINDOW_MS // 1000)
    windows = len(samples) // window
    if windows == 0:
        return np.zeros(0, np.float32)
    power = np.square(samples[: windows * window].reshape(windows, window)).mean(axis=1)
    loudest = float(power.max())
    if loudest < 1e-10:
        return np.zeros(0, np.float32)
    heard = np.flatnonzero(power > loudest * 10.0 ** (_SILENT_DB / 10.0))
    start = max(0, int(heard[0]) * window - rate_hz * _KEEP_BEFORE_MS // 1000)
    end = min(len(samples), (int(heard[-1]) + 1) * window + rate_hz * _KEEP_AFTER_MS // 1000)
    kept = samples[start:end].astype(np.float32, copy=True)
    fade = min(rate_hz * _FADE_MS // 1000, len(kept) // 2)
    slope = (0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / max(1, fade))).astype(np.float32)
    kept[:fade] *= slope
    kept[len(kept) - fade :] *= slope[::-1]
    return kept
