"""The ears' thread: takes blocks from the edge, hears, and tells the turn machine."""

import threading
import time
from collections.abc import Callable

import numpy as np

from localvoice.audio.card import Card
from localvoice.audio.playback import ClauseBegan, CutDone, Playback, PlayoutBegan, PlayoutEnded
from localvoice.audio.resample import StreamResampler
from localvoice.audio.stream_watchdog import StreamWatchdog
from localvoice.events import (
    AudioGap,
    ClauseStarted,
    DeviceGone,
    Event,
    Notice,
    PlayoutStarted,
    ReplyCut,
    ReplyEnded,
    WorkerFailed,
)
from localvoice.faults import where
from localvoice.hear.listener import Listener
from localvoice.sound import EAR_HZ, Samples
from localvoice.turn.clock import StreamClock

POLL_S = 0.008
"""Half a typical block: the callback cannot wake a Python thread without taking its lock, so the ears look."""
IDLE_POLL_S = 0.064
"""While nobody talks: two frames of the voice detector. Looking costs as much as hearing, and what was said meanwhile
is in the ring."""
STALLED_S = 2.0
"""A stream that brings nothing for this long is lost; PortAudio does not report an unplugged device by itself."""
FIRST_BLOCK_S = 6.0
"""Until the first block: a sound server may have to wake up, or a headset to change its profile."""
HICCUP_S = 0.02
"""So little missing is filled with silence. A card that plays late loses next to nothing of the microphone, and to
begin anew each time would deafen the ears on a busy machine."""
DEAD_S = 2.0
"""A microphone that begins with this much of exact zeros is blocked, muted by a switch, or not permitted; or it has a
noise gate, which opens when somebody speaks."""


class Ears:
    """Runs the synchronous chain of `hear.listener` over the stream.

    `post` takes everything that there is to tell; `tap(microphone, played)` gets every block at 16 kHz, in this
    thread, for a recording.
    """

    def __init__(
        self,
        card: Card,
        listener: Listener,
        playback: Playback,
        clock: StreamClock,
        post: Callable[[Event], None],
        tap: Callable[[Samples, Samples], None] | None = None,
    ) -> None:
        self._card = card
        self._watchdog = StreamWatchdog(card)
        self._listener = listener
        self._playback = playback
        self._clock = clock
        self._post = post
        self._tap = tap
        self._muted = False
        self._patience: tuple[int | None, int] | None = None
        self._stopping = threading.Event()
        self._expected_frame: int | None = None
        self._at = 0
        self._zeros = 0
        self._resample = None if card.rate_hz == EAR_HZ else StreamResampler(card.rate_hz, EAR_HZ, channels=2)
        self._thread = threading.Thread(target=self._loop, name="ears", daemon=True)

    def start(self) -> None:
        """Begin to hear."""
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Stop hearing; True when the thread has ended."""
        self._stopping.set()
        if self._thread.ident is None:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def set_muted(self, muted: bool) -> None:
        """While muted the microphone's samples are replaced by silence before anything looks at them."""
        self._muted = muted

    def set_patience(self, ms: int | None, paused_at: int) -> None:
        """Pass an end-of-turn wait to the end-pointer, which belongs to this thread."""
        self._patience = ms, paused_at

    def _loop(self) -> None:
        heard_at_s = time.monotonic()
        while not self._stopping.is_set():
            try:
                worked = self._step()
                restarted = self._watchdog.look()
            except Exception as error:  # noqa: BLE001  this loop is the base of its own worker
                self._post(WorkerFailed("ears", where(error)))
                self._listener.reset()
                # What was counted of the faulty block is not known: the next one counts anew from its own frame.
                self._expected_frame = None
                # A fault that comes again with every block must not fill the screen and a core.
                self._stopping.wait(IDLE_POLL_S)
                continue
            now_s = time.monotonic()
            if worked or restarted:
                heard_at_s = now_s
            elif now_s - heard_at_s > self._patience_s or self._watchdog.lost:
                self._post(
                    DeviceGone(
                        f"The sound device {self._card.name} stopped delivering sound.",
                        "Plug it in again, or choose another one with --device (`localvoice devices` lists them).",
                    )
                )
                return
            else:
                self._stopping.wait(POLL_S if self._playback.audible or not self._listener.idle else IDLE_POLL_S)

    @property
    def _patience_s(self) -> float:
        return FIRST_BLOCK_S if self._expected_frame is None else STALLED_S

    def _step(self) -> bool:
        """One look at the edge; False when there was nothing new."""
        first, mic, played = self._card.edge.pull(self._card.rate_hz // 5)
        self._report_playback()
        if not len(mic):
            return False
        lost = 0 if self._expected_frame is None else first - self._expected_frame
        is_anew = self._expected_frame is None or lost > HICCUP_S * self._card.rate_hz
        self._expected_frame = first + len(mic)
        self._look_for_dead_microphone(mic)
        if self._muted:
            mic = np.zeros_like(mic)
        if lost:
            self._post(AudioGap(self._ear_index(first), self._ear_index(lost)))
        if is_anew:
            self._begin_at(first, lost)
        elif lost:
            mic, played = (np.pad(samples, (lost, 0)) for samples in (mic, played))
        if self._resample is not None:
            pairs = self._resample.feed(np.column_stack([mic, played]))
            mic, played = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])
        if self._patience is not None:
            patience, self._patience = self._patience, None
            self._listener.set_patience(*patience)
        if self._tap is not None:
            self._tap(mic, played)
        self._clock.reached(self._ear_index(self._expected_frame), is_anew)
        at, self._at = self._at, self._at + len(mic)
        for event in self._listener.feed(at, mic, played, self._playback.audible):
            self._post(event)
        return True

    def _begin_at(self, frame: int, lost: int) -> None:
        # Between two gaps what the resampler gives is counted: rounding every block by itself would look like a gap.
        self._at = self._ear_index(frame)
        if self._resample is not None:
            self._resample.reset()
        if lost:
            self._listener.reset()

    def _ear_index(self, frame: int) -> int:
        return frame * EAR_HZ // self._card.rate_hz

    def _report_playback(self) -> None:
        for happened in self._playback.poll():
            at = self._ear_index(happened.at_frame)
            match happened:
                case PlayoutBegan(turn=turn):
                    self._post(PlayoutStarted(turn, at))
                case ClauseBegan(turn=turn, text=text, filler=filler):
                    self._post(ClauseStarted(turn, at, text, filler))
                case PlayoutEnded(turn=turn):
                    self._post(ReplyEnded(turn, at, self._playback.heard(turn).text))
                case CutDone(turn=turn):
                    self._post(ReplyCut(turn, at, self._playback.heard(turn).text))

    def _look_for_dead_microphone(self, mic: Samples) -> None:
        if self._zeros < 0:
            return
        if mic.any():
            # Whatever comes later is no dead microphone: a noise gate gives zeros between all sounds.
            self._zeros = -1
            return
        self._zeros += len(mic)
        if self._zeros > DEAD_S * self._card.rate_hz:
            self._zeros = -1
            self._post(
                Notice(
                    "The microphone has delivered only zeros so far. If this continues while you speak, it is switched "
                    "off, blocked by another program, or the system's privacy settings do not let this program hear: "
                    "check them, or choose another microphone with --device."
                )
            )
