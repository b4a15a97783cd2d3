"""Sound files: any that can be read becomes mono at the ears' rate; what is written is plain 16-bit WAV."""

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import numpy as np

from localvoice.audio import sound_reader
from localvoice.audio.sound_reader import WavInfo
from localvoice.errors import BadWav
from localvoice.sound import Samples

MOST_BYTES = 2**32 - 2**16
"""A WAV keeps its length in 32 bits."""


def read(path: str | Path) -> tuple[Samples, WavInfo]:
    """(samples, info): float32 mono in [-1, 1] at 16 kHz, from any rate and channel count (see audio/mixdown.py).

    Raises BadWav for a file that is missing, empty, unreadable or no sound file.
    """
    samples, info = sound_reader.read(path)
    return np.clip(samples, -1.0, 1.0), info


class WavWriter:
    """A 16-bit WAV that grows block by block; a valid file after every block, so nothing is lost when it
    is cut off.

    All methods raise BadWav when the file cannot be written: no such folder, a full disk, more than fits into a WAV.
    """

    def __init__(self, path: str | Path, rate_hz: int, channels: int) -> None:
        self._path = path
        self._channels = channels
        self._bytes = 0
        with _explained(path):
            self._on_disk = Path(path).open("wb")
        self._file = wave.open(self._on_disk, "wb")
        self._file.setnchannels(channels)
        self._file.setsampwidth(2)
        self._file.setframerate(rate_hz)

    def write(self, samples: Samples) -> None:
        """float32 in [-1, 1], shape (n,) for one channel or (n, channels); louder samples are clipped."""
        whole = np.asarray(samples, np.float32).reshape(-1, self._channels)
        self._bytes += 2 * whole.size
        if self._bytes > MOST_BYTES:
            raise BadWav(f"{self._path} is full: a WAV file holds four gigabytes.", "Continue in another file.")
        with _explained(self._path):
            self._file.writeframes(np.round(np.clip(whole, -1.0, 1.0) * 32767.0).astype("<i2").tobytes())

    def close(self) -> None:
        """Finish the file."""
        with _explained(self._path):
            try:
                self._file.close()
            finally:
                self._on_disk.close()

    def __enter__(self) -> "WavWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def write(path: str | Path, samples: Samples, rate_hz: int) -> None:
    """Write float32 samples of shape (n,) or (n, channels) as a 16-bit WAV. Raises BadWav when that fails."""
    with WavWriter(path, rate_hz, 1 if samples.ndim == 1 else samples.shape[1]) as file:
        file.write(samples)


@contextmanager
def _explained(path: str | Path) -> Iterator[None]:
    """The system's errors as ours."""
    try:
        yield
    except OSError as error:
        raise BadWav(f"{path} cannot be written: {error.strerror}.", "Choose another place.") from None
