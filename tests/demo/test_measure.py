"""Latency from two channels: known positions must come back."""

import numpy as np
import pytest

from localvoice.demo.measure import FRAME, first_audible, last_voiced, voice_to_voice_ms
from localvoice.sound import EAR_HZ


def tone(seconds: float, level: float) -> np.ndarray:
    return (level * np.sin(2 * np.pi * 200 * np.arange(round(seconds * EAR_HZ)) / EAR_HZ)).astype(np.float32)


def test_the_end_of_the_voice_is_found_before_its_decay() -> None:
    user = np.zeros(3 * EAR_HZ, np.float32)
    user[8000:24_000] = tone(1.0, 0.1)
    user[24_000:32_000] = tone(0.5, 0.001)
    assert last_voiced(user, 8000, 40_000) == pytest.approx(24_000, abs=FRAME)


def test_a_pause_inside_is_not_the_end() -> None:
    user = np.zeros(3 * EAR_HZ, np.float32)
    user[0:8000] = tone(0.5, 0.1)
    user[24_000:32_000] = tone(0.5, 0.05)
    assert last_voiced(user, 0, 40_000) == pytest.approx(32_000, abs=FRAME)


def test_what_cannot_be_heard_is_no_answer() -> None:
    assistant = np.full(EAR_HZ, 0.001, np.float32)
    assert first_audible(assistant, 0) is None
    assistant[9000] = 0.01
    assert first_audible(assistant, 0) == 9000
    assert first_audible(assistant, 9001) is None


def test_voice_to_voice_is_the_distance_between_the_two() -> None:
    user = np.zeros(2 * EAR_HZ, np.float32)
    user[:16_000] = tone(1.0, 0.1)
    assistant = np.zeros(2 * EAR_HZ, np.float32)
    assistant[4000:5000] = 0.2  # the end of an earlier answer
    assistant[21_600:] = 0.2
    assert voice_to_voice_ms(user, assistant, (0, 16_000), 20_000) == pytest.approx(350, abs=10)
