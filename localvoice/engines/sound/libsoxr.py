"""soxr: the only file that imports it."""

from typing import Any

from localvoice.sound import Samples


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """A whole sound, float32, shape (n,) or (n, channels), at another rate; no delay."""
    import soxr

    result: Samples = soxr.resample(samples, from_hz, to_hz, quality="HQ")
    return result


class Stream:
    """As `resample`, for mono sound that comes in blocks; it hands out what it owes with the last one."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        import soxr

        self._stream: Any = soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="HQ")

    def feed(self, samples: Samples, last: bool = False) -> Samples:
        """float32 of shape (n,), n of 0 too; any number of samples comes back."""
        result: Samples = self._stream.resample_chunk(samples, last=last)
        return result
