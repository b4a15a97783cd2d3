"""The bundled voice through piper-tts's own loader."""

from pathlib import Path

import numpy as np
import pytest

from localvoice.sound import Samples

piper = pytest.importorskip("piper")

MODEL = Path(__file__).parents[2] / "models" / "pocket" / "voice" / "pocket-voice.onnx"
RATE_HZ = 16000
AUDIBLE = 0.01
CLAUSES = [
    "Yes.",
    "It's fourteen oh five.",
    "The kitchen light is on.",
    "Anything else?",
    "Okay, I added milk, eggs and a bit of brown sugar to your list.",
    "There are twenty three minutes and fifty seconds left on the pasta timer, and then I call you to the kitchen.",
    "without a full stop",
    "Two clauses are cut here,",
]


@pytest.fixture(scope="module")
def voice():
    return piper.PiperVoice.load(MODEL)


def say(voice, text: str, length: float | None = None, noise: float | None = None) -> Samples:
    config = piper.SynthesisConfig(length_scale=length, noise_scale=noise, normalize_audio=False)
    chunks = [chunk.audio_float_array for chunk in voice.synthesize(text, config)]
    return np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.float32)


def speech_level_db(samples: Samples) -> float:
    """Mean power of the louder half of the 20 ms frames, dB below full scale."""
    frames = samples[: len(samples) // 320 * 320].reshape(-1, 320)
    power = np.sort((frames**2).mean(axis=1))
    return float(10 * np.log10(power[len(power) // 2 :].mean()))


def test_is_small_and_says_its_rate(voice):
    assert MODEL.stat().st_size < 4_000_000
    assert voice.config.sample_rate == RATE_HZ
    assert [i.name for i in voice.session.get_inputs()] == ["input", "input_lengths", "scales"]
    assert [o.name for o in voice.session.get_outputs()] == ["output"]


@pytest.mark.parametrize("text", CLAUSES)
def test_a_clause_is_clean(voice, text):
    samples = say(voice, text)
    assert 0.15 < len(samples) / RATE_HZ < 1.0 + 0.6 * len(text.split())
    assert np.isfinite(samples).all()
    assert 0.1 < np.abs(samples).max() < 0.95
    loud = np.flatnonzero(np.abs(samples) > AUDIBLE)
    assert loud[0] <= 0.020 * RATE_HZ
    assert len(samples) - loud[-1] <= 0.060 * RATE_HZ
    assert abs(samples[0]) < 0.002 and abs(samples[-1]) < 0.002
    assert np.abs(np.diff(samples)).max() < 0.6


def test_clauses_are_equally_loud(voice):
    levels = [speech_level_db(say(voice, text)) for text in CLAUSES]
    assert max(levels) - min(levels) < 9.0
    assert np.std(levels) < 3.0


def test_length_scale_stretches(voice):
    plain = len(say(voice, CLAUSES[4]))
    for scale in (0.7, 1.5, 2.0):
        assert len(say(voice, CLAUSES[4], length=scale)) / plain == pytest.approx(scale, rel=0.08)


def test_noise_scale_is_breath(voice):
    """A whole vowel without breath is periodic; with more breath the high band rises."""

    def high_band(noise: float) -> float:
        spectrum = np.abs(np.fft.rfft(say(voice, "How are you all now, my old owl?", noise=noise))) ** 2
        return float(spectrum[len(spectrum) // 2 :].sum())

    assert high_band(0.0) < high_band(0.667) < high_band(1.5)


def test_same_text_same_samples(voice):
    assert np.array_equal(say(voice, CLAUSES[2]), say(voice, CLAUSES[2]))


@pytest.mark.parametrize("text", ["", "   ", "...", "?!"])
def test_nothing_to_say_is_no_crash(voice, text):
    assert len(say(voice, text)) < RATE_HZ


def test_every_phoneme_of_english_has_an_id(voice):
    text = (
        "The judge's huge vision measured fourteen thin beige boys; why, oh why: young Zoe's cure! Poor, square idea, "
        "hour, fire, bottle, button, little, garçon, naïve, Übermut, Bach — “well” … (no) über 'quoted'."
    )
    phonemes = [p for sentence in voice.phonemize(text) for p in sentence]
    assert set(phonemes) <= set(voice.config.phoneme_id_map)


def test_unknown_phonemes_are_left_out(voice):
    plain = voice.phonemes_to_ids(list("hə"))
    assert voice.phonemes_to_ids(["h", "漢", "ə"]) == plain
    audio = voice.phoneme_ids_to_audio(plain, piper.SynthesisConfig())
    assert len(audio) > 0.05 * RATE_HZ


def test_ids_without_a_sound_make_no_sound(voice):
    audio = voice.phoneme_ids_to_audio([1, 0, 2], piper.SynthesisConfig())
    assert np.isfinite(audio).all() and np.abs(audio).max() < 0.3
