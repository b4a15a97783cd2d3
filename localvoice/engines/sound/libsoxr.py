"""soxr: the only file that imports it."""

import numpy as np
from numpy.typing import NDArray


def resample(samples: NDArray[np.float32], from_hz: int, to_hz: int) -> NDArray[np.float32]:
    """A whole sound, float32, shape (n,) or (n, channels), at another rate; no delay."""
    import soxr

    result: NDArray[np.float32] = soxr.resample(samples, from_hz, to_hz, quality="HQ")
    return result
