"""What the transcriber's thread does without on a slow machine, and when it tries again."""

from collections.abc import Callable

import pytest

from localvoice import events as ev
from localvoice.hear.hallucination_gate import Reason
from localvoice.hear.streaming import Hypothesis
from localvoice.turn import commands as do
from localvoice.turn.clock import StreamClock
from localvoice.turn.transcribing import PARTIAL_EVERY_MS, Transcribing


class Transcriber:
    """Takes as much of the stream's time as it is told to."""

    def __init__(self, clock: StreamClock) -> None:
        self.clock = clock
        self.takes_samples = 0
        self.partials = 0
        self.rejected: Reason | None = None
        self.words = "set a timer for five minutes"
        self.heard_to = 1 << 62

    def partial(self, turn: int, from_at: int, to_at: int) -> Hypothesis:
        self.partials += 1
        self.clock.reached(self.clock.now() + self.takes_samples)
        return Hypothesis("set a timer", "set a")

    def final(self, from_at: int, to_at: int) -> Hypothesis:
        if self.rejected is not None:
            return Hypothesis("", "", self.rejected)
        return Hypothesis(self.words, self.words)


class Bench:
    def __init__(self, wanted: Callable[[int, int], bool] = lambda turn, revision: True, language: str = "en") -> None:
        clock = StreamClock()
        clock.reached(16_000)
        self.transcriber = Transcriber(clock)
        self.posted: list[ev.Event] = []
        self.worker = Transcribing(
            self.transcriber,  # type: ignore[arg-type]
            clock,
            self.posted.append,
            300,
            wanted,
            language=language,
        )


def test_partials_of_a_quick_machine_come_steadily() -> None:
    bench = Bench()
    bench.worker.handle(do.Listen(1, 0))
    assert [bench.worker.idle() for _ in range(3)] == [PARTIAL_EVERY_MS / 1000] * 3
    assert bench.posted == [ev.PartialTranscript(1, "set a timer", "set a")] * 3


def test_words_that_nobody_waits_for_are_not_written_down() -> None:
    bench = Bench(wanted=lambda turn, revision: revision == 2)
    for revision in (1, 2):
        bench.worker.handle(do.Transcribe(1, revision, 0, 8000))
    assert [event.revision for event in bench.posted if isinstance(event, ev.FinalTranscript)] == [2]


def test_why_there_are_no_words_is_told_if_they_may_be_missed() -> None:
    bench = Bench()
    for reason in Reason:
        bench.transcriber.rejected = reason
        bench.worker.handle(do.Transcribe(1, 1, 0, 16_000))
        told = reason.value if reason.may_be_missed else ""
        assert bench.posted[-1] == ev.FinalTranscript(1, 1, "", 300, told)


@pytest.mark.parametrize(
    ("language", "words", "waits"),
    [("en", "Turn the light to", True), ("de", "Mach das Licht an.", False), ("it", "Cosa fai a", False)],
)
def test_only_unfinished_english_is_waited_for(language: str, words: str, waits: bool) -> None:
    bench = Bench(language=language)
    bench.transcriber.words = words
    bench.worker.handle(do.Transcribe(1, 1, 0, 16_000))
    (final,) = bench.posted
    assert isinstance(final, ev.FinalTranscript) and (final.patience_ms > 300) == waits


def test_slow_partials_come_less_often_and_very_slow_ones_end_for_this_turn_only() -> None:
    bench = Bench()
    bench.worker.handle(do.Listen(1, 0))
    bench.transcriber.takes_samples = 4800
    assert bench.worker.idle() == pytest.approx(0.6, rel=0.3), "they may take half of the time"
    bench.transcriber.takes_samples = 24_000
    bench.worker.idle()
    assert bench.worker.idle() is None
    assert bench.transcriber.partials == 2
    # A machine that was busy for a moment is not slow for ever, and says so only once.
    bench.transcriber.takes_samples = 0
    bench.worker.handle(do.Listen(2, 0))
    assert bench.worker.idle() == PARTIAL_EVERY_MS / 1000
    bench.transcriber.takes_samples = 24_000
    bench.worker.idle()
    assert len([event for event in bench.posted if isinstance(event, ev.Notice)]) == 1


def test_the_final_words_come_whatever_the_partials_cost() -> None:
    bench = Bench()
    bench.transcriber.takes_samples = 24_000
    bench.worker.handle(do.Listen(1, 0))
    bench.worker.idle()
    bench.worker.handle(do.Transcribe(1, 1, 0, 16_000))
    assert bench.posted[-1] == ev.FinalTranscript(1, 1, "set a timer for five minutes", 300)
