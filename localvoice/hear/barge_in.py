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
REFUSED = 0.0


@dataclass(frozen=True, slots=True)
class BargeInSettings:
    """Chosen on simulated rooms, RT60 0.25 to 0.6 s, delay 30 to 80 ms."""

    suspicion: float = 0.5
    """Probability of `words` that is worth a duck."""
    wary_suspicion: float = 0.8
    """The same soon after a suspicion that came to nothing: no flutter in a room that is hard to clean."""
    wary_ms: int = 2000
    words_alone: float = 0.6
    """Needed of `words` where there is no `presence`."""
    confirmed_words: float = 0.3
    confirmed_presence: float = 0.1
    confirmed_over_floor_db: float = 18.0
    """`presence` this far above its own noise floor is somebody, whatever the detector makes of what is
    left."""
    ducked_db: float = 12.0
    """The echo is weak when the playback is this far below its full level."""
    sure_presence: float = 0.5
    """Enough even while the echo is loud."""


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
        self._wary_frames = max(0, self._wary_frames - 1)
        if not suspected:
            bar = limits.wary_suspicion if self._wary_frames else limits.suspicion
            return seen.words if seen.words >= bar else REFUSED
        if (
            seen.presence is not None
            and seen.presence >= limits.sure_presence
            and seen.words >= limits.suspicion
        ):
            return seen.words
        if self._echo_is_weak(delay_ms) and self._somebody(seen):
            return max(seen.words, limits.suspicion)
        return REFUSED

    def _somebody(self, seen: Evidence) -> bool:
        limits = self._settings
        if seen.presence is None:
            return seen.words >= limits.words_alone
        over_floor = seen.presence_level_db > self._floor_db + limits.confirmed_over_floor_db
        return seen.words >= limits.confirmed_words and (
            seen.presence >= limits.confirmed_presence or over_floor
        )

    def _echo_is_weak(self, delay_ms: float) -> bool:
        frames = 1 + round((delay_ms + REVERBERATION_MS) / FRAME_MS)
        recent = list(self._played)[-frames:]
        return max(recent) < self._full_db - self._settings.ducked_db
