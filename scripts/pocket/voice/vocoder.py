"""Shapes and constants that analysis, training and the exported graph share."""

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16000
HOP_SAMPLES = 80


def _warped(count: int, knee_hz: float) -> NDArray[np.float64]:
    """`count` frequencies from 0 to 8 kHz, evenly spaced in log(1 + f / knee)."""
    top = np.log1p(SAMPLE_RATE / 2 / knee_hz)
    return knee_hz * np.expm1(np.linspace(0.0, top, count))


BANDS = _warped(56, 1000.0)
APERIODICITY_BANDS = np.array([500.0, 1500.0, 2500.0, 3500.0, 5000.0, 7000.0])


def interpolation(bins: int, centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """[bands, bins]: linear interpolation from values at `centres` (Hz) to `bins` frequencies from 0 to 8 kHz."""
    frequencies = np.linspace(0.0, SAMPLE_RATE / 2, bins)
    return np.stack([np.interp(frequencies, centres, row) for row in np.eye(len(centres))])


def band_matrix(bins: int, centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """[bins, bands]: the mean of a spectrum around each centre, weighted by its interpolation triangle."""
    triangles = interpolation(bins, centres)
    return np.asarray((triangles / triangles.sum(axis=1, keepdims=True)).T)
