"""libsndfile through soundfile: the only file that imports it."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np

from localvoice.engines.sound.decoded import Decoded, ForC
from localvoice.sound import Samples

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
