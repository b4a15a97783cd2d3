"""Both echo cancellers in two simulated rooms, on recorded speech."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import localvoice.demo
from localvoice.audio import wav
from localvoice.audio.acoustics import LIVING_ROOM, TILED_KITCHEN, impulse_response, noise
from localvoice.audio.echo import EchoCanceller
from localvoice.engines.echo import aec3, speex
from localvoice.errors import AudioError

RATE = 16_000
SPEECH = Path(localvoice.demo.__file__).parent / "speech"
needs_speex = pytest.mark.skipif(find_spec("speexdsp") is None, reason="speexdsp is not installed")


@pytest.fixture(scope="module")
def voices():
    """What the assistant says and what the user says, five seconds each without a pause, equally loud."""
    files = sorted(SPEECH.glob("*.flac"))
    sounds = []
    for part in (files[:6], files[6:]):
        sound = np.concatenate([wav.read(file)[0] for file in part])
        blocks = sound[: len(sound) // 800 * 800].reshape(-1, 800)
        sound = blocks[blocks.std(axis=1) > 0.01].reshape(-1)
        sounds.append((0.08 * sound / sound.std())[: 5 * RATE].astype(np.float32))
    return sounds


def echo_of(sound, room):
    size = 1 << 17
    response = impulse_response(room, RATE)
    echo = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size))[: len(sound)]
    return echo.astype(np.float32)


def clean(canceller, mic, played, block=320):
    """(words, presence, last delay in ms), shifted back by the latency."""
    parts = [canceller.feed(mic[i : i + block], played[i : i + block]) for i in range(0, len(mic), block)]
    late = canceller.latency_samples
    words = np.concatenate([part.words for part in parts])[late:]
    presence = None
    if parts[0].presence is not None:
        presence = np.concatenate([part.presence for part in parts])[late:]
    return words, presence, parts[-1].delay_ms


def power_db(sound, start_s, stop_s):
    return 10 * np.log10(np.mean(sound[int(start_s * RATE) : int(stop_s * RATE)].astype(np.float64) ** 2) + 1e-12)


@needs_speex
@pytest.mark.parametrize("room", [LIVING_ROOM, TILED_KITCHEN], ids=["living room", "tiled kitchen"])
def test_the_echo_goes_away_early(voices, room):
    played = voices[0]
    mic = echo_of(played, room) + noise(room, RATE, 5.0)
    words, presence, delay_ms = clean(EchoCanceller("both"), mic, played)
    assert delay_ms == pytest.approx(room.delay_ms, abs=12)
    for start_s, stop_s, words_db, presence_db in ((0.5, 1.0, 3, 12), (1, 2, 7, 15), (2, 4.5, 9, 15)):
        before_db = power_db(mic, start_s, stop_s)
        assert before_db - power_db(words, start_s, stop_s) > words_db
        assert before_db - power_db(presence, start_s, stop_s) > presence_db


@needs_speex
def test_the_words_of_the_user_come_through(voices):
    played, user = voices
    room = LIVING_ROOM
    user = user * 10 ** (room.echo_db / 20)
    user[: 3 * RATE] = 0
    mic = echo_of(played, room) + user + noise(room, RATE, 5.0)
    words, _, _ = clean(EchoCanceller("both"), mic, played)
    talk = slice(3 * RATE, 5 * RATE - 160)
    heard, said = words[talk], user[talk]
    scale = np.dot(heard, said) / np.dot(said, said)
    ratio_db = 10 * np.log10(np.sum((scale * said) ** 2) / np.sum((heard - scale * said) ** 2))
    assert scale == pytest.approx(1.0, abs=0.25)
    assert ratio_db > 7  # 0 dB before


@needs_speex
def test_the_length_of_the_blocks_does_not_matter(voices):
    played = voices[0][: 2 * RATE]
    mic = echo_of(played, LIVING_ROOM)
    one = clean(EchoCanceller("both"), mic, played, 320)
    other = clean(EchoCanceller("both"), mic, played, 437)
    np.testing.assert_allclose(one[0], other[0], atol=1e-4)
    np.testing.assert_allclose(one[1], other[1], atol=1e-4)


@pytest.mark.parametrize("engine", ["aec3", "off", pytest.param("both", marks=needs_speex)])
def test_while_nothing_is_played_the_microphone_passes_untouched(voices, engine):
    mic = voices[1][:RATE]
    canceller = EchoCanceller(engine)
    words, presence, _ = clean(canceller, mic, np.zeros_like(mic), 123)
    np.testing.assert_array_equal(words, mic[: len(words)])
    assert len(words) == len(mic) - canceller.latency_samples
    assert (presence is None) == (engine == "off")


def test_off_leaves_even_an_echo(voices):
    played = voices[0][:RATE]
    mic = echo_of(played, LIVING_ROOM)
    np.testing.assert_array_equal(clean(EchoCanceller("off"), mic, played)[0], mic[:-160])


def test_reset_forgets_everything(voices):
    played = voices[0][:RATE]
    mic = echo_of(played, LIVING_ROOM)
    canceller = EchoCanceller("aec3")
    first = clean(canceller, mic, played)
    canceller.reset()
    second = clean(canceller, mic, played)
    np.testing.assert_array_equal(first[0], second[0])


def raise_missing(*_):
    raise AudioError("It is not installed.", "Install it.")


def test_without_speex_aec3_does_both_and_says_so(monkeypatch, voices):
    monkeypatch.setattr(speex, "_load", raise_missing)
    for engine in ("both", "speex"):
        canceller = EchoCanceller(engine)
        assert "AEC3 cancels the echo on its own" in canceller.notice
        cleaned = canceller.feed(voices[0][:320], voices[0][:320])
        np.testing.assert_array_equal(cleaned.words, cleaned.presence)


@needs_speex
def test_without_aec3_speex_goes_on_alone(monkeypatch, voices):
    monkeypatch.setattr("localvoice.audio.echo.Aec3", raise_missing)
    canceller = EchoCanceller("both")
    assert "Speex cancels the echo on its own" in canceller.notice
    assert canceller.feed(voices[0][:320], voices[0][:320]).presence is None


def test_without_both_there_is_one_clear_error(monkeypatch):
    monkeypatch.setattr("localvoice.audio.echo.Aec3", raise_missing)
    monkeypatch.setattr(speex, "_load", raise_missing)
    with pytest.raises(AudioError, match="not installed"):
        EchoCanceller("both")


def test_the_engines_refuse_frames_that_their_libraries_would_misread():
    with pytest.raises(ValueError, match="multiples of 160"):
        aec3.Aec3(RATE).feed(np.zeros(100, np.float32), np.zeros(100, np.float32))


@needs_speex
def test_speex_refuses_a_short_reference():
    with pytest.raises(ValueError, match="frames of 160"):
        speex.SpeexEcho(160, 1600, RATE).feed(np.zeros(160, np.float32), np.zeros(159, np.float32))


def test_a_delay_that_was_measured_is_there_at_once(voices):
    played = voices[0]
    mic = echo_of(played, TILED_KITCHEN) + noise(TILED_KITCHEN, RATE, 5.0)
    known = EchoCanceller("aec3", delay_ms=TILED_KITCHEN.delay_ms)
    first = known.feed(mic[:320], played[:320])
    assert first.delay_ms == TILED_KITCHEN.delay_ms
    _, presence, delay_ms = clean(known, mic[320:], played[320:])
    assert delay_ms == pytest.approx(TILED_KITCHEN.delay_ms, abs=12)
    assert power_db(mic[320:], 1, 2) - power_db(presence, 1, 2) > 15


@pytest.mark.parametrize("expected_ms", [0.0, 20.0, 300.0])
def test_a_wrong_expectation_is_corrected_and_a_delay_that_moves_is_followed(voices, expected_ms):
    played = np.concatenate(voices)
    before, after = LIVING_ROOM, TILED_KITCHEN
    mic = np.concatenate([echo_of(played, before)[: 5 * RATE], echo_of(played, after)[5 * RATE :]])
    canceller = EchoCanceller("aec3", delay_ms=expected_ms)
    _, _, early_ms = clean(canceller, mic[: 2 * RATE], played[: 2 * RATE])
    assert early_ms == pytest.approx(before.delay_ms, abs=12)
    _, _, late_ms = clean(canceller, mic[2 * RATE :], played[2 * RATE :])
    assert late_ms == pytest.approx(after.delay_ms, abs=12)
    canceller.reset()
    assert canceller.feed(mic[:320], played[:320]).delay_ms == expected_ms
