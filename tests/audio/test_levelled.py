"""Recordings that are too quiet, or off the middle, come at the level that ears are used to."""

import numpy as np
import pytest

from localvoice.audio.levelled import MOST_GAIN_DB, TARGET_DB, Levelled
from localvoice.sound import level_db

RATE = 16_000


def voice(seconds=20.0, level=-20.0, seed=0):
    """Bursts of noise, as words are, with silence between them."""
    generator = np.random.default_rng(seed)
    loud = np.repeat(generator.random(round(4 * seconds)) < 0.6, RATE // 4)
    return (10 ** (level / 20) * loud * generator.standard_normal(len(loud))).astype(np.float32)


def levelled(samples):
    return Levelled(samples).read(0, len(samples))


def loud_db(samples):
    return level_db(samples[np.abs(samples) > 0.2 * np.quantile(np.abs(samples), 0.95)])


@pytest.mark.parametrize("too_quiet_db", [0, 20, 40, 55])
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_quiet_speech_becomes_loud_enough(too_quiet_db, dtype):
    quiet = (voice() * 10 ** (-too_quiet_db / 20)).astype(dtype)
    assert loud_db(levelled(quiet)) > TARGET_DB - 3


def test_speech_at_a_usual_level_is_left_as_it_is():
    np.testing.assert_allclose(levelled(voice(level=-22)), np.clip(voice(level=-22), -1, 1), atol=0.004)


@pytest.mark.parametrize("offset", [-0.5, 0.2])
@pytest.mark.parametrize("level", [-20, -60])
def test_an_offset_is_taken_out(offset, level):
    sound = levelled(voice(level=level) + np.float32(offset))
    assert abs(sound.mean()) < 0.003
    assert loud_db(sound) > TARGET_DB - 3


def test_an_offset_that_drifts_is_taken_out():
    drift = np.linspace(-0.3, 0.3, len(voice()), dtype=np.float32)
    assert np.abs(levelled(drift)[RATE:-RATE]).max() < 0.01


@pytest.mark.parametrize("click_s", [0.001, 0.1, 0.2])
def test_a_click_does_not_keep_quiet_speech_quiet(click_s):
    quiet = voice(level=-60)
    quiet[: round(click_s * RATE)] = 0.9
    assert loud_db(levelled(quiet)[2 * RATE :]) > TARGET_DB - 3


def test_a_loud_minute_does_not_keep_the_rest_quiet():
    sound = levelled(np.concatenate([voice(40, -20), voice(60, -45, seed=1)]))
    assert loud_db(sound[70 * RATE :]) > TARGET_DB - 3


def test_what_is_between_the_words_is_not_blown_up():
    hiss = (10 ** (-75 / 20) * np.random.default_rng(0).standard_normal(120 * RATE)).astype(np.float32)
    sound = levelled(np.concatenate([voice(20, -20), hiss]))
    assert level_db(sound[60 * RATE :]) < -50


def test_digital_silence_stays_silence():
    assert not levelled(np.zeros(5 * RATE, np.float32)).any()


def test_the_gain_is_bounded():
    noise = (1e-6 * np.random.default_rng(0).standard_normal(5 * RATE)).astype(np.float32)
    assert level_db(levelled(noise)) < -120 + MOST_GAIN_DB + 1


def test_numbers_beyond_full_scale_are_brought_into_it():
    """Some programs write the numbers of 16-bit samples into a floating-point file."""
    sound = levelled(voice(level=-20) * np.float32(32768))
    assert TARGET_DB - 3 < loud_db(sound) < -10
    assert np.mean(np.abs(sound) == 1.0) < 0.01


@pytest.mark.parametrize("length", [0, 1, 300, 512, 16_383, 16_385])
def test_any_length_can_be_read_in_any_pieces(length):
    samples = voice(2, -60)[:length]
    sound = Levelled(samples)
    whole = sound.read(0, length)
    assert len(whole) == sound.newest == length
    assert len(sound.read(length, length + 100)) == 0
    pieces = [sound.read(at, at + 160) for at in range(0, length, 160)]
    if pieces:
        np.testing.assert_allclose(np.concatenate(pieces), whole, atol=1e-5)
