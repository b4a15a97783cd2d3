"""libsndfile through soundfile: the only file that imports it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localvoice.errors import BadWav
from localvoice.sound import Samples

FORMATS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
"""What a file's name ends in, and libsndfile's words for it."""
OPUS_HZ = (8_000, 12_000, 16_000, 24_000, 48_000)
BLOCK = 4096
"""Samples that are given to a coder at once."""


def read(path: Path) -> tuple[Samples, int]:
    """(samples, rate_hz) of a sound file of any format that libsndfile knows; samples float32 of shape
    (n, channels).

    Raises BadWav when libsndfile does not understand the file.
    """
    import soundfile

    try:
        name = os.fsencode(path) if os.name == "posix" else str(path)
        samples, rate_hz = soundfile.read(name, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, TypeError, ValueError) as error:
        # TypeError and ValueError: soundfile takes a file named .raw for headerless samples and asks for
        # its rate.
        reason = getattr(error, "error_string", "it has no header").strip().rstrip(".")
        raise BadWav(
            f"{path} is not a readable sound file ({reason}).",
            "Use a WAV, FLAC or Ogg file that other players can play.",
        ) from None
    return samples, int(rate_hz)


class Writer:
    """A mono sound file in one of the FORMATS that grows block by block. Raises OSError when it cannot be written."""

    def __init__(self, path: Path, kind: str, rate_hz: int) -> None:
        """`kind`: an ending of FORMATS. A file that is there is overwritten."""
        import soundfile

        container, coding = FORMATS[kind]
        name = os.fsencode(path) if os.name == "posix" else str(path)
        self._failed: tuple[type[Exception], ...] = (soundfile.LibsndfileError, AssertionError)
        with self._explained():
            self._file = soundfile.SoundFile(name, "w", rate_hz, 1, coding, format=container)

    def write(self, samples: Samples) -> None:
        """float32 in [-1, 1], shape (n,)."""
        # Its Vorbis coder keeps a whole call on the stack, and ends the process with a long one.
        for start in range(0, len(samples), BLOCK):
            with self._explained():
                self._file.write(samples[start : start + BLOCK])

    def close(self) -> None:
        """Finish the file. Safe to call twice."""
        with self._explained():
            self._file.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except self._failed as error:
            # An assertion of soundfile's: fewer samples were taken than were given.
            raise OSError(0, getattr(error, "error_string", "") or "the disk takes no more") from None


def can_write(kind: str) -> bool:
    """Whether the libsndfile that is installed writes `kind`, an ending of FORMATS."""
    import soundfile

    return kind in FORMATS and bool(soundfile.check_format(*FORMATS[kind]))


def rate_for(kind: str, rate_hz: int) -> int:
    """The rate at which sound of `rate_hz` is written: Opus knows only a few."""
    return rate_hz if kind != "opus" else next((rate for rate in OPUS_HZ if rate >= rate_hz), OPUS_HZ[-1])
