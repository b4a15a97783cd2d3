"""The source and the filter of the voice as ONNX nodes.

Per frame of 5 ms: 56 log amplitudes of the envelope, 6 aperiodicities, log f0 and a voicing gate. The source is a train
of band-limited pulses plus noise from a table (so that the same text always gives the same samples). Windowed pieces of
the source are filtered in the frequency domain by the minimum-phase filter of the envelope and overlap-added. Amplitude
and phase of that filter are linear in the bands, so both are one matrix product.
"""

from dataclasses import dataclass

import numpy as np
from graph import Graph
from numpy.typing import NDArray
from onnx import TensorProto
from vocoder import APERIODICITY_BANDS, BANDS, HOP_SAMPLES, SAMPLE_RATE, interpolation

WINDOW = 4 * HOP_SAMPLES
TRANSFORM = 8 * HOP_SAMPLES
BINS = TRANSFORM // 2 + 1
PULSE_REACH_SAMPLES = 8.0
NOISE_ROWS = 409
DEFAULT_NOISE_SCALE = 0.667
AUDIBLE = 0.01
LEAD_SAMPLES, TAIL_SAMPLES = 160, 640


@dataclass(frozen=True, slots=True)
class Frames:
    """Names of the tensors that describe the sound, one row per 5 ms."""

    bands: str
    aperiodicity: str
    log_f0: str
    voiced: str


