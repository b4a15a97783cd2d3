"""Words while the user talks, and the final words when a pause begins."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

import numpy as np

from localvoice.hear.hallucination_gate import Accepted, GateSettings, Reason, Rejected, Scores, accept
from localvoice.hear.repetition import once
from localvoice.hear.voice_activity import FRAME_SAMPLES
from localvoice.sound import EAR_HZ, SILENCE_DB, Samples, level_db

BEFORE_SAMPLES = 200 * EAR_HZ // 1000
"""Heard before the detector's onset: it notices soft consonants late."""
AFTER_SAMPLES = 160 * EAR_HZ // 1000
"""Heard after the last voiced sample, if it is there already: a final "s" or "t" has no voice."""
LONG_PAUSE_FRAMES = 12
"""Pauses longer than this (384 ms) are shortened to it: they cost context, and models stop listening after them."""
QUIET_DB = 25.0
"""A pause is so far below the level of the speech."""
SHORTEST_SAMPLES = 300 * EAR_HZ // 1000
"""Less than this is not worth a partial."""
LOOPS = (Reason.REPEATING, Reason.TOO_MANY_WORDS)
GUESSES = (Reason.UNSURE, Reason.NO_SPEECH)
"""Words refused for these reasons may be found by a second try. What had none, or was too short or quiet, gets none."""
SECOND_TRY_WITHIN_S = 1.0
"""Only if the first try took no longer: the second takes some four times as long, and a person waits for it."""


class Sound(Protocol):
    """Cleaned sound by sample index: the last minute of a conversation (hear.ring.SpeechRing), or a whole recording."""

    @property
    def oldest(self) -> int: ...
    @property
    def newest(self) -> int: ...

    def read(self, from_at: int, to_at: int) -> Samples: ...


class Transcriber(Protocol):
    """What is needed of a transcriber; engines.transcriber.whisper.Whisper is one.

    `quick`: words soon, for a partial. `thorough`: with all the care there is, because the words of a first try are
    in doubt.
    """

    @property
    def longest_samples(self) -> int: ...

    def transcribe(self, samples: Samples, *, quick: bool = False, thorough: bool = False) -> "Transcript": ...


