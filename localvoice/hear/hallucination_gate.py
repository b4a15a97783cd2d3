"""Keeps out invented words: a transcriber that is given a cough, a fan or music writes something anyway."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Scores(Protocol):
    """What a transcriber thinks of its words; engines.transcriber.whisper.Scores is one."""

    @property
    def average_log_probability(self) -> float: ...
    @property
    def no_speech_probability(self) -> float: ...
    @property
    def compression_ratio(self) -> float: ...


class Reason(Enum):
    """Why words were not believed, as half a sentence."""

    NO_WORDS = "the transcriber found no words in it"
    TOO_QUIET = "it was too quiet to be meant for this microphone"
    TOO_SHORT = "it was too short to be words"
    NO_SPEECH = "the transcriber doubts that it was speech"
    UNSURE = "the transcriber was only guessing"
    REPEATING = "the transcriber fell into a loop"
    TOO_MANY_WORDS = "the transcriber wrote more words than fit into that time"

    @property
    def may_be_missed(self) -> bool:
        """Whether a person who speaks to this microphone may have said something."""
        return self not in (Reason.TOO_QUIET, Reason.TOO_SHORT)


@dataclass(frozen=True, slots=True)
class GateSettings:
    """Limits; those of log probability, no-speech and compression are the Whisper paper's (Radford et al.
    2022, section 4.5)."""

    no_speech_probability: float = 0.6
    sure_log_probability: float = -0.5
    """Words surer than this are believed even if `no_speech_probability` is high."""
    least_log_probability: float = -1.0
    most_compression: float = 2.4
    least_voiced_ms: float = 64
    least_level_db: float = -60.0
    words_per_s: float = 7.0
    """Fast speech has five words a second; short utterances get one word on top."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Words to act on."""

    text: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Nothing was said, and why that is believed. The reason may be logged, the words may not."""

    reason: Reason


def accept(
    text: str, scores: Scores | None, voiced_ms: float, level_db: float, settings: GateSettings | None = None
) -> Accepted | Rejected:
    """Decide whether the words of `text` were spoken.

    `scores`: None of a transcriber that has none; then the sound and the number of words decide alone. `voiced_ms`:
    how long the voice detector heard speech; `level_db`: RMS level of that, relative to full scale.
    """
    limits = settings or GateSettings()
    text = text.strip()
    words = [word for word in text.split() if any(letter.isalnum() for letter in word)]
    if not words:
        return Rejected(Reason.NO_WORDS)
    if level_db < limits.least_level_db:
        return Rejected(Reason.TOO_QUIET)
    if voiced_ms < limits.least_voiced_ms:
        return Rejected(Reason.TOO_SHORT)
    doubt = _doubt(scores, limits) if scores is not None else None
    if doubt is not None:
        return Rejected(doubt)
    if len(words) > 1 + limits.words_per_s * voiced_ms / 1000:
        return Rejected(Reason.TOO_MANY_WORDS)
    return Accepted(text)


def _doubt(scores: Scores, limits: GateSettings) -> Reason | None:
    if scores.average_log_probability < limits.least_log_probability:
        return Reason.UNSURE
    unsure = scores.average_log_probability < limits.sure_log_probability
    if unsure and scores.no_speech_probability > limits.no_speech_probability:
        return Reason.NO_SPEECH
    return Reason.REPEATING if scores.compression_ratio > limits.most_compression else None
