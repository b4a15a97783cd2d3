"""A recording is heard stretch by stretch, every sample once."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest

from localvoice import bundled
from localvoice.audio.levelled import Levelled
from localvoice.engines.detector.silero import Silero
from localvoice.engines.transcriber.whisper import Whisper
from localvoice.hear.hallucination_gate import Reason
from localvoice.hear.recordings import LONGEST_S, Stretch, stretches
from localvoice.hear.streaming import AFTER_SAMPLES, BEFORE_SAMPLES
from localvoice.hear.voice_activity import FRAME_SAMPLES
from localvoice.sound import EAR_HZ, Samples
from tests.said import Said, Scored
from tests.words import error_rate

from . import noises
from .conftest import Say, noise, silence


@pytest.fixture(scope="session")
def whisper() -> Whisper:
    return Whisper(bundled.path("pocket/transcriber"))


class Loud:
    """A detector that takes every sound for a voice."""

    def feed(self, chunk: Samples) -> float:
        return 0.95 if np.abs(chunk).max() > 0.01 else 0.0

    def reset(self) -> None:
        pass


@dataclass
class Listening:
    """A transcriber that keeps what it was given, and is as sure of its words as a test wants it to be."""

    sureness: float = 0.0
    heard: list[Samples] = field(default_factory=list)
    longest_samples: int = 30 * EAR_HZ

    def transcribe(self, samples: Samples, *, quick: bool = False, thorough: bool = False) -> Said:
        self.heard.append(samples)
        return Said(f"part {len(self.heard)}", Scored(self.sureness), thorough=True)


def heard(sound: Samples, transcriber: Listening) -> list[Stretch]:
    return list(stretches(transcriber, Loud(), Levelled(sound)))


def test_a_long_recording_is_heard_stretch_by_stretch(whisper: Whisper, say: Say) -> None:
    sentences = ["what time is it", "set a timer for five minutes", "turn on the kitchen light"]
    parts = [part for sentence in sentences for part in (say(sentence, "en-us+m3"), silence(1.5))]
    recording = np.concatenate((silence(2), *parts))
    found = list(stretches(whisper, Silero(), Levelled(recording + noise(60, -70)[: len(recording)])))
    assert len(found) == 3
    assert error_rate([(s, f.text) for s, f in zip(sentences, found, strict=True)]) < 0.2
    assert all(a.to_at < b.from_at for a, b in pairwise(found))


@pytest.mark.parametrize("seconds", [20, 26, 70, 200])
def test_of_long_speech_every_sample_is_heard_once(seconds: float) -> None:
    """A word at a cut was heard twice: at the end of one part, and at the beginning of the next."""
    speech = noise(seconds, -20)
    sound = np.concatenate((silence(2), speech, silence(2)))
    transcriber = Listening()
    found = heard(sound, transcriber)
    assert len(found) == len(transcriber.heard) >= seconds / LONGEST_S
    assert all(a.to_at == b.from_at for a, b in pairwise(found))
    whole = np.concatenate(transcriber.heard)
    begins = found[0].from_at - BEFORE_SAMPLES
    np.testing.assert_allclose(whole, Levelled(sound).read(begins, begins + len(whole)), atol=1e-6)
    assert begins + len(whole) >= 2 * EAR_HZ + len(speech)
    assert len(whole) <= len(speech) + BEFORE_SAMPLES + AFTER_SAMPLES + 2 * FRAME_SAMPLES


def test_long_speech_is_cut_where_it_is_quietest() -> None:
    sound = np.concatenate((silence(1), noise(60, -20), silence(2)))
    for pause_s in (16.0, 37.0):
        # Quieter than the rest, and still no silence; longer than the silence in the middle of a word.
        sound[round(pause_s * EAR_HZ) : round((pause_s + 0.3) * EAR_HZ)] *= 0.2
    for stop_s in (14.0, 20.0, 30.0, 40.0):
        sound[round(stop_s * EAR_HZ) : round((stop_s + 0.07) * EAR_HZ)] *= 0.15
    cuts = [found.from_at / EAR_HZ for found in heard(sound, Listening())[1:]]
    assert 16.0 < cuts[0] < 16.3
    assert 37.0 < cuts[1] < 37.3


def test_a_cut_right_before_the_end_leaves_no_empty_part() -> None:
    for tenths in range(245, 262):
        sound = np.concatenate((silence(1), noise(tenths / 10, -20), silence(2)))
        found = heard(sound, Listening())
        assert all(part.to_at > part.from_at for part in found)
        assert found[-1].to_at <= len(sound)


def test_speech_that_was_not_understood_is_told_of() -> None:
    sound = np.concatenate((silence(1), noise(40, -20), silence(2)))
    found = heard(sound, Listening(sureness=-3.0))
    assert len(found) > 1 and not any(part.text for part in found)
    assert {part.left_out for part in found} == {Reason.UNSURE}
    assert found[0].from_at < 1.1 * EAR_HZ and found[-1].to_at > 40.5 * EAR_HZ


def test_a_cough_is_not() -> None:
    sound = np.concatenate((silence(1), noise(0.2, -20), silence(2)))
    assert heard(sound, Listening(sureness=-3.0)) == []


@pytest.mark.parametrize("level_db", [-20, -50, -90])
def test_noise_is_neither_words_nor_speech(whisper: Whisper, level_db: float) -> None:
    assert list(stretches(whisper, Silero(), Levelled(noise(60, level_db)))) == []


@pytest.mark.parametrize("kind", noises.KINDS)
def test_what_is_no_voice_stays_so_though_it_is_made_louder(whisper: Whisper, kind: str) -> None:
    sounds = [np.concatenate((silence(1), noises.make(kind, number), silence(1))) for number in range(noises.OF_EACH)]
    found = [list(stretches(whisper, Silero(), Levelled(sound * np.float32(0.02)))) for sound in sounds]
    assert found == [[], [], []]
