"""Decibels: one set of functions, there and back."""

import math

import numpy as np
import pytest

from localvoice.sound import SILENCE_DB, amplitude_of, level_db, power_db, power_of


@pytest.mark.parametrize("db", [-90.0, -20.0, 0.0, 6.0])
def test_there_and_back(db: float) -> None:
    assert power_db(power_of(db)) == pytest.approx(db)
    assert amplitude_of(db) ** 2 == pytest.approx(power_of(db))
    assert level_db(np.full(100, amplitude_of(db), np.float32)) == pytest.approx(db, abs=1e-4)


def test_nothing_at_all() -> None:
    assert amplitude_of(-math.inf) == power_of(-math.inf) == 0.0
    assert power_db(0.0) == level_db(np.zeros(10, np.float32)) == level_db(np.zeros(0, np.float32)) == SILENCE_DB
