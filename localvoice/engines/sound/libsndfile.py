"""libsndfile through soundfile: the only file that imports it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from localvoice.engines.sound.decoded import Decoded, ForC
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
BLOCK_FRAMES = 1 << 16
MOST_FRAMES = 1 << 40
"""A file that does not know its length states one beyond this."""


def decode(file: BinaryIO) -> Decoded | None:
    """The sound in `file`, open for reading, at its beginning, and able to seek; None if the format is another's."""
    import soundfile

    head = file.read(3)
    file.seek(0)
    if head == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0"):
        # MP3: the library below libsndfile complains of damaged ones on the terminal, by itself.
        return None
    try:
        opened = soundfile.SoundFile(ForC(file))
    except (soundfile.LibsndfileError, TypeError, ValueError):
        return None
    rate_hz = int(opened.samplerate)
    promised_s = opened.frames / rate_hz if 0 < opened.frames < MOST_FRAMES and rate_hz else None
    return Decoded(rate_hz, int(opened.channels), promised_s, _blocks(opened))


def _blocks(opened: Any) -> Iterator[Samples]:
    import soundfile

    with opened:
        while True:
            block = np.zeros((BLOCK_FRAMES, opened.channels), np.float32)
            try:
                block = opened.read(out=block)
            except soundfile.LibsndfileError:
                # Damaged from here on. What was read before that is in the block, and nothing says how much it is.
                read = np.flatnonzero(block.any(axis=1))
                yield block[: int(read[-1]) + 1 if len(read) else 0]
                return
            if not len(block):
                return
            yield block


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
