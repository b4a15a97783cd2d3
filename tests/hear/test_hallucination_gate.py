"""What is believed and what is not."""

from dataclasses import dataclass, replace

import pytest

from localvoice.hear.hallucination_gate import Accepted, Reason, Rejected, accept


@dataclass(frozen=True)
class Scored:
    average_log_probability: float = -0.1
    no_speech_probability: float = 0.01
    compression_ratio: float = 1.1


WORDS = "set a timer for five minutes"
GOOD = Scored()


def test_plain_words_pass() -> None:
    assert accept(WORDS, GOOD, voiced_ms=1500, level_db=-25) == Accepted(WORDS)


@pytest.mark.parametrize(
    ("text", "scores", "voiced_ms", "level_db", "reason"),
    [
        ("  ", GOOD, 1500, -25, Reason.NO_WORDS),
        ("...", GOOD, 1500, -25, Reason.NO_WORDS),
        (WORDS, GOOD, 1500, -75, Reason.TOO_QUIET),
        ("stop", GOOD, 32, -25, Reason.TOO_SHORT),
        (WORDS, GOOD, 300, -25, Reason.TOO_MANY_WORDS),
        (WORDS, replace(GOOD, average_log_probability=-1.4), 1500, -25, Reason.UNSURE),
        (WORDS, Scored(-0.7, no_speech_probability=0.9), 1500, -25, Reason.NO_SPEECH),
        (WORDS, replace(GOOD, compression_ratio=5.0), 1500, -25, Reason.REPEATING),
    ],
)
def test_each_gate_says_why(text: str, scores: Scored, voiced_ms: float, level_db: float, reason: Reason) -> None:
    assert accept(text, scores, voiced_ms, level_db) == Rejected(reason)


def test_a_high_no_speech_probability_is_overruled_by_sure_words() -> None:
    assert isinstance(accept(WORDS, replace(GOOD, no_speech_probability=0.9), 1500, -25), Accepted)


def test_one_short_word_is_enough() -> None:
    assert accept("stop", GOOD, voiced_ms=160, level_db=-30) == Accepted("stop")


def test_a_transcriber_without_scores_is_judged_by_what_was_heard() -> None:
    assert accept(WORDS, None, 1500, -25) == Accepted(WORDS)
    assert accept(WORDS, None, 300, -25) == Rejected(Reason.TOO_MANY_WORDS)
    assert accept(WORDS, None, 1500, -75) == Rejected(Reason.TOO_QUIET)
    assert accept("...", None, 1500, -25) == Rejected(Reason.NO_WORDS)


def test_what_is_too_short_or_too_quiet_is_not_missed() -> None:
    assert {reason for reason in Reason if not reason.may_be_missed} == {Reason.TOO_QUIET, Reason.TOO_SHORT}
