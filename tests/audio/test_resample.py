"""Streams at another rate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localvoice.audio.resample import StreamResampler

RATES = [(48000, 16000), (44100, 16000), (32000, 16000), (22050, 16000), (16000, 48000), (8000, 16000)]


def sine(hz, rate_hz, frames, late_ms=0.0):
    return np.sin(2 * np.pi * hz * (np.arange(frames) / rate_hz - late_ms / 1000)).astype(np.float32)


def stream(resampler, samples, block):
    return np.concatenate([resampler.feed(samples[i : i + block]) for i in range(0, len(samples), block)])


@pytest.mark.parametrize(("from_hz", "to_hz"), RATES)
def test_a_tone_comes_out_late_by_the_delay_that_is_stated_and_otherwise_the_same(from_hz, to_hz):
    resampler = StreamResampler(from_hz, to_hz)
    out = stream(resampler, sine(1000, from_hz, from_hz // 2), from_hz // 100)
    assert len(out) == to_hz // 2
    assert resampler.delay_ms < 2.0
    middle = slice(to_hz // 8, to_hz * 3 // 8)
    expected = sine(1000, to_hz, len(out), resampler.delay_ms)
    np.testing.assert_allclose(out[middle], expected[middle], atol=1e-3)


@pytest.mark.parametrize("hz", [9300, 12000, 20000])
def test_what_the_lower_rate_cannot_carry_is_gone(hz):
    out = stream(StreamResampler(48000, 16000), sine(hz, 48000, 24000), 480)
    assert np.sqrt(np.mean(out[2000:6000] ** 2)) < 1e-3


def test_channels_stay_aligned():
    pair = np.column_stack([sine(500, 48000, 9600), sine(500, 48000, 9600)])
    out = stream(StreamResampler(48000, 16000, channels=2), pair, 471)
    assert out.shape == (3200, 2)
    np.testing.assert_array_equal(out[:, 0], out[:, 1])


def test_same_rate_changes_nothing():
    samples = sine(500, 16000, 160)
    assert StreamResampler(16000, 16000).feed(samples) is samples


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(RATES), st.lists(st.integers(0, 900), max_size=12))
def test_the_blocks_do_not_matter(rates, lengths):
    samples = sine(700, rates[0], sum(lengths))
    whole = StreamResampler(*rates).feed(samples)
    resampler = StreamResampler(*rates)
    parts = []
    start = 0
    for length in lengths:
        parts.append(resampler.feed(samples[start : start + length]))
        start += length
    np.testing.assert_allclose(np.concatenate([*parts, whole[:0]]), whole, atol=1e-5)
