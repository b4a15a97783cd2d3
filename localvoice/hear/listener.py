"""The ears' whole synchronous chain: echo out, voice detection, end of turn, and the cleaned sound into the ring.

Two detectors listen if the echo canceller has two outputs. `words` keeps all of the user and some of the echo;
`presence` loses all of the echo and much of the user. While the assistant is silent the first decides alone. While it
speaks, the first may raise a suspicion, upon which the assistant is ducked; then either the second has heard the user
too, or the voice must go on in the first although its echo is twenty decibels weaker.
"""

from typing import Protocol

from localvoice.events import SpeechStarted, SpeechSuspected, SuspicionGone
from localvoice.hear.barge_in import BargeIn, Evidence
from localvoice.hear.endpointing import Endpointing, EndpointingSettings, SpeechEvent
from localvoice.hear.ring import SpeechRing
from localvoice.hear.voice_activity import Detector, Frame, FrameLevels, VoiceActivity
from localvoice.sound import EAR_HZ, Samples

COVERED_DELAY_MS = 100.0
"""The caller lets the assistant "speak" 200 ms longer than its playback: enough for an echo this late, and the room's
ringing. The echo of a wireless loudspeaker is later: in simulated rooms, at 380 to 480 ms, 20 of 108 short replies
answered themselves (ADR 0004)."""
LONGEST_DELAY_MS = 500.0
"""What is looked for; an echo that was not found yet may be as late."""


class Cleaned(Protocol):
    """What the echo canceller makes of a block; as many samples as went in."""

    @property
    def words(self) -> Samples: ...
    @property
    def presence(self) -> Samples | None: ...
    @property
    def delay_ms(self) -> float: ...


class Echo(Protocol):
    """audio.echo.EchoCanceller. Its output is `latency_samples` later than its input."""

    @property
    def latency_samples(self) -> int: ...

    def feed(self, mic: Samples, played: Samples) -> Cleaned: ...

    def reset(self) -> None: ...


class Listener:
    """Belongs to one thread. The ring's index, every event's `at` and the microphone's frames are one count."""

    def __init__(
        self,
        echo: Echo,
        detector: Detector,
        settings: EndpointingSettings,
        ring: SpeechRing,
        barge_in: BargeIn | None = None,
    ) -> None:
        self._echo = echo
        self._words = VoiceActivity(detector)
        self._endpointing = Endpointing(settings)
        self._ring = ring
        self._barge_in = barge_in or BargeIn()
        self._played_levels = FrameLevels()
        self._presence_levels = FrameLevels()
        self._suspected = False
        self._assistant_spoke = False
        self._echo_left = 0
        self._answered = False
        self._late_samples = 0
        self._expected: int | None = None

    @property
    def idle(self) -> bool:
        """Whether there is no speech, and no suspicion of it."""
        return not self._suspected and not self._endpointing.turn_open

    def set_patience(self, wait_ms: int | None, paused_at: int) -> None:
        """Silence that ends the turn, for the pause that began at sample `paused_at`."""
        self._endpointing.set_patience(wait_ms, paused_at)

    def reset(self) -> None:
        """The stream has a gap: echo path, detectors and half-filled frames are forgotten. A turn goes on."""
        self._expected = None

    def feed(self, first: int, mic: Samples, played: Samples, assistant_speaking: bool) -> list[SpeechEvent]:
        """The next block of the stream and what it means.

        `first`: index of its first sample (16 kHz); `mic`, `played`: float32 of equal length, aligned sample
        by sample; `assistant_speaking`: whether the assistant can be heard now.
        """
        if first != self._expected:
            self._start_at(first)
        self._expected = first + len(mic)
        cleaned = self._echo.feed(mic, played)
        assistant_speaking = self._with_late_echo(assistant_speaking, cleaned.delay_ms, len(mic))
        self._note_the_assistant(assistant_speaking)
        words, presence = cleaned.words, cleaned.presence
        if self._late_samples:
            dropped = min(self._late_samples, len(words))
            self._late_samples -= dropped
            words = words[dropped:]
            presence = None if presence is None else presence[dropped:]
        self._ring.append(words)
        self._played_levels.feed(played)
        if presence is not None:
            self._presence_levels.feed(presence)
        events: list[SpeechEvent] = []
        for frame in self._words.feed(words):
            presence_db = None if presence is None else self._presence_levels.next()
            probability = self._judge(frame, presence_db, cleaned.delay_ms, assistant_speaking)
            found = self._endpointing.feed(frame.end_at, probability, assistant_speaking)
            self._note(found)
            events += found
        return events

    def _start_at(self, first: int) -> None:
        self._echo.reset()
        self._words.reset(first)
        self._barge_in.reset()
        self._played_levels.reset()
        self._presence_levels.reset()
        self._late_samples = self._echo.latency_samples
        self._ring.skip_to(first)

    def _with_late_echo(self, speaking: bool, delay_ms: float, count: int) -> bool:
        if speaking:
            may_be_ms = LONGEST_DELAY_MS if not delay_ms and self._barge_in.learning else delay_ms
            self._echo_left = max(0, round((may_be_ms - COVERED_DELAY_MS) * EAR_HZ / 1000))
            return True
        self._echo_left -= count
        return self._echo_left > 0

    def _note_the_assistant(self, speaking: bool) -> None:
        if speaking and not self._assistant_spoke and self._endpointing.paused:
            # By the talk key the turn is over before its silence is.
            self._answered = True
        self._answered &= speaking and self._endpointing.turn_open
        # Silero remembers what it took for no voice. In the demo, after some turns and a reply, it did not believe a
        # user for 326 ms; with a fresh memory 38.
        if self._assistant_spoke and not speaking and self.idle:
            self._words.forget()
        self._assistant_spoke = speaking

    def _judge(self, words: Frame, presence_db: float | None, delay_ms: float, assistant_speaking: bool) -> float:
        seen = Evidence(words.probability, words.level_db, presence_db, self._played_levels.next())
        judged = self._barge_in.feed(seen, self._suspected, delay_ms)
        # A turn that runs already is the user's: how it goes on and ends is for the words alone, unless it is being
        # answered.
        running = self._endpointing.turn_open and not self._answered
        return judged if assistant_speaking and not running else words.probability

    def _note(self, events: list[SpeechEvent]) -> None:
        for event in events:
            if isinstance(event, SpeechSuspected):
                self._suspected = True
            elif isinstance(event, SuspicionGone):
                self._suspected = False
                self._barge_in.refused()
            elif isinstance(event, SpeechStarted):
                self._suspected = False
