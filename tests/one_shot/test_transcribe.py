"""The words in recordings as people have them, by the bundled transcriber."""

import numpy as np
import pytest
import soundfile

from localvoice.demo.visitor import SPEECH
from localvoice.errors import BadWav
from localvoice.one_shot.transcribe import LeftOut, Passage, RecordingTranscriber, _together, transcribe
from localvoice.sound import Samples

RATE = 16_000
SAID = "set a timer for five minutes"
Words = list[Passage]


@pytest.fixture(scope="module")
def said() -> Samples:
    """A second of a quiet room, SAID, and another second."""
    samples, _ = soundfile.read(SPEECH / "03_timer.flac", dtype="float32")
    room = (2e-4 * np.random.default_rng(0).standard_normal(len(samples) + 2 * RATE)).astype(np.float32)
    room[RATE : RATE + len(samples)] += samples
    return room


def text(found: Words) -> str:
    return " ".join(passage.text for passage in found)


@pytest.fixture(scope="module")
def words(said: Samples) -> str:
    found = text(transcribe(said))
    assert "timer" in found
    return found


def sixteen_bits(samples: Samples) -> Samples:
    return (np.round(samples * 32767) / 32768).astype(np.float32)


@pytest.mark.parametrize("quieter_db", [20, 40, 50])
def test_forty_decibels_too_quiet(said: Samples, words: str, quieter_db: int) -> None:
    assert text(transcribe(sixteen_bits(said * np.float32(10 ** (-quieter_db / 20))))) == words


@pytest.mark.parametrize("offset", [-0.4, 0.2])
def test_a_constant_offset(said: Samples, words: str, offset: float) -> None:
    assert text(transcribe(said + np.float32(offset))) == words
    assert text(transcribe(sixteen_bits(said * np.float32(0.01) + np.float32(offset)))) == words


def test_opposite_channels(said: Samples, words: str) -> None:
    assert text(transcribe(np.column_stack([said, -said]))) == words
    assert text(transcribe(np.column_stack([said, np.float32(-0.8) * said, np.zeros_like(said)]))) == words


def test_samples_of_other_types(said: Samples, words: str) -> None:
    assert text(transcribe((said * 32767).astype(np.int16))) == words
    assert text(transcribe(said.astype(np.float64))) == words
    with_gaps = said.copy()
    with_gaps[:100] = np.nan
    assert text(transcribe(with_gaps)) == words


@pytest.mark.parametrize("samples", [np.zeros(3, np.int32), np.zeros((2, 16_000), np.float32), np.zeros((1, 1, 1))])
def test_samples_that_are_none(samples: Samples) -> None:
    with pytest.raises(ValueError, match="shape"):
        transcribe(samples)


@pytest.mark.parametrize("length", [0, 1, 511, 513])
def test_next_to_nothing(length: int) -> None:
    assert transcribe(np.zeros(length, np.float32)) == []


def test_times_are_seconds_from_the_beginning(said: Samples) -> None:
    later = np.concatenate([np.zeros(100 * RATE, np.float32), said])
    first, second = transcribe(said)[0], transcribe(later)[0]
    assert 0.8 < first.from_s < 1.6 < first.to_s < len(said) / RATE
    assert second.from_s - first.from_s == pytest.approx(100, abs=0.05)


def test_a_file(said: Samples, words: str, tmp_path) -> None:
    soundfile.write(tmp_path / "talk.flac", said, RATE)
    assert text(transcribe(tmp_path / "talk.flac")) == words
    assert text(transcribe(str(tmp_path / "talk.flac"))) == words
    with pytest.raises(BadWav):
        transcribe(tmp_path / "none.flac")


@pytest.mark.parametrize("level_db", [-120, -90, -60, -20])
def test_noise_has_no_words_and_no_speech(level_db: int) -> None:
    noise = (10 ** (level_db / 20) * np.random.default_rng(0).standard_normal(30 * RATE)).astype(np.float32)
    assert list(RecordingTranscriber().passages(sixteen_bits(noise))) == []


def test_what_is_left_out_in_a_row_is_one() -> None:
    found = [
        LeftOut(1, 2, "it was a"),
        LeftOut(2.5, 4, "it was b"),
        LeftOut(5, 6, "it was a"),
        Passage(7, 8, "x"),
        LeftOut(8, 9, "it was a"),
        LeftOut(20, 21, "it was a"),
    ]
    assert list(_together(iter(found))) == [
        LeftOut(1, 6, "it was a; it was b"),
        Passage(7, 8, "x"),
        LeftOut(8, 9, "it was a"),
        LeftOut(20, 21, "it was a"),
    ]
