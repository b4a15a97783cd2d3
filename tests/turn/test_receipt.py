"""Receipts and percentiles."""

from localvoice.turn.receipt import percentile, receipt, summary
from localvoice.turn.reply import Stages


def test_stages_count_from_the_last_voiced_sample() -> None:
    stages = Stages(words_ready=18_240, first_token=18_400, committed=20_800)
    got = receipt(3, 16_000, stages, audible_at=21_120)
    assert got.stages_ms == {"words": 140.0, "first token": 150.0, "committed": 300.0, "audible": 320.0}
    assert got.voice_to_voice_ms == 320.0
    assert got.line() == "320 ms  (words 140 · first token 150 · committed 300 · audible 320)"


def test_an_unanswered_turn_says_so() -> None:
    assert receipt(1, 0, Stages(), None).line().startswith("no answer")


def test_percentiles_are_values_that_happened() -> None:
    values = [float(n) for n in range(1, 21)]
    assert percentile(values, 95) == 19
    assert percentile(values, 50) == 10
    assert percentile([7.0], 95) == 7
    assert summary([]) == "no turn was answered"
    assert summary([300.0, 400.0, 500.0]) == "voice to voice p50 400 ms, p95 500 ms over 3 turns"
