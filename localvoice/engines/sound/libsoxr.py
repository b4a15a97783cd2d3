"""soxr: the only file that imports it."""

from localvoice.sound import Samples


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """A whole sound, float32, shape (n,) or (n, channels), at another rate; no delay."""
    import soxr

    result: Samples = soxr.resample(samples, from_hz, to_hz, quality="HQ")
    return result
