"""Keeps a conversation as a stereo WAV: the microphone left, what was played right."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np

from localvoice import folders
from localvoice.audio.wav import WavWriter
from localvoice.errors import BadWav
from localvoice.sound import EAR_HZ, Samples


class Recorder:
    """Writes while the conversation runs, so that a crash loses nothing. Used by the ears' thread alone.

    `folder`: where the file goes; empty for the platform's folder for user data. `warn(sentence)`: told once when the
    recording has to end before the conversation does. Raises BadWav if the file cannot be made.
    """

    def __init__(self, folder: str = "", warn: Callable[[str], None] = lambda sentence: None) -> None:
        self.path = _folder(folder) / f"{datetime.now():%Y-%m-%d_%H-%M-%S}.wav"
        self._warn = warn
        self._samples = 0
        self._ended = False
        try:
            # Other users of a shared computer must not hear a recorded conversation.
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.touch(mode=0o600)
        except OSError as error:
            raise BadWav(
                f"No recording can be kept in {self.path.parent}: {error.strerror}.",
                "Choose another folder: audio.record_folder in the settings.",
            ) from None
        self._writer = WavWriter(self.path, EAR_HZ, 2)

    def feed(self, mic: Samples, played: Samples) -> None:
        """Append a block of both, float32 mono at 16 kHz, of one length. Raises nothing: a full disk ends the
        recording, not the conversation."""
        if self._ended:
            return
        try:
            self._writer.write(np.column_stack([mic, played]))
            self._samples += len(mic)
        except BadWav as error:
            self._ended = True
            self._warn(f"{error.message} The recording ends here; the conversation goes on.")

    def close(self) -> bool:
        """Finish the file; False when there was nothing to keep, and the file is gone."""
        try:
            self._writer.close()
        except BadWav as error:
            if not self._ended:
                self._warn(f"{error.message} The end of the recording is missing.")
        if not self._samples:
            self.path.unlink(missing_ok=True)
        return self._samples > 0


def _folder(folder: str) -> Path:
    if folder:
        return Path(folder).expanduser()
    return folders.data() / "recordings"
