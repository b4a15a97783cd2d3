"""Does somebody speak over the assistant, or is that its own echo? One number for the end-pointer, frame by
frame.

Two outputs of the echo canceller are compared. `words` (Speex) keeps all of the user and leaves some of the
echo; `presence` (AEC3) leaves hardly any echo and swallows much of the user, until the echo gets weak: with
the playback ducked by 20 dB it lets nearly all of the user through. So `words` alone may raise a suspicion,
which ducks the playback, and only what `presence` hears as well, while the echo is weak, makes it a
beginning. In simulated rooms that found every user as loud as the echo within 150 ms of the duck; `words`
alone took the echo for a user up to 20 times a minute.
"""

from collections import deque
from dataclasses import dataclass

FRAME_MS = 32
REVERBERATION_MS = 64
"""What rings on after the direct echo and still counts."""
FULL_DB_PER_FRAME = 0.1
"""The remembered full level of the playback sinks this fast, 3 dB a second."""
FLOOR_DB_PER_FRAME = 0.02
"""The noise floor rises at most this fast, 0.6 dB a second, and falls at once."""
LOWEST_FLOOR_DB = -70.0
SOUNDING_DB = -50.0
"""A playback louder than this teaches the echo canceller something."""
REFUSED = 0.0
BELIEVED = 0.5
"""At least the end-pointer's threshold."""


@dataclass(frozen=True, slots=True)
class BargeInSettings:
    """Chosen on simulated rooms, RT60 0.25 to 0.6 s, delay 30 to 80 ms. "Over the floor" is the level of
    `presence` above its own noise floor: below 5 dB while only the assistant speaks and AEC3 knows the room,
    30 to 40 dB when somebody else does."""

    suspicion: float = 0.45
    """Probability of `words` that is worth a duck."""
    wary_ms: int = 2000
    """So long after a suspicion that came to nothing, the next one needs `presence` as well: no flutter while
    Speex still learns the room."""
    wary_over_floor_db: float = 6.0
    learning_ms: int = 1500
    """So much of its own voice the echo canceller has to hear before it knows a room. Until then the echo has
    to be weak, and both of the conditions for a weak echo met."""
    loud_echo_words: float = 0.5
    loud_echo_over_floor_db: float = 22.0
    """Both together are somebody, even while the echo is loud."""
    ducked_db: float = 12.0
    """The echo is weak when the playback is this far below its full level. Then this is enough:"""
    weak_echo_words: float = 0.3
    weak_echo_over_floor_db: float = 15.0
    weak_echo_presence: float = 0.1
    """Probability of `presence` that stands for its level: AEC3 has opened before and the voice pauses."""
    words_alone: float = 0.6
    """Needed of `words` where there is no `presence`."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What 32 ms brought."""

    words: float
    """Probability of speech in the output that keeps the user."""
    presence: float | None
    """The same in the output that keeps no echo; None where there is none."""
    presence_level_db: float
    played_level_db: float
    """Level of what was played in this frame, after ducking."""


class BargeIn:
    """Feed every frame, whether the assistant speaks or not."""

    def __init__(self, settings: BargeInSettings | None = None) -> None:
        self._settings = settings or BargeInSettings()
        self.reset()

    def reset(self) -> None:
        """Forget floor, level and history; for a gap in the stream."""
        self._floor_db = 0.0
        self._full_db = -120.0
        self._played: deque[float] = deque(maxlen=16)
        self._wary_frames = 0
        self._sounding_frames = 0

    def refused(self) -> None:
        """A suspicion came to nothing."""
        self._wary_frames = self._settings.wary_ms // FRAME_MS

    def feed(self, seen: Evidence, suspected: bool, delay_ms: float) -> float:
        """What the end-pointer should take for the probability of this frame while the assistant speaks.

        `suspected`: a suspicion is open, the playback is being ducked. `delay_ms`: of the echo behind the
        playback.
        """
        limits = self._settings
        self._floor_db = max(
            LOWEST_FLOOR_DB, min(self._floor_db + FLOOR_DB_PER_FRAME, seen.presence_level_db)
        )
        self._full_db = max(self._full_db - FULL_DB_PER_FRAME, seen.played_level_db)
        self._played.append(seen.played_level_db)
        self._sounding_frames += seen.played_level_db > SOUNDING_DB
        self._wary_frames = max(0, self._wary_frames - 1)
        over_floor_db = seen.presence_level_db - self._floor_db
        if not suspected:
            wary = self._wary_frames > 0 or self._learning
            clear = not wary or seen.presence is None or over_floor_db >= limits.wary_over_floor_db
            return max(seen.words, BELIEVED) if clear and seen.words >= limits.suspicion else REFUSED
        return max(seen.words, BELIEVED) if self._somebody(seen, over_floor_db, delay_ms) else REFUSED

    def _somebody(self, seen: Evidence, over_floor_db: float, delay_ms: float) -> bool:
        limits = self._settings
        weak = self._echo_is_weak(delay_ms)
        if seen.presence is None:
            return weak and seen.words >= limits.words_alone
        high = over_floor_db >= limits.weak_echo_over_floor_db
        opened = seen.presence >= limits.weak_echo_presence
        if self._learning:
            return weak and high and opened and seen.words >= limits.weak_echo_words
        if seen.words >= limits.loud_echo_words and over_floor_db >= limits.loud_echo_over_floor_db:
            return True
        return weak and (high or opened) and seen.words >= limits.weak_echo_words

    @property
    def _learning(self) -> bool:
        return self._sounding_frames < self._settings.learning_ms // FRAME_MS

    def _echo_is_weak(self, delay_ms: float) -> bool:
        frames = 1 + round((delay_ms + REVERBERATION_MS) / FRAME_MS)
        recent = list(self._played)[-frames:]
        return max(recent) < self._full_db - self._settings.ducked_db