def filter_matrices() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """[56, 321] each: bands -> log amplitude, bands -> minimum phase (through the real cepstrum, 8 times finer)."""
    fine = 8 * TRANSFORM
    log_amplitude = interpolation(fine // 2 + 1, BANDS)
    cepstrum = np.fft.irfft(log_amplitude, fine, axis=1)
    fold = np.zeros(fine)
    fold[1 : fine // 2] = 1.0
    fold[fine // 2 + 1 :] = -1.0
    phase = np.fft.rfft(cepstrum * fold, axis=1).imag
    return log_amplitude[:, ::8], phase[:, ::8]


def _angles(g: Graph, rows: int, columns: int) -> str:
    """[rows, columns]: 2 pi (row * column mod TRANSFORM) / TRANSFORM, folded away when the model loads."""
    row = g.column(g.range(g.const(rows, np.int64)))
    column = g.range(g.const(columns, np.int64))
    turns = g.op("Mod", g.mul(row, column), g.const(TRANSFORM, np.int64))
    return g.scaled(g.to_float(turns), 2 * np.pi / TRANSFORM)


def _next_row(g: Graph, a: str) -> str:
    """[n] shifted by one, the last value repeated."""
    return g.concat(g.cut(a, 1, 2**31), g.cut(a, -1, 2**31))


def _pulses(g: Graph, log_f0: str) -> str:
    """[frames, 80]: windowed sincs at the exact instants where the phase passes a whole number, power 1."""
    f0 = g.op("Exp", log_f0)
    following = _next_row(g, f0)
    step = g.sub(following, f0)
    advance = g.scaled(g.add(f0, following), HOP_SAMPLES / 2 / SAMPLE_RATE)
    exact = g.op("CumSum", g.op("Cast", advance, to=TensorProto.DOUBLE), g.const(0, np.int64), exclusive=1)
    start = g.to_float(g.sub(exact, g.op("Floor", exact)))
    s = np.arange(HOP_SAMPLES, dtype=np.float64)
    f0_column, step_column = g.column(f0), g.column(step)
    phase = g.add(g.column(start), g.mul(f0_column, g.const(s / SAMPLE_RATE)))
    phase = g.add(phase, g.mul(step_column, g.const(s * s / (2 * HOP_SAMPLES * SAMPLE_RATE))))
    now = g.add(f0_column, g.mul(step_column, g.const(s / HOP_SAMPLES)))
    period = g.op("Reciprocal", g.scaled(now, 1 / SAMPLE_RATE))
    distance = g.mul(g.sub(phase, g.op("Round", phase)), period)
    distance = g.clip(g.shifted(distance, 1e-5), -PULSE_REACH_SAMPLES, PULSE_REACH_SAMPLES)
    angle = g.scaled(distance, np.pi)
    sinc = g.div(g.op("Sin", angle), angle)
    window = g.shifted(g.scaled(g.op("Cos", g.scaled(angle, 1 / PULSE_REACH_SAMPLES)), 0.5), 0.5)
    return g.mul(g.mul(sinc, window), g.op("Sqrt", period))


def _noise(g: Graph, frames: str) -> str:
    """[frames, 80]: unit-variance noise, row by row from a table of two seconds."""
    table = np.random.default_rng(20).standard_normal((NOISE_ROWS, HOP_SAMPLES))
    stored = g.const(np.clip(np.round(table * 32), -127, 127), np.int8)
    rows = g.op("Mod", g.range(frames), g.const(NOISE_ROWS, np.int64))
    return g.scaled(g.to_float(g.op("Gather", stored, rows)), 1 / 32)


def _spectra(g: Graph, source: str) -> tuple[str, str]:
    """Real and imaginary part, [frames, 321] each, of the windowed source around every frame."""
    padded = g.pad_rows(source, 2, 1)
    pieces = [g.cut(padded, j, 2**31 if j == 3 else j - 3) for j in range(4)]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    windowed = g.mul(g.concat(*pieces, axis=1), g.const(hann / 2))
    angles = _angles(g, WINDOW, BINS)
    return g.matmul(windowed, g.op("Cos", angles)), g.op("Neg", g.matmul(windowed, g.op("Sin", angles)))


def sound(g: Graph, frames: Frames, noise_scale: str, gain: float) -> str:
    """[samples] of the frames, peak below 0.95, faded over the first and the last few milliseconds."""
    count = g.length(frames.log_f0)
    pulse_re, pulse_im = _spectra(g, _pulses(g, frames.log_f0))
    noise_re, noise_im = _spectra(g, _noise(g, count))

    ap = g.matmul(frames.aperiodicity, g.const(interpolation(BINS, APERIODICITY_BANDS)))
    gate = g.column(frames.voiced)
    pulse_power = g.mul(gate, g.sub(g.const(1.0), g.mul(ap, ap)))
    pulse_gain = g.op("Sqrt", g.clip(pulse_power, 0.0, 1.0))
    noise_gain = g.op("Sqrt", g.clip(g.sub(g.const(1.0), pulse_power), 0.0, 1.0))
    # breath inside voiced sounds follows the noise scale fully; hissing consonants only half, or words are lost
    wanted = g.scaled(noise_scale, 1 / DEFAULT_NOISE_SCALE)
    half = g.shifted(g.scaled(wanted, 0.5), 0.5)
    noise_gain = g.mul(noise_gain, g.add(half, g.mul(gate, g.sub(wanted, half))))

    amplitude, phase = filter_matrices()
    magnitude = g.op("Exp", g.matmul(frames.bands, g.const(amplitude)))
    angle = g.matmul(frames.bands, g.const(phase))
    filter_re, filter_im = g.mul(magnitude, g.op("Cos", angle)), g.mul(magnitude, g.op("Sin", angle))
    source_re = g.add(g.mul(pulse_re, pulse_gain), g.mul(noise_re, noise_gain))
    source_im = g.add(g.mul(pulse_im, pulse_gain), g.mul(noise_im, noise_gain))
    out_re = g.sub(g.mul(source_re, filter_re), g.mul(source_im, filter_im))
    out_im = g.add(g.mul(source_re, filter_im), g.mul(source_im, filter_re))

    weight = np.full((BINS, 1), 2.0 / TRANSFORM)
    weight[[0, -1]] /= 2
    angles = _angles(g, BINS, TRANSFORM)
    cosines = g.mul(g.op("Cos", angles), g.const(weight))
    sines = g.mul(g.op("Sin", angles), g.const(weight))
    pieces = g.sub(g.matmul(out_re, cosines), g.matmul(out_im, sines))

    rows = TRANSFORM // HOP_SAMPLES
    total = ""
    for j in range(rows):
        part = g.pad_rows(g.cut(pieces, j * HOP_SAMPLES, (j + 1) * HOP_SAMPLES, axis=1), j, rows - 1 - j)
        total = g.add(total, part) if total else part
    total = g.cut(total, 2, 3 - rows)
    wave = g.op("Tanh", g.scaled(g.reshape(total, -1), gain / 0.94))
    return _faded(g, _trimmed(g, g.scaled(wave, 0.94)))


def _trimmed(g: Graph, wave: str) -> str:
    """Cut to 10 ms before the first and 40 ms after the last audible sample: a stop consonant begins with silence,
    and whoever waits for an answer would wait for that silence too."""
    count = g.reshape(g.length(wave), 1)
    audible = g.op("Cast", g.op("Greater", g.op("Abs", wave), g.const(AUDIBLE)), to=TensorProto.INT32)
    begin = g.op("ArgMax", audible, axis=0, keepdims=1)
    end = g.sub(count, g.op("ArgMax", audible, axis=0, keepdims=1, select_last_index=1))
    begin = g.op("Max", g.sub(begin, g.ints(LEAD_SAMPLES)), g.ints(0))
    end = g.op("Max", g.sub(end, g.ints(TAIL_SAMPLES)), g.ints(0))
    return g.op("Slice", wave, begin, g.sub(count, end), g.ints(0))


def _faded(g: Graph, wave: str) -> str:
    count = g.to_float(g.length(wave))
    at = g.to_float(g.range(g.length(wave)))
    rise = g.clip(g.scaled(at, 1 / HOP_SAMPLES), 0.0, 1.0)
    fall = g.clip(g.scaled(g.sub(g.shifted(count, -1.0), at), 1 / (2 * HOP_SAMPLES)), 0.0, 1.0)
    return g.mul(g.mul(wave, rise), fall)
