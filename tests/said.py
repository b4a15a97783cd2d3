"""What a made-up transcriber answers: words, with the scores that it is to have."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scored:
    average_log_probability: float
    no_speech_probability: float = 0.0
    compression_ratio: float = 1.0


@dataclass(frozen=True)
class Said:
    text: str
    scores: Scored | None = None
    cut: bool = False
    thorough: bool = False
