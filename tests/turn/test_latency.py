"""Receipts and percentiles."""

from localvoice.turn.latency import Times, latency, percentile, summary
from localvoice.turn.reply import Stages


def test_stages_count_from_the_last_voiced_sample() -> None:
    stages = Stages(words_ready=18_240, first_token=18_400, committed=20_800)
    got = latency(3, 16_000, stages, audible_at=21_120)
    assert got.stages_ms == {"words": 140.0, "first token": 150.0, "committed": 300.0, "audible": 320.0}
    assert got.voice_to_voice_ms == 320.0
    assert got.line() == "320 ms  (words 140 · first token 150 · committed 300 · audible 320)"


def test_an_unanswered_turn_says_so() -> None:
    assert latency(1, 0, Stages(), None).line().startswith("no answer")


def test_percentiles_are_values_that_happened() -> None:
    values = [float(n) for n in range(1, 21)]
    assert percentile(values, 95) == 19
    assert percentile(values, 50) == 10
    assert percentile([7.0], 95) == 7


def test_what_slow_tools_took_is_told_apart() -> None:
    times = Times()
    assert summary(times) == "no turn was answered"
    for number, ms in enumerate((300, 400, 500), 1):
        times.add(latency(number, 0, Stages(), audible_at=16 * ms))
    times.add(latency(4, 0, Stages(), audible_at=None))
    assert summary(times) == "voice to voice p50 400 ms, p95 500 ms over 3 turns"
    slow = latency(5, 0, Stages(), audible_at=16 * 2100, filler_at=16 * 900)
    times.add(slow)
    assert summary(times).endswith(" over 3 turns; 1 turn waited for a slow tool, 2100 ms at most")
    assert summary(Times(bridged=times.bridged)) == "1 turn waited for a slow tool, 2100 ms at most"
