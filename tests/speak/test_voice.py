import threading

import numpy as np
import pytest

from localvoice.bundled import path as bundled
from localvoice.engines.voice.piper import PiperEngine
from localvoice.errors import CannotSpeak
from localvoice.sound import Samples
from localvoice.speak.voice import Voice


class Counting:
    """The real engine, counting how often it is asked."""

    def __init__(self) -> None:
        self._engine = PiperEngine(bundled("pocket/voice/pocket-voice.onnx"))
        self.rate_hz = self._engine.rate_hz
        self.asked: list[str] = []

    def synthesise(
        self,
        text: str,
        length_scale: float = 1.0,
        noise_scale: float | None = None,
        stop: threading.Event | None = None,
    ) -> Samples:
        self.asked.append(text)
        return self._engine.synthesise(text, length_scale, noise_scale, stop)


@pytest.fixture
def engine() -> Counting:
    return Counting()


@pytest.fixture
def voice(engine: Counting) -> Voice:
    return Voice(engine, target_rate_hz=16_000)


def audible_ms(samples: Samples, rate_hz: int = 16_000) -> tuple[float, float]:
    """First and last sample within 40 dB of the peak, in ms."""
    loud = np.flatnonzero(np.abs(samples) > np.abs(samples).max() / 100)
    return float(loud[0]) * 1000 / rate_hz, float(loud[-1]) * 1000 / rate_hz


@pytest.mark.parametrize("clause", ["Sure,", "The kitchen light is on.", "It's 14:05.", "Half past four, **then**"])
def test_the_first_sample_is_nearly_the_first_sound(voice: Voice, clause: str) -> None:
    spoken = voice.clause(clause)
    first_ms, last_ms = audible_ms(spoken.samples)
    assert first_ms <= 12
    assert len(spoken.samples) / 16 - last_ms <= 300
    assert np.abs(spoken.samples).max() <= 1.0
    assert spoken.text == clause


def test_of_a_row_of_numbers_every_one_is_said(voice: Voice, engine: Counting) -> None:
    """Seventy characters as they are written, four hundred as they are spoken."""
    spoken = voice.clause("3,979,576, 2,693,976, 2,320,268, 1,680,992, 1,584,064, 1,422,420 people.")
    assert len(engine.asked) > 1 and engine.asked[-1].endswith("four hundred twenty people.")
    assert " ".join(engine.asked).count("million") == 6
    assert len(spoken.samples) > 10 * 16_000


def test_a_full_stop_leaves_a_longer_pause_than_a_comma(voice: Voice) -> None:
    def pause(clause: str) -> float:
        samples = voice.clause(clause).samples
        return len(samples) / 16 - audible_ms(samples)[1]

    assert pause("The light is on.") > pause("The light is on,") + 50


def test_numbers_reach_the_engine_as_words(voice: Voice, engine: Counting) -> None:
    voice.clause("It's 14:05 and **5** degrees.")
    assert engine.asked == ["It's fourteen oh five and five degrees."]


def test_frequent_openers_are_synthesised_once(voice: Voice, engine: Counting) -> None:
    voice.prepare(["Let me check.", "One moment."])
    first = voice.clause("Let me check.")
    again = voice.clause("Let me **check**.")
    assert engine.asked == ["Let me check.", "One moment."]
    assert np.array_equal(first.samples, again.samples) and again.text == "Let me **check**."


def test_the_cache_has_an_end(voice: Voice, engine: Counting) -> None:
    for number in range(80):
        voice.clause(f"{number}.")
    voice.clause("79.")
    assert len(engine.asked) == 80
    voice.clause("0.")
    assert len(engine.asked) == 81


def test_an_abandoned_clause_is_not_remembered(voice: Voice) -> None:
    stop = threading.Event()
    stop.set()
    assert len(voice.clause("One moment.", stop).samples) < 4000
    assert len(voice.clause("One moment.").samples) > 4000


def test_speed(engine: Counting) -> None:
    text = "The kitchen light is on"
    normal, fast = (len(Voice(engine, speed=speed).clause(text).samples) for speed in (1.0, 1.5))
    assert 1.2 < normal / fast < 1.8


def test_another_rate_than_the_voice_has(engine: Counting) -> None:
    text = "The kitchen light is on."
    low, high = Voice(engine, 16_000).clause(text).samples, Voice(engine, 48_000).clause(text).samples
    assert high.dtype == np.float32
    assert len(high) / 48_000 == pytest.approx(len(low) / 16_000, rel=0.02)
    # The same sound: nothing above what the voice itself has.
    spectrum = np.abs(np.fft.rfft(high))
    above = spectrum[int(len(spectrum) * engine.rate_hz / 48_000 * 1.05) :]
    assert np.square(above).sum() < 1e-3 * np.square(spectrum).sum()


@pytest.mark.parametrize("text", ["", "🙂", "...", "[[ ]]"])
def test_nothing_to_say_says_so(voice: Voice, text: str) -> None:
    with pytest.raises(CannotSpeak) as caught:
        voice.clause(text)
    assert caught.value.exit_code == 6 and caught.value.remedy
