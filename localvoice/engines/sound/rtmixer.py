"""The sound edge where the C one was not compiled: rtmixer's callback, and Python for what that cannot do.

rtmixer plays from one ring and records into another. A thread keeps a short stretch of sound ready for it, silence
when there is nothing to say, so that both rings run from the same first frame on and reference and microphone stay
aligned. Volume, fades and dropping happen on the way into that ring and are therefore heard AHEAD_MS late; and when
Python is too busy to fill it in time there is a gap, which is counted.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np

from localvoice.engines.sound import messages
from localvoice.engines.sound.choose_device import choose, rates
from localvoice.engines.sound.edge import Ack, AckKind, Counters
from localvoice.errors import AudioError, DeviceRefused
from localvoice.sound import Samples, amplitude_of

AHEAD_MS = 80.0
FEED_EVERY_S = 0.01
CAPTURE_S = 8.0


class RtMixerEdge:
    """What engines.edge.Edge does, as far as it can be done without compiling; the same meanings, late by AHEAD_MS.

    `stream`: an rtmixer.MixerAndRecorder, opened and not yet started, or anything with its methods.
    """

    def __init__(self, stream: Any, ring: Callable[[int, int], Any], rate_hz: int, play_s: float = 20.0) -> None:
        self.rate_hz = rate_hz
        self._stream = stream
        self._ahead = round(AHEAD_MS * rate_hz / 1000)
        self._speaker: Any = ring(4, 1 << (8 * self._ahead).bit_length())
        self._microphone: Any = ring(4, 1 << round(CAPTURE_S * rate_hz).bit_length())
        self._lock = threading.RLock()
        self._capacity = round(play_s * rate_hz)
        self._pending: deque[Samples] = deque()
        self._pending_frames = 0
        self._sent: deque[Samples] = deque([np.zeros(0, np.float32)])
        self._fed = 0
        self._pulled = 0
        self._marks: deque[tuple[int, int]] = deque([(0, 0)])  # (frame, frames played of what was pushed before it)
        self._acks: deque[Ack] = deque()
        self._gain, self._target, self._ramp_left = 1.0, 1.0, 0
        self._played = self._dropped = self._starved = self._starved_events = self._gaps = self._extra = 0
        self._last_id = 0
        self._expected = self._playing = False
        self._playing_action: Any = None
        self._recording_action: Any = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def run(self) -> None:
        """Begin to feed; call it right before the stream is started."""
        self._playing_action = self._stream.play_ringbuffer(self._speaker)
        self._recording_action = self._stream.record_ringbuffer(self._microphone)
        self._feed()
        self._thread = threading.Thread(target=self._loop, name="rtmixer-feed", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop feeding."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    # --- playing -------------------------------------------------------------------------------------------------

    def push(self, samples: Samples) -> int:
        """As Edge.push."""
        with self._lock:
            taken = max(0, min(len(samples), self.free))
            if taken:
                self._pending.append(np.array(samples[:taken], np.float32))
                self._pending_frames += taken
            return taken

    @property
    def queued(self) -> int:
        """As Edge.queued; what waits inside rtmixer's ring counts as well."""
        with self._lock:
            return self._pending_frames + self._played - self.played

    @property
    def free(self) -> int:
        """As Edge.free."""
        return self._capacity - self._pending_frames

    @property
    def played(self) -> int:
        """As Edge.played."""
        with self._lock:
            frame = self.frame
            while len(self._marks) > 1 and self._marks[1][0] <= frame:
                self._marks.popleft()
            (start, before), after = self._marks[0], self._marks[1] if len(self._marks) > 1 else None
            return before if after is None else min(after[1], before + frame - start)

    @property
    def frame(self) -> int:
        """As Edge.frame."""
        return self._pulled + int(self._microphone.read_available) + self._extra

    def ramp(self, gain_db: float, ramp_ms: float) -> int:
        """As Edge.ramp."""
        with self._lock:
            self._target = amplitude_of(gain_db)
            self._ramp_left = round(ramp_ms * self.rate_hz / 1000)
            if not self._ramp_left:
                self._gain = self._target
            return self._acknowledge("ramp", 0)

    def drop(self, fade_ms: float = 8) -> int:
        """As Edge.drop."""
        with self._lock:
            fade = min(round(fade_ms * self.rate_hz / 1000) if self._playing else 0, self._pending_frames)
            if fade:
                self._send(self._take(fade) * np.linspace(1.0, 0.0, fade, dtype=np.float32), fade)
            gone, self._pending_frames = self._pending_frames, 0
            self._pending.clear()
            self._dropped += gone
            self._playing = False
            return self._acknowledge("drop", gone)

    def expect_more(self, expected: bool) -> None:
        """As Edge.expect_more."""
        self._expected = expected

    # --- recording -----------------------------------------------------------------------------------------------

    def pull(self, max_frames: int) -> tuple[int, Samples, Samples]:
        """As Edge.pull."""
        with self._lock:
            count = min(max_frames, int(self._microphone.read_available))
            mic = np.frombuffer(bytes(self._microphone.read(count)), np.float32)[:count]
            sent = np.concatenate(list(self._sent))
            played = sent[:count]
            self._sent = deque([sent[count:]])
            first = self._pulled + self._extra
            self._pulled += count
            return first, mic, np.concatenate([played, np.zeros(count - len(played), np.float32)])

    def acks(self) -> list[Ack]:
        """As Edge.acks: each when its frame has come."""
        with self._lock:
            now: list[Ack] = []
            while self._acks and self._acks[0].at_frame <= self.frame:
                now.append(self._acks.popleft())
            return now

    @property
    def counters(self) -> Counters:
        """As Edge.counters; what rtmixer tells only of stopped streams stays 0."""
        return Counters(
            blocks=self.frame // max(1, self.rate_hz // 100),
            frames=self.frame,
            played_frames=self.played,
            dropped_frames=self._dropped,
            starved_frames=self._starved,
            starved_events=self._starved_events,
            capture_lost_frames=0,
            input_overflows=0,
            output_underflows=self._gaps,
            gaps=self._gaps,
            zero_frames=0,
            late_frames=0,
        )

    # --- the feeding thread --------------------------------------------------------------------------------------

    def _loop(self) -> None:
        while not self._stopping.wait(FEED_EVERY_S):
            self._feed()

    def _feed(self) -> None:
        with self._lock:
            if self._fed and self._playing_action not in self._stream.actions:
                self._restart()
            while (missing := self._ahead - int(self._speaker.read_available)) > 0:
                if self._pending_frames:
                    part = min(missing, self._pending_frames)
                    if not self._playing:
                        self._playing = True
                        self._acknowledge("started", 0, 0)
                    self._send(self._take(part), part)
                else:
                    if self._playing:
                        self._playing = False
                        self._starved_events += self._expected
                        self._acknowledge("dry", 0, 0)
                    self._starved += missing if self._expected else 0
                    self._volume(missing)  # goes on moving, or the next word would begin too loud
                    self._send(np.zeros(missing, np.float32), 0)

    def _restart(self) -> None:
        """rtmixer ends a ring that ran empty. The reference goes on where the microphone is now."""
        now = self._pulled + int(self._microphone.read_available)
        # What was pulled beyond the fed has had its silence in `pull`.
        self._sent.append(np.zeros(max(0, now - max(self._fed, self._pulled)), np.float32))
        self._fed = max(self._fed, now)
        self._marks.append((self._fed + self._extra, self._played))
        self._gaps += 1
        self._extra += 1  # shows as a jump in the frame index, so that the echo is looked for again
        self._playing_action = self._stream.play_ringbuffer(self._speaker)
        if self._recording_action not in self._stream.actions:
            self._recording_action = self._stream.record_ringbuffer(self._microphone)

    def _take(self, frames: int) -> Samples:
        """The next `frames` of what is pending, at the volume of now."""
        parts: list[Samples] = []
        missing = frames
        while missing:
            part = self._pending.popleft()
            if len(part) > missing:
                self._pending.appendleft(part[missing:])
                part = part[:missing]
            parts.append(part)
            missing -= len(part)
        self._pending_frames -= frames
        samples = np.nan_to_num(np.concatenate(parts)) * self._volume(frames)
        clipped: Samples = np.clip(samples, -1.0, 1.0).astype(np.float32)
        return clipped

    def _volume(self, frames: int) -> Samples:
        curve = np.full(frames, self._target, np.float32)
        moving = min(frames, self._ramp_left)
        if moving:
            step = (self._target - self._gain) / self._ramp_left
            curve[:moving] = self._gain + step * np.arange(1, moving + 1)
            self._gain = float(curve[moving - 1])
            self._ramp_left -= moving
        return curve

    def _send(self, samples: Samples, of_pushed: int) -> None:
        self._speaker.write(samples.tobytes())
        self._sent.append(samples)
        if of_pushed:
            self._marks.append((self._fed + self._extra, self._played))
        self._fed += len(samples)
        self._played += of_pushed
        if of_pushed:
            self._marks.append((self._fed + self._extra, self._played))

    def _acknowledge(self, kind: AckKind, dropped: int, number: int | None = None) -> int:
        if number is None:
            self._last_id += 1
            number = self._last_id
        self._acks.append(Ack(number, kind, self._fed + self._extra, self._played, dropped))
        return number


