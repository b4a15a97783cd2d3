"""Writing speech block by block into a file of the kind that its name asks for, or as a WAV into a pipe."""

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from localvoice.audio.resample import resample
from localvoice.audio.wav import MOST_BYTES
from localvoice.engines.sound import libsndfile
from localvoice.errors import BadWav
from localvoice.sound import Samples

Write = Callable[[Samples], None]
"""Takes float32 mono samples in [-1, 1]."""

_SAME = {"": "wav", "wave": "wav", "oga": "ogg"}
"""Endings that mean the same as one that libsndfile.FORMATS has. A name without one is a WAV."""
_UNKNOWN = 0xFFFF_FFFF
"""In place of a length: the sound goes on to the end of the stream."""


def kind_of(path: Path) -> str:
    """The ending that says what to write, such as "flac". Raises BadWav for one that cannot be written here."""
    ending = path.suffix.lower().removeprefix(".")
    kind = _SAME.get(ending, ending)
    if not libsndfile.can_write(kind):
        possible = ", ".join(f".{kind}" for kind in libsndfile.FORMATS if libsndfile.can_write(kind))
        raise BadWav(f"{path} cannot be written: the kind .{ending} is not known here.", f"Name one of: {possible}.")
    return kind


def check(path: Path) -> None:
    """Whether `path` can be written, before the work is done. Raises BadWav."""
    kind = kind_of(path)
    folder = path.parent
    if path.is_dir():
        raise BadWav(f"{path} is a folder.", f"Name a file in it, such as {path / 'speech.wav'}.")
    if _is_stream(path):
        if kind != "wav":
            raise BadWav(f"{path} is not an ordinary file and takes only a WAV.", "Write a file instead.")
        return
    if not folder.is_dir():
        why = "it is a file" if folder.exists() else "it does not exist"
        raise BadWav(f"The folder {folder} cannot be written into: {why}.", "Make it, or choose another place.")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise BadWav(f"{path} cannot be written: Permission denied.", "Choose another place.")


@contextmanager
def writing(path: Path, rate_hz: int) -> Iterator[Write]:
    """Entered for one file of sound at `rate_hz`: whole in the end, or not there at all, and then an older one stays.

    Raises BadWav when it cannot be written.
    """
    check(path)
    kind = kind_of(path)
    if _is_stream(path):
        with _explained(path), path.open("wb", buffering=0) as pipe:
            yield wav_stream(pipe, rate_hz)
        return
    # A link stays one, and what it points to is replaced.
    target = Path(os.path.realpath(path))
    part = target.with_name(f".localvoice-{os.getpid()}.part")
    file_hz = libsndfile.rate_for(kind, rate_hz)
    written = 0
    try:
        with _explained(path):
            file = libsndfile.Writer(part, kind, file_hz)

        def write(samples: Samples) -> None:
            nonlocal written
            written += 2 * len(samples)
            if kind == "wav" and written > MOST_BYTES:
                raise BadWav(f"{path} is full: a WAV file holds four gigabytes.", "Write a .flac instead.")
            with _explained(path):
                file.write(resample(samples, rate_hz, file_hz))

        try:
            yield write
        finally:
            with _explained(path):
                file.close()
        with _explained(path):
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def wav_stream(stream: BinaryIO, rate_hz: int) -> Write:
    """Begin a 16-bit mono WAV of unknown length on `stream`; what is returned goes on with it. Raises OSError."""

    def put(raw: bytes) -> None:
        # Without a buffer a pipe may take a part only.
        left = memoryview(raw)
        while left:
            left = left[stream.write(left) :]
        stream.flush()

    def write(samples: Samples) -> None:
        put(np.round(np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes())

    form = struct.pack("<HHIIHH", 1, 1, rate_hz, 2 * rate_hz, 2, 16)
    put(struct.pack("<4sI4s4sI", b"RIFF", _UNKNOWN, b"WAVE", b"fmt ", len(form)) + form)
    put(struct.pack("<4sI", b"data", _UNKNOWN))
    return write


def _is_stream(path: Path) -> bool:
    """Whether it is there and is a pipe or a device, of which no half can be taken back."""
    return path.exists() and not path.is_file()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror if error.errno else "the disk is full, or takes no file as long as this"
        raise BadWav(f"{path} cannot be written: {reason}.", "Choose another place, or make space.") from None
