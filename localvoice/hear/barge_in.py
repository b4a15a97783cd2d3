"""Is the user speaking over the assistant, or is that its own echo? One number for the end-pointer, frame by frame.

Two outputs of the echo canceller are compared. `words` (Speex) keeps all of the user and leaves some of the
echo; `presence` (AEC3) leaves hardly any echo and swallows much of the user, until the echo gets weak: with
the playback ducked by 20 dB it lets nearly all of the user through. So `words` alone may raise a suspicion,
which ducks the playback, and only what `presence` hears as well, while the echo is weak, makes it a
beginning. In simulated rooms that found every user as loud as the echo within 150 ms of the duck; `words`
alone took the echo for a user up to 20 times a minute.

When a sentence ends its reverberation goes on, and AEC3, which then hears no playback any more, lets that through: what
is no louder than `words` used to be with that much playback is not the user.
"""

from collections import deque
from dataclasses import dataclass

FRAME_MS = 32
REVERBERATION_MS = 64
"""What rings on after the direct echo and still counts."""
PLAYED_FRAMES = 20
"""As late as an echo is looked for, and its reverberation."""
UNKNOWN_FRAMES = 16
TAIL_DB_PER_FRAME = 3.2
"""How fast a sound dies away in a room that rings long, 60 dB in 0.6 s."""
FULL_DB_PER_FRAME = 0.1
"""The remembered levels of playback and residue sink this fast, 3 dB a second."""
FLOOR_FRAMES = 64
FLOOR_QUANTILE = 0.1
"""The noise floor is what a tenth of the last two seconds stayed below; single dips do not count."""
FLOOR_DB_PER_FRAME = 0.1
"""It rises at most 3 dB a second: a user who talks without a breath is not the floor."""
LOWEST_FLOOR_DB = -70.0
"""A microphone that gates its noise away, or one in software, has no floor; a canceller's artefacts of -60 dB would
stand high above that."""
SOUNDING_DB = -50.0
"""A playback louder than this teaches the echo canceller something."""
REFUSED = 0.0
BELIEVED = 0.5
"""At least the end-pointer's threshold."""


@dataclass(frozen=True, slots=True)
class BargeInSettings:
    """Chosen on simulated rooms, RT60 0.25 to 0.6 s, delay 30 to 80 ms. "Over the floor" is the level of
    `presence` above its own noise floor: 5 dB, seldom 12, while only the assistant speaks and AEC3 knows the
    room; 30 to 40 dB when the user does."""

    suspicion: float = 0.45
    """Probability of `words` that is worth a duck."""
    wary_ms: int = 2000
    """So long after a suspicion that came to nothing, the next one needs `presence` as well: no flutter while
    Speex still learns the room."""
    wary_over_floor_db: float = 12.0
    learning_ms: int = 3000
    """So much of its own voice the echo canceller has to hear before it knows a room. Until then the
    conditions for a loud echo have to be met while it is weak."""
    loud_echo_words: float = 0.5
    loud_echo_over_floor_db: float = 22.0
    """Both together are the user, even while the echo is loud. If AEC3 swallows most of the user, so are
    `words` that are loud as well:"""
    swallowed_over_floor_db: float = 10.0
    over_residue_db: float = 6.0
    """`words` so much louder, relative to the playback, than what was left of the echo before. While the room is
    being learnt it is always required: an echo gets quieter with the ducked playback, a user does not."""
    ducked_db: float = 12.0
    """The echo is weak when the playback is this far below its full level. Then this is enough:"""
    weak_echo_words: float = 0.3
    weak_echo_over_floor_db: float = 15.0
    words_alone: float = 0.6
    """Needed of `words` if there is no `presence`."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What 32 ms brought; levels are RMS relative to full scale."""

    words: float
    """Probability of speech in the output that keeps the user."""
    words_level_db: float
    presence_level_db: float | None
    """Level of the output that keeps no echo; None if there is no such output."""
    played_level_db: float
    """Level of what was played, after ducking."""


