"""The ring of cleaned speech."""

import sys
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localvoice.hear.ring import Overwritten, SpeechRing


def ramp(start, stop):
    return np.arange(start, stop, dtype=np.float32)


def test_reads_back_by_absolute_index():
    ring = SpeechRing(seconds=0.01)  # 160 samples
    ring.append(ramp(0, 100))
    ring.append(ramp(100, 230))
    assert (ring.newest, ring.oldest) == (230, 70)
    np.testing.assert_array_equal(ring.read(70, 230), ramp(70, 230))
    np.testing.assert_array_equal(ring.read(200, 999), ramp(200, 230))
    assert len(ring.read(230, 300)) == 0


def test_says_when_samples_are_gone():
    ring = SpeechRing(seconds=0.01)
    ring.append(ramp(0, 300))
    with pytest.raises(Overwritten, match="the oldest is 140"):
        ring.read(139, 200)


def test_a_gap_becomes_silence():
    ring = SpeechRing(seconds=0.01)
    ring.append(ramp(1, 51))
    ring.skip_to(80)
    ring.append(ramp(81, 91))
    np.testing.assert_array_equal(ring.read(0, 90), np.concatenate([ramp(1, 51), np.zeros(30), ramp(81, 91)]))
    ring.skip_to(10_000)
    assert not ring.read(ring.oldest, ring.newest).any()


@given(st.lists(st.one_of(st.integers(0, 400), st.just(-1)), max_size=30))
def test_agrees_with_an_endless_list(lengths):
    ring = SpeechRing(seconds=0.01)
    whole = np.zeros(0, np.float32)
    for length in lengths:
        if length < 0:
            ring.skip_to(len(whole) + 37)
            whole = np.concatenate([whole, np.zeros(37, np.float32)])
        else:
            ring.append(ramp(len(whole), len(whole) + length))
            whole = np.concatenate([whole, ramp(len(whole), len(whole) + length)])
        assert ring.newest == len(whole)
        np.testing.assert_array_equal(ring.read(ring.oldest, ring.newest), whole[-160:])


@pytest.fixture
def quick_switches():
    before_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before_s)


def test_a_reader_beside_the_writer_gets_the_truth_or_an_error(quick_switches):
    ring = SpeechRing(seconds=0.02)
    total = 200_000
    outcomes = {"read": 0, "gone": 0}

    def write():
        for start in range(0, total, 50):
            ring.append(ramp(start, start + 50))

    writer = threading.Thread(target=write)
    writer.start()
    while ring.newest < total:
        newest = ring.newest
        start = max(0, newest - 320)
        try:
            np.testing.assert_array_equal(ring.read(start, newest), ramp(start, newest))
            outcomes["read"] += 1
        except Overwritten:
            outcomes["gone"] += 1
    writer.join()
    assert outcomes["read"] + outcomes["gone"] > 10
    np.testing.assert_array_equal(ring.read(total - 320, total), ramp(total - 320, total))
