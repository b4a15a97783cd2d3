"""The speaker alone, for a sound that is there in full: no microphone is opened, and nothing hurries."""

import threading
import time
from typing import Any

import numpy as np

from localvoice.engines.sound import messages, portaudio
from localvoice.engines.sound.choose_device import Device, choose_speaker, rates
from localvoice.errors import DeviceLost, DeviceRefused
from localvoice.sound import Samples

LOOK_S = 0.1
MARGIN_S = 0.1


class Loudspeaker:
    """Opened by the constructor; plays once.

    `device`: part of a name, None for the system's default. `rate_hz`: None tries 16 kHz and takes the device's own
    rate otherwise. Raises NoDevice, DeviceRefused, or AudioError where PortAudio is missing.
    """

    def __init__(self, device: str | None = None, rate_hz: int | None = None) -> None:
        speaker = choose_speaker(portaudio.devices(), device)
        self.name = speaker.name
        self._left = np.zeros(0, np.float32)
        self._blocks = 0
        self._ended = threading.Event()
        self.rate_hz, self._stream = self._open(speaker, rate_hz)

    def play(self, samples: Samples) -> None:
        """Play float32 mono samples at `rate_hz` and return when they were heard. Raises DeviceRefused, DeviceLost."""
        # Sound servers lose some milliseconds when a stream begins and when it ends: let that be silence.
        before, after = (round(s * self.rate_hz) for s in (MARGIN_S, MARGIN_S + self._stream.latency))
        self._left = np.pad(samples, (before, after))
        try:
            with portaudio.explained(self.name, self.rate_hz):
                self._stream.start()
            self._wait()
        finally:
            with messages.hushed():
                self._stream.abort(ignore_errors=True)
                self._stream.close(ignore_errors=True)

    def _wait(self) -> None:
        seen, seen_s = 0, time.monotonic()
        while not self._ended.wait(LOOK_S):
            now_s = time.monotonic()
            if self._blocks != seen:
                seen, seen_s = self._blocks, now_s
            elif now_s - seen_s > (portaudio.STALLED_S if seen else portaudio.FIRST_BLOCK_S):
                break
        # A device that is unplugged ends the stream, or leaves it waiting for ever.
        if len(self._left) or not self._ended.is_set():
            raise DeviceLost(
                f"The sound device {self.name} takes no more sound.",
                "Plug it in again, or choose another one with --device (`localvoice devices` lists them).",
            )

    def _open(self, speaker: Device, wanted_hz: int | None) -> tuple[int, Any]:
        first: DeviceRefused | None = None
        for rate_hz in rates(speaker, speaker, wanted_hz):
            for channels in dict.fromkeys((1, min(2, speaker.outputs))):
                try:
                    return rate_hz, portaudio.output_stream(speaker, rate_hz, channels, self._fill, self._ended.set)
                except DeviceRefused as error:
                    first = first or error
        assert first is not None
        raise first

    def _fill(self, block: Samples) -> bool:
        self._blocks += 1
        part, self._left = self._left[: len(block)], self._left[len(block) :]
        block[: len(part)] = part[:, np.newaxis]
        block[len(part) :] = 0.0
        return len(self._left) > 0