class BargeIn:
    """Feed every frame, whether the assistant speaks or not.

    `echo_level_db`: of the echo relative to the playback, if that was measured; without it every echo may be as
    loud as the playback until one was heard.
    """

    def __init__(self, settings: BargeInSettings | None = None, echo_level_db: float = 0.0) -> None:
        self._settings = settings or BargeInSettings()
        self._echo_level_db = echo_level_db
        self.reset()

    def reset(self) -> None:
        """Forget floor, level and history; for a gap in the stream."""
        self._floor_db = 0.0
        self._full_db = -120.0
        self._played: deque[float] = deque(maxlen=PLAYED_FRAMES)
        self._presence: deque[float] = deque(maxlen=FLOOR_FRAMES)
        self._wary_frames = 0
        self._sounding_frames = 0
        self._residue_db = self._echo_level_db
        self._tail_db = -120.0
        self._ended_by_itself = False

    @property
    def learning(self) -> bool:
        """Whether too little was played yet to know the room."""
        return self._sounding_frames < self._settings.learning_ms // FRAME_MS

    def refused(self) -> None:
        """A suspicion came to nothing."""
        self._wary_frames = self._settings.wary_ms // FRAME_MS

    def feed(self, seen: Evidence, suspected: bool, delay_ms: float) -> float:
        """What the end-pointer should take for the probability of this frame while the assistant speaks.

        `suspected`: a suspicion is open, the playback is being ducked. `delay_ms`: of the echo behind the playback.
        """
        over_floor_db = self._over_floor_db(seen.presence_level_db)
        maybe_user = over_floor_db is not None and over_floor_db >= self._settings.swallowed_over_floor_db
        over_residue_db = self._over_residue_db(seen, suspected or maybe_user, delay_ms)
        self._wary_frames = max(0, self._wary_frames - 1)
        if not suspected:
            # What is that quiet before anybody was suspected was not ducked.
            self._ended_by_itself = seen.played_level_db < self._full_db - self._settings.ducked_db
        if suspected:
            believed = self._is_user(seen, over_floor_db, over_residue_db, delay_ms)
        else:
            believed = self._perhaps_user(seen, over_floor_db)
        return max(seen.words, BELIEVED) if believed else REFUSED

    def _perhaps_user(self, seen: Evidence, over_floor_db: float | None) -> bool:
        limits = self._settings
        wary = over_floor_db is not None and (self._wary_frames > 0 or self.learning)
        return seen.words >= limits.suspicion and (not wary or (over_floor_db or 0.0) >= limits.wary_over_floor_db)

    def _is_user(self, seen: Evidence, over_floor_db: float | None, over_residue_db: float, delay_ms: float) -> bool:
        limits = self._settings
        weak = self._echo_db(delay_ms) < self._full_db - limits.ducked_db
        if over_floor_db is None:
            return weak and seen.words >= limits.words_alone
        sure = seen.words >= limits.loud_echo_words and over_floor_db >= limits.loud_echo_over_floor_db
        heard = seen.words >= limits.weak_echo_words and over_floor_db >= limits.weak_echo_over_floor_db
        stays = over_residue_db >= limits.over_residue_db
        if self.learning:
            # What is louder than an echo of a measured level can be is none, however little is known of the room.
            return weak and stays and (sure or (heard and self._echo_level_db != 0))
        swallowed = seen.words >= limits.loud_echo_words and over_floor_db >= limits.swallowed_over_floor_db and stays
        # Reverberation goes on when a sentence ends, and AEC3 lets it through.
        over_tail = over_residue_db >= 0
        return swallowed or (sure and (over_tail or not self._ended_by_itself)) or (weak and heard and over_tail)

    def _over_floor_db(self, presence_level_db: float | None) -> float | None:
        if presence_level_db is None:
            return None
        self._presence.append(presence_level_db)
        low_db = sorted(self._presence)[int(FLOOR_QUANTILE * len(self._presence))]
        self._floor_db = max(LOWEST_FLOOR_DB, min(self._floor_db + FLOOR_DB_PER_FRAME, low_db))
        return presence_level_db - self._floor_db

    def _over_residue_db(self, seen: Evidence, maybe_user: bool, delay_ms: float) -> float:
        self._full_db = max(self._full_db - FULL_DB_PER_FRAME, seen.played_level_db)
        self._played.append(seen.played_level_db)
        self._sounding_frames += seen.played_level_db > SOUNDING_DB
        self._tail_db = max(self._echo_db(delay_ms), self._tail_db - TAIL_DB_PER_FRAME)
        residue_db = seen.words_level_db - max(SOUNDING_DB, self._tail_db)
        over_residue_db = residue_db - self._residue_db
        # What is heard while nothing is played is the user, not residue; nor is it what AEC3 hears as well.
        if not maybe_user and self._tail_db > SOUNDING_DB:
            self._residue_db = max(self._residue_db - FULL_DB_PER_FRAME, residue_db)
        return over_residue_db

    def _echo_db(self, delay_ms: float) -> float:
        """Level of the playback whose echo or reverberation is heard now; of all that may be where the delay is
        unknown."""
        frames = 1 + round((delay_ms + REVERBERATION_MS) / FRAME_MS) if delay_ms else UNKNOWN_FRAMES
        return max(list(self._played)[-frames:])
