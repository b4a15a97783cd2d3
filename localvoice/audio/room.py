"""A simulated sound card in a simulated room: the demo and the tests run on it, through the same C edge
as a real one.

    what is said ──────▶ (+) ──▶ microphone ──▶ edge ──▶ loudspeaker ──┐
    room's noise ────────▲▲                                            │
                          └───────────── impulse response ◀────────────┘
"""

import threading
import time

import numpy as np

from localvoice.audio.acoustics import BlockConvolver, Room, impulse_response, noise
from localvoice.engines.sound.edge import Edge
from localvoice.sound import EAR_HZ, Samples

__all__ = ["Room", "RoomCard"]

BLOCK_MS = 10
NOISE_S = 8.0


class RoomCard:
    """A Card whose microphone stands in `room` and hears what is said with `say`, and what it plays itself.

    `start` runs it in real time in a thread of its own; `step` runs it as fast as it is asked to, in the
    caller's. A real card's buffers are part of it: sound takes `input_latency_ms` from the air into a block
    and `output_latency_ms` from a block into the air (both inside `room.delay_ms`).

    With `record` it keeps what was said and what left the loudspeaker, on one clock, for `recording`.
    """

    notice = "The sound card is a simulated room."

    def __init__(
        self,
        room: Room,
        rate_hz: int = EAR_HZ,
        record: bool = False,
        input_latency_ms: float = 10.0,
        output_latency_ms: float = 20.0,
        play_s: float = 20.0,
    ) -> None:
        if room.delay_ms < max(BLOCK_MS, input_latency_ms + output_latency_ms):
            raise ValueError("the echo cannot be faster than the card's own buffers")
        self.name = "simulated room"
        self.rate_hz = rate_hz
        self.room = room
        self.edge = Edge(rate_hz, play_s=play_s)
        self.input_latency_ms = input_latency_ms
        self.output_latency_ms = output_latency_ms
        self._block = rate_hz * BLOCK_MS // 1000
        self._in_late = round(input_latency_ms * rate_hz / 1000)
        self._out_late = round(output_latency_ms * rate_hz / 1000)
        self._echo = BlockConvolver(impulse_response(room, rate_hz)[self._block :], self._block)
        self._echo_ahead = np.zeros(self._block, np.float32)
        self._noise = noise(room, rate_hz, NOISE_S)
        self._record = record
        self._played: list[Samples] = []
        self._frame = 0
        self._lock = threading.Lock()
        self._said: list[tuple[int, Samples]] = []
        self._disturbances: list[tuple[int, Samples]] = []
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def frame(self) -> int:
        """The next frame of the stream, which is the room's clock."""
        return self._frame

    def say(self, samples: Samples, at_frame: int | None = None) -> int:
        """The user says `samples` (float32 at the card's rate) at `at_frame`; returns the frame it begins at.

        Without a frame, or with one that is over, it begins now, but not before the user has said
        everything from earlier calls without a frame.
        """
        with self._lock:
            now = self._frame
            if at_frame is None:
                now = max([now, *(start + len(sound) for start, sound in self._said)])
            start = now if at_frame is None else max(at_frame, now)
            self._said.append((start, np.asarray(samples, np.float32)))
            return start

    def disturb(self, samples: Samples, at_frame: int | None = None) -> int:
        """As `say`, for a sound that is not the user's: a radio, dishes. It is not in the recording."""
        with self._lock:
            start = max(self._frame, at_frame if at_frame is not None else self._frame)
            self._disturbances.append((start, np.asarray(samples, np.float32)))
            return start

    # --- running ------------------------------------------------------------------------------------------

    @property
    def healthy(self) -> bool:
        """Whether it runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Run in real time from now on."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="simulated-card", daemon=True)
            self._thread.start()

    def restart(self) -> None:
        """Nothing holds up a room."""

    def stop(self) -> None:
        """Stand still; `start` and `step` go on where it stopped."""
        if self._thread is not None:
            self._stopping.set()
            self._thread.join()
            self._thread = None

    def step(self, frames: int) -> None:
        """Let `frames` pass at once, rounded up to blocks of 10 ms. Raises RuntimeError while it runs by itself."""
        if self._thread is not None:
            raise RuntimeError("the simulated card is already running in real time")
        for _ in range(-(-frames // self._block)):
            self._process()

    def recording(self) -> Samples:
        """(frames, 2) float32: left what the user said, right what left the loudspeaker, both as in the air."""
        with self._lock:
            total = self._frame
            said = list(self._said)
            played = list(self._played)
        left = _mix(said, 0, total)
        silence = np.zeros(self._out_late, np.float32)
        right = np.concatenate([silence, *played])[:total]
        return np.column_stack([left, np.pad(right, (0, total - len(right)))])

    def _run(self) -> None:
        began_s = time.monotonic() - self._frame / self.rate_hz
        while not self._stopping.is_set():
            ahead_s = began_s + (self._frame + self._block) / self.rate_hz - time.monotonic()
            # A late thread catches up block by block: a real card's clock does not wait for Python either.
            if ahead_s <= 0 or not self._stopping.wait(ahead_s):
                self._process()

    def _process(self) -> None:
        first = self._frame
        mic = self._echo_ahead + np.take(self._noise, np.arange(first, first + self._block), mode="wrap")
        with self._lock:
            said, disturbances = list(self._said), list(self._disturbances)
        mic += _mix(said, first - self._in_late, self._block)
        mic += _mix(disturbances, first - self._in_late, self._block)
        played = self.edge.process(np.clip(mic, -1.0, 1.0))
        # The echo of this block reaches the microphone in the next at the earliest: delay_ms is longer
        # than a block.
        self._echo_ahead = self._echo.feed(np.clip(played, -self.room.clip, self.room.clip))
        with self._lock:
            if self._record:
                self._played.append(played)
            else:
                self._said = [(start, s) for start, s in self._said if start + len(s) + self._in_late > first]
            self._frame = first + self._block


def _mix(sounds: list[tuple[int, Samples]], first: int, frames: int) -> Samples:
    """Sum of the sounds in the frames [first, first + frames)."""
    total = np.zeros(frames, np.float32)
    for start, sound in sounds:
        begin, end = max(first, start), min(first + frames, start + len(sound))
        if begin < end:
            total[begin - first : end - first] += sound[begin - start : end - start]
    return total
