"""Many channels become one, and nothing of what is said is lost by it."""

import numpy as np
import pytest

from localvoice.audio.mixdown import Mixdown
from localvoice.sound import level_db

RATE = 16_000


def voice(seconds=4.0, seed=0):
    """Something with the ups and downs of speech, at about -20 dB."""
    generator = np.random.default_rng(seed)
    loudness = np.repeat(generator.choice([0.01, 1.0], round(4 * seconds)), RATE // 4)
    return (0.15 * loudness * generator.standard_normal(len(loudness))).astype(np.float32)


def mixed(*channels, block=4096):
    sound = np.column_stack(channels)
    mixdown = Mixdown(sound.shape[1], RATE)
    return np.concatenate([mixdown.feed(sound[at : at + block]) for at in range(0, len(sound), block)])


@pytest.mark.parametrize("right", [-1.0, -0.9, -0.5, -0.7])
@pytest.mark.parametrize("offset", [0.0, 0.2])
def test_channels_that_are_opposite_do_not_cancel(right, offset):
    said = voice()
    sound = mixed(said + np.float32(offset), right * said + np.float32(offset))
    assert level_db(sound - np.mean(sound)) > level_db(said) - 3


def test_so_it_is_if_they_become_opposite_on_the_way():
    said = voice()
    right = said.copy()
    right[len(said) // 2 :] *= -1
    assert level_db(mixed(said, right)[len(said) // 2 :]) > level_db(said) - 3


def test_a_voice_in_one_of_six_channels_is_not_buried():
    others = [0.001 * voice(seed=seed) for seed in range(1, 6)]
    assert level_db(mixed(others[0], others[1], voice(), *others[2:])) > level_db(voice()) - 3


def test_two_people_on_a_channel_each_are_both_heard():
    left, right = voice(seed=1), voice(seed=2)
    left[len(left) // 2 :] = 0
    right[: len(right) // 2] = 0
    np.testing.assert_allclose(mixed(left, right), (left + right) / 2, atol=1e-6)


def test_channels_that_are_alike_are_averaged():
    noise = [0.02 * voice(seed=seed) for seed in (1, 2)]
    sound = mixed(voice() + noise[0], voice() + noise[1])
    np.testing.assert_allclose(sound, voice() + (noise[0] + noise[1]) / 2, atol=1e-6)


def test_silence_and_one_channel_stay_as_they_are():
    assert not mixed(np.zeros(1000, np.float32), np.zeros(1000, np.float32)).any()
    np.testing.assert_array_equal(mixed(voice()), voice())


def test_a_change_of_channel_does_not_click():
    said = (0.3 * np.sin(2 * np.pi * 200 * np.arange(4 * RATE) / RATE)).astype(np.float32)
    right = said.copy()
    right[2 * RATE :] *= -1
    assert np.abs(np.diff(mixed(said, right, block=8000))).max() < 0.05
