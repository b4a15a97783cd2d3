"""Partials that settle, finals that are whole, silence that stays silence."""

from dataclasses import replace

import numpy as np
import pytest

from localvoice import bundled
from localvoice.engines.transcriber.whisper import Whisper
from localvoice.hear.hallucination_gate import Reason
from localvoice.hear.ring import SpeechRing
from localvoice.hear.streaming import (
    FRAME_SAMPLES,
    LONG_PAUSE_FRAMES,
    Hypothesis,
    StreamingTranscriber,
    agreed,
    loud_level_db,
    pieces,
    shortened,
)
from localvoice.sound import EAR_HZ, Samples
from tests.said import Said, Scored

from .conftest import Say, noise, silence

SENTENCE = "can i have a large light roast latte with soy milk"


@pytest.fixture(scope="session")
def whisper() -> Whisper:
    return Whisper(bundled.path("pocket/transcriber"))


def word_errors(said: str, heard: str) -> int:
    """Edit distance in words."""
    row = list(range(len(heard.split()) + 1))
    for i, word in enumerate(said.split(), start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard.split(), start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def test_partials_grow_and_settle_and_the_final_is_whole(whisper: Whisper, say: Say) -> None:
    ring = SpeechRing(30)
    speech = say(SENTENCE, "en-us+m3")
    transcriber = StreamingTranscriber(whisper, ring)
    ring.append(silence(0.5))
    from_at = ring.newest
    stable: list[int] = []
    for start in range(0, len(speech), 3840):
        ring.append(speech[start : start + 3840])
        partial = transcriber.partial(1, from_at, ring.newest)
        if partial is not None:
            stable.append(len(partial.stable_prefix.split()))
            assert partial.text.lower().startswith(partial.stable_prefix.lower()[:3])
    final = transcriber.final(from_at, ring.newest)
    assert len(stable) >= 5 and stable[0] == 0 and max(stable) >= 6
    assert word_errors(SENTENCE, final.text) <= 2
    assert final.stable_prefix == final.text and final.rejected is None


def test_a_new_turn_agrees_with_nothing_of_the_old_one(whisper: Whisper, say: Say) -> None:
    ring = SpeechRing(30)
    ring.append(say(SENTENCE, "en-us+m3"))
    transcriber = StreamingTranscriber(whisper, ring)
    assert transcriber.partial(1, 0, ring.newest).stable_prefix == ""  # type: ignore[union-attr]
    assert transcriber.partial(1, 0, ring.newest).stable_prefix != ""  # type: ignore[union-attr]
    assert transcriber.partial(2, 0, ring.newest).stable_prefix == ""  # type: ignore[union-attr]


def test_too_little_is_no_partial(whisper: Whisper) -> None:
    ring = SpeechRing(30)
    transcriber = StreamingTranscriber(whisper, ring)
    assert transcriber.partial(1, 0, 0) is None
    ring.append(noise(0.3, -30))
    assert transcriber.partial(1, 2000, ring.newest) is None


def test_what_the_ring_forgot_is_left_out(whisper: Whisper, say: Say) -> None:
    ring = SpeechRing(5)
    ring.append(noise(10, -60))
    ring.append(say("what time is it", "en-us+m3"))
    assert "time" in StreamingTranscriber(whisper, ring).final(0, ring.newest).text


@pytest.mark.parametrize("level_db", [-90.0, -60.0, -45.0, -30.0])
def test_noise_is_nobody(whisper: Whisper, level_db: float) -> None:
    ring = SpeechRing(30)
    ring.append(noise(20, level_db))
    transcriber = StreamingTranscriber(whisper, ring)
    heard = [transcriber.final(start * EAR_HZ, (start + 2) * EAR_HZ) for start in range(0, 18, 2)]
    assert sum(len(one.text.split()) for one in heard) == 0, [one.text for one in heard]
    assert all(one.rejected is not None for one in heard)


def test_nothing_said_has_a_reason(whisper: Whisper) -> None:
    ring = SpeechRing(30)
    ring.append(silence(2))
    final = StreamingTranscriber(whisper, ring).final(0, EAR_HZ)
    assert final.text == "" and final.rejected is Reason.TOO_QUIET


class Faltering:
    """A transcriber whose first try is what a test wants it to be, which the bundled one's cannot be made at will."""

    longest_samples = 30 * EAR_HZ

    def __init__(self, first: Said, second: Said) -> None:
        self.answers = {False: first, True: second}
        self.asked: list[bool] = []

    def transcribe(self, samples: Samples, *, quick: bool = False, thorough: bool = False) -> Said:
        assert not quick, "a turn is worth every guess"
        self.asked.append(thorough)
        return self.answers[thorough]


LOOP = Said("so so so so", Scored(-0.01, compression_ratio=9.0))
"""Loops are surer of themselves than any sentence."""
SURE = Said("so it is", Scored(-0.05), thorough=True)


def written(transcriber: Faltering, took_s: float = 0.1) -> Hypothesis:
    """The first look at the clock is before the first try, the second one after it."""
    ring = SpeechRing(30)
    ring.append(noise(3, -30))
    times_s = iter((5.0, 5.0 + took_s))
    return StreamingTranscriber(transcriber, ring, clock_s=lambda: next(times_s)).final(0, 2 * EAR_HZ)


@pytest.mark.parametrize(
    "doubtful",
    [
        LOOP,
        Said("so it was", Scored(-1.9)),
        Said("so it was", Scored(-0.9, no_speech_probability=0.9)),
        Said("so it was", Scored(-0.1), cut=True),
        Said("so it was " * 8, Scored(-0.1)),
    ],
    ids=["loop", "guess", "no speech", "cut", "too many words"],
)
def test_what_is_in_doubt_is_listened_to_once_more(doubtful: Said) -> None:
    transcriber = Faltering(doubtful, SURE)
    assert written(transcriber).text == "so it is"
    assert transcriber.asked == [False, True]


def test_what_is_sure_or_cannot_be_bettered_is_not_asked_again() -> None:
    for first in (
        Said("so it was", Scored(-0.9)),
        replace(LOOP, thorough=True),
        Said("so it was"),
        Said("", None),
    ):
        transcriber = Faltering(first, SURE)
        written(transcriber)
        assert transcriber.asked == [False]


def test_a_second_try_that_is_no_better_changes_nothing() -> None:
    loop = replace(LOOP, thorough=True)
    assert written(Faltering(LOOP, loop)).rejected is Reason.REPEATING
    assert written(Faltering(Said("so it was", Scored(-1.1)), Said("we", Scored(-1.2)))).rejected is Reason.UNSURE
    no_speech = Said("so it was", Scored(-0.6, no_speech_probability=0.9))
    assert written(Faltering(no_speech, Said("we were", Scored(-0.95)))).rejected is Reason.NO_SPEECH


def test_a_slow_machine_does_without_a_second_try() -> None:
    for took_s, tries in ((0.9, 2), (1.1, 1)):
        transcriber = Faltering(Said("so it was", Scored(-1.9)), SURE)
        written(transcriber, took_s)
        assert len(transcriber.asked) == tries


def test_a_transcriber_without_scores_works() -> None:
    """Its second try, if it has one, is the more careful one."""
    assert written(Faltering(Said("so it is"), SURE)).text == "so it is"
    assert written(Faltering(Said("so it was", cut=True), Said("so it is", thorough=True))).text == "so it is"


def test_a_sentence_written_twice_is_one() -> None:
    twice = Said("Make it two. Make it two.", Scored(-0.1, compression_ratio=1.6))
    assert written(Faltering(twice, SURE)).text == "Make it two."


def test_agreement_ignores_case_and_punctuation() -> None:
    assert agreed("Set a timer, for".split(), "set a timer for five".split()) == "set a timer for".split()
    assert agreed([], ["set"]) == []
    assert agreed(["sad", "a"], ["set", "a"]) == []


def test_pieces_are_whole_and_cut_in_the_quiet() -> None:
    sound = noise(50, -20)
    sound[25 * EAR_HZ : 26 * EAR_HZ] = 0
    found = pieces(sound, 30 * EAR_HZ)
    assert [len(piece) > 0 for piece in found] == [True, True]
    assert 25 * EAR_HZ <= len(found[0]) <= 26 * EAR_HZ
    np.testing.assert_array_equal(np.concatenate(found), sound)
    assert len(pieces(sound[:100], 30 * EAR_HZ)) == 1


def test_the_level_of_speech_is_not_that_of_the_silence_around_it() -> None:
    assert loud_level_db(np.concatenate((noise(1, -20), silence(0.9)))) == pytest.approx(-20, abs=0.5)
    assert loud_level_db(np.zeros(0, np.float32)) == -120


def test_long_pauses_are_shortened_and_nothing_else() -> None:
    voice, hush = noise(1.024, -20), noise(1.024, -65)
    sound = np.concatenate((voice, hush, voice))
    found = shortened(sound)
    assert len(found) == 2 * len(voice) + LONG_PAUSE_FRAMES * FRAME_SAMPLES
    np.testing.assert_array_equal(found[: len(voice)], voice)
    np.testing.assert_array_equal(found[-len(voice) :], voice)
    np.testing.assert_array_equal(shortened(voice), voice)
    assert len(shortened(np.zeros(0, np.float32))) == 0
    shorter = np.concatenate((voice, hush[: 8 * FRAME_SAMPLES], voice))
    np.testing.assert_array_equal(shortened(shorter), shorter)


def test_a_hesitation_does_not_swallow_what_follows(whisper: Whisper, say: Say) -> None:
    ring = SpeechRing(30)
    first, second = say("set a timer for", "en-us+m3"), say("five minutes", "en-us+m3")
    ring.append(np.concatenate((first, silence(0.6), second)) + noise(20, -70)[: len(first) + len(second) + 9600])
    assert (
        word_errors("set a timer for five minutes", StreamingTranscriber(whisper, ring).final(0, ring.newest).text) <= 1
    )