class Transcript(Protocol):
    """What it answers; engines.transcriber.whisper.Transcript is one."""

    @property
    def text(self) -> str: ...
    @property
    def scores(self) -> Scores | None:
        """What the transcriber thinks of the words; None if it does not say."""
        ...

    @property
    def cut(self) -> bool:
        """A limit ended it before the sound did."""
        ...

    @property
    def thorough(self) -> bool:
        """Whether to try again would bring nothing else."""
        ...


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What was said, as far as it is known."""

    text: str
    stable_prefix: str
    """The words that the last two decodings agree on (LocalAgreement-2, Liu et al. 2020); all of them in a final."""
    rejected: Reason | None = None
    """Why there are no words, when the gates kept them out."""


class StreamingTranscriber:
    """Belongs to one thread. `sound` is read by absolute sample index."""

    def __init__(
        self,
        whisper: Transcriber,
        sound: Sound,
        gates: GateSettings | None = None,
        clock_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._whisper = whisper
        self._sound = sound
        self._clock_s = clock_s
        self._gates = gates or GateSettings()
        self._turn = -1
        self._before: list[str] = []

    @property
    def heard_to(self) -> int:
        """Index behind the last sample that can be written down."""
        return self._sound.newest

    def partial(self, turn: int, from_at: int, to_at: int) -> Hypothesis | None:
        """What has been said since sample `from_at`; None if that is too short or too long to transcribe."""
        if turn != self._turn:
            self._turn, self._before = turn, []
        samples = self._read(from_at, to_at)
        if not SHORTEST_SAMPLES + BEFORE_SAMPLES <= len(samples) <= self._whisper.longest_samples:
            return None
        judged = self._believe(self._whisper.transcribe(samples, quick=True), samples, to_at - from_at)
        if not isinstance(judged, Accepted):
            return None
        words = judged.text.split()
        stable = agreed(self._before, words)
        self._before = words
        return Hypothesis(judged.text, " ".join(stable))

    def final(
        self, from_at: int, to_at: int, *, before: int = BEFORE_SAMPLES, after: int = AFTER_SAMPLES
    ) -> Hypothesis:
        """The words from sample `from_at` to the last voiced one at `to_at`; no text if nothing was said.

        `before`, `after`: samples that are heard on either side; none where speech was cut, or a word at the cut would
        be heard twice.
        """
        samples = self._read(from_at, to_at + after, before)
        texts: list[str] = []
        reason: Reason | None = None
        for piece in pieces(samples, self._whisper.longest_samples):
            judged = self._listen(piece, min(to_at - from_at, len(piece)))
            if isinstance(judged, Accepted):
                texts.append(judged.text)
            else:
                reason = judged.reason
        text = " ".join(texts)
        return Hypothesis(text, text, None if text else reason or Reason.NO_WORDS)

    def _read(self, from_at: int, to_at: int, before: int = BEFORE_SAMPLES) -> Samples:
        # Half a second of margin: the ring moves on while it is read.
        oldest = self._sound.oldest and self._sound.oldest + EAR_HZ // 2
        start, end = max(oldest, from_at - before), min(to_at, self._sound.newest)
        return shortened(self._sound.read(start, end)) if end > start else np.zeros(0, np.float32)

    def _listen(self, samples: Samples, voiced_samples: int) -> Accepted | Rejected:
        """The words of one piece. What would be lost, or is a loop, is listened to a second time, and no more."""
        began_s = self._clock_s()
        first = self._whisper.transcribe(samples)
        took_s = self._clock_s() - began_s
        judged = self._believe(first, samples, voiced_samples)
        reason = judged.reason if isinstance(judged, Rejected) else None
        looping = first.cut or reason in LOOPS
        if first.thorough or not (looping or reason in GUESSES) or took_s > SECOND_TRY_WITHIN_S:
            return judged
        second = self._whisper.transcribe(samples, thorough=True)
        # A loop is very sure of itself.
        keeps_first = not looping and _sureness(first) > _sureness(second)
        return judged if keeps_first else self._believe(second, samples, voiced_samples)

    def _believe(self, written: Transcript, samples: Samples, voiced_samples: int) -> Accepted | Rejected:
        level_db = loud_level_db(samples)
        return accept(once(written.text), written.scores, voiced_samples * 1000 / EAR_HZ, level_db, self._gates)


def _sureness(written: Transcript) -> float:
    return written.scores.average_log_probability if written.scores is not None else 0.0


def agreed(before: list[str], now: list[str]) -> list[str]:
    """The words at the start that both hypotheses have; case and punctuation do not count."""
    same = takewhile(lambda pair: _bare(pair[0]) == _bare(pair[1]), zip(before, now, strict=False))
    return [word for _, word in same]


def _bare(word: str) -> str:
    return word.strip(".,;:!?…\"'()").lower()


def loud_level_db(samples: Samples) -> float:
    """RMS level of the louder half of the 32 ms frames: the level of the speech, whatever silence is around it."""
    whole = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    if not len(whole):
        return level_db(samples) if len(samples) else SILENCE_DB
    power = np.einsum("ij,ij->i", whole, whole)
    loud = np.argsort(power)[len(power) // 2 :]
    return level_db(whole[loud].reshape(-1))


def shortened(samples: Samples) -> Samples:
    """`samples` with every long pause cut down to LONG_PAUSE_FRAMES, half of it from each side."""
    whole = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    limit = 10 ** ((loud_level_db(samples) - QUIET_DB) / 10)
    quiet = np.einsum("ij,ij->i", whole, whole) < limit * FRAME_SAMPLES
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).astype(np.int8)))
    kept = np.ones(len(samples), bool)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start > LONG_PAUSE_FRAMES:
            half = LONG_PAUSE_FRAMES // 2
            kept[(start + half) * FRAME_SAMPLES : (end - half) * FRAME_SAMPLES] = False
    return samples[kept]


def pieces(samples: Samples, longest_samples: int) -> list[Samples]:
    """`samples` cut into pieces that a transcriber can hear whole, each cut in the quietest place of its last third."""
    found: list[Samples] = []
    rest = samples
    while len(rest) > longest_samples:
        first = longest_samples * 2 // 3 // FRAME_SAMPLES
        window = rest[first * FRAME_SAMPLES : longest_samples]
        frames = window[: len(window) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
        cut = (first + int(np.argmin(np.einsum("ij,ij->i", frames, frames)))) * FRAME_SAMPLES + FRAME_SAMPLES // 2
        found.append(rest[:cut])
        rest = rest[cut:]
    return [*found, rest]
