"""Keeps a conversation as a stereo WAV: the microphone left, what was played right."""

from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from localvoice.audio.wav import WavWriter
from localvoice.events import EAR_HZ


class Recorder:
    """Writes while the conversation runs, so that a crash loses nothing. Used by the ears' thread alone.

    `folder`: where the file goes; empty for the platform's folder for user data. Raises BadWav where it
    cannot be written.
    """

    def __init__(self, folder: str = "") -> None:
        self.path = _folder(folder) / f"{datetime.now():%Y-%m-%d_%H-%M-%S}.wav"
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._writer = WavWriter(self.path, EAR_HZ, 2)
        # A recorded conversation is nobody else's business on a shared computer.
        self.path.chmod(0o600)

    def feed(self, mic: NDArray[np.float32], played: NDArray[np.float32]) -> None:
        """Append a block of both, float32 mono at 16 kHz, of one length."""
        self._writer.write(np.column_stack([mic, played]))

    def close(self) -> Path:
        """Finish the file and say where it is."""
        self._writer.close()
        return self.path


def _folder(folder: str) -> Path:
    if folder:
        return Path(folder).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("localvoice", appauthor=False)) / "recordings"
