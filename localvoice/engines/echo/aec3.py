"""WebRTC's third echo canceller, from pywebrtc-audio: the only file that imports it."""

from typing import Any

import numpy as np

from localvoice.errors import AudioError
from localvoice.sound import Samples


class Aec3:
    """Finds the delay by itself, stands clock drift and distortion, and silences whatever might be echo.

    Raises AudioError if pywebrtc-audio is not installed.
    """

    def __init__(self, rate_hz: int) -> None:
        try:
            from pywebrtc_audio import EchoCanceller
        except ImportError:
            raise AudioError(
                "WebRTC's echo canceller is not installed.", "Install it with `pip install pywebrtc-audio`."
            ) from None
        self.frame_samples = rate_hz // 100
        self._canceller: Any = EchoCanceller(rate_hz, 1, 0)

    def feed(self, mic: Samples, reference: Samples) -> Samples:
        """float32 in [-1, 1], of one length, a multiple of 10 ms; the microphone without the echo comes back.

        Raises ValueError for another length: the library would fill up the last frame with zeros.
        """
        if mic.shape != reference.shape or len(mic) % self.frame_samples:
            raise ValueError(f"AEC3 takes multiples of {self.frame_samples} samples.")
        clean: Samples = self._canceller.process(
            np.ascontiguousarray(mic, np.float32), np.ascontiguousarray(reference, np.float32)
        )
        return clean
