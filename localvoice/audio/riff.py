"""The length that a WAV states, and whether to believe it.

A program that writes into a pipe cannot know the length and writes a placeholder; one that is killed leaves what it
wrote at the beginning. Both files are whole: their sound goes on until the end of the file. Only a length that was
meant, and is not there, says that something was lost.
"""

import io
from dataclasses import dataclass
from typing import BinaryIO

PLACEHOLDERS = (1 << 30, 2_000_000_000, 0x7FFF_0000, 0x7FFF_FFFF, 1 << 31, 0xFFFF_FFFF)
"""What writers into pipes state: sox, arecord, FFmpeg, espeak-ng and others."""
NEAR_BYTES = 1 << 16
"""Some take the header or a block off it."""
LONGEST_MEANT_S = 24 * 3600.0
"""No recording in one WAV lasts longer than a day."""
GUESSED_BYTES_PER_S = 32_000
_HEAD_BYTES = 12
_WAVE = {b"RIFF": b"WAVE", b"RF64": b"WAVE", b"BW64": b"WAVE"}
_IN_DS64 = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class WavLength:
    """Of the `data` chunk of a WAV."""

    stated_bytes: int
    there_bytes: int
    """From its beginning to the end of the file."""
    data_at: int
    """Where the sound begins."""
    bytes_per_s: int
    """0 if the file does not say, as with some compressed ones."""
    chunks_follow: bool
    """What comes after the stated length reads as further chunks, to the end of the file, or is nothing."""

    @property
    def to_the_end(self) -> bool:
        """Whether the stated length means nothing: all that is there is sound."""
        beyond = self.there_bytes - self.stated_bytes
        if beyond < 0:
            return self._is_placeholder
        # A tag or some padding may follow the sound without being a chunk; a second of it is sound.
        return beyond > 0 and not self.chunks_follow and (not self.stated_bytes or beyond >= self._second_bytes)

    def missing_s(self, seconds: float) -> float:
        """How much was lost, if `seconds` are there: it was meant to be there, and is not."""
        lost_bytes = self.stated_bytes - self.there_bytes
        if lost_bytes <= 0 or not self.there_bytes or self._is_placeholder:
            return 0.0
        return seconds * lost_bytes / self.there_bytes

    @property
    def _second_bytes(self) -> int:
        return self.bytes_per_s or GUESSED_BYTES_PER_S

    @property
    def _is_placeholder(self) -> bool:
        if _near_a_placeholder(self.stated_bytes):
            return True
        return self.stated_bytes > LONGEST_MEANT_S * self._second_bytes


def wav_length(file: BinaryIO) -> WavLength | None:
    """What the WAV in `file` states; None if it is no WAV, or has no sound. Leaves `file` at its beginning."""
    try:
        file.seek(0)
        head = file.read(_HEAD_BYTES)
        if _WAVE.get(head[:4]) != head[8:]:
            return None
        size = file.seek(0, io.SEEK_END)
        return _data_chunk(file, size)
    finally:
        file.seek(0)


def _data_chunk(file: BinaryIO, size: int) -> WavLength | None:
    at, bytes_per_s, in_ds64 = _HEAD_BYTES, 0, 0
    while True:
        file.seek(at)
        chunk = file.read(8)
        if len(chunk) < 8:
            return None
        name, length = chunk[:4], int.from_bytes(chunk[4:], "little")
        if name == b"data":
            stated = in_ds64 if length == _IN_DS64 and in_ds64 else length
            there = size - at - 8
            return WavLength(stated, there, at + 8, bytes_per_s, _chunks(file, at + 8 + stated, size))
        if name == b"fmt ":
            bytes_per_s = int.from_bytes(file.read(12)[8:], "little")
        elif name == b"ds64":
            in_ds64 = int.from_bytes(file.read(16)[8:], "little")
        at += 8 + length + length % 2


def _chunks(file: BinaryIO, at: int, size: int) -> bool:
    """Whether from `at` on there is nothing (but a byte of padding), or chunks that end where the file ends."""
    at += at % 2
    while at + 8 <= size:
        file.seek(at)
        chunk = file.read(8)
        length = int.from_bytes(chunk[4:], "little")
        if not all(0x20 <= byte < 0x7F for byte in chunk[:4]):
            return False
        at += 8 + length + length % 2
    return at >= size - 1 and at <= size + 1


def missing_part(file: BinaryIO) -> float:
    """What an AIFF, AU, big-endian or 64-bit WAV (Sony's) states beyond its end, as a multiple of what is there; 0 for
    other files, and for a placeholder. Leaves `file` at its beginning.
    """
    file.seek(0)
    head = file.read(24)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    stated = 0
    if head[:4] in (b"FORM", b"RIFX"):
        stated = 8 + int.from_bytes(head[4:8], "big")
    elif head[:4] == b".snd":
        stated = int.from_bytes(head[4:8], "big") + int.from_bytes(head[8:12], "big")
    elif head[:4] == b"riff":
        stated = int.from_bytes(head[16:24], "little")
    # A byte of padding may be missing.
    return (stated - size) / size if stated > size + 1 and not _near_a_placeholder(stated) else 0.0


def _near_a_placeholder(stated: int) -> bool:
    return stated >= 1 << 40 or any(abs(stated - placeholder) <= NEAR_BYTES for placeholder in PLACEHOLDERS)


class ToTheEnd(io.RawIOBase):
    """A WAV as if its header said that the sound goes on until the end of the file. Reads from `file`; closes nothing.

    The RIFF form holds four gigabytes; what is beyond them is not stated.
    """

    def __init__(self, file: BinaryIO, length: WavLength) -> None:
        super().__init__()
        self._file = file
        there = min(length.there_bytes, _IN_DS64 - 1 - length.data_at)
        whole = (length.data_at + there - 8).to_bytes(4, "little")
        self._patches = ((0, b"RIFF"), (4, whole), (length.data_at - 4, there.to_bytes(4, "little")))

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """As files do."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As files do."""
        return self._file.tell()

    def read(self, size: int | None = -1) -> bytes:
        """As files do."""
        at = self._file.tell()
        data = bytearray(self._file.read(-1 if size is None else size))
        for begin, new in self._patches:
            for offset, byte in enumerate(new, begin - at):
                if 0 <= offset < len(data):
                    data[offset] = byte
        return bytes(data)
