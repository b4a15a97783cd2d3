"""Where speech starts, pauses, goes on and ends: a pure state machine over the detector's frames.

    quiet ──frame ≥ onset──▶ suspected ──more such frames──▶ speaking ──pause_ms──▶ paused ──patience──▶ quiet
      ◀──────SuspicionGone──────┘                                ◀──SpeechResumed──────┘

The events of one stream always read
    (SpeechSuspected (SuspicionGone | SpeechStarted (SpeechPaused SpeechResumed)* SpeechPaused EndOfTurn))*
and time is nothing but the sample counter.
"""

from dataclasses import dataclass
from enum import Enum

from localvoice.config import TurnSettings
from localvoice.events import EndOfTurn, SpeechPaused, SpeechResumed, SpeechStarted, SpeechSuspected, SuspicionGone
from localvoice.hear.voice_activity import FRAME_SAMPLES
from localvoice.sound import EAR_HZ

LAG_SAMPLES = FRAME_SAMPLES
"""The detector lingers: it finds the end of speech 20 to 60 ms late (tests/hear/test_voice_activity.py), which is one
frame. The last voiced sample is dated back by that much, or every wait would be longer than it says."""

SURE = 0.8
"""A frame that is at least so probably speech is a person's. Of 51 coughs, drums, tunes and machines
(tests/hear/noises.py) none has more than two such frames; of real sentences most are."""

_DEFAULTS = TurnSettings()

SpeechEvent = SpeechSuspected | SuspicionGone | SpeechStarted | SpeechPaused | SpeechResumed | EndOfTurn


@dataclass(frozen=True, slots=True)
class Onset:
    """What counts as the beginning of speech."""

    threshold: float
    """Probability that makes a frame count."""
    frames: int
    """Frames that must count before speech has started; the first one is the suspicion."""
    gap_frames: int
    """Frames in a row that need not count in between; one more and the suspicion is gone."""


@dataclass(frozen=True, slots=True)
class EndpointingSettings:
    """Waits are rounded to the nearest whole frame (32 ms)."""

    quiet: Onset = Onset(threshold=0.5, frames=2, gap_frames=1)
    """While the assistant is silent."""
    barge_in: Onset = Onset(threshold=0.5, frames=3, gap_frames=6)
    """While it speaks. barge_in.py lets through only frames that are no echo, and few while the duck takes effect."""
    release: float = 0.5
    """A frame of a running turn below this is silence. A lower one would make the detector linger longer, and
    all of that is waiting; a weak syllable costs nothing before `pause_ms`."""
    pause_ms: int = _DEFAULTS.eager_ms
    """Silence after which words and reply are prepared."""
    end_of_turn_ms: int = _DEFAULTS.end_of_turn_ms
    """Silence after which the turn is over, unless set_patience asks for more."""
    hold_ms: int = 0
    """Longer than that, and so much longer at most, a pause waits for set_patience: words that come late may still be
    unfinished ones."""
    longest_turn_s: int = _DEFAULTS.longest_turn_s


class _State(Enum):
    QUIET = "quiet"
    SUSPECTED = "suspected"
    SPEAKING = "speaking"
    PAUSED = "paused"


