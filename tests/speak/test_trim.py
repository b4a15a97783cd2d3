import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice.speak.trim import pause_ms, trimmed

RATE_HZ = 16_000


def tone(ms: int, level: float = 0.3) -> np.ndarray:
    return (level * np.sin(np.arange(RATE_HZ * ms // 1000) * 0.17)).astype(np.float32)


def silence(ms: int) -> np.ndarray:
    return np.zeros(RATE_HZ * ms // 1000, np.float32)


def test_silence_at_both_ends_goes_and_the_word_stays() -> None:
    clause = trimmed(np.concatenate([silence(300), tone(200), silence(400)]), RATE_HZ)
    assert 200 <= len(clause) * 1000 / RATE_HZ <= 240
    middle = np.abs(clause[500:2500]).max()
    assert middle == pytest.approx(0.3, abs=0.01)


def test_a_pause_inside_stays() -> None:
    clause = trimmed(np.concatenate([silence(50), tone(100), silence(200), tone(100), silence(50)]), RATE_HZ)
    assert len(clause) * 1000 / RATE_HZ >= 400


def test_a_soft_first_consonant_stays() -> None:
    soft = np.random.default_rng(1).normal(0, 0.008, RATE_HZ * 80 // 1000).astype(np.float32)
    clause = trimmed(np.concatenate([silence(100), soft, tone(200)]), RATE_HZ)
    assert len(clause) * 1000 / RATE_HZ >= 278


@given(st.integers(0, 5000), st.integers(0, 5000), st.floats(0.001, 1.0))
def test_ends_are_faded_and_nothing_jumps(before: int, after: int, level: float) -> None:
    sound = np.concatenate([np.zeros(before), tone(120, level), np.zeros(after)]).astype(np.float32)
    clause = trimmed(sound, RATE_HZ)
    assert abs(clause[0]) < 0.01 * level and abs(clause[-1]) < 0.01 * level
    assert np.abs(np.diff(clause)).max() <= np.abs(np.diff(sound)).max() + 0.02 * level


@pytest.mark.parametrize("samples", [0, 1, 31, 32, 5000])
def test_nothing_but_silence_is_empty(samples: int) -> None:
    assert len(trimmed(np.zeros(samples, np.float32), RATE_HZ)) == 0


def test_leaves_its_input_alone() -> None:
    sound = tone(100)
    before = sound.copy()
    trimmed(sound, RATE_HZ)
    assert np.array_equal(sound, before)


def test_longer_pauses_after_stronger_marks() -> None:
    pauses = [pause_ms(f"the light is on{mark}") for mark in ("", ",", ";", ".")]
    assert pauses == sorted(pauses) and len(set(pauses)) == 4
    assert pause_ms('"Fine."') == pause_ms("Fine.")
    assert pause_ms("") == 0