class RtMixerCard:
    """A Card on rtmixer; the arguments and errors are those of PortAudioCard."""

    notice = (
        "The sound edge was not compiled on this machine, so rtmixer stands in: interrupting takes a little longer, "
        "and sound may stutter when the computer is busy. A C compiler and a new install of localvoice cure both."
    )

    def __init__(self, device: str | None = None, rate_hz: int | None = None) -> None:
        from localvoice.engines.sound import portaudio

        try:
            import rtmixer
        except ImportError:
            raise AudioError(
                "Neither the compiled sound edge nor rtmixer is on this machine.",
                "Install a C compiler and install localvoice again, or `pip install rtmixer`.",
            ) from None
        mic, speaker = choose(portaudio.devices(), device)
        self.name = speaker.name if mic.index == speaker.index else f"{mic.name} / {speaker.name}"
        self._stream: Any = None
        first: DeviceRefused | None = None
        for rate in rates(mic, speaker, rate_hz):
            try:
                with portaudio.explained(self.name, rate):
                    # One channel: of a stereo microphone whose channels are opposite a sound server makes silence here.
                    self._stream = rtmixer.MixerAndRecorder(
                        device=(mic.index, speaker.index), samplerate=rate, **portaudio.stream_options(rate)
                    )
            except DeviceRefused as error:
                first = first or error
                continue
            break
        if self._stream is None:
            assert first is not None
            raise first
        self.rate_hz = rate
        self.edge = RtMixerEdge(self._stream, rtmixer.RingBuffer, rate)
        # Of the input the stream states the space in its buffer, which is far more than what waits there.
        self.input_latency_ms = 2.0 * portaudio.BLOCK_MS
        self.output_latency_ms = 1000 * float(self._stream.latency[1]) + AHEAD_MS

    def start(self) -> None:
        """As PortAudioCard.start."""
        if self._stream is None:
            raise DeviceRefused(f"{self.name} was closed already.", "Restart localvoice.")
        from localvoice.engines.sound import portaudio

        self.edge.run()
        with portaudio.explained(self.name, self.rate_hz):
            self._stream.start()

    def stop(self) -> None:
        """As PortAudioCard.stop."""
        self.edge.close()
        stream, self._stream = self._stream, None
        if stream is not None:
            with messages.hushed():
                stream.abort(ignore_errors=True)
                stream.close(ignore_errors=True)

    def restart(self) -> None:
        """Raises DeviceRefused: rtmixer's recorder cannot go on in another stream."""
        raise DeviceRefused(f"{self.name} ended.", "Restart localvoice.")

    @property
    def healthy(self) -> bool:
        """Whether the stream runs."""
        return self._stream is not None and bool(self._stream.active)