class Endpointing:
    """Feed every frame in order. No clock, no threads, no memory beyond the current turn."""

    def __init__(self, settings: EndpointingSettings | None = None) -> None:
        self._settings = settings or EndpointingSettings()
        self.reset()

    def reset(self) -> None:
        """Back to quiet; for a gap in the stream or a muted microphone."""
        self._state = _State.QUIET
        self._onset = self._settings.quiet
        self._since = 0
        self._last_voiced = 0
        self._voiced = 0
        self._sure = 0
        self._misses = 0
        self._wait_samples = _samples(self._settings.end_of_turn_ms)
        self._patient = False

    @property
    def turn_open(self) -> bool:
        """Whether the user is in the middle of a turn."""
        return self._state in (_State.SPEAKING, _State.PAUSED)

    @property
    def paused(self) -> bool:
        """Whether a turn is in a pause, which may be its end."""
        return self._state is _State.PAUSED

    def set_patience(self, wait_ms: int | None, paused_at: int) -> None:
        """Length of the silence that ends the turn, for the pause that began at sample `paused_at`; of no
        effect when another or none is going on. None: end_of_turn_ms, because no words will come."""
        if self._state is _State.PAUSED and paused_at == self._last_voiced:
            self._wait_samples = _samples(self._settings.end_of_turn_ms if wait_ms is None else wait_ms)
            self._patient = True

    def feed(self, end_at: int, probability: float, assistant_speaking: bool) -> list[SpeechEvent]:
        """The frame of 512 samples that ends before sample `end_at`, and the probability of speech in it."""
        self._sure = (0 if self._state is _State.QUIET else self._sure) + (probability >= SURE)
        match self._state:
            case _State.QUIET:
                return self._quiet(end_at, probability, assistant_speaking)
            case _State.SUSPECTED:
                return self._suspected(end_at, probability)
            case _State.SPEAKING:
                return self._speaking(end_at, probability)
            case _State.PAUSED:
                return self._paused(end_at, probability)

    def _quiet(self, end_at: int, probability: float, assistant_speaking: bool) -> list[SpeechEvent]:
        onset = self._settings.barge_in if assistant_speaking else self._settings.quiet
        if probability < onset.threshold:
            return []
        self._state = _State.SUSPECTED
        self._onset = onset
        self._since = end_at - FRAME_SAMPLES
        self._last_voiced = self._dated_back(end_at)
        self._voiced, self._misses = 1, 0
        return [SpeechSuspected(self._since), *self._started_if_enough()]

    def _suspected(self, end_at: int, probability: float) -> list[SpeechEvent]:
        if probability >= self._onset.threshold:
            self._voiced += 1
            self._misses = 0
            self._last_voiced = self._dated_back(end_at)
            return self._started_if_enough()
        self._misses += 1
        if self._misses <= self._onset.gap_frames:
            return []
        self._state = _State.QUIET
        return [SuspicionGone(self._since)]

    def _started_if_enough(self) -> list[SpeechEvent]:
        if self._voiced < self._onset.frames:
            return []
        self._state = _State.SPEAKING
        return [SpeechStarted(self._since)]

    def _speaking(self, end_at: int, probability: float) -> list[SpeechEvent]:
        if probability >= self._settings.release:
            self._last_voiced = self._dated_back(end_at)
        if end_at - self._since >= self._settings.longest_turn_s * EAR_HZ:
            self._state = _State.QUIET
            return [self._pause(), EndOfTurn(self._last_voiced, end_at)]
        if end_at - self._last_voiced < _samples(self._settings.pause_ms):
            return []
        self._state = _State.PAUSED
        self._voiced = 0
        self._patient = False
        self._wait_samples = _samples(self._settings.end_of_turn_ms)
        return [self._pause()]

    def _pause(self) -> SpeechPaused:
        return SpeechPaused(self._last_voiced, self._sure * FRAME_SAMPLES * 1000 // EAR_HZ)

    def _paused(self, end_at: int, probability: float) -> list[SpeechEvent]:
        # A single frame may be a click or a breath: the end waits for the next frame, what is prepared is
        # kept.
        self._voiced = self._voiced + 1 if probability >= self._settings.quiet.threshold else 0
        if self._voiced >= self._settings.quiet.frames:
            self._state = _State.SPEAKING
            self._last_voiced = self._dated_back(end_at)
            return [SpeechResumed(end_at - self._voiced * FRAME_SAMPLES)]
        hold_samples = 0 if self._patient else self._settings.hold_ms * EAR_HZ // 1000
        if self._voiced or end_at - self._last_voiced < self._wait_samples + hold_samples:
            return []
        self._state = _State.QUIET
        return [EndOfTurn(self._last_voiced, end_at)]

    def _dated_back(self, end_at: int) -> int:
        return max(self._since, end_at - LAG_SAMPLES)


def _samples(wait_ms: int) -> int:
    """Silence needed, less half a frame: whole frames then round to the nearest instead of up."""
    return max(FRAME_SAMPLES, wait_ms * EAR_HZ // 1000 - FRAME_SAMPLES // 2)
