"""Whisper's log-mel spectrogram, on one thread and only where there is sound.

Same numbers as faster-whisper's FeatureExtractor. That one multiplies by the filter bank in one piece,
which BLAS spreads over all cores and waits for: 1 ms of arithmetic then takes 12 to 20 ms while other threads
work.
"""

import math

import numpy as np
from numpy.typing import NDArray

WINDOW_SAMPLES = 400
HOP_SAMPLES = 160
_FLOOR = 1e-10
_RANGE_LOG10 = 8.0
_BLAS_ALONE_FRAMES = 16
"""OpenBLAS starts its threads above 262,144 multiplications (GEMM_MULTITHREAD_THRESHOLD 4): 16 x 201 x 80
are fewer."""


def log_mel(samples: NDArray[np.float32], frames: int, filters: NDArray[np.float32]) -> NDArray[np.float32]:
    """Spectrogram float32 (mels, frames) of `samples` (float32, 16 kHz), silence after their end.

    `filters`: (mels, 201) as Whisper's. Frame t is centred on sample 160 t, Hann window of 400; the start
    is mirrored; log10, no more than 8 below the loudest, then (x + 4) / 4 (Radford et al. 2022,
    whisper/audio.py).
    """
    sound = samples[: frames * HOP_SAMPLES]
    half = WINDOW_SAMPLES // 2
    busy = min(frames, math.ceil((len(sound) + half) / HOP_SAMPLES)) if len(sound) else 0
    spectrogram = np.full((frames, len(filters)), math.log10(_FLOOR), np.float32)
    if busy:
        padded = np.zeros((busy - 1) * HOP_SAMPLES + WINDOW_SAMPLES, np.float32)
        mirrored = sound[1 : half + 1][::-1]
        padded[half - len(mirrored) : half] = mirrored
        inside = min(len(sound), len(padded) - half)
        padded[half : half + inside] = sound[:inside]
        windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW_SAMPLES)[::HOP_SAMPLES]
        spectrum = np.fft.rfft(windows * np.hanning(WINDOW_SAMPLES + 1)[:-1].astype(np.float32))
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        bank = np.ascontiguousarray(filters.T)
        for start in range(0, busy, _BLAS_ALONE_FRAMES):
            block = slice(start, min(start + _BLAS_ALONE_FRAMES, busy))
            spectrogram[block] = power[block] @ bank
        np.maximum(spectrogram[:busy], _FLOOR, out=spectrogram[:busy])
        np.log10(spectrogram[:busy], out=spectrogram[:busy])
    np.maximum(spectrogram, spectrogram.max() - _RANGE_LOG10, out=spectrogram)
    return np.ascontiguousarray((spectrogram.T + 4) / 4, np.float32)
