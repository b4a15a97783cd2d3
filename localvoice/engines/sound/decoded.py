"""What a decoder gives, whichever library it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from localvoice.sound import Samples


@dataclass(frozen=True, slots=True)
class Decoded:
    """A sound file that is being decoded."""

    rate_hz: int
    channels: int
    promised_s: float | None
    """The length that the file itself states; None if it states none."""
    blocks: Iterator[Samples]
    """The sound in order: float32 of shape (n, channels), any n."""


class ForC:
    """A file as decoders take it that are written in C. It has no name, by which they would choose the format: a WAV
    may be called talk.raw. An impossible place, as damaged files name it, is no exception: no Python would catch it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.read, self.tell = file.read, file.tell

    def seek(self, offset: int, whence: int = 0) -> int:
        """As files do; from an impossible place it stays where it is."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return self._file.tell()
