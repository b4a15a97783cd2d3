"""The simulated room: levels, delays, and that its clock and its recording tell the truth."""

import numpy as np
import pytest

from localvoice.audio.acoustics import LIVING_ROOM, TILED_KITCHEN, BlockConvolver, Room, impulse_response
from localvoice.audio.room import RoomCard

RATE = 16_000
SILENT = Room(rt60_s=0.2, delay_ms=50.0, echo_db=-6.0, noise_db=-200.0)


def speech_like(frames, seed=0, level=0.1):
    return (level * np.random.default_rng(seed).standard_normal(frames)).astype(np.float32)


def pulled(card):
    return card.edge.pull(10_000_000)


def level_db(samples):
    return 10 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-20)


@pytest.mark.parametrize("room", [LIVING_ROOM, TILED_KITCHEN, SILENT])
def test_impulse_response_has_the_energy_delay_and_decay_of_its_room(room):
    response = impulse_response(room, RATE)
    delay = round(room.delay_ms * RATE / 1000)
    assert not response[:delay].any() and response[delay] > 0
    assert 10 * np.log10(np.sum(response**2)) == pytest.approx(room.echo_db, abs=0.01)
    decay_db = 10 * np.log10(np.cumsum(response[::-1] ** 2)[::-1][delay:] / np.sum(response**2))
    # Schroeder's backward integration; from -12 to -32 dB, the direct sound being above that.
    start, stop = np.argmax(decay_db < -12), np.argmax(decay_db < -32)
    assert 3 * (stop - start) / RATE == pytest.approx(room.rt60_s, rel=0.2)


def test_block_convolution_is_convolution():
    response = impulse_response(SILENT, RATE)
    sound = speech_like(RATE // 2)
    sound[3000:6000] = 0
    convolver = BlockConvolver(response, 160)
    got = np.concatenate([convolver.feed(sound[i : i + 160]) for i in range(0, len(sound), 160)])
    np.testing.assert_allclose(got, np.convolve(sound, response)[: len(sound)], atol=1e-5)


def test_the_microphone_hears_user_and_echo_each_when_it_must():
    card = RoomCard(SILENT, record=True, input_latency_ms=10, output_latency_ms=20)
    spoken, said = speech_like(4000, 1), speech_like(3000, 2)
    card.edge.push(spoken)
    assert card.say(said, 8000) == 8000
    card.step(16000)
    first, mic, played = pulled(card)
    assert first == 0 and len(mic) == 16000
    np.testing.assert_allclose(played[:4000], spoken, atol=1e-6)
    expected = np.convolve(played, impulse_response(SILENT, RATE))[:16000]
    expected[8000 + 160 : 11000 + 160] += said
    np.testing.assert_allclose(mic, expected, atol=1e-4)
    recording = card.recording()
    assert recording.shape == (16000, 2)
    np.testing.assert_array_equal(recording[8000:11000, 0], said)
    assert not recording[:8000, 0].any()
    np.testing.assert_allclose(recording[320:4320, 1], spoken, atol=1e-6)
    assert not recording[:320, 1].any()


def test_echo_and_noise_have_the_levels_of_the_description():
    card = RoomCard(TILED_KITCHEN)
    card.step(RATE * 2)
    quiet = pulled(card)[1]
    assert level_db(quiet) == pytest.approx(TILED_KITCHEN.noise_db, abs=1.0)
    sound = speech_like(RATE * 2)
    card.edge.push(sound)
    card.step(RATE * 2)
    mic = pulled(card)[1]
    assert level_db(mic[RATE:]) - level_db(sound) == pytest.approx(TILED_KITCHEN.echo_db, abs=1.0)


def test_what_is_said_without_a_time_is_said_one_after_the_other():
    card = RoomCard(SILENT)
    card.step(1600)
    assert card.say(speech_like(500)) == 1600
    assert card.say(speech_like(500)) == 2100
    assert card.say(speech_like(500), 10) == 1600


def test_disturbances_are_heard_but_not_recorded_as_the_user():
    card = RoomCard(SILENT, record=True)
    card.disturb(speech_like(1600), 0)
    card.step(3200)
    assert level_db(pulled(card)[1][200:1700]) > -25
    assert not card.recording()[:, 0].any()


def test_real_time_runs_at_the_rate_of_the_clock():
    card = RoomCard(SILENT)
    assert not card.healthy
    card.start()
    assert card.healthy
    with pytest.raises(RuntimeError, match="already running"):
        card.step(160)
    heard = 0
    while heard < 3200:
        heard += len(card.edge.pull(1000)[1])
    card.stop()
    card.stop()
    assert not card.healthy
    assert card.edge.counters.frames == card.frame


def test_an_impossible_room_is_refused():
    with pytest.raises(ValueError, match="faster"):
        RoomCard(Room(delay_ms=15.0))
