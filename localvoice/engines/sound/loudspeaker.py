"""The speaker alone, for a sound that is made while it plays: no microphone is opened, and nothing hurries."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

import numpy as np

from localvoice.engines.sound import portaudio
from localvoice.engines.sound.choose_device import Device, choose_speaker
from localvoice.errors import DeviceLost, DeviceRefused
from localvoice.sound import Samples

LOOK_S = 0.1
MARGIN_S = 0.1
AHEAD_S = 5.0
"""Of sound that is kept ready; more would only fill the memory."""
OTHER_HZ = (48_000, 44_100, 16_000)


class Loudspeaker:
    """Opened by the constructor; plays once.

    `device`: part of a name, None for the system's default. `rate_hz`: None takes the device's own rate, so that the
    sound server changes nothing. Raises NoDevice, DeviceRefused, or AudioError where PortAudio is missing.
    """

    def __init__(self, device: str | None = None, rate_hz: int | None = None) -> None:
        speaker = choose_speaker(portaudio.devices(), device)
        self.name = speaker.name
        self._queue: deque[Samples] = deque()
        self._given = self._taken = 0
        """Samples; each is written by one thread alone."""
        self._complete = False
        self._blocks = 0
        self._ended = threading.Event()
        self.rate_hz, self._stream = self._open(speaker, rate_hz)

    def play(self, pieces: Iterable[Samples]) -> None:
        """Play float32 mono samples at `rate_hz`, the first piece as soon as it is there, and return when all was
        heard. Raises DeviceRefused, DeviceLost, and what `pieces` raises; then the sound ends at once.
        """
        # Sound servers lose some milliseconds when a stream begins and when it ends: let that be silence.
        try:
            for piece in pieces:
                if not self._given:
                    self._give(self._silence(MARGIN_S))
                    self._give(piece)
                    with portaudio.explained(self.name, self.rate_hz):
                        self._stream.start()
                else:
                    self._give(piece)
                self._wait(AHEAD_S)
            if self._given:
                self._give(self._silence(MARGIN_S + self._stream.latency))
                self._complete = True
                self._wait(None)
        finally:
            self.close()

    def close(self) -> None:
        """Leave the device, in mid-sound if need be; that takes a second at the most. Safe to call twice."""
        stream, self._stream = self._stream, None
        if stream is not None:
            portaudio.close(stream)

    def _silence(self, seconds: float) -> Samples:
        return np.zeros(round(seconds * self.rate_hz), np.float32)

    def _give(self, samples: Samples) -> None:
        self._queue.append(samples)
        self._given += len(samples)

    def _wait(self, ahead_s: float | None) -> None:
        """Until less than `ahead_s` is left to play; None: until the end."""
        seen, seen_s = self._blocks, time.monotonic()
        while ahead_s is None or self._given - self._taken > ahead_s * self.rate_hz:
            if self._ended.wait(LOOK_S):
                break
            now_s = time.monotonic()
            if self._blocks != seen:
                seen, seen_s = self._blocks, now_s
            elif now_s - seen_s > (portaudio.STALLED_S if seen else portaudio.FIRST_BLOCK_S):
                break
        else:
            return
        # A device that is unplugged ends the stream, or leaves it waiting for ever.
        if not self._complete or self._queue or not self._ended.is_set():
            raise DeviceLost(
                f"The sound device {self.name} takes no more sound.",
                "Plug it in again, or choose another one with --device (`localvoice devices` lists them).",
            )

    def _open(self, speaker: Device, wanted_hz: int | None) -> tuple[int, Any]:
        first: DeviceRefused | None = None
        for rate_hz in [wanted_hz] if wanted_hz else dict.fromkeys((speaker.rate_hz, *OTHER_HZ)):
            for channels in dict.fromkeys((1, min(2, speaker.outputs))):
                try:
                    return rate_hz, portaudio.output_stream(speaker, rate_hz, channels, self._fill, self._ended.set)
                except DeviceRefused as error:
                    first = first or error
        assert first is not None
        raise first

    def _fill(self, block: Samples) -> bool:
        self._blocks += 1
        filled = 0
        while filled < len(block) and self._queue:
            piece = self._queue.popleft()
            part = piece[: len(block) - filled]
            if len(part) < len(piece):
                self._queue.appendleft(piece[len(part) :])
            block[filled : filled + len(part)] = part[:, np.newaxis]
            filled += len(part)
        # Also where the next clause is late.
        block[filled:] = 0.0
        self._taken += filled
        return not self._complete or bool(self._queue)
