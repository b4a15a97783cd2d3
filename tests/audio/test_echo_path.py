"""Delay and level of the echo, measured in simulated rooms whose delay and level are known."""

from pathlib import Path

import numpy as np
import pytest

import localvoice.demo
from localvoice.audio import wav
from localvoice.audio.acoustics import LIVING_ROOM, TILED_KITCHEN, Room, impulse_response, noise
from localvoice.audio.echo_path import HIGHEST_HZ, LOWEST_HZ, chirp, measure
from localvoice.audio.room import RoomCard
from localvoice.audio.round_trip import measure_card

RATE = 16_000
SPEECH = Path(localvoice.demo.__file__).parent / "speech"


class Stepped(RoomCard):
    """Its time passes by being waited for."""

    healthy = True

    def rest(self, seconds):
        self.step(round(seconds * self.rate_hz))


def any_room(seed):
    random = np.random.default_rng(seed)
    return Room(
        rt60_s=random.uniform(0.1, 0.9), delay_ms=random.uniform(5, 450), echo_db=random.uniform(-40, 3),
        noise_db=random.uniform(-75, -45), seed=seed,
    )  # fmt: skip


def echo_of(played, room, rate_hz):
    response = impulse_response(room, rate_hz)
    size = 1 << (len(played) + len(response)).bit_length()
    return np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(response, size), size)[: len(played)]


def heard_in(room, played, rate_hz):
    return (echo_of(played, room, rate_hz) + np.resize(noise(room, rate_hz, 8.0), len(played))).astype(np.float32)


def speech():
    sound = np.concatenate([wav.read(file)[0] for file in sorted(SPEECH.glob("*.flac"))])
    return 0.08 * sound / sound.std()


@pytest.mark.parametrize("seeds", [range(30), pytest.param(range(30, 300), marks=pytest.mark.slow)], ids=str)
def test_delay_within_a_millisecond_and_level_within_a_decibel(seeds):
    played = chirp(RATE)
    for seed in seeds:
        room = any_room(seed)
        path = measure(played, heard_in(room, played, RATE), RATE)
        assert path.heard, room
        assert path.delay_ms == pytest.approx(room.delay_ms, abs=1.0), room
        assert path.echo_db == pytest.approx(room.echo_db, abs=1.0), room


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_at_the_rates_of_real_cards_the_level_is_that_of_the_band(rate_hz):
    played = chirp(rate_hz)
    for seed in range(4):
        room = any_room(seed)
        path = measure(played, heard_in(room, played, rate_hz), rate_hz)
        power = np.abs(np.fft.rfft(impulse_response(room, rate_hz), 1 << 18)) ** 2
        hz = np.fft.rfftfreq(1 << 18, 1 / rate_hz)
        in_band_db = 10 * np.log10(np.mean(power[(hz > LOWEST_HZ) & (hz < HIGHEST_HZ)]))
        assert path.delay_ms == pytest.approx(room.delay_ms, abs=1.0), room
        assert path.echo_db == pytest.approx(in_band_db, abs=1.0), room


@pytest.mark.parametrize("volume", [0.1, 0.5, 2.0])
def test_the_level_is_relative_to_what_was_played(volume):
    played = volume * chirp(RATE)
    path = measure(played, heard_in(LIVING_ROOM, played, RATE), RATE)
    assert path.echo_db == pytest.approx(LIVING_ROOM.echo_db, abs=1.0)


def test_the_chirp_is_found_wherever_it_lies():
    sound = np.concatenate([np.zeros(4321, np.float32), chirp(RATE), np.zeros(2000, np.float32)])
    path = measure(sound, heard_in(TILED_KITCHEN, sound, RATE), RATE)
    assert path.delay_ms == pytest.approx(TILED_KITCHEN.delay_ms, abs=1.0)


def test_a_loudspeaker_that_clips_does_not_move_the_delay():
    played = chirp(RATE)
    mic = heard_in(LIVING_ROOM, np.clip(played, -0.15, 0.15), RATE)
    path = measure(played, mic, RATE)
    assert path.heard and path.delay_ms == pytest.approx(LIVING_ROOM.delay_ms, abs=1.0)


@pytest.mark.parametrize("seeds", [range(20), pytest.param(range(20, 300), marks=pytest.mark.slow)], ids=str)
def test_where_nothing_came_back_nothing_is_invented(seeds):
    played, talk = chirp(RATE), speech()
    for seed in seeds:
        random = np.random.default_rng(seed)
        room = any_room(seed)
        silence = np.resize(noise(room, RATE, 8.0), len(played))
        start = int(random.integers(len(talk) - len(played)))
        for sound in (silence, silence + talk[start : start + len(played)]):
            path = measure(played, sound.astype(np.float32), RATE)
            assert not path.heard, (seed, path)
            assert (path.delay_ms, path.echo_db) == (0, -np.inf)
    assert not measure(played, np.zeros_like(played), RATE).heard


def test_somebody_who_talks_meanwhile_does_not_change_the_delay():
    played, talk = chirp(RATE), speech()
    for seed in range(10):
        start = 20_000 * seed
        mic = heard_in(LIVING_ROOM, played, RATE) + 0.5 * talk[start : start + len(played)]
        path = measure(played, mic.astype(np.float32), RATE)
        assert path.heard and path.delay_ms == pytest.approx(LIVING_ROOM.delay_ms, abs=1.0)


def test_a_sample_lost_between_the_sweeps_is_noticed():
    played = chirp(RATE)
    mic = heard_in(LIVING_ROOM, played, RATE)
    middle = len(mic) // 2
    shifted = np.concatenate([mic[:middle], mic[middle + 100 :], np.zeros(100, np.float32)])
    path = measure(played, shifted, RATE)
    assert not path.agreed and not path.heard


def test_without_the_chirp_in_what_was_played_there_is_no_answer():
    played = chirp(RATE)
    for other in (np.zeros_like(played), speech()[: len(played)].astype(np.float32), played[: len(played) // 2]):
        with pytest.raises(ValueError, match="sweeps"):
            measure(other, np.zeros_like(other), RATE)


def test_on_a_card_in_a_room():
    for room in (LIVING_ROOM, TILED_KITCHEN):
        card = Stepped(room)
        path, heard = measure_card(card, card.rest)
        assert heard.whole and path.heard
        assert path.delay_ms == pytest.approx(room.delay_ms, abs=1.0)
        assert path.echo_db == pytest.approx(room.echo_db, abs=1.0)


def test_what_nobody_listened_to_before_does_not_count():
    card = Stepped(LIVING_ROOM)
    card.rest(100.0)
    path, heard = measure_card(card, card.rest)
    assert heard.whole and path.delay_ms == pytest.approx(LIVING_ROOM.delay_ms, abs=1.0)
    assert card.frame < 100 * RATE + 2 * len(chirp(RATE)), "not at the first try"


def test_frames_that_were_lost_are_told_and_the_chirp_is_played_again():
    card = Stepped(LIVING_ROOM)
    rests = 0

    def rest(seconds):
        nonlocal rests
        rests += 1
        if rests == 150:
            card.edge.lose(480)
        card.rest(seconds)

    path, heard = measure_card(card, rest)
    assert heard.whole and path.delay_ms == pytest.approx(LIVING_ROOM.delay_ms, abs=1.0)
    assert card.frame > 2 * len(chirp(RATE))
