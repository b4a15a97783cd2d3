"""What is believed and what is not."""

from dataclasses import dataclass, replace

import pytest

from localvoice.hear.gates import Accepted, Reason, Rejected, accept


@dataclass(frozen=True)
class Words:
    text: str = "set a timer for five minutes"
    average_log_probability: float = -0.1
    no_speech_probability: float = 0.01
    compression_ratio: float = 1.1


GOOD = Words()


def test_plain_words_pass() -> None:
    assert accept(GOOD, voiced_ms=1500, level_db=-25) == Accepted("set a timer for five minutes")


@pytest.mark.parametrize(
    ("words", "voiced_ms", "level_db", "reason"),
    [
        (replace(GOOD, text="  "), 1500, -25, Reason.NO_WORDS),
        (replace(GOOD, text="..."), 1500, -25, Reason.NO_WORDS),
        (GOOD, 1500, -75, Reason.TOO_QUIET),
        (replace(GOOD, text="stop"), 32, -25, Reason.TOO_SHORT),
        (GOOD, 300, -25, Reason.TOO_MANY_WORDS),
        (replace(GOOD, average_log_probability=-1.4), 1500, -25, Reason.UNSURE),
        (replace(GOOD, average_log_probability=-0.7, no_speech_probability=0.9), 1500, -25, Reason.NO_SPEECH),
        (replace(GOOD, compression_ratio=5.0), 1500, -25, Reason.REPEATING),
    ],
)
def test_each_gate_says_why(words: Words, voiced_ms: float, level_db: float, reason: Reason) -> None:
    assert accept(words, voiced_ms, level_db) == Rejected(reason)


def test_a_high_no_speech_probability_is_overruled_by_sure_words() -> None:
    assert isinstance(accept(replace(GOOD, no_speech_probability=0.9), 1500, -25), Accepted)


def test_one_short_word_is_enough() -> None:
    assert accept(replace(GOOD, text="stop"), voiced_ms=160, level_db=-30) == Accepted("stop")
