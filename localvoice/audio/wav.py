"""Sound files: any that can be read becomes mono at the ears' rate; what is written is plain 16-bit WAV."""

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np

from localvoice.audio.resample import resample
from localvoice.engines.sound import libsndfile
from localvoice.errors import BadWav
from localvoice.sound import EAR_HZ, Samples

LONGEST_S = 4 * 3600
"""Longer files would not fit into memory beside the models."""
LENGTH_UNKNOWN_BYTES = 0x7FFF_0000
"""Programs that write a WAV into a pipe cannot know its length and write one from here on."""
MOST_BYTES = 2**32 - 2**16
"""A WAV keeps its length in 32 bits."""


@dataclass(frozen=True, slots=True)
class WavInfo:
    """What the file itself has; `read` has changed it."""

    rate_hz: int
    channels: int
    seconds: float
    missing_s: float = 0.0
    """How much more the file promises than it has: it was cut short, as by a copy that broke off."""


def read(path: str | Path) -> tuple[Samples, WavInfo]:
    """(samples, info): float32 mono in [-1, 1] at 16 kHz, from any rate and channel count (channels are averaged).

    Raises BadWav for a file that is missing, empty, unreadable or no sound file.
    """
    file = Path(path)
    try:
        with file.open("rb") as opened:
            is_empty = not opened.read(1)
    except FileNotFoundError:
        raise BadWav(f"There is no file {file}.", "Check the path.") from None
    except IsADirectoryError:
        raise BadWav(f"{file} is a folder.", "Name a sound file inside it.") from None
    except OSError as error:
        raise BadWav(f"{file} cannot be read: {error.strerror}.", "Check its permissions.") from None
    if is_empty:
        raise BadWav(f"{file} is empty.", "Record it again.")
    samples, rate_hz = libsndfile.read(file)
    if not len(samples):
        raise BadWav(f"{file} has a header but no sound.", "Record it again.")
    seconds = len(samples) / rate_hz
    info = WavInfo(rate_hz, samples.shape[1], seconds, seconds * _missing(file))
    if info.seconds > LONGEST_S:
        raise BadWav(f"{file} is longer than {LONGEST_S // 3600} hours.", "Cut it into shorter files.")
    # Floating-point files may hold anything; a NaN would poison every later stage.
    mono = np.nan_to_num(samples.mean(axis=1), nan=0.0, posinf=1.0, neginf=-1.0).astype(np.float32)
    return np.clip(resample(mono, rate_hz, EAR_HZ), -1.0, 1.0), info


def _missing(file: Path) -> float:
    """What a RIFF file promises beyond its end, as a multiple of the sound that is there; 0 for other kinds of file."""
    with file.open("rb") as opened:
        head = opened.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return 0.0
        while len(chunk := opened.read(8)) == 8:
            promised = int.from_bytes(chunk[4:], "little")
            if chunk[:4] == b"data":
                there = file.stat().st_size - opened.tell()
                return (promised - there) / there if 0 < there < promised < LENGTH_UNKNOWN_BYTES else 0.0
            opened.seek(promised + promised % 2, 1)
    return 0.0


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
